CREATE TABLE profiles (
	id	integer PRIMARY KEY,
	name	varchar(20) NOT NULL,
	config	jsonb NOT NULL DEFAULT '{}'
);
CREATE TABLE visits (
	id		integer PRIMARY KEY,
	profile_id	integer NOT NULL
	    REFERENCES profiles (id) ON DELETE CASCADE
);
CREATE INDEX profiles_name ON profiles (name);
INSERT INTO profiles VALUES
    (1, 'Ada', '{"language":"en","theme":"dark"}'),
    (2, 'Grace', '{"theme":"light"}'),
    (3, 'Edsger', '{"language":"nl"}'),
    (4, 'Plain', '{}');
INSERT INTO visits VALUES (1, 1), (2, 1), (3, 3);
