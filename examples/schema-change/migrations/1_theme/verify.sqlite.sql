SELECT count(*) = 0 FROM profiles WHERE json_type(config, '$.theme') = 'text';
