UPDATE clients
SET email = (SELECT b.email FROM clients_email_before AS b
    WHERE b.id = clients.id)
WHERE id IN (SELECT id FROM clients_email_before);
DROP TABLE clients_email_before;
