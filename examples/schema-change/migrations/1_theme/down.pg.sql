UPDATE profiles
SET config = jsonb_set(config, '{theme}', to_jsonb(theme))
WHERE theme IS NOT NULL;
ALTER TABLE profiles DROP COLUMN theme;
