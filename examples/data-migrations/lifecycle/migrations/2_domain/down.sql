ALTER TABLE clients DROP COLUMN domain;
