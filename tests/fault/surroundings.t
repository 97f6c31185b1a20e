#!/bin/sh
# The same bytes come out whatever the locale, the time zone, the umask and the
# standard descriptors are; with CHECK_LONG=1 in more of them.
# shellcheck disable=SC2086 # names and numbers

. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/programs.sh"
cd "$tmp" || exit 1
programs_new || exit 1
umask 022
long=${CHECK_LONG-}

missing=
for f in "$top"/cmd/*.c; do
	name=$(basename "$f" .c | tr - _)
	case " $(echo "$programs" | tr "\n" " ") pg_dump_json pg_load pg_schema " in
	*" $name "*) ;;
	*) missing="$missing $name" ;;
	esac
done
is 'each program has its run' "$missing" ''

# A locale with a decimal comma, and one with another case of i.
mkdir locales
LOCPATH=$tmp/locales
export LOCPATH
for l in de_DE tr_TR; do
	localedef -f UTF-8 -i $l "locales/$l.UTF-8" 2>/dev/null
done

# What a run leaves: output, status, files.
result() { # PROGRAM
	{
		echo "status $status"
		[ "$1" = table_clear ] || cat "$out"
		state "$1"
	} 2>&1
}

good() {
	for name in $programs; do
		begin "$name"
		run $name
		result "$name" >"good.$name"
	done
}

# All programs, as they are now; print which differ.
same() { # HOW
	for name in $programs; do
		begin "$name"
		run $name
		result "$name" >now
		cmp -s now "good.$name" || echo "$1: $name: $(
		    diff "good.$name" now | sed -n 2,3p)"
		echo >>cases
	done
}

locales() {
	for l in de_DE.UTF-8 C ${long:+tr_TR.UTF-8 POSIX no_SUCH}; do
		(LC_ALL=$l && export LC_ALL && same "LC_ALL=$l")
	done
}
zones() {
	for z in Asia/Kathmandu ${long:+EST5EDT UTC+14 no/such}; do
		(TZ=$z && export TZ && same "TZ=$z")
	done
}
modes() {
	for m in 027 ${long:+000 022 077}; do
		(
			umask $m
			same "umask $m"
			begin checksum
			checksum >"$out"
			want=$(printf '%o' $((0666 & ~0$m)))
			[ "$(stat -c %a sums)" = "$want" ] ||
			    echo "umask $m: mode $(stat -c %a sums)"
		)
	done
}

# Standard descriptors closed, each of the eight ways.  What needs one fails
# with 4, and says so where it can; a database and files are never what a
# closed descriptor becomes.
# shellcheck disable=SC2094
with_closed() { # 0|1|2 ...
	case $1 in
	000) $name <rows >"$out" 2>"$err" ;;
	001) $name <rows >"$out" 2>&- ;;
	010) $name <rows >&- 2>"$err" ;;
	011) $name <rows >&- 2>&- ;;
	100) $name <&- >"$out" 2>"$err" ;;
	101) $name <&- >"$out" 2>&- ;;
	110) $name <&- >&- 2>"$err" ;;
	111) $name <&- >&- 2>&- ;;
	esac
	status=$?
}
descriptors() {
	for how in 001 010 100 111 ${long:+000 011 101 110}; do
		for name in $programs; do
			begin "$name"
			: >"$out"
			with_closed $how
			echo >>cases
			result "$name" >now
			cmp -s now "good.$name" && continue
			# Output was wanted where there is none.
			case $how,$status in
			?1?,4) ;;
			*)
				echo "$how: $name: $(diff "good.$name" now |
				    sed -n 2,3p)"
				continue ;;
			esac
			case $how in
			*0) [ -s "$err" ] || echo "$how: $name: silent" ;;
			esac
			sed 1d now >left
			state "$name" | cmp -s - left ||
			    echo "$how: $name: output is somewhere"
		done
	done
}

good
for sweep in locales zones modes descriptors; do
	: >cases
	$sweep >wrong
	is "$sweep: the same bytes in $(wc -l <cases) runs" \
	    "$(head -n 20 wrong)" ''
done

# With a planted bug each of them finds a difference.
fault=${FAULT_BIN:-$bin/../fault/bin}
if [ ! -x "$fault/row-map" ]; then
	skip 'planted bugs are found' 'no build with faults'
	finish
fi
PATH=$fault:$PATH
[ -d locales/de_DE.UTF-8 ] || skip 'locale: the bug is found' 'no localedef'
for planted in locale.locales.row_map zone.zones.row_map mode.modes.checksum \
    descriptors.descriptors.row_pipe; do
	programs=${planted##*.}
	sweep=${planted%.*}
	sweep=${sweep#*.}
	[ $sweep != locales ] || [ -d locales/de_DE.UTF-8 ] || continue
	ROWPIPE_PLANT=${planted%%.*}
	export ROWPIPE_PLANT
	$sweep >wrong
	unset ROWPIPE_PLANT
	check "$sweep: a planted bug is found ($planted)" [ -s wrong ]
done
finish
