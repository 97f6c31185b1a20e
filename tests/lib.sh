# lib.sh - what every test script uses; plain sh that prints TAP
#
#	. "$(dirname "$0")/../lib.sh"
#
#	run CMD ...		runs it: $status, files $out and $err
#	is TITLE GOT WANT	two strings are the same
#	status_is TITLE N	$status is N
#	out_is TITLE TEXT	standard output is TEXT and a newline (or nothing)
#	err_is TITLE TEXT	standard error is TEXT and a newline (or nothing)
#	err_has TITLE TEXT	standard error contains TEXT
#	check TITLE CMD ...	the command succeeds
#	check_scripts DIR	the files of an example are what a reader expects
#	skip TITLE WHY		say that a test could not be run here
#	finish			last line of every script
#
# $tmp is a scratch directory that goes away, $top the source tree; the
# programs under test come first in PATH.

# shellcheck shell=sh
set -u
LC_ALL=C.UTF-8
export LC_ALL
unset ROWPIPE_FRAME ROWPIPE_GATE ROWPIPE_FAULT ROWPIPE_PLANT
top=$(cd "$(dirname "$0")/../.." && pwd)
bin=${BIN:-$top/build/bin}
PATH=$bin:$PATH
tmp=$(mktemp -d "${TMPDIR:-/tmp}/rowpipe-test.XXXXXX")
trap 'rm -rf "$tmp"' EXIT
trap 'exit 1' HUP INT TERM
out=$tmp/.out
err=$tmp/.err
status=0
test_n=0
test_bad=0

report() { # VERDICT TITLE
	test_n=$((test_n + 1))
	[ "$1" = ok ] || test_bad=$((test_bad + 1))
	printf '%s %d - %s\n' "$1" "$test_n" "$2"
}

run() {
	"$@" >"$out" 2>"$err" </dev/null
	status=$?
}

# As run, with standard input from the file $1.
run_with() {
	run_in=$1
	shift
	"$@" >"$out" 2>"$err" <"$run_in"
	status=$?
}

is() {
	if [ "$2" = "$3" ]; then
		report ok "$1"
	else
		report 'not ok' "$1"
		printf '%s\n' "$2" | head -c 2000 | sed 's/^/#  got: /'
		printf '%s\n' "$3" | head -c 2000 | sed 's/^/# want: /'
	fi
}

status_is() {
	is "$1" "$status" "$2"
	[ "$status" = "$2" ] || head -c 1000 "$err" | sed 's/^/# stderr: /'
}

out_is() { is "$1" "$(cat "$out")" "$2"; }
err_is() { is "$1" "$(cat "$err")" "$2"; }

err_has() {
	if grep -qF -- "$2" "$err"; then
		report ok "$1"
	else
		report 'not ok' "$1"
		head -c 2000 "$err" | sed 's/^/#  got: /'
		printf '# want: ...%s...\n' "$2"
	fi
}

check() {
	check_title=$1
	shift
	if "$@" >"$tmp/.check" 2>&1; then
		report ok "$check_title"
	else
		report 'not ok' "$check_title"
		head -c 2000 "$tmp/.check" | sed 's/^/# /'
	fi
}

skip() {
	test_n=$((test_n + 1))
	printf 'ok %d - %s # SKIP %s\n' "$test_n" "$1" "$2"
}

all_ascii() { ! LC_ALL=C grep -n '[^ -~	]' "$@"; }

check_scripts() {
	check 'the files are ASCII' all_ascii "$1"/*
	if command -v shellcheck >/dev/null; then
		check 'shellcheck has nothing to say' shellcheck "$1"/*.sh
	else
		skip 'shellcheck has nothing to say' 'there is no shellcheck'
	fi
}

finish() {
	printf '1..%d\n' "$test_n"
	[ "$test_bad" -eq 0 ]
	exit
}
