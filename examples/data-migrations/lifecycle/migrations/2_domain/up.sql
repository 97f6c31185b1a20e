-- description: a column for the domain of the address, to be filled
ALTER TABLE clients ADD COLUMN domain text;
