-- description: names may have 40 characters
ALTER TABLE profiles ALTER COLUMN name TYPE varchar(40);
