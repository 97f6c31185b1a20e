-- Tables of every type, in the schema types; one type a table, then mixtures.
SET client_min_messages = warning;
DROP SCHEMA IF EXISTS types CASCADE;
CREATE SCHEMA types;
CREATE EXTENSION IF NOT EXISTS hstore;
CREATE EXTENSION IF NOT EXISTS citext;
CREATE EXTENSION IF NOT EXISTS ltree;
SET search_path = types, public;
SET timezone = 'UTC';

CREATE TYPE mood AS ENUM ('sad', 'ok', 'very "happy"');
CREATE TYPE pair AS (a integer, b text, at timestamptz);
CREATE TYPE nest AS (p pair, ps pair[], n numeric);
CREATE DOMAIN positive AS integer CHECK (VALUE > 0);
CREATE DOMAIN email AS text;
CREATE DOMAIN email2 AS email;
CREATE DOMAIN ints AS integer[];
CREATE DOMAIN boxed AS pair;
CREATE TYPE span AS RANGE (subtype = numeric);

-- Values of each type as text; null and an array of them all follow.
CREATE TABLE samples (type text, v text[]);
INSERT INTO samples VALUES
 ('boolean', '{t,f}'),
 ('smallint', '{0,1,-1,32767,-32768}'),
 ('integer', '{0,1,-1,9,10,99,100,101,2147483647,-2147483648}'),
 ('bigint', '{0,1,-1,12345678901,9223372036854775807,-9223372036854775808}'),
 ('oid', '{0,1,4294967295}'),
 ('numeric', ARRAY['0', '0.0', '-0.00', '1', '10', '9999', '10000', '10001',
   '100000000', '1.10', '-1.10', '0.1', '0.01', '0.0001', '0.00001',
   '0.00000000000000000001', '123456789.123456789', '1e30', '1e-30',
   '-99999999999999999999999999999999.999999', 'NaN', 'Infinity',
   '-Infinity', '12345678901234567890123456789012345678901234567890',
   '0.' || repeat('0', 500) || '5', '1' || repeat('0', 3000),
   '5' || repeat('0', 4000) || '.' || repeat('0', 1000) || '7']),
 ('numeric(12,2)', '{0,1,1.1,-1234567890.12,9999999999.99,NaN}'),
 ('numeric(5,-2)', '{0,12300,-99900}'),
 ('real', '{0,-0,1,0.1,3.4028235e38,1e-45,1.17549435e-38,123456790000,NaN,
   Infinity,-Infinity,16777216,1e15,1e-5}'),
 ('double precision', '{0,-0,1,0.1,1.7976931348623157e308,5e-324,1e15,1e16,
   1e-5,0.0001,123456789012345680,NaN,Infinity,-Infinity,
   2.2250738585072014e-308,0.30000000000000004}'),
 ('money', '{0,1.5,-92233720368547758.08,1234567.89}'),
 ('text', ARRAY['', ' ', 'plain', E'\u00fcber \u65e5\u672c \U0001F600',
   E'q"b\\s/', E'\b\f\n\r\t\u0001\u001f\u007f\u0080\u2028', '@x', 'null',
   repeat('long ', 5000)]),
 ('varchar(10)', '{"",abc,"ü"}'),
 ('char(5)', '{"",a,abcde}'),
 ('"char"', '{"",a,"\"","\\"}'),
 ('name', '{"",pg_class,Odd Name}'),
 ('citext', '{"",MiXed,"\""}'),
 ('bytea', ARRAY['', '\x00', '\xdeadbeef', '\x' || repeat('00ff', 1000)]),
 ('uuid', '{00000000-0000-0000-0000-000000000000,
   ffffffff-ffff-ffff-ffff-ffffffffffff,
   a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11}'),
 ('date', '{2024-02-29,2000-01-01,1999-12-31,1900-02-28,2100-03-01,
   "0001-01-01","0001-12-31 BC","0044-03-15 BC","4713-01-01 BC",
   9999-12-31,10000-01-01,5874897-12-31,infinity,-infinity}'),
 ('time', '{00:00,allballs,12:34:56,23:59:59.999999,24:00,00:00:00.000001,
   10:00:00.5,10:00:00.120}'),
 ('time(0)', '{12:34:56.7}'),
 ('timetz', '{00:00+00,allballs,12:34:56.789-05:30,24:00:00+15:59:59,
   23:59:59.999999-15:59}'),
 ('timestamp', '{2024-01-02 03:04:05.123456,2000-01-01,1999-12-31 23:59:59,
   "0001-01-01 00:00 BC","4713-01-01 00:00:00 BC",294276-12-31 23:59:59.999999,
   infinity,-infinity,epoch,2024-02-29 24:00,1999-12-31 23:59:59.999999,
   "0044-03-15 12:00:00.5 BC"}'),
 ('timestamp(3)', '{2024-01-02 03:04:05.123456}'),
 ('timestamptz', '{2024-01-02 03:04:05.123456+00,2024-07-01 12:00+02,
   "0044-03-15 12:00+00 BC",294276-12-31 23:59:59.999999+00,infinity,
   -infinity,epoch,"4713-01-01 00:00:00+00 BC"}'),
 ('interval', '{0,1 day,-1 day,1 year 2 mons 3 days 04:05:06.789,
   -00:00:00.000001,1 mon -1 day 00:00:01,178000000 years,
   -2 years -3 mons 4 days -05:06:07.1}'),
 ('interval day to second(0)', '{1 day 2:03:04.9}'),
 ('json', ARRAY['null', '1', '"x"', '[]', '{}', '{"a" : 1,  "a":2}',
   E'{\n\t"lines": [1,\r\n2]\n}', '"\u0000"', '"\ud83d\ude00"', ' 1 ',
   '1.10', '12345678901234567890.123456789']),
 ('jsonb', ARRAY['null', '1', '"x"', '[]', '{}', '{"b":1,"a":{"c":[1,2]}}',
   '1.10', '"\u00fc\n"', '1e400', '-0.0']),
 ('xml', '{"","<a/>","<?xml version=\"1.0\" encoding=\"UTF-8\"?><a>ü</a>",
   "text <b>\"</b>"}'),
 ('inet', '{1.2.3.4,1.2.3.4/8,::1,2001:db8::/32,::ffff:1.2.3.4}'),
 ('cidr', '{10.0.0.0/8,2001:db8::/32}'),
 ('macaddr', '{08:00:2b:01:02:03}'),
 ('macaddr8', '{08:00:2b:01:02:03:04:05}'),
 ('bit(3)', '{000,101}'),
 ('varbit', '{"",1,0101010101}'),
 ('point', '{"(0,0)","(1.5,-2e10)"}'),
 ('line', '{"{1,2,3}"}'),
 ('lseg', '{"[(0,0),(1,1)]"}'),
 ('box', '{"(1,1),(0,0)"}'),
 ('path', '{"[(0,0),(1,1)]","((0,0),(1,1))"}'),
 ('polygon', '{"((0,0),(1,1),(2,0))"}'),
 ('circle', '{"<(0,0),1>"}'),
 ('tsvector', '{"","a:1 fat:2A"}'),
 ('tsquery', '{"",fat & ( rat | cat )}'),
 ('jsonpath', '{$.a[*]}'),
 ('pg_lsn', '{0/0,16/B374D848}'),
 ('txid_snapshot', '{10:20:10}'),
 ('pg_snapshot', '{10:20:10}'),
 ('xid', '{0,4294967295}'),
 ('xid8', '{18446744073709551615}'),
 ('cid', '{7}'),
 ('tid', '{"(0,1)"}'),
 ('regclass', '{pg_class,types.samples,0}'),
 ('regtype', '{integer,types.mood}'),
 ('regproc', '{now,0}'),
 ('regnamespace', '{types}'),
 ('regrole', '{postgres}'),
 ('int2vector', '{"","1 2 3"}'),
 ('oidvector', '{"","1 2 3"}'),
 ('int4range', '{empty,"[1,2)","[,)","[5,]"}'),
 ('int8range', '{"[1,9223372036854775807)"}'),
 ('numrange', '{"[1.10,2.20]"}'),
 ('tsrange', '{"[2024-01-01,2024-01-02)"}'),
 ('tstzrange', '{"[2024-01-01,infinity]"}'),
 ('daterange', '{"[2024-01-01,2024-01-02)"}'),
 ('int4multirange', '{"{}","{[1,2),[3,4)}"}'),
 ('datemultirange', '{"{[2024-01-01,2024-01-02)}"}'),
 ('types.span', '{"[1,2]"}'),
 ('types.mood', '{sad,"very \"happy\""}'),
 ('types.pair', '{"(1,\"x\"\"y\",2024-01-01)","(,,)"}'),
 ('types.nest', ARRAY['("(1,a,)","{""(2,b,infinity)"",NULL}",1.10)']),
 ('types.positive', '{1,2147483647}'),
 ('types.email', '{"a@b","q\""}'),
 ('types.email2', '{"a@b"}'),
 ('types.ints', ARRAY['{1,2}', '{}', '{{1,2},{3,NULL}}']),
 ('types.boxed', '{"(1,x,)"}'),
 ('hstore', ARRAY['', 'a=>1, b=>NULL, "q\""=>x']),
 ('ltree', '{Top.Science,""}');

