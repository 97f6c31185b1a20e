ALTER TABLE profiles ADD COLUMN config jsonb NOT NULL DEFAULT '{}';
UPDATE profiles SET config = jsonb_build_object('language', language)
WHERE language IS NOT NULL;
ALTER TABLE profiles DROP COLUMN language;
