-- rows.sql - the table that every benchmark moves
--
--	psql -v rows=1000000 -f tests/bench/rows.sql
--
-- Twelve mixed columns, about 570 bytes a row as NDJSON, most of them in the
-- jsonb column, as in an application's table.  The same rows every time: all
-- values follow from the row's number.

\set ON_ERROR_STOP 1
\set QUIET 1
\if :{?rows}
\else
\set rows 1000000
\endif

SET client_min_messages = warning;
DROP TABLE IF EXISTS bench_rows;
DROP TYPE IF EXISTS bench_status;
CREATE TYPE bench_status AS ENUM ('pending', 'active', 'on_hold', 'closed');

CREATE TABLE bench_rows (
	id		bigint PRIMARY KEY,
	ref		uuid NOT NULL,
	quantity	integer,
	status		bench_status NOT NULL,
	amount		numeric(12,2),
	created_at	timestamptz NOT NULL,
	local_at	timestamp,
	active		boolean NOT NULL,
	title		text NOT NULL,
	note		text,
	payload		jsonb NOT NULL,
	tags		text[] NOT NULL
);

INSERT INTO bench_rows
SELECT i,
    md5('ref' || i)::uuid,
    CASE WHEN i % 11 <> 0 THEN (i * 7919) % 100003 - 5000 END,
    (enum_range(NULL::bench_status))[1 + i % 4],
    CASE WHEN i % 13 <> 0 THEN ((i * 104729) % 100000007) / 100.0 - 9999 END,
    timestamptz '2015-01-01 00:00:00Z' + i * interval '311.000173 seconds',
    CASE WHEN i % 7 <> 0 THEN
	timestamp '1999-12-31 23:00:00' + i * interval '17 minutes' END,
    i % 3 <> 0,
    CASE i % 10
	WHEN 0 THEN U&'Z\00FCrich \2013 Gen\00E8ve, voyage '
	WHEN 1 THEN U&'\65E5\672C\8A9E\306E\984C\540D '
	WHEN 2 THEN U&'He said "hello\005C" again, item '
	ELSE 'Ordinary title ' END || i,
    CASE WHEN i % 5 = 0 THEN NULL
	WHEN i % 17 = 0 THEN E'first line\nsecond\tline \u001b of ' || i
	WHEN i % 29 = 0 THEN ''
	ELSE 'note ' || md5('note' || i) END,
    jsonb_build_object(
	'v', 2,
	'house', CASE WHEN i % 6 = 0 THEN 'whole_sign' ELSE 'placidus' END,
	'place', jsonb_build_object('name', U&'K\00F8benhavn ' || i % 97,
	    'lat', round((i * 37 % 180000) / 1000.0 - 90, 3),
	    'lon', round((i * 53 % 360000) / 1000.0 - 180, 3),
	    'tz', 'CET'),
	'points', jsonb_build_array(
	    jsonb_build_object('p', 'sun', 'deg',
		round((i * 101 % 360000) / 1000.0, 3), 'retro', false),
	    jsonb_build_object('p', 'moon', 'deg',
		round((i * 211 % 360000) / 1000.0, 3), 'retro', i % 9 = 0)),
	'aspect', CASE WHEN i % 4 = 0 THEN NULL ELSE 'trine' END,
	'key', left(md5('key' || i), 16)),
    CASE i % 4 WHEN 0 THEN '{}'::text[]
	WHEN 1 THEN ARRAY['alpha']
	ELSE ARRAY['alpha', 'tag ' || i % 50, 'with "quote"'] END
  FROM generate_series(1::bigint, :rows) AS i;

VACUUM (ANALYZE) bench_rows;
