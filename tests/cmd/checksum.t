#!/bin/sh
# checksum: sums that sha256sum agrees with, and what it finds.
. "$(dirname "$0")/../lib.sh"
cd "$tmp" || exit 1

sha() { sha256sum | cut -c 1-64; }

seq 1 3000 | sed 's/.*/{"id":&,"name":"row &"}/' >rows
bytes=$(wc -c <rows)

run checksum -q -o rows.sum rows
status_is 'sums a file' 0
check 'passes its rows unchanged' cmp "$out" rows
err_is '-q: nothing is said' ''
check 'sha256sum -c agrees' sha256sum --strict -c rows.sum
check 'shasum -c agrees' shasum -a 256 -c rows.sum
is 'the file has counts, digest and name' "$(cat rows.sum)" \
    "# rows: 3000, bytes: $bytes
$(sha256sum rows)"
run_with rows checksum -q -o stdin.sum
is 'standard input is named as sha256sum names it' \
    "$(tail -n 1 stdin.sum)" "$(sha <rows)  -"
run_with rows checksum -q -o stdin.sum --name 'saved rows'
cp "$out" 'saved rows'
check '--name: the sum is for the file saved' sha256sum -c stdin.sum
odd='back\slash
newline'
run_with rows checksum -q -o odd.sum --name "$odd"
cp "$out" "$odd"
check 'odd names are escaped as sha256sum does it' sha256sum -c odd.sum
run checksum rows
err_is 'without a file the sum is said' "checksum: SHA-256 $(sha <rows), \
3000 rows, $bytes bytes
checksum: 3000 in, 3000 out, 0 rejected"
run_with /dev/null checksum -q -o none.sum
is 'no rows have a sum as well' "$(cat none.sum)" "# rows: 0, bytes: 0
$(sha </dev/null)  -"

# The sum is of what is written.
head -n 3 rows >few
{ sed 's/$/\r/' few; echo; } | head -c -3 >ragged
run checksum -q -o ragged.sum ragged
check 'CRLF, empty lines and a missing newline are mended' cmp "$out" few
is 'the sum is of the mended rows' "$(tail -n 1 ragged.sum)" \
    "$(sha <few)  ragged"
err_has 'that the file has another sum is said' \
    'checksum: file "ragged" is not what was summed'
run checksum -q -o two.sum rows few
is 'several files have one sum' "$(tail -n 1 two.sum)" \
    "$(cat rows few | sha)  -"
run checksum -q -o lim.sum --limit 3 --name few rows
check '--limit: the sum is of the rows passed' sha256sum -c lim.sum
printf 'no json at all\n{]\n' >junk
run checksum -q -o junk.sum junk
status_is 'lines are not looked into' 0
check 'and pass' cmp "$out" junk
{ echo '{"a":1}'; printf '{"b'; } >junk
run checksum -q -o cut.sum junk
status_is 'but a last line that is cut is bad input' 3
check 'and then there is no sum' test ! -e cut.sum

# Frames.
checksum -q --frame rows >framed
run_with framed checksum -q -o framed.sum
check 'a frame passes' cmp "$out" framed
is 'the lines of a frame are not summed' "$(cat framed.sum)" \
    "$(sed 's/  rows$/  -/' rows.sum)"
sed "\$d" framed >part
run_with part checksum -q -o cut.sum
status_is 'a stream that is cut has no sum' 5
check 'a stream that is cut: no file is written' test ! -e cut.sum

# --verify.
run_with rows checksum -q --verify rows.sum
status_is '--verify passes what is right' 0
check '--verify passes the rows' cmp "$out" rows
run_with framed checksum -q --verify rows.sum
status_is '--verify looks at the rows in a frame' 0
check '--verify keeps the frame' cmp "$out" framed
sed '17s/row/Row/' rows >changed
run checksum -q --verify rows.sum changed
status_is '--verify finds a change' 1
check '--verify passes the rows all the same' cmp "$out" changed
err_is '--verify: says both digests and counts' \
    "checksum: the rows are not those of \"rows.sum\": SHA-256 is \
$(sha <changed), not $(sha <rows)
hint: 3000 rows of $bytes bytes came, 3000 rows of $bytes bytes were expected"
checksum -q --frame changed >framed
run_with framed checksum -q --verify rows.sum
status_is '--verify in a frame finds a change' 1
is 'what does not verify gets no @end' "$(grep -c '"@end"' "$out")" 0
checksum -q --frame <changed 2>/dev/null | checksum -q --verify rows.sum \
    2>/dev/null | enum-upcase -q -f x >/dev/null 2>&1
status=$?
status_is 'what follows in the pipeline knows' 5
run checksum -q -o new.sum --verify rows.sum changed
check 'what does not verify is not summed' test ! -e new.sum
run checksum -q -o new.sum --verify rows.sum rows
check 'what does, is' sha256sum -c new.sum
sha256sum few rows changed >all.sum
sha256sum --tag few rows changed >tag.sum
for f in all.sum tag.sum; do
	run checksum -q --verify $f rows
	status_is "$f: the entry of the file is taken" 0
	run_with rows checksum -q --verify $f --name rows
	status_is "$f: --name chooses the entry" 0
	run_with rows checksum -q --verify $f
	status_is "$f: without a name no entry is taken" 3
	err_is "$f: says so" \
	    "checksum: file \"$f\": 3 checksums in it, none for \"-\""
done
run checksum -q --verify few rows
status_is 'a file that holds no sums is bad input' 3
err_is 'no sums: says so' 'checksum: file "few": line 1 is no SHA-256 checksum'
run checksum -q --verify missing rows
status_is 'a missing file is an I/O error' 4

# Trouble.
run checksum -q -o no/such/dir rows
status_is 'a sum that cannot be written is an I/O error' 4
checksum -q -o full.sum rows >/dev/full 2>"$err"
status=$?
status_is 'a full disk is an I/O error' 4
check 'what could not be written has no sum' test ! -e full.sum
err_is 'a full disk: says so' \
    'checksum: could not write standard output: No space left on device'
checksum -q -o full.sum few >/dev/full 2>"$err"
check 'nor has a little that could not' test ! -e full.sum

# --verify-dir.
mkdir bag bag/data
cp rows few bag/data
printf 'BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n' >bag/bagit.txt
printf 'Payload-Oxum: %d.2\n' "$(cat rows few | wc -c)" >bag/bag-info.txt
(cd bag && sha256sum data/* >manifest-sha256.txt)
run checksum --verify-dir bag
status_is '--verify-dir: a whole export' 0
err_is '--verify-dir: says so' 'checksum: export "bag" is whole'
out_is '--verify-dir passes no rows' ''
echo '{}' >>bag/data/few
run checksum --verify-dir bag
status_is '--verify-dir finds a change' 1
err_has '--verify-dir names the file' 'data/few'
err_has '--verify-dir says it at the end' 'export "bag"'
rm bag/data/few
run checksum -q --verify-dir bag
status_is '--verify-dir finds a missing file' 1
run checksum --verify-dir missing
status_is 'an export that is not there is an I/O error' 4
run checksum --verify-dir .
status_is 'a directory that is no export is bad input' 3
run checksum --verify-dir bag rows
status_is '--verify-dir takes no files' 2
finish
