-- description: e-mail addresses in lower case, without blanks around them
--
-- What was there before is kept: nobody can work it out afterwards.
CREATE TABLE clients_email_before (
	id	integer PRIMARY KEY,
	email	text NOT NULL
);
INSERT INTO clients_email_before
SELECT id, email FROM clients WHERE email <> lower(trim(email));
UPDATE clients SET email = lower(trim(email))
WHERE email <> lower(trim(email));
