-- description: the status in words
UPDATE clients SET status = CASE status
    WHEN 'A' THEN 'active' WHEN 'I' THEN 'inactive' ELSE status END;
