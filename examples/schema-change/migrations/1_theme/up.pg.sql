-- description: the theme moves out of config into a column
ALTER TABLE profiles ADD COLUMN theme text;
UPDATE profiles SET theme = config ->> 'theme', config = config - 'theme'
WHERE jsonb_typeof(config -> 'theme') = 'string';
