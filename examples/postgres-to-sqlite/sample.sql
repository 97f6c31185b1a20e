-- sample.sql - the database of a small astrology application
--
--	psql -v ON_ERROR_STOP=1 -f sample.sql
--
-- Several users share one PostgreSQL database; each has clients, their birth
-- data, charts and what was written about them.  The same rows every time:
-- all values follow from the row's number.

\set ON_ERROR_STOP 1
BEGIN;
SET LOCAL client_min_messages = warning;
SET LOCAL TimeZone = 'UTC';

CREATE TYPE user_plan AS ENUM ('free', 'professional', 'team');
CREATE TYPE client_status AS ENUM ('prospect', 'active', 'archived');
CREATE TYPE rodden_rating AS ENUM ('aa', 'a', 'b', 'c', 'dd', 'x');
CREATE TYPE chart_type AS ENUM ('natal', 'transit', 'progressed',
    'solar_return', 'synastry');
CREATE TYPE house_system AS ENUM ('placidus', 'koch', 'whole_sign', 'equal');

CREATE TABLE users (
	id		uuid PRIMARY KEY,
	email		text NOT NULL UNIQUE,
	password_hash	text NOT NULL,
	display_name	varchar(80) NOT NULL,
	plan		user_plan NOT NULL DEFAULT 'free',
	is_active	boolean NOT NULL DEFAULT true,
	settings	jsonb NOT NULL DEFAULT '{}',
	created_at	timestamptz NOT NULL DEFAULT now(),
	last_login_at	timestamptz
);
COMMENT ON TABLE users IS 'Everybody who can log in';

CREATE TABLE clients (
	id		uuid PRIMARY KEY,
	user_id		uuid NOT NULL REFERENCES users ON DELETE CASCADE,
	first_name	varchar(80) NOT NULL,
	last_name	varchar(80),
	email		text,
	phone		text,
	status		client_status NOT NULL DEFAULT 'prospect',
	is_favorite	boolean NOT NULL DEFAULT false,
	hourly_fee	numeric(8,2) CHECK (hourly_fee >= 0),
	notes		text,
	extra		jsonb,
	created_at	timestamptz NOT NULL DEFAULT now(),
	updated_at	timestamptz,
	UNIQUE (user_id, email)
);

CREATE TABLE birth_data (
	id		uuid PRIMARY KEY,
	client_id	uuid NOT NULL UNIQUE REFERENCES clients ON DELETE CASCADE,
	birth_date	date NOT NULL,
	birth_time	time,
	time_known	boolean NOT NULL,
	rating		rodden_rating NOT NULL DEFAULT 'x',
	place		text NOT NULL,
	latitude	numeric(9,6) NOT NULL CHECK (latitude BETWEEN -90 AND 90),
	longitude	numeric(9,6) NOT NULL
			    CHECK (longitude BETWEEN -180 AND 180),
	time_zone	text NOT NULL,
	utc_offset	interval
);
COMMENT ON COLUMN birth_data.rating IS 'How reliable the time of birth is';

CREATE TABLE charts (
	id		uuid PRIMARY KEY,
	user_id		uuid NOT NULL REFERENCES users ON DELETE CASCADE,
	client_id	uuid NOT NULL REFERENCES clients ON DELETE CASCADE,
	birth_data_id	uuid NOT NULL REFERENCES birth_data,
	based_on	uuid REFERENCES charts,
	type		chart_type NOT NULL DEFAULT 'natal',
	houses		house_system NOT NULL DEFAULT 'placidus',
	julian_day	double precision NOT NULL,
	positions	jsonb NOT NULL,
	is_shared	boolean NOT NULL DEFAULT false,
	calculated_at	timestamptz NOT NULL
);

CREATE TABLE chart_interpretations (
	id		bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	chart_id	uuid NOT NULL REFERENCES charts ON DELETE CASCADE,
	section		text NOT NULL,
	language	char(2) NOT NULL DEFAULT 'en',
	body		text NOT NULL,
	words		integer NOT NULL,
	score		real,
	sources		jsonb,
	reviewed	boolean,
	created_at	timestamptz NOT NULL,
	UNIQUE (chart_id, section, language)
);

