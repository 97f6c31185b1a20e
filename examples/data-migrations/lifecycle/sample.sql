CREATE TABLE clients (
	id	integer PRIMARY KEY,
	email	text NOT NULL,
	status	text NOT NULL
);
INSERT INTO clients VALUES
    (1, ' Ada@Example.org', 'A'), (2, 'bob@example.com', 'I'),
    (3, 'ada@example.org', 'I'), (4, 'Eve@EXAMPLE.net ', 'A');
