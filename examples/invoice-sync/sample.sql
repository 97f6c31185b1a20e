-- sample.sql - invoices as QuickBooks gives them, and the tables they go to
--
--	psql -v ON_ERROR_STOP=1 -f sample.sql
--
-- The application keeps what it last got from QuickBooks in a cache, one JSON
-- document an invoice.  The same rows every time: all values follow from the
-- row's number.  Three of the 63 invoices cannot be taken over as they are.

\set ON_ERROR_STOP 1
BEGIN;
SET LOCAL client_min_messages = warning;
SET LOCAL TimeZone = 'UTC';

-- Where the invoices come from.
CREATE TABLE quickbooks_invoices_cache (
	qb_id		text PRIMARY KEY,
	qb_data		jsonb NOT NULL,
	fetched_at	timestamptz NOT NULL DEFAULT now()
);

-- Where they go.
CREATE TYPE invoice_status AS ENUM ('DRAFT', 'SENT', 'PAID');
CREATE TYPE email_status AS ENUM ('NOT_SET', 'NEED_TO_SEND', 'EMAIL_SENT');

CREATE TABLE projects (
	id		uuid PRIMARY KEY,
	name		text NOT NULL,
	qb_customer_id	text NOT NULL UNIQUE
);

CREATE TABLE invoices (
	id		uuid PRIMARY KEY,
	qb_id		text NOT NULL UNIQUE,
	project_id	uuid NOT NULL REFERENCES projects,
	number		varchar(21) NOT NULL,
	customer	text NOT NULL,
	status		invoice_status NOT NULL,
	email_status	email_status NOT NULL DEFAULT 'NOT_SET',
	issued_on	date NOT NULL,
	due_on		date,
	currency	char(3) NOT NULL DEFAULT 'USD',
	total		numeric(12,2) NOT NULL CHECK (total >= 0),
	balance		numeric(12,2) NOT NULL,
	line_count	integer NOT NULL,
	changed_at	timestamptz,
	CHECK (balance <= total)
);

CREATE TABLE invoice_lines (
	id		uuid PRIMARY KEY,
	invoice_id	uuid NOT NULL REFERENCES invoices ON DELETE CASCADE,
	position	integer NOT NULL,
	description	text,
	item		text,
	quantity	numeric(12,4),
	unit_price	numeric(14,4),
	amount		numeric(12,2) NOT NULL,
	UNIQUE (invoice_id, position)
);

INSERT INTO projects
SELECT ('00000000-0000-4000-8000-' || lpad(i::text, 12, '0'))::uuid,
    'Project ' || i, (100 + i)::text
  FROM generate_series(1, 9) AS i;

-- A document of QuickBooks' API, with the oddities that real ones have: dates
-- in three spellings, lines without details, customers with spaces around
-- their names, fields that are null or missing.
CREATE FUNCTION pg_temp.invoice(i integer) RETURNS jsonb LANGUAGE sql AS $$
SELECT jsonb_build_object(
    'Id', (1000 + i)::text,
    'SyncToken', '0',
    'DocNumber', 'INV-' || lpad(i::text, 5, '0'),
    'TxnDate', CASE i % 3
	WHEN 0 THEN to_char(day, 'MM/DD/YYYY')
	WHEN 1 THEN to_char(day, 'YYYY-MM-DD')
	ELSE to_char(day, 'YYYY-MM-DD"T00:00:00-08:00"') END,
    'DueDate', CASE WHEN i % 4 > 0 THEN to_char(day + 30, 'YYYY-MM-DD') END,
    'EmailStatus',
	(ARRAY['NotSet', 'NeedToSend', 'EmailSent'])[1 + i % 3],
    'CustomerRef', jsonb_build_object('value', (101 + i % 9)::text,
	'name', CASE WHEN i % 9 = 4 THEN U&'M\00FCller  Bau ' ELSE
	' Customer ' || (101 + i % 9) END),
    'Line', lines || jsonb_build_array(jsonb_build_object(
	'Amount', total, 'DetailType', 'SubTotalLineDetail',
	'SubTotalLineDetail', '{}'::jsonb)),
    'TotalAmt', total,
    'Balance', CASE WHEN i % 2 = 0 THEN 0 ELSE total END,
    'MetaData', jsonb_build_object('LastUpdatedTime',
	to_char(day + time '17:30', 'YYYY-MM-DD"T"HH24:MI:SS"-08:00"'))) ||
    CASE WHEN i % 5 = 0 THEN '{}'::jsonb ELSE
	'{"CurrencyRef": {"value": "USD", "name": "US dollar"}}' END
  FROM (SELECT date '2024-01-15' + 3 * i AS day,
	jsonb_agg(jsonb_build_object(
	    'Id', n::text,
	    'LineNum', n,
	    'Description', CASE WHEN n < 3 THEN 'Work, part ' || n END,
	    'Amount', i * 10.50 + n * 0.25,
	    'DetailType', CASE WHEN n % 3 = 0 THEN 'DescriptionOnly'
		ELSE 'SalesItemLineDetail' END,
	    'SalesItemLineDetail', CASE WHEN n % 3 > 0 THEN
		jsonb_build_object('Qty', 2,
		'UnitPrice', (i * 10.50 + n * 0.25) / 2,
		'ItemRef', jsonb_build_object('value', '7', 'name', 'Hours'))
		END)) AS lines,
	sum(i * 10.50 + n * 0.25) AS total
    FROM generate_series(1, 1 + i % 4) AS n) AS made
$$;

INSERT INTO quickbooks_invoices_cache (qb_id, qb_data)
SELECT qb_data ->> 'Id', qb_data
  FROM (SELECT pg_temp.invoice(i) AS qb_data
	FROM generate_series(1, 63) AS i) AS made;

-- A day that does not exist, a status that QuickBooks does not know, a
-- customer without a project.
UPDATE quickbooks_invoices_cache
   SET qb_data = qb_data || '{"TxnDate": "02/30/2024"}' WHERE qb_id = '1017';
UPDATE quickbooks_invoices_cache
   SET qb_data = qb_data || '{"EmailStatus": "Emailed"}' WHERE qb_id = '1031';
UPDATE quickbooks_invoices_cache
   SET qb_data = qb_data || '{"CustomerRef": {"value": "999", "name": "New"}}'
 WHERE qb_id = '1049';
COMMIT;
