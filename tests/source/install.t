#!/bin/sh
# make install puts everything in its place, make uninstall takes it away.
. "$(dirname "$0")/../lib.sh"
cd "$top" || exit 1

# What was built is installed as it is, whatever flags it was built with.
make_quietly() {
	make -s -o all B="${B:-build}" DESTDIR="$tmp/root" PREFIX=/opt/rowpipe \
	    "$@" >"$tmp/make" 2>&1
}

installed() { (cd "$tmp/root/opt/rowpipe" && find . -type f | sort); }

check 'make install succeeds' make_quietly install
is 'programs, pages and completion are installed, and nothing else' \
    "$(installed)" "$({
	for p in "$bin"/*; do
		echo "./bin/${p##*/}"
		echo "./share/bash-completion/completions/${p##*/}"
	done
	for m in man/*.[1-8]; do
		echo "./share/man/man${m##*.}/${m##*/}"
	done
    } | sort)"
for p in "$bin"/*; do
	check "the installed ${p##*/} runs" \
	    "$tmp/root/opt/rowpipe/bin/${p##*/}" --version
done
check 'make uninstall succeeds' make_quietly uninstall
is 'nothing is left after make uninstall' "$(installed)" ''
finish
