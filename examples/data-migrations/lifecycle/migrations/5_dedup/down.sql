DROP INDEX clients_email;
INSERT INTO clients SELECT * FROM clients_duplicates;
DROP TABLE clients_duplicates;
