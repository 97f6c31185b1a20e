SELECT count(*) = 0 FROM profiles
WHERE jsonb_typeof(config -> 'theme') = 'string';
