-- description: so does the language, and config goes
-- depends: 1_theme
--
-- A key that nobody knows about would be lost with the column: then this
-- stops, for the check fails, and nothing has changed.
CREATE TABLE nothing_is_lost (ok INTEGER CHECK (ok));
INSERT INTO nothing_is_lost
SELECT count(*) = 0 FROM profiles
WHERE json_remove(config, '$.language') <> '{}';
DROP TABLE nothing_is_lost;

ALTER TABLE profiles ADD COLUMN language TEXT;
UPDATE profiles SET language = json_extract(config, '$.language');
ALTER TABLE profiles DROP COLUMN config;
