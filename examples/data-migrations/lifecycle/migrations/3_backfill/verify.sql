SELECT count(*) = 0 FROM clients WHERE domain IS NULL;
