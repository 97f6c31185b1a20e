-- description: so does the language, and config goes
-- depends: 1_theme
--
-- A key that nobody knows about would be lost with the column: then this
-- stops, and nothing has changed.
DO $$
BEGIN
	IF EXISTS (SELECT FROM profiles WHERE config - 'language' <> '{}') THEN
		RAISE 'config has other keys than language';
	END IF;
END
$$;

ALTER TABLE profiles ADD COLUMN language text;
UPDATE profiles SET language = config ->> 'language';
ALTER TABLE profiles DROP COLUMN config;
