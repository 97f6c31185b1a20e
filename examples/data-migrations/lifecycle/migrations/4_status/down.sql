-- Each word stands for one letter only, so that nothing has to be kept.
UPDATE clients SET status = CASE status
    WHEN 'active' THEN 'A' WHEN 'inactive' THEN 'I' ELSE status END;
