-- features.sql - a database with everything that a schema can say
--
-- tests/cmd/pg-schema.t and schema-ddl.t read it.  Only what every server of
-- version 15 or newer has, without extensions.
BEGIN;
SET LOCAL client_min_messages = warning;
CREATE SCHEMA app;
CREATE SCHEMA "odd ""schema";

CREATE TYPE mood AS ENUM ('sad', 'it''s "ok"', 'happy', '');
ALTER TYPE mood ADD VALUE 'calm' BEFORE 'happy';
CREATE TYPE app.color AS ENUM ('red', 'green');
COMMENT ON TYPE mood IS 'how it''s going';
CREATE DOMAIN email AS text COLLATE "C" NOT NULL DEFAULT 'a@b'
    CONSTRAINT has_at CHECK (VALUE ~ '@') CHECK (length(VALUE) < 100);
CREATE DOMAIN app.work_email AS email CHECK (VALUE LIKE '%work%');
CREATE TYPE address AS (street varchar(40), "zip code" char(5), mood mood);
CREATE TYPE app.place AS (at address, tags text[]);
CREATE TYPE float_range AS RANGE (SUBTYPE = float8, SUBTYPE_DIFF = float8mi);
CREATE SEQUENCE shared_seq AS integer START 7 INCREMENT -2 MINVALUE -100
    MAXVALUE 50 CACHE 5 CYCLE;
COMMENT ON SEQUENCE shared_seq IS 'shared';

CREATE FUNCTION next_code() RETURNS text LANGUAGE sql VOLATILE AS
    $$ SELECT 'c' || nextval('public.shared_seq') $$;
CREATE FUNCTION app.touch() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
	NEW.note := E'touched; \\ $$';
	RETURN NEW;
END $body$;
CREATE FUNCTION app.is_short(t text) RETURNS boolean LANGUAGE sql IMMUTABLE AS
    $$ SELECT length(t) < 10 $$;

CREATE TABLE types (
	id		bigserial PRIMARY KEY,
	a_smallint	smallint NOT NULL DEFAULT 1,
	an_integer	integer DEFAULT -5,
	a_numeric	numeric(12,2) DEFAULT 1.50,
	b_numeric	numeric,
	c_numeric	numeric(3,-1),
	a_real		real DEFAULT 1.5,
	a_double	double precision DEFAULT 'NaN',
	a_boolean	boolean NOT NULL DEFAULT false,
	a_text		text DEFAULT 'it''s; -- \ "quoted"',
	a_varchar	varchar(20) COLLATE "POSIX",
	a_char		char(3) DEFAULT 'ab',
	a_name		name,
	an_any_char	"char",
	a_uuid		uuid DEFAULT gen_random_uuid(),
	a_date		date DEFAULT CURRENT_DATE,
	a_time		time(3),
	a_timetz	timetz,
	a_timestamp	timestamp(0) DEFAULT now(),
	a_timestamptz	timestamptz NOT NULL DEFAULT '2020-01-02 03:04:05.6+02',
	an_interval	interval day to second(3) DEFAULT '1 day 2 hours',
	a_json		json NOT NULL DEFAULT '{"a": [1]}',
	a_jsonb		jsonb,
	a_bytea		bytea DEFAULT '\xdeadbeef',
	an_array	integer[] NOT NULL DEFAULT '{}',
	moods		mood[] DEFAULT '{sad,happy}',
	a_mood		mood NOT NULL DEFAULT 'it''s "ok"',
	a_color		app.color,
	an_email	email,
	a_work_email	app.work_email DEFAULT 'x@work',
	an_address	address,
	a_place		app.place,
	a_range		float_range,
	an_int_range	int4range DEFAULT '[1,5)',
	a_multirange	datemultirange,
	an_inet		inet,
	a_bit		bit(4) DEFAULT B'0101',
	a_money		money,
	a_vector	tsvector,
	a_point		point,
	an_xml		xml,
	code		text DEFAULT next_code(),
	total		numeric GENERATED ALWAYS AS (a_numeric * 2) STORED,
	last_seq	integer DEFAULT nextval('shared_seq')
);
ALTER TABLE types ALTER a_text SET STORAGE EXTERNAL;
ALTER TABLE types ALTER a_jsonb SET STATISTICS 500;
ALTER TABLE types ALTER a_text SET (n_distinct = -0.5);
ALTER TABLE types ALTER a_bytea SET COMPRESSION pglz;
COMMENT ON TABLE types IS E'all types\nand "more" \\ -- of; them';
COMMENT ON COLUMN types.a_text IS 'it''s text';

CREATE TABLE app.parent (
	a		integer,
	b		text COLLATE "C",
	c		integer NOT NULL,
	PRIMARY KEY (b, a) INCLUDE (c),
	CONSTRAINT "unique c" UNIQUE NULLS NOT DISTINCT (c, a) DEFERRABLE
	    INITIALLY DEFERRED,
	CONSTRAINT parent_c UNIQUE (c) WITH (fillfactor = 70)
) WITH (fillfactor = 80, autovacuum_enabled = false);
COMMENT ON CONSTRAINT parent_c ON app.parent IS 'one c';