CREATE TABLE tags (
	id		serial PRIMARY KEY,
	user_id		uuid NOT NULL REFERENCES users ON DELETE CASCADE,
	name		text NOT NULL,
	color		char(7),
	UNIQUE (user_id, name)
);

CREATE TABLE client_tags (
	client_id	uuid NOT NULL REFERENCES clients ON DELETE CASCADE,
	tag_id		integer NOT NULL REFERENCES tags ON DELETE CASCADE,
	added_at	timestamptz NOT NULL,
	PRIMARY KEY (client_id, tag_id)
);

CREATE TABLE appointments (
	id		bigint PRIMARY KEY,
	user_id		uuid NOT NULL REFERENCES users ON DELETE CASCADE,
	client_id	uuid NOT NULL REFERENCES clients ON DELETE CASCADE,
	starts_at	timestamptz NOT NULL,
	length		interval NOT NULL DEFAULT '1 hour',
	fee		numeric(8,2),
	paid		boolean NOT NULL DEFAULT false,
	topics		text[] NOT NULL DEFAULT '{}',
	signature	bytea
);

-- A uuid of version 4 that follows from a name.
CREATE FUNCTION pg_temp.named_uuid(name text) RETURNS uuid LANGUAGE sql AS $$
	SELECT overlay(overlay(md5(name) PLACING '4' FROM 13)
	    PLACING '8' FROM 17)::uuid
$$;

-- A whole number from 0 to n - 1 that follows from a name.
CREATE FUNCTION pg_temp.pick(name text, n integer) RETURNS integer
LANGUAGE sql AS $$
	SELECT (('x' || left(md5(name), 7))::bit(28)::integer) % n
$$;

INSERT INTO users
SELECT pg_temp.named_uuid('user ' || i),
    (ARRAY['ana@example.org', 'bjorn@example.org', 'chloe@example.org',
	'daisuke@example.org'])[i],
    '$argon2id$v=19$m=65536,t=3,p=4$' || md5('salt ' || i) || '$' ||
	md5('hash ' || i),
    (ARRAY['Ana Călinescu', 'Bjørn Ødegård', 'Chloë O''Neill', '佐藤 大輔'])[i],
    (ARRAY['professional', 'free', 'team', 'free'])[i]::user_plan,
    i <> 2,
    jsonb_build_object('theme', CASE WHEN i % 2 = 0 THEN 'dark' ELSE 'light' END,
	'orbs', jsonb_build_object('sun', 10, 'moon', 10, 'others', 6.5),
	'languages', jsonb_build_array('en', (ARRAY['ro', 'nb', 'fr', 'ja'])[i]),
	'signature', CASE WHEN i = 1 THEN '✨ „Ana” — "as above, so below"' END),
    timestamptz '2019-02-03 04:05:06.789Z' + i * interval '97 days 3:14:15.926535',
    CASE WHEN i <> 4 THEN timestamptz '2025-01-01Z' + i * interval '1 hour' END
  FROM generate_series(1, 4) AS i;

-- The first user has 48 clients, the others fewer.
CREATE TEMPORARY TABLE people ON COMMIT DROP AS
SELECT u, c, 'client ' || u || '.' || c AS name
  FROM generate_series(1, 4) AS u, generate_series(1, 48) AS c
 WHERE u = 1 OR c <= 5 * u;

