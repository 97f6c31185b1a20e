CREATE TABLE profiles (
	id	INTEGER PRIMARY KEY,
	name	TEXT NOT NULL CHECK (length(name) <= 20),
	config	TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(config))
) STRICT;
CREATE TABLE visits (
	id		INTEGER PRIMARY KEY,
	profile_id	INTEGER NOT NULL
	    REFERENCES profiles (id) ON DELETE CASCADE
) STRICT;
CREATE INDEX profiles_name ON profiles (name);
INSERT INTO profiles VALUES
    (1, 'Ada', '{"language":"en","theme":"dark"}'),
    (2, 'Grace', '{"theme":"light"}'),
    (3, 'Edsger', '{"language":"nl"}'),
    (4, 'Plain', '{}');
INSERT INTO visits VALUES (1, 1), (2, 1), (3, 3);