-- One table a type: the values, null, and an array of all of them.
DO $$
DECLARE s record; t text; v text;
BEGIN
 FOR s IN SELECT * FROM samples LOOP
  t := 'types.' || quote_ident('t_' || s.type);
  EXECUTE format('CREATE TABLE %s (n serial, v %s, a %s[])', t, s.type,
      s.type);
  EXECUTE format('INSERT INTO %s (v) VALUES (NULL)', t);
  FOREACH v IN ARRAY s.v LOOP
   EXECUTE format('INSERT INTO %s (v) VALUES (%L::%s)', t, v, s.type);
  END LOOP;
  IF s.type NOT IN ('int2vector', 'oidvector', 'types.ints') THEN
   EXECUTE format('UPDATE %1$s SET a = (SELECT array_agg(v ORDER BY n)::%2$s[]'
      ' FROM %1$s) WHERE n = 1', t, s.type);
   EXECUTE format('UPDATE %s SET a = ARRAY[v] WHERE n = 2', t);
   EXECUTE format('UPDATE %s SET a = ''{}'' WHERE n = 3', t);
  END IF;
 END LOOP;
END $$;

CREATE TABLE arrays (i int[], t text[], n numeric[], ts timestamptz[],
 b bytea[], j jsonb[], e mood[], d positive[], f float8[], u uuid[],
 bo boolean[], da date[], ti time[], c citext[], js json[], dd ints[]);
