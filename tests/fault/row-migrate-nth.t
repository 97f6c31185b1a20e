#!/bin/sh
# Each allocation, read, write, open, sync and rename of row-migrate fails in
# turn.  Whatever comes of it, status explains, what is left to do can be done,
# nothing is done twice, and test does not call wrong what is right, nor right
# what is wrong.
. "$(dirname "$0")/../lib.sh"
fault=$bin/../fault/bin
if [ ! -x "$fault/row-migrate" ]; then
	skip 'failures are survived' 'built without failures on request'
	finish
fi
cd "$tmp" || exit 1
mkdir scratch
TMPDIR=$tmp/scratch
export TMPDIR

step() { # NAME PART, the text on standard input
	mkdir -p "plan/$1"
	cat >"plan/$1/$2"
	case $2 in *.sql) ;; *) chmod +x "plan/$1/$2" ;; esac
}
step 1_sql up.sql <<'!'
CREATE TABLE done (step integer, n integer);
INSERT INTO done VALUES (1, 1);
!
step 1_sql down.sql <<'!'
DROP TABLE done;
!
step 1_sql verify.sql <<'!'
SELECT count(*) = 1 FROM done WHERE step = 1;
!
step 2_more up.sql <<'!'
INSERT INTO done VALUES (2, 1);
CREATE INDEX i ON done (n);
!
step 2_more down.sql <<'!'
DROP INDEX i; DELETE FROM done WHERE step = 2;
!
cp -R plan sql
step 3_script up <<'!'
#!/bin/sh
set -e
echo 'says something'
sqlite3 "$ROWPIPE_SQLITE" 'INSERT INTO done SELECT 3, 1 WHERE NOT EXISTS
    (SELECT 1 FROM done WHERE step = 3)'
!
step 3_script down <<'!'
#!/bin/sh
sqlite3 "$ROWPIPE_SQLITE" 'DELETE FROM done WHERE step = 3'
!
# A plan whose last down forgets its index.
cp -R sql wrong
echo 'DELETE FROM done WHERE step = 2;' >wrong/2_more/down.sql
sqlite3 before.db 'CREATE TABLE other (x); INSERT INTO other VALUES (1)'
cp before.db applied.db
row-migrate -d sqlite:applied.db --dir sql up 2>"$err" || exit 1

# Run it with a failure on request: what it did must be told by its status.
attempt() { # FAULT WORD ...
	attempt_fault=$1
	shift
	ROWPIPE_FAULT=$attempt_fault timeout -k 1 30 "$fault/row-migrate" \
	    -d sqlite:app.db "$@" >"$out" 2>"$err"
	status=$?
}

steps_done() {
	sqlite3 app.db 'SELECT step, count(*) FROM done GROUP BY step' |
	    xargs
}

# The normal program, afterwards.
goes_on() { # DIR WANT
	row-migrate -d sqlite:app.db --dir "$1" status >next 2>&1
	case $? in 0 | 1) ;; *) return 1 ;; esac
	row-migrate -d sqlite:app.db --dir "$1" up >>next 2>&1 &&
	    [ "$(steps_done)" = "$2" ]
}

try_up() { # FAULT
	cp before.db app.db
	attempt "$1" --dir plan up
	case $status in
	0) [ "$(steps_done)" = '1|1 2|1 3|1' ] ;;
	4 | 6) [ -s "$err" ] && goes_on plan '1|1 2|1 3|1' ;;
	*) false ;;
	esac
}

try_down() { # FAULT
	cp applied.db app.db
	attempt "$1" --dir sql down --to 0
	case $status in
	0) ! sqlite3 app.db 'SELECT * FROM done' >/dev/null 2>&1 ;;
	4 | 6) [ -s "$err" ] && goes_on sql '1|1 2|1' ;;
	*) false ;;
	esac
}

# The copy is gone when the watchman has seen the end.
no_copy() {
	no_copy_n=0
	while [ -n "$(ls scratch)" ] && [ $((no_copy_n += 1)) -lt 100 ]; do
		sleep 0.1
	done
	[ "$no_copy_n" -lt 100 ] || { rm -rf scratch/*; false; }
}

try_test() { # FAULT
	cp before.db app.db
	attempt "$1" --dir sql test
	cmp -s before.db app.db && no_copy && case $status in
	0) ;;
	1 | 4) [ -s "$err" ] ;;
	*) false ;;
	esac
}

try_wrong() { # FAULT
	cp before.db app.db
	attempt "$1" --dir wrong test --rollback
	cmp -s before.db app.db && no_copy && case $status in
	1 | 4) [ -s "$err" ] ;;
	*) false ;;
	esac
}

try_squash() { # FAULT
	cp applied.db app.db
	rm -rf folder
	cp -R sql folder
	attempt "$1" --dir folder squash --to 2_more both
	no_copy && case $status in
	0) [ -e folder/both/up.sql ] && [ ! -e folder/1_sql ] ;;
	# Moved, but not yet in the books.
	4 | 6 | 1) [ -s "$err" ] && { [ ! -e folder/both ] ||
	    [ "$(cd folder/_squashed && echo *)" = '1_sql 2_more' ]; } ;;
	*) false ;;
	esac && goes_on folder '1|1 2|1'
}

try_new() { # FAULT
	cp before.db app.db
	rm -rf made
	attempt "$1" --dir made new 2026_x
	case $status in
	0) [ "$(cd made/2026_x && echo *)" = 'down.sql up.sql verify.sql' ] ;;
	# Without memory it ends where it stands.
	4) [ -s "$err" ] && { [ "$kind" = alloc ] ||
	    row-migrate --dir made new 2026_x 2>next; } ;;
	*) false ;;
	esac
}

try_rebuild() { # FAULT
	cp applied.db app.db
	attempt "$1" rebuild "done" --type n=TEXT
	case $status in
	0 | 4 | 6) [ "$(steps_done)" = '1|1 2|1' ] &&
	    [ "$(sqlite3 app.db 'PRAGMA integrity_check')" = ok ] ;;
	*) false ;;
	esac
}

try_status() { # FAULT
	cp applied.db app.db
	attempt "$1" --dir plan status
	case $status in
	0) grep -q '^Next: row-migrate -d sqlite:app.db' "$out" ;;
	1) grep -q '^Problem: could not read' "$out" ;;
	4) [ -s "$err" ] ;;
	*) false ;;
	esac && cmp -s applied.db app.db
}

count() { sed -n "s/^fault: $1 //p" counts | tail -n 1; }

each() { # WHAT TITLE
	kind=
	check "$2: nothing fails" "try_$1" count
	cp "$err" counts
	for kind in alloc read write open sync rename; do
		for how in '' :on :short; do
			case $kind$how in
			read:short | write:short) ;;
			*:short | alloc:on) continue ;;
			esac
			wrong=
			n=1
			while [ $n -le "$(count $kind)" ]; do
				"try_$1" "$kind:$n$how" ||
				    wrong="$wrong $n:$status"
				n=$((n + 1))
				[ -n "${CHECK_LONG-}" ] || n=$((2 * n - 1))
			done
			is "$2: $kind$how fails" "$wrong" ''
		done
	done
}

each up 'up is gone on with'
each down 'down is gone on with'
each test 'test leaves the database alone'
each wrong 'test never passes a down that is wrong'
each squash 'squash is made, or not'
each new 'new makes all or can be run again'
each rebuild 'rebuild loses no row'
each status 'status says the truth or fails'
finish
