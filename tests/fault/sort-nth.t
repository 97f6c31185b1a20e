#!/bin/sh
# The Nth operation of the programs that sort fails, once and from then on: the
# status is 0 (or 1) only with the right result, and nothing is left behind.
# With CHECK_LONG=1 every N is tried, else some of them.
. "$(dirname "$0")/../lib.sh"
fault=${FAULT_BIN:-$bin/../fault/bin}
if [ ! -x "$fault/row-dedup" ]; then
	skip 'failures on request' 'no build with -DROWPIPE_FAULTS'
	finish
fi
PATH=$fault:$PATH
mkdir "$tmp/work" "$tmp/temp"
cd "$tmp/work" || exit 1
TMPDIR=$tmp/temp
export TMPDIR
long=${CHECK_LONG:+1}

# More keys than fit the least memory that there is.
awk 'BEGIN { pad = sprintf("%800s", ""); gsub(/ /, "p", pad)
	for (i = 0; i < 6000; i++)
		printf "{\"id\":%d,\"k\":\"%s%d\"}\n", i, pad,
		    i * 7919 % 5980 }' >rows
sed 's/"id":77,/"id":6077,/' rows | tac >other

dedup() { row-dedup -q -k k --memory 4M --dropped file rows; }
last() { row-dedup -q -k k --keep last --memory 4M --dropped file rows; }
valid() { row-validate -q --unique k --memory 4M --rejects file rows; }
sum() { checksum -q --rows --memory 1M -o file rows; }
differ() { row-diff -q -k id --memory 2M --stats file rows other; }
result() {
	cksum <"$out"
	[ ! -e file ] || sed 's/"seconds":[0-9.]*//' file | cksum
}

# One run; says what is wrong with it.
attempt() { # FAULT
	rm -f file
	ROWPIPE_FAULT=$1 $command >"$out" 2>"$err" </dev/null
	code=$?
	[ -z "$(ls "$TMPDIR")" ] || echo "$1: left a temporary file"
	if [ "$code" -eq "$good_code" ]; then
		[ "$(result)" = "$good" ] || echo "$1: another result"
		return
	fi
	[ "$code" -eq 4 ] || echo "$1: status $code"
	[ -s "$err" ] || echo "$1: no message"
	cmp -s -n "$(wc -c <"$out")" "$out" good.out ||
	    echo "$1: wrong rows before the end"
	[ ! -e file ] || [ "$command" = valid ] || [ "$command" = differ ] ||
	    cmp -s file good.file || echo "$1: wrong file"
}

survives() { # FAULT
	rm -f file
	ROWPIPE_FAULT=$1 $command >"$out" 2>"$err" </dev/null
	code=$?
	[ "$code" -eq "$good_code" ] && [ "$(result)" = "$good" ] ||
	    echo "$1: status $code, or another result"
}

count() { sed -n "s/^fault: $1 //p" counts; }
each() { # KIND HOW STEP CHECK
	n=1
	while [ $n -le "$(count "$1")" ]; do
		$4 "$1:$n$2"
		n=$((n + ${long:-$3}))
	done
}

for command in dedup last valid sum differ; do
	ROWPIPE_FAULT=count $command >"$out" 2>counts
	good_code=$?
	good=$(result)
	cp "$out" good.out
	cp file good.file
	check "$command: files are written" [ "$(count write)" -gt 20 ]
	wrong=$(each open '' 1 attempt
	    each open :on 1 attempt
	    each rename '' 1 attempt
	    each sync '' 1 attempt
	    each read '' 29 attempt
	    each write :ENOSPC 23 attempt
	    each write :on 31 attempt
	    each alloc '' 199 attempt
	    each read :short 37 survives
	    each read :EINTR 41 survives
	    each write :short 29 survives
	    each write :EAGAIN 43 survives)
	is "$command: whatever fails, the status tells the truth" "$wrong" ''
	[ $command = dedup ] || continue
	for planted in 'deaf write :ENOSPC attempt' 'end read :on attempt' \
	    'short write :short survives'; do
		# shellcheck disable=SC2086
		set -- $planted
		ROWPIPE_PLANT=$1
		export ROWPIPE_PLANT
		wrong=$(each "$2" "$3" 97 "$4")
		unset ROWPIPE_PLANT
		check "$command: a planted bug is found: $1" [ -n "$wrong" ]
	done
done
finish
