SELECT status IN ('active', 'inactive') FROM clients;