INSERT INTO clients
SELECT pg_temp.named_uuid(name), pg_temp.named_uuid('user ' || u),
    (ARRAY['Zoë', 'José', 'Łukasz', 'Ștefan', 'Nguyễn', 'Marie-Ève', 'Søren',
	'Иван', 'Ελένη', 'יעל', 'محمد', '美咲', 'Ngozi', 'Müge', 'Siân',
	'John'])[1 + pg_temp.pick(name || 'f', 16)],
    CASE WHEN c % 9 <> 0 THEN (ARRAY['García', 'Müller', 'O''Brien', 'Kowalczyk',
	'Dvořák', 'Þórsson', 'de la Cruz', 'Петрова', '田中', 'Smith'])
	[1 + pg_temp.pick(name || 'l', 10)] END,
    CASE WHEN c % 4 <> 0 THEN 'client' || c || '@example.net' END,
    CASE WHEN c % 3 = 0 THEN '+40 7' || lpad(pg_temp.pick(name, 10000000)::text,
	8, '0') WHEN c % 3 = 1 THEN '007' END,
    (enum_range(NULL::client_status))[1 + pg_temp.pick(name || 's', 3)],
    c % 7 = 0,
    CASE WHEN c % 5 <> 0 THEN 40 + pg_temp.pick(name || 'fee', 12000) / 100.0 END,
    CASE c % 6 WHEN 0 THEN NULL WHEN 1 THEN ''
	WHEN 2 THEN E'Prefers mornings.\nAsks about work; "no fate, please".'
	WHEN 3 THEN E'C:\\temp\\chart.pdf\t(sent)'
	ELSE 'Recommended by ' || chr(8222) || 'Ioana' || chr(8221) || ' 🌙' END,
    CASE c % 4 WHEN 0 THEN NULL WHEN 1 THEN '{}'
	ELSE jsonb_build_object('source', CASE WHEN c % 2 = 0 THEN 'web' END,
	    'consent', jsonb_build_object('newsletter', c % 3 = 0, 'version', c),
	    'languages', jsonb_build_array('ro', 'en')) END,
    timestamptz '2021-03-27 22:15:00Z' + c * interval '9 days 7:00:00.000001',
    CASE WHEN c % 2 = 0 THEN
	timestamptz '2024-06-01Z' + c * interval '11 hours 0.25 seconds' END
  FROM people;

-- Nothing is known of every twelfth client's birth.
INSERT INTO birth_data
SELECT pg_temp.named_uuid('birth ' || name), pg_temp.named_uuid(name),
    date '1948-02-29' + pg_temp.pick(name || 'd', 22000),
    CASE WHEN c % 8 <> 0 THEN
	time '00:00' + pg_temp.pick(name || 't', 1440) * interval '1 minute' END,
    c % 8 <> 0,
    (CASE WHEN c % 8 = 0 THEN 'x' ELSE (ARRAY['aa', 'a', 'b', 'c', 'dd'])
	[1 + pg_temp.pick(name || 'r', 5)] END)::rodden_rating,
    p.place, p.lat + pg_temp.pick(name || 'lat', 1000) / 100000.0,
    p.lon - pg_temp.pick(name || 'lon', 1000) / 100000.0, p.zone,
    CASE WHEN c % 8 <> 0 THEN p.utc_offset END
  FROM people
  JOIN (VALUES
	(0, 'București', 44.426767, 26.102538, 'Europe/Bucharest',
	    interval '2 hours'),
	(1, 'Zürich', 47.376887, 8.541694, 'Europe/Zurich', '1 hour'),
	(2, '京都市', 35.011564, 135.768149, 'Asia/Tokyo', '9 hours'),
	(3, 'São Paulo', -23.550520, -46.633309, 'America/Sao_Paulo',
	    '-3 hours'),
	(4, 'काठमाडौँ', 27.717245, 85.323960, 'Asia/Kathmandu',
	    '5 hours 45 minutes'),
	(5, 'Tórshavn', 62.010730, -6.774080, 'Atlantic/Faroe', '0 hours'))
    AS p (n, place, lat, lon, zone, utc_offset)
    ON p.n = pg_temp.pick(name || 'p', 6)
 WHERE c % 12 <> 0;

