-- description: the theme moves out of config into a column
ALTER TABLE profiles ADD COLUMN theme TEXT;
UPDATE profiles
SET theme = json_extract(config, '$.theme'),
    config = json_remove(config, '$.theme')
WHERE json_type(config, '$.theme') = 'text';
