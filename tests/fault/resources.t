#!/bin/sh
# No room, no permission, no descriptors, and reads and writes of every size:
# each program does all of its work, or fails with 4 and has done nothing.
# With CHECK_LONG=1 at more points.
# shellcheck disable=SC2086 # names and numbers

. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/programs.sh"
cd "$tmp" || exit 1
chmod 755 . # somebody else shall look
programs_new || exit 1
long=${CHECK_LONG-}
fault=${FAULT_BIN:-$bin/../fault/bin}

# --- The sweeps.

all() { # FUNCTION ... - run each program by it
	for name in $programs; do
		begin "$name"
		"$@"
		truth "$*"
	done
}

into_full() {
	$name >/dev/full 2>"$err" </dev/null
	status=$?
}
full() {
	kept=$programs
	programs=
	for name in $kept; do
		[ ! -s "keep/$name.out" ] || programs="$programs $name"
	done
	lost=1
	all into_full
	lost=
	programs=$kept
	for name in "$top"/cmd/*.c; do
		name=$(basename "$name" .c)
		for option in --help --version; do
			echo >>cases
			command "$name" $option >/dev/full 2>"$err"
			[ $? -eq 4 ] && grep -q 'No space left' "$err" ||
			    echo "$name $option"
		done
	done
}

# Files that may not grow beyond so many blocks of 512 bytes.
limited() { # BLOCKS
	# shellcheck disable=SC3045
	(ulimit -f "$1" && $name >"$out" 2>"$err" </dev/null)
	status=$?
}
limits() {
	for blocks in 1 8 ${long:+24 2 3 4 5 6 7 9 12 16 20 28 32 40 48 64}; do
		all limited "$blocks"
	done
}

# A file system that has so much room.
crowded() { # KIBIBYTES
	room=$(df -k . | awk 'NR == 2 { print $4 }')
	dd if=/dev/zero of=fill bs=1024 count=$((room - $1)) 2>/dev/null
	$name >"$out" 2>"$err" </dev/null
	status=$?
	rm fill
}
disk() {
	(
		cp -R $given temp disk
		cd disk || exit
		TMPDIR=$PWD/temp
		for room in 0 20 ${long:+8 4 12 16 24 28 32 40 48 56 64}; do
			all crowded "$room"
		done
	)
}

# So many descriptors at most.
few() { # N
	# shellcheck disable=SC3045
	(
		exec >"$out" 2>"$err" </dev/null
		exec 3>&- 4>&- 5>&- 6>&- 7>&- 8>&- 9>&-
		ulimit -n "$1" && $name
	)
	status=$?
}
descriptors() {
	for n in 5 8 ${long:+4 6 7 9 10 11 12 13 14 16 20}; do
		all few "$n"
	done
}

# A folder where one may read only.
cp "$top/tests/fault/programs.sh" .
as_other() {
	if [ "$(id -u)" -ne 0 ]; then
		"$@"
	else
		setpriv --reuid 65534 --regid 65534 --clear-groups "$@"
	fi
}
reading() {
	chmod 555 .
	# shellcheck disable=SC2016
	as_other sh -c '. ./programs.sh; "$0"' "$name" >"$out" 2>"$err" \
	    </dev/null
	status=$?
	chmod 755 .
}
read_only() {
	# That one cannot write there is among what preflight finds.
	kept=$programs
	programs=$(echo "$programs" | sed 's/preflight//')
	all reading
	programs=$kept
}

# Rows that drip from a pipe.
dripped() {
	mv rows kept
	mkfifo rows
	(
		exec >rows
		i=0
		while [ $i -lt 9 ]; do
			dd bs=397 skip=$i count=1 if=kept 2>/dev/null
			sleep 0.01
			i=$((i + 1))
		done
		dd bs=397 skip=9 if=kept 2>/dev/null
	) &
	$name >"$out" 2>"$err" </dev/null
	status=$?
	wait
	mv kept rows
}
drip() {
	kept=$programs
	programs='enum_upcase row_dedup row_diff row_map row_profile row_report
	    row_validate sqlite_load row_pipe'
	all dripped
	programs=$kept
}

# At most so many bytes a read or write.
pieces() { # KIND N
	ROWPIPE_FAULT=$1:1:short$2:on $name >"$out" 2>"$err" </dev/null
	status=$?
}
pieces_of_all() {
	n=1
	while [ $n -le 4096 ]; do
		all pieces read $n
		all pieces write $n
		if [ -n "$long" ]; then
			n=$((n + 1 + n / 16))
		else
			n=$((n * 40 + 3))
		fi
	done
}

sweep() { # SWEEP TITLE
	: >cases
	$1 >wrong
	is "$2: $(wc -l <cases) runs" "$(head -n 20 wrong)" ''
}

# shellcheck disable=SC2086
good $programs
sweep full '/dev/full'
sweep limits 'files that may not grow'
sweep descriptors 'few descriptors'
sweep drip 'rows that drip'
# Where the programs are, that one may have no way to.
if [ "$(id -u)" -eq 0 ] && ! as_other sh -c 'row-map . rows' >"$out" 2>"$err"
then
	chmod 755 "$tmp"
	mkdir programs
	cp "$bin"/* programs
	PATH=$tmp/programs:$PATH
fi
if as_other sh -c 'row-map . rows' >"$out" 2>"$err"; then
	sweep read_only 'a folder for reading'
else
	skip 'a folder for reading' 'nobody else may run the programs'
fi
mkdir disk
if [ "$(id -u)" -eq 0 ] && mount -t tmpfs -o size=2m none disk 2>"$err"; then
	trap 'umount "$tmp/disk"; rm -rf "$tmp"' EXIT
	sweep disk 'a disk that is full'
else
	skip 'a disk that is full' 'no file system can be mounted'
fi

# --- Every size, and planted bugs.

if [ ! -x "$fault/row-map" ]; then
	skip 'reads and writes of every size' 'no build with faults'
	finish
fi
PATH=$fault:$PATH
kept=$programs
[ -n "$long" ] || programs='checksum enum_upcase row_dedup row_diff row_map
    row_report row_validate sqlite_dump_json sqlite_load'
sweep pieces_of_all 'reads and writes of every size'
programs=$kept

long=
# For whoever else runs them.
mkdir planted
cp "$fault/row-map" "$fault/checksum" planted
PATH=$tmp/planted:$PATH
for planted in deaf.full deaf.limits deaf.disk short.pieces_of_all part.drip \
    status.descriptors status.read_only; do
	programs='row_map checksum'
	[ "$planted" != status.descriptors ] || programs=row_pipe
	[ "$planted" != deaf.disk ] || mountpoint -q disk || continue
	ROWPIPE_PLANT=${planted%.*}
	export ROWPIPE_PLANT
	${planted#*.} >wrong
	unset ROWPIPE_PLANT
	check "a planted bug is found ($planted)" [ -s wrong ]
done
finish