-- A natal chart each, and for some of them charts that build on it.
INSERT INTO charts
SELECT pg_temp.named_uuid('chart ' || k || name), pg_temp.named_uuid('user ' || u),
    pg_temp.named_uuid(name), pg_temp.named_uuid('birth ' || name),
    CASE WHEN k > 0 THEN pg_temp.named_uuid('chart 0' || name) END,
    (enum_range(NULL::chart_type))[1 + k],
    (enum_range(NULL::house_system))[1 + pg_temp.pick(name || 'h', 4)],
    2433000.5 + pg_temp.pick(name || k || 'jd', 100000000) / 4096.0,
    jsonb_build_object('ascendant', CASE WHEN c % 8 <> 0 THEN
	    round(pg_temp.pick(name || k || 'asc', 360000) / 1000.0, 3) END,
	'planets', (SELECT jsonb_object_agg(planet, jsonb_build_object(
		'degree', round(pg_temp.pick(name || k || planet, 36000000)
		    / 100000.0, 5),
		'house', 1 + pg_temp.pick(name || k || planet || 'h', 12),
		'retrograde', pg_temp.pick(name || k || planet || 'r', 5) = 0))
	    FROM unnest(ARRAY['sun', 'moon', 'mercury', 'venus', 'mars',
		'jupiter', 'saturn', 'uranus', 'neptune', 'pluto']) AS planet),
	'aspects', jsonb_build_array(
	    jsonb_build_object('between', jsonb_build_array('sun', 'moon'),
		'kind', 'trine', 'orb', 1.25),
	    jsonb_build_object('between', jsonb_build_array('mars', 'saturn'),
		'kind', 'square', 'orb', -0.5))),
    c % 5 = 0,
    timestamptz '2022-10-30 00:59:59.999999Z' + (c * 5 + k) * interval '31 hours'
  FROM people, generate_series(0, 4) AS k
 WHERE c % 12 <> 0 AND (k = 0 OR (c + k) % 4 = 0)
 ORDER BY u, c, k;

INSERT INTO chart_interpretations (chart_id, section, language, body, words,
    score, sources, reviewed, created_at)
SELECT id, section, language,
    CASE language
	WHEN 'ro' THEN 'Soarele și Luna în secțiunea „' || section ||
	    E'”: îndrăzneală, răbdare și o inimă caldă.\n'
	WHEN 'ja' THEN section || 'について：太陽と月が調和しています。'
	ELSE 'On ' || section || E': the Sun trine the Moon says "yes, and".\n' ||
	    E'\tMars square Saturn says \\o/ — not yet.' END,
    120 + pg_temp.pick(id || section || 'w', 900),
    CASE WHEN pg_temp.pick(id || section, 4) > 0 THEN
	pg_temp.pick(id || section || 'score', 1000) / 1000.0 END,
    CASE WHEN pg_temp.pick(id || section, 3) > 0 THEN
	jsonb_build_array(jsonb_build_object('book', 'Tetrabiblos', 'page',
	    pg_temp.pick(id || section || 'page', 300)), NULL, 'own notes') END,
    CASE pg_temp.pick(id || section || 'rev', 3) WHEN 0 THEN NULL
	WHEN 1 THEN true ELSE false END,
    calculated_at + interval '1 day 1:01:01.010101'
  FROM charts, unnest(ARRAY['sun', 'relationships', 'career']) AS section,
    unnest(ARRAY['en', 'ro', 'ja']) AS language
 WHERE pg_temp.pick(id || section || language, 10) < 4
 ORDER BY id, section, language;

INSERT INTO tags (user_id, name, color)
SELECT pg_temp.named_uuid('user ' || u), name,
    CASE WHEN length(name) % 3 > 0 THEN '#' || left(md5(name), 6) END
  FROM generate_series(1, 4) AS u,
    unnest(ARRAY['VIP', 'întâlnire', 'family & friends', '仕事', '100%',
	'"quoted"']) AS name;

INSERT INTO client_tags
SELECT clients.id, tags.id, clients.created_at + interval '3 days'
  FROM clients JOIN tags USING (user_id)
 WHERE pg_temp.pick(clients.id || tags.name, 4) = 0;

INSERT INTO appointments
SELECT 9007199254740993 + row_number() OVER (ORDER BY u, c, k),
    pg_temp.named_uuid('user ' || u), pg_temp.named_uuid(name),
    timestamptz '2024-03-31 00:30:00Z' + (c + 3 * k) * interval '25 hours',
    (ARRAY['30 minutes', '1 hour', '1 hour 30 minutes'])[1 + k]::interval,
    CASE WHEN k > 0 THEN 50 * k + c / 4.0 END,
    (c + k) % 3 = 0,
    CASE WHEN k = 0 THEN '{}' ELSE ARRAY['work', 'dragoste', NULL]::text[] END,
    CASE WHEN c % 6 = 0 THEN decode(md5(name), 'hex') END
  FROM people, generate_series(0, 2) AS k
 WHERE c % (k + 1) = 0;

COMMIT;
ANALYZE;
