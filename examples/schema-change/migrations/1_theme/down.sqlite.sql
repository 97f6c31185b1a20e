UPDATE profiles SET config = json_set(config, '$.theme', theme)
WHERE theme IS NOT NULL;
ALTER TABLE profiles DROP COLUMN theme;
