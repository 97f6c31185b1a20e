#!/bin/sh
# rollback.sh - empty the tables again that migrate.sh has filled
#
# Without --confirm it only says what would be deleted.  kv_store is none of
# the tables, so that the migration can be run again.

set -eu

usage() {
	cat <<-!
	usage: rollback.sh [options]
	Delete all rows of the tables that migrate.sh fills.

	  -d, --dbname CONNINFO   the PostgreSQL database (default: PG* variables)
	      --confirm           delete, do not only look
	      --tables NAME,...   only these tables
	      --undo-log FILE     write the rows to FILE before they are deleted
	  -h, --help              show this help and exit
	!
}

die() {
	echo "rollback.sh: $*" >&2
	exit 2
}

PG=
confirm=
tables=clients,catalogs,sites,products,employees,orders
undo_log=
while [ $# -gt 0 ]; do
	option=$1
	case $option in
	-d | --dbname | --tables | --undo-log)
		[ $# -ge 2 ] || die "option $option needs an argument"
		shift
		;;
	esac
	case $option in
	-d | --dbname) PG=$1 ;;
	--confirm) confirm=--confirm ;;
	--tables) tables=$1 ;;
	--undo-log) undo_log=$1 ;;
	-h | --help) usage; exit 0 ;;
	*) die "unknown option $option; --help lists the options" ;;
	esac
	shift
done
case ,$tables, in
*,kv_store,*) die 'kv_store is where the rows come from; it stays' ;;
*,,*) die "--tables wants names with commas between them: $tables" ;;
esac

set -f
IFS=,
# table-clear wants to be told: this is what the PG* variables say.
# shellcheck disable=SC2086 # a word for each table
exec table-clear $confirm ${undo_log:+"--undo-log=$undo_log"} -- \
    "${PG:-postgresql://}" $tables
