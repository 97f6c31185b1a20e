-- features-sqlite.sql - a SQLite database with everything a schema can say
CREATE TABLE plain (
	id INTEGER PRIMARY KEY,
	name TEXT NOT NULL ON CONFLICT IGNORE DEFAULT 'it''s',
	price DECIMAL(10,2) DEFAULT 1.5,
	is_open BOOLEAN NOT NULL DEFAULT 1 CHECK (is_open IN (0, 1)),
	made DATETIME DEFAULT CURRENT_TIMESTAMP,
	born DATE,
	code VARCHAR(20) COLLATE NOCASE UNIQUE ON CONFLICT REPLACE,
	raw BLOB DEFAULT X'00ff',
	any_thing,
	odd MYTYPE,
	kind TEXT CHECK (kind IN ('a', 'b''c')),
	weight FLOAT DEFAULT (-1.5e3),
	uid UUID,
	doc JSON,
	"the ""name"" -- x" "weird; type" DEFAULT NULL, -- a comment, with (
	[in brackets] INT /* , not here */ DEFAULT -7,
	`line
break` TEXT,
	low INTEGER, high INTEGER,
	CONSTRAINT "low ""to"" high" CHECK (low < high /* really */),
	CHECK (length(name) > 0 AND name NOT LIKE '%)%')
);
CREATE TABLE auto (id INTEGER PRIMARY KEY AUTOINCREMENT, v ANY) STRICT;
CREATE TABLE keyed (
	a TEXT COLLATE RTRIM, b INT, c REAL,
	sum REAL GENERATED ALWAYS AS (b + c) STORED,
	twice INT AS (b * 2),
	shout TEXT AS (upper(a || ')')) VIRTUAL NOT NULL,
	CONSTRAINT pk PRIMARY KEY (b, a) ON CONFLICT ROLLBACK,
	CONSTRAINT "u 1" UNIQUE (c, a) ON CONFLICT FAIL,
	UNIQUE (c)
) WITHOUT ROWID;
CREATE TABLE refs (
	id INTEGER CONSTRAINT mypk PRIMARY KEY,
	p INTEGER NOT NULL CONSTRAINT to_plain REFERENCES plain
	    ON DELETE SET NULL ON UPDATE CASCADE,
	b INT, a TEXT,
	self INTEGER REFERENCES refs (id) DEFERRABLE INITIALLY DEFERRED
	    NOT NULL,
	lone INTEGER REFERENCES missing (id) NOT DEFERRABLE,
	CONSTRAINT both FOREIGN KEY (b, a) REFERENCES keyed
	    ON DELETE CASCADE DEFERRABLE INITIALLY IMMEDIATE
	UNIQUE (b)
);
CREATE TABLE hen (id INTEGER PRIMARY KEY, egg INT REFERENCES egg (id));
CREATE TABLE egg (id INTEGER PRIMARY KEY, hen INT REFERENCES hen (id));
CREATE TABLE textkey (k TEXT PRIMARY KEY, v INT) STRICT, WITHOUT ROWID;
CREATE TABLE descending (id INTEGER PRIMARY KEY DESC, x);
CREATE TABLE "select" ("from" INTEGER, "group" TEXT, PRIMARY KEY ("group"));
CREATE INDEX refs_a ON refs (a COLLATE NOCASE DESC, b);
CREATE UNIQUE INDEX plain_part ON plain (name) WHERE is_open = 1 AND odd > ')';
CREATE UNIQUE INDEX plain_code ON plain (code, "the ""name"" -- x");
CREATE INDEX "plain ""expr""" ON plain (lower(name), low + high DESC,
    substr(name, 1, 2) COLLATE NOCASE);
CREATE VIEW first (n, m) AS SELECT id, name FROM plain; -- end
CREATE VIEW "second ""view""" AS WITH x AS (SELECT 1 AS one) SELECT * FROM x;
CREATE TRIGGER touch AFTER UPDATE ON plain BEGIN
	UPDATE auto SET v = 'a;b' WHERE id = NEW.id;
	SELECT 1;
END;
CREATE TRIGGER instead INSTEAD OF INSERT ON first BEGIN SELECT 1; END;
CREATE VIRTUAL TABLE search USING fts5(body, tokenize = 'porter');
