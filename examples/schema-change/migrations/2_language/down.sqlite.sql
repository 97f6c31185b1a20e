ALTER TABLE profiles
ADD COLUMN config TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(config));
UPDATE profiles SET config = json_object('language', language)
WHERE language IS NOT NULL;
ALTER TABLE profiles DROP COLUMN language;