CREATE TABLE child (
	id		integer GENERATED ALWAYS AS IDENTITY
			    (START 10 INCREMENT 5 MAXVALUE 1000 CYCLE)
			    PRIMARY KEY,
	pa		integer,
	pb		text,
	pc		integer REFERENCES app.parent (c) ON UPDATE RESTRICT
			    NOT DEFERRABLE,
	self		integer CONSTRAINT to_self REFERENCES child
			    ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
	note		text CHECK (note <> '') NO INHERIT,
	during		tstzrange,
	serial		smallserial,
	low		integer,
	high		integer,
	CONSTRAINT "to parent" FOREIGN KEY (pb, pa) REFERENCES app.parent
	    MATCH FULL ON DELETE SET NULL ON UPDATE CASCADE,
	CONSTRAINT partly FOREIGN KEY (pb, pa) REFERENCES app.parent (b, a)
	    ON DELETE SET NULL (pa),
	CHECK (low < high),
	CONSTRAINT "no overlap" EXCLUDE USING gist (during WITH &&)
	    WHERE (note IS NOT NULL) DEFERRABLE
);
ALTER TABLE child ADD CONSTRAINT later CHECK (low > 0) NOT VALID;
ALTER TABLE child ADD CONSTRAINT later_fk FOREIGN KEY (low)
    REFERENCES app.parent (c) NOT VALID;
COMMENT ON CONSTRAINT "to parent" ON child IS 'both';
CREATE UNIQUE INDEX child_pa ON child (pa);
CREATE UNIQUE INDEX child_part ON child (pb) WHERE pa > 5;
CREATE UNIQUE INDEX child_expr ON child (lower(note), (low + high) DESC);
CREATE INDEX child_many ON child (pb COLLATE "C" text_pattern_ops DESC
    NULLS LAST, pa NULLS FIRST) INCLUDE (low, high) WITH (fillfactor = 50);
CREATE INDEX child_hash ON child USING hash (pc);
CREATE INDEX child_brin ON child USING brin (id) WITH (pages_per_range = 8);
CREATE INDEX child_short ON child (app.is_short(note));
COMMENT ON INDEX child_hash IS 'hash';
CREATE STATISTICS child_stats (ndistinct) ON low, high FROM child;
CREATE TRIGGER touch BEFORE UPDATE OF note ON child FOR EACH ROW
    WHEN (OLD.note IS DISTINCT FROM NEW.note) EXECUTE FUNCTION app.touch();
CREATE TRIGGER touch_off BEFORE INSERT ON child FOR EACH ROW
    EXECUTE FUNCTION app.touch();
ALTER TABLE child DISABLE TRIGGER touch_off;
ALTER TABLE child ENABLE ROW LEVEL SECURITY;
ALTER TABLE child FORCE ROW LEVEL SECURITY;
CREATE POLICY see ON child FOR SELECT USING (low > 0);
CREATE POLICY put ON child AS RESTRICTIVE FOR INSERT
    WITH CHECK (app.is_short(note));
ALTER TABLE child CLUSTER ON child_pa;
ALTER TABLE child REPLICA IDENTITY FULL;

-- A circle.
CREATE TABLE hen (id integer PRIMARY KEY, egg integer NOT NULL);
CREATE TABLE egg (id integer PRIMARY KEY,
    hen integer REFERENCES hen DEFERRABLE);
ALTER TABLE hen ADD CONSTRAINT hen_egg FOREIGN KEY (egg) REFERENCES egg
    DEFERRABLE INITIALLY DEFERRED;

-- Partitions, and a partition of its own kind.
CREATE TABLE log (
	at		timestamptz NOT NULL,
	region		text NOT NULL DEFAULT 'x',
	what		text CHECK (what <> ''),
	PRIMARY KEY (at, region)
) PARTITION BY RANGE (at);
CREATE INDEX log_what ON log (what);
CREATE TABLE log_old PARTITION OF log FOR VALUES FROM (MINVALUE)
    TO ('2020-01-01+00');
CREATE TABLE app.log_new PARTITION OF log FOR VALUES FROM ('2020-01-01+00')
    TO (MAXVALUE) PARTITION BY LIST (region);
CREATE TABLE log_new_eu PARTITION OF app.log_new FOR VALUES IN ('eu', NULL);
CREATE TABLE log_new_rest PARTITION OF app.log_new DEFAULT;
CREATE INDEX log_old_own ON log_old (region);

-- Inheritance.
CREATE TABLE base (id integer NOT NULL, name text DEFAULT 'base',
    CONSTRAINT base_id CHECK (id > 0));
CREATE TABLE derived (extra text, PRIMARY KEY (id)) INHERITS (base);
ALTER TABLE derived ALTER name SET DEFAULT 'derived';
CREATE TABLE derived_twice (name text DEFAULT 'twice', more text) INHERITS (derived, base);

CREATE UNLOGGED TABLE scratch (a integer);
CREATE TABLE nothing ();
CREATE TABLE "select" (
	"select"	integer PRIMARY KEY,
	"A b"		text,
	"it's ""q"""	text,
	"naïve 佐藤"	text,
	"line
break"		text DEFAULT 'a
b',
	"$1 \x"		integer DEFAULT 3,
	UNIQUE ("A b", "it's ""q""")
);
CREATE TABLE "odd ""schema"."odd; -- table
\! true" (
	"from"		integer REFERENCES "select" ("select"),
	"a""b.c"	mood CHECK ("a""b.c" <> 'sad')
);

CREATE VIEW first_view AS SELECT id, note FROM child WHERE low > 0;
CREATE VIEW app.second_view WITH (security_barrier = true) AS
    SELECT v.id, p.c FROM first_view v JOIN app.parent p ON p.c = v.id;
CREATE MATERIALIZED VIEW counted AS
    SELECT count(*) AS n, a_mood FROM types GROUP BY a_mood;
CREATE UNIQUE INDEX counted_mood ON counted (a_mood);
CREATE RULE no_delete AS ON DELETE TO scratch DO INSTEAD NOTHING;
COMMENT ON VIEW first_view IS 'a view';
COMMENT ON COLUMN first_view.note IS 'seen';
COMMIT;
