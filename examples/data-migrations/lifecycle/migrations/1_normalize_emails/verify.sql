SELECT count(*) = 0 FROM clients WHERE email <> lower(trim(email));
