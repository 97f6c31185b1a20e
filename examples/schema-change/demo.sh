#!/bin/sh
# demo TARGET - three changes of a schema: looked at, tried on a copy, applied,
# taken back and applied again
#
# TARGET is sqlite:FILE or a libpq string; sample.sqlite.sql and sample.pg.sql
# make the table for it.
set -eu
target=$1
cd "$(dirname "$0")"

migrate() {
	echo "# row-migrate -d $target $*"
	row-migrate -d "$target" "$@"
}

# What hurts is told, and is no reason to stop here.
migrate lint || [ $? -eq 1 ]
migrate test
migrate up
migrate status
migrate down --to 0
migrate up
migrate verify