INSERT INTO arrays (i, t) VALUES
 ('{}', '{}'), ('{NULL}', '{NULL}'), ('{1,NULL,3}', '{"",NULL,"NULL"}'),
 ('{{1,2},{3,4}}', '{{a,b},{"\"",NULL}}'),
 ('{{{1},{2}},{{3},{4}}}', '{{{{{{deep}}}}}}'),
 ('[0:2]={1,2,3}', '[-3:-2]={a,b}'),
 ('[2:3][-1:0]={{1,2},{3,4}}', '{a,b,c}');
INSERT INTO arrays VALUES ('{1}', '{x}', '{1.10,NaN,-0.5,Infinity}',
 '{infinity,"2024-01-01 BC"}', ARRAY['\x00'::bytea, NULL], '{null,"[1]"}',
 '{ok,NULL,sad}', '{1,2}', '{1,NaN,-Infinity,1e30}',
 '{a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11}', '{t,f,NULL}',
 '{infinity,2024-01-01}', '{24:00}', '{AbC}',
 ARRAY[E'{"a":\n1}'::json, NULL], '{"{1,2}",NULL}');

-- A cast to json changes what row_to_json does, and only for types that are
-- not built in.
CREATE TYPE money2 AS ENUM ('one', 'two');
CREATE FUNCTION money2_json(money2) RETURNS json LANGUAGE sql IMMUTABLE AS
 $$SELECT json_build_object('enum', $1::text)$$;
CREATE CAST (money2 AS json) WITH FUNCTION money2_json(money2);
CREATE TABLE casts (v money2, a money2[]);
INSERT INTO casts VALUES ('one', '{one,two,NULL}'), (NULL, NULL);

-- And a cast to text does not.
CREATE TYPE shown AS ENUM ('x');
CREATE FUNCTION shown_text(shown) RETURNS text LANGUAGE sql IMMUTABLE AS
 $$SELECT 'not this'::text$$;
CREATE CAST (shown AS text) WITH FUNCTION shown_text(shown);
CREATE TYPE spanned AS RANGE (subtype = integer);
CREATE FUNCTION spanned_text(spanned) RETURNS text LANGUAGE sql IMMUTABLE AS
 $$SELECT 'not this'::text$$;
CREATE CAST (spanned AS text) WITH FUNCTION spanned_text(spanned);
CREATE TABLE text_casts (v shown, r spanned, a shown[]);
INSERT INTO text_casts VALUES ('x', '[1,2)', '{x}');

-- Many values of the types that are decoded here, chosen by chance once.
SELECT setseed(0.42);
CREATE TABLE sweep AS SELECT
 (random() * 65535 - 32768)::int::smallint AS i2,
 (random() * 4294967295 - 2147483648)::bigint::int AS i4,
 ((random() - 0.5) * 1.8e19)::numeric(20,0)::bigint AS i8,
 round(((random() - 0.5) * 10 ^ (random() * 40)::int)::numeric,
  (random() * 30)::int) AS num,
 (random() * 1e10)::numeric / (1 + (random() * 1e6)::int) AS quot,
 ((random() - 0.5) * 10 ^ (random() * 600 - 300)) AS f8,
 ((random() - 0.5) * 10 ^ (random() * 70 - 35))::real AS f4,
 date '4713-01-01 BC' + (random() * 7000000)::int AS d,
 timestamp '4713-01-01 00:00 BC' + random() * interval '298000 years' AS ts,
 timestamptz '1970-01-01Z' + random() * interval '60 years' AS tz,
 time '00:00' + random() * interval '1 day' AS t,
 random() * interval '100 years' - random() * interval '50 years' AS iv,
 md5(i::text)::uuid AS u,
 decode(md5(i::text), 'hex') AS b,
 i % 2 = 0 AS ok,
 chr(1 + (random() * 55000)::int) || chr(57344 + (random() * 1000000)::int)
  || repeat(chr(1 + i % 127), (random() * 20)::int) AS s,
 jsonb_build_object('n', random(), 's', chr(1 + i % 200)) AS j,
 ARRAY[i, -i, NULL] AS a
FROM generate_series(1, 3000) AS i;
-- Each day around the ends of months, years and centuries, for 3,000 years.
CREATE TABLE days AS SELECT
 (make_date(y, m, 1) - 2 + k) AS d, (make_date(y, m, 1) - 2 + k)::timestamp
 - interval '1 microsecond' AS ts
FROM generate_series(1, 3000, 33) AS y, generate_series(1, 12) AS m,
 generate_series(0, 3) AS k;
