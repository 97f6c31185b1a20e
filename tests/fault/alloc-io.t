#!/bin/sh
# Each allocation, read, write, open, sync and rename of the filters fails in
# turn: no run ends with 0 and a wrong result, none leaves half a file.
. "$(dirname "$0")/../lib.sh"
fault=$bin/../fault/bin
if [ ! -x "$fault/enum-upcase" ]; then
	skip 'failures are survived' 'built without failures on request'
	finish
fi
PATH=$fault:$PATH
cd "$tmp" || exit 1

# Enough rows for several reads and writes, and one that is rejected.
seq 1 12000 | sed 's/.*/{"id":&,"s":"active","t":"some text of row &"}/' >rows
{ cat rows; echo '{"s":1}'; } >in
{ cat rows; echo '{"s"}'; } >broken
sed 's/active/ACTIVE/' rows >upper
echo '{"properties":{"id":{"type":"integer"},"s":{"pattern":"^[a-z]+$"}},
    "required":["id"],"dependentSchemas":{"t":{"minProperties":3}}}' >schema

upcase() { enum-upcase -q -f s --frame --rejects bad --stats stats; }
map() { row-map -q --frame --rejects bad --stats stats '.s |= ascii_upcase'; }
profile() { row-profile -q --rejects bad --stats stats; }
page() { row-report -q --format html --rejects bad --stats stats; }
validate() {
	row-validate -q --frame --schema schema --rejects bad --stats stats
}
sum() { checksum -q -o sums --frame --name rows --stats stats; }

# What the files of a run hold, but for how long it took.
files() {
	for f in "$out" bad sums; do
		if [ -e "$f" ]; then
			cksum "$f"
		else
			echo "no $f"
		fi
	done
	[ ! -e stats ] || sed 's/"seconds":[0-9.]*//' stats
}

attempt() { # FAULT
	rm -f bad sums stats
	ROWPIPE_FAULT=$1 $command <$input >"$out" 2>"$err"
	status=$?
}

# A run that failed: it says so, what it wrote is the beginning of what it
# should have, with @end only if all else was in place; no file is cut.
fails_well() {
	case $status in 4 | 5) ;; *) return 1 ;; esac
	[ -s "$err" ] || return 1
	cmp -n "$(wc -c <"$out")" "$out" good >/dev/null || return 1
	if grep -q '"@end"' "$out"; then
		for f in bad sums; do
			[ ! -e "good.$f" ] || cmp "$f" "good.$f" || return 1
		done
	fi
	[ ! -e sums ] || cmp sums good.sums || return 1
	[ ! -e stats ] || jq -e ".status == $status" stats >/dev/null ||
	    return 1
	[ -z "$(find . -name '*.??????' -newer good)" ]
}

# Try "$1:N$2" for N from 1 until a run is not touched by it.
hunt() { # KIND HOW survives|fails
	wrong=
	n=0
	while [ $n -lt 500 ]; do
		n=$((n + 1))
		attempt "$1:$n$2"
		if [ "$status" = "$good_status" ] && [ "$(files)" = "$want" ]
		then
			[ "$3" = survives ] || [ $n -gt "$(count "$1")" ] || {
				quiet=$((quiet + 1))
				continue
			}
			[ $n -le "$(count "$1")" ] || break
		elif [ "$3" = survives ] || ! fails_well; then
			wrong="$wrong $1:$n$2=$status"
		fi
	done
}
each() { # KIND HOW survives|fails
	hunt "$@"
	is "${command}: $1$2 $3, ${n} times" "$wrong" ''
}
count() { sed -n "s/^fault: $1 //p" counts; }

# Bugs that the hunts are there for.
plants() {
	for planted in 'deaf write :ENOSPC fails' 'end read :on fails' \
	    'short write :short survives'; do
		# shellcheck disable=SC2086
		set -- $planted
		ROWPIPE_PLANT=$1
		export ROWPIPE_PLANT
		hunt "$2" "$3" "$4"
		unset ROWPIPE_PLANT
		check "map: a planted bug is found: $1" [ -n "$wrong" ]
	done
}

for command in upcase map profile page validate sum; do
	least=4
	case $command in
	profile | page) input=broken least=2 ;;
	sum) input=rows ;;
	*) input=in ;;
	esac
	rm -f good*
	attempt count
	good_status=$status
	cp "$err" counts
	cp "$out" good
	[ ! -e bad ] || cp bad good.bad
	[ ! -e sums ] || cp sums good.sums
	want=$(files)
	check "$command: there is something to fail" \
	    [ "$(count any)" -gt 30 -a "$(count write)" -gt $least ]
	case $command in
	upcase | map) check "$command: the good run is good" sh -c \
	    'sed "1d;\$d" good | cmp - upper && [ '"$good_status"' = 1 ]' ;;
	profile) check 'profile: the good run is good' sh -c \
	    '[ "$(jq -s "map(.rows) | min" good)" = 12000 ] &&
		[ '"$good_status"' = 1 ]' ;;
	page) check 'page: the good run is good' sh -c \
	    '[ "$(grep -c "^<tr>" good)" = 12000 ] &&
		[ "$(tail -n 1 good)" = "</html>" ] &&
		[ '"$good_status"' = 1 ]' ;;
	validate) check 'validate: the good run is good' sh -c \
	    'sed "1d;\$d" good | cmp - rows && [ '"$good_status"' = 1 ]' ;;
	sum) check 'sum: the good run is good' sh -c \
	    'sha256sum -c sums && [ '"$good_status"' = 0 ]' ;;
	esac
	quiet=0
	each any '' fails
	each any :on fails
	each write :ENOSPC fails
	each alloc :on fails
	# Two files, and for each the directory is opened and synchronized;
	# with ":on" only what comes after the last of the two can fail alone.
	is "$command: only that a name could not be made durable goes unseen" \
	    "$quiet" 6
	for how in EINTR EAGAIN short; do
		each read :$how survives
		each write :$how survives
	done
	[ $command != map ] || plants
done
finish
