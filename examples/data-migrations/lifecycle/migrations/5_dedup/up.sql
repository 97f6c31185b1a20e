-- description: of clients with the same address, the first stays
-- depends: 1_normalize_emails
--
-- The others are put aside.
CREATE TABLE clients_duplicates AS
SELECT * FROM clients AS c WHERE EXISTS (SELECT 1 FROM clients AS first
    WHERE first.email = c.email AND first.id < c.id);
DELETE FROM clients WHERE id IN (SELECT id FROM clients_duplicates);
CREATE UNIQUE INDEX clients_email ON clients (email);
