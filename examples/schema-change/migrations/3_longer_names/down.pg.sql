-- A name that is too long by now is refused, not cut.
ALTER TABLE profiles ALTER COLUMN name TYPE varchar(20);
