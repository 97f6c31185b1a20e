#!/bin/sh
# examples/schema-change: three migrations, there and back, on both engines.
. "$(dirname "$0")/../lib.sh"

dir=$top/examples/schema-change
cd "$tmp" || exit 1

# --- SQLite.
sqlite3 app.db <"$dir/sample.sqlite.sql"
sqlite3 app.db 'SELECT * FROM profiles; SELECT * FROM visits' >before
run "$dir/demo.sh" "sqlite:$tmp/app.db"
status_is 'sqlite: up, down and up again' 0
err_has 'sqlite: after a trial on a copy' '3 migrations tested on a copy, 0 found wrong'
run sqlite3 app.db 'SELECT id, name, theme, language FROM profiles'
out_is 'sqlite: keys became columns' '1|Ada|dark|en
2|Grace|light|
3|Edsger||nl
4|Plain||'
is 'sqlite: no visit is gone' "$(sqlite3 app.db \
    'SELECT count(*) FROM visits; PRAGMA foreign_key_check')" 3
check 'sqlite: longer names fit' sqlite3 app.db \
    "UPDATE profiles SET name = printf('%.40c', 'x') WHERE id = 4"
run row-migrate -d sqlite:app.db --dir "$dir/migrations" down --to 0
status_is 'sqlite: but not after the way back, which is refused' 4
sqlite3 app.db "UPDATE profiles SET name = 'Plain' WHERE id = 4"
run row-migrate -d sqlite:app.db --dir "$dir/migrations" resume
status_is 'sqlite: until the cause is mended' 0
run row-migrate -d sqlite:app.db --dir "$dir/migrations" down --to 0
sqlite3 app.db 'SELECT * FROM profiles; SELECT * FROM visits' >after
check 'sqlite: then all is as it was' diff before after
sqlite3 app.db "UPDATE profiles SET config = '{\"odd\":1}' WHERE id = 4"
run row-migrate -d sqlite:app.db --dir "$dir/migrations" up
status_is 'sqlite: a key that would be lost stops it' 4
is 'sqlite: with the key still there' "$(sqlite3 app.db \
    'SELECT config FROM profiles WHERE id = 4')" '{"odd":1}'

# --- PostgreSQL.
createdb schema_change || exit 1
trap 'dropdb schema_change; rm -rf "$tmp"' EXIT
sql() { psql -X -q -At -d schema_change -c "$1"; }
psql -X -q -d schema_change -f "$dir/sample.pg.sql"
sql 'SELECT id, name, config FROM profiles; SELECT * FROM visits' >before
run "$dir/demo.sh" 'dbname=schema_change'
status_is 'pg: up, down and up again' 0
err_has 'pg: after a trial on a copy' '3 migrations tested on a copy, 0 found wrong'
is 'pg: keys became columns' \
    "$(sql 'SELECT id, name, theme, language FROM profiles ORDER BY id')" \
    '1|Ada|dark|en
2|Grace|light|
3|Edsger||nl
4|Plain||'
run row-migrate -d dbname=schema_change --dir "$dir/migrations" down --to 0
status_is 'pg: the way back' 0
sql 'SELECT id, name, config FROM profiles ORDER BY id; SELECT * FROM visits' >after
check 'pg: and all is as it was after the way back' diff before after
finish
