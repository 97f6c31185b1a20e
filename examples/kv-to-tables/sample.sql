-- sample.sql - a store of keys and JSON documents, and the tables to replace it
--
--	psql -v ON_ERROR_STOP=1 -f sample.sql
--
-- A shop for gifts that companies give to their employees kept everything in
-- one table.  The same rows every time: all values follow from the row's
-- number.  The dirt in it is what years of an application without constraints
-- leave behind; it stands at the end.

\set ON_ERROR_STOP 1
BEGIN;
SET LOCAL client_min_messages = warning;
SET LOCAL TimeZone = 'UTC';

-- Where everything comes from.
CREATE TABLE kv_store (
	key	text PRIMARY KEY,
	value	jsonb NOT NULL
);

-- Where it goes.
CREATE TYPE site_status AS ENUM ('DRAFT', 'LIVE', 'CLOSED');
CREATE TYPE order_status AS ENUM ('PENDING', 'SHIPPED', 'DELIVERED',
    'CANCELLED');

CREATE TABLE clients (
	id		uuid PRIMARY KEY,
	name		text NOT NULL,
	slug		varchar(60) NOT NULL UNIQUE
			    CHECK (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'),
	email		text,
	updated_at	timestamptz
);

CREATE TABLE catalogs (
	id		uuid PRIMARY KEY,
	name		text NOT NULL,
	currency	char(3) NOT NULL DEFAULT 'USD',
	updated_at	timestamptz
);

CREATE TABLE sites (
	id		uuid PRIMARY KEY,
	client_id	uuid NOT NULL REFERENCES clients,
	catalog_id	uuid NOT NULL REFERENCES catalogs,
	name		text NOT NULL,
	slug		varchar(60) NOT NULL UNIQUE,
	status		site_status NOT NULL DEFAULT 'DRAFT',
	settings	jsonb NOT NULL DEFAULT '{}',
	updated_at	timestamptz
);

CREATE TABLE products (
	id		uuid PRIMARY KEY,
	catalog_id	uuid NOT NULL REFERENCES catalogs,
	sku		varchar(20) NOT NULL UNIQUE,
	name		text NOT NULL,
	description	text,
	price		numeric(12,2) NOT NULL CHECK (price >= 0),
	stock		integer NOT NULL DEFAULT 0,
	tags		text[] NOT NULL DEFAULT '{}',
	updated_at	timestamptz
);

CREATE TABLE employees (
	id		uuid PRIMARY KEY,
	site_id		uuid NOT NULL REFERENCES sites,
	email		text NOT NULL,
	name		text,
	is_active	boolean NOT NULL DEFAULT true,
	updated_at	timestamptz,
	UNIQUE (site_id, email)
);

CREATE TABLE orders (
	id		uuid PRIMARY KEY,
	employee_id	uuid NOT NULL REFERENCES employees,
	product_id	uuid NOT NULL REFERENCES products,
	quantity	integer NOT NULL CHECK (quantity > 0),
	status		order_status NOT NULL,
	ordered_at	timestamptz NOT NULL,
	updated_at	timestamptz
);

-- Without these, deleting a row that others may refer to reads all of them.
CREATE INDEX ON sites (client_id);
CREATE INDEX ON sites (catalog_id);
CREATE INDEX ON products (catalog_id);
CREATE INDEX ON orders (employee_id);
CREATE INDEX ON orders (product_id);

-- The id of the nth thing of a kind.
CREATE FUNCTION pg_temp.id(kind integer, n bigint) RETURNS text
LANGUAGE sql AS $$
SELECT format('%s0000000-0000-4000-8000-%s', kind, lpad(n::text, 12, '0'))
$$;

CREATE FUNCTION pg_temp.day(n bigint) RETURNS text LANGUAGE sql AS $$
SELECT to_char(timestamp '2024-01-01 08:00' + n * interval '7 hours',
    'YYYY-MM-DD"T"HH24:MI:SS"Z"')
$$;

INSERT INTO kv_store
SELECT 'client:' || pg_temp.id(1, i), jsonb_build_object(
    'id', pg_temp.id(1, i), 'name', 'Client ' || i, 'slug', 'client-' || i,
    'email', 'office@client-' || i || '.example', 'updatedAt', pg_temp.day(i))
  FROM generate_series(1, 20) AS i;

INSERT INTO kv_store
SELECT 'catalog:' || pg_temp.id(2, i), jsonb_build_object(
    'id', pg_temp.id(2, i), 'name', 'Catalog ' || i,
    'currency', (ARRAY['USD', 'EUR'])[1 + i % 2], 'updatedAt', pg_temp.day(i))
  FROM generate_series(1, 5) AS i;

INSERT INTO kv_store
SELECT 'site:' || pg_temp.id(3, i), jsonb_build_object(
    'id', pg_temp.id(3, i), 'clientId', pg_temp.id(1, 1 + i % 20),
    'catalogId', pg_temp.id(2, 1 + i % 5), 'name', 'Site ' || i,
    'slug', 'site-' || i, 'status', (ARRAY['draft', 'live', 'Live',
	'closed'])[1 + i % 4], 'settings', jsonb_build_object('theme',
	jsonb_build_object('primary', '#00' || 1000 + i)),
    'updatedAt', pg_temp.day(i))
  FROM generate_series(1, 40) AS i;

INSERT INTO kv_store
SELECT 'product:' || pg_temp.id(4, i), jsonb_build_object(
    'id', pg_temp.id(4, i), 'catalogId', pg_temp.id(2, 1 + i % 5),
    'sku', 'SKU-' || lpad(i::text, 5, '0'), 'name', 'Product ' || i,
    'description', CASE WHEN i % 3 > 0 THEN 'The gift number ' || i END,
    'price', i % 300 + 0.99, 'stock', i % 50,
    'tags', to_jsonb(ARRAY['tag' || i % 7, 'tag' || i % 11]),
    'updatedAt', pg_temp.day(i))
  FROM generate_series(1, 10000) AS i;

INSERT INTO kv_store
SELECT 'employee:' || pg_temp.id(5, i), jsonb_build_object(
    'id', pg_temp.id(5, i), 'siteId', pg_temp.id(3, 1 + i % 40),
    'email', 'person' || i || '@example.org', 'name', 'Person ' || i,
    'active', i % 9 > 0, 'updatedAt', pg_temp.day(i))
  FROM generate_series(1, 400) AS i;

INSERT INTO kv_store
SELECT 'order:' || pg_temp.id(6, i), jsonb_build_object(
    'id', pg_temp.id(6, i), 'employeeId', pg_temp.id(5, 1 + i % 400),
    'productId', pg_temp.id(4, 1 + i * 13 % 10000), 'quantity', 1 + i % 3,
    'status', (ARRAY['pending', 'shipped', 'delivered',
	'cancelled'])[1 + i % 4],
    'orderedAt', pg_temp.day(i), 'updatedAt', pg_temp.day(i + 1))
  FROM generate_series(1, 1000) AS i;

-- Not everything in the store belongs into a table.
INSERT INTO kv_store VALUES ('settings:theme', '{"dark": true}'),
    ('session:8f14e45f', '{"user": 7}');

-- Dirt of which the stages make something good.  A jsonb cannot hold U+0000,
-- but all other control characters.
UPDATE kv_store SET value = value || patch::jsonb FROM (VALUES
    ('client', 1, '{"name": "  Client \u00011  "}'),
    ('client', 2, '{"slug": "Client 2 & Sons!"}'),
    ('client', 3, '{"email": " Office@Client-3.EXAMPLE "}'),
    ('client', 4, '{"id": "{10000000-0000-4000-8000-000000000004}"}'),
    ('client', 5, '{"email": ""}'),
    ('site', 1, '{"slug": null}'),
    ('site', 2, '{"clientId": "10000000000040008000000000000003"}'),
    ('product', 1, '{"name": "Mug\u001b[31m", "description": "\u0007 "}'),
    ('product', 2, '{"price": "$1,299.00"}'),
    ('product', 3, '{"price": " 12.50 ", "stock": "7"}'),
    ('product', 4, '{"description": "first line\nsecond line"}'),
    ('employee', 1, '{"active": "yes"}'),
    ('employee', 2, '{"email": "PERSON2@EXAMPLE.ORG", "name": "\u007f"}'),
    ('order', 1, '{"status": " Shipped"}'),
    ('order', 2, '{"orderedAt": 1704164645678}')
) AS dirt (what, n, patch)
 WHERE key LIKE what || ':%' AND right(key, 12) = lpad(n::text, 12, '0');

-- The same employee twice; what was changed last counts.
INSERT INTO kv_store
SELECT 'employee:' || upper(replace(key, 'employee:', 'copy-')),
    value || '{"name": "Person 10, old", "updatedAt": "2020-01-01T00:00:00Z"}'
  FROM kv_store WHERE key = 'employee:' || pg_temp.id(5, 10);

-- Dirt that somebody has to look at: an id that is none, an address that is
-- none, orphans, and what hangs on them.
UPDATE kv_store SET value = value || patch::jsonb FROM (VALUES
    ('product', 9001, '{"id": "40000000-0000-4000-8000-9001"}'),
    ('product', 9002, '{"price": "ask"}'),
    ('product', 9003, '{"catalogId": "20000000-0000-4000-8000-000000000099"}'),
    ('product', 9004, '{"sku": "SKU-00001"}'),
    ('employee', 101, '{"email": "person101(at)example.org"}'),
    ('employee', 102, '{"siteId": "30000000-0000-4000-8000-000000000099"}'),
    ('order', 501, '{"productId": "not-a-uuid"}'),
    ('order', 502, '{"status": "lost"}'),
    ('order', 503, '{"quantity": 0}')
) AS dirt (what, n, patch)
 WHERE key LIKE what || ':%' AND right(key, 12) = lpad(n::text, 12, '0');
COMMIT;
