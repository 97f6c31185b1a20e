# conflict_model.sh - rows whose keys come again, and what is to become of them
#
#	make_rows FILE		600 rows that give their key, one of forty, and
#				any of the other columns, in any order
#	model MODE FILE [COLUMN,...]
#				prints, after jq, what --on-conflict MODE makes of
#				them in an empty table t (id, a DEFAULT 7, b, c
#				DEFAULT 0.25), and the counts; only these columns
#				are updated
#	counts STATS		prints the counts of a run, to compare
#
# Source after lib.sh.

# shellcheck shell=sh
make_rows() {
	jq -nc --argjson n 600 '
	    def rnd: . * 1103515245 + 12345 | . % 2147483648;
	    [range($n)] | reduce .[] as $i ({s: 42, rows: []};
		.s |= rnd | .id = (.s / 65536 | floor % 40) | .s |= rnd |
		.v = (.s / 65536 | floor % 3) | .s |= rnd |
		.mask = (.s / 65536 | floor % 16) |
		.rows += [{id: .id} +
		    (if .mask % 2 == 1 then {a: .v} else {} end) +
		    (if .mask / 2 | floor % 2 == 1 then {b: "b\(.v)"}
		     else {} end) +
		    (if .mask / 4 | floor % 2 == 1 then
			{c: (if .v == 0 then null else .v + 0.5 end)}
		     else {} end)
		    | if .a == 1 then to_entries | reverse | from_entries
		      else . end])
	    | .rows[]' >"$1"
}

model() {
	jq -nc --arg mode "$1" --arg only "${3:-id,a,b,c}" '
	    {a: 7, b: null, c: 0.25} as $default |
	    ($only | split(",")) as $only |
	    reduce inputs as $row ({t: {}, n: [0, 0, 0, 0]};
		($row.id | tostring) as $id | .t[$id] as $old |
		if $old == null then
		    .t[$id] = $default + $row | .n[0] += 1
		elif $mode == "skip" then .n[3] += 1
		else
		    (if $mode == "update" then $old + ($row |
			with_entries(select(.key | IN($only[]))))
		     else $default + $row end) as $new |
		    if $new == $old then .n[2] += 1
		    else .t[$id] = $new | .n[1] += 1 end
		end) |
	    ([.t[] | [.id, .a, .b, .c]] | sort),
	    (.n | {created: .[0], updated: .[1], unchanged: .[2],
		skipped: .[3]})' "$2"
}

counts() {
	jq -c '.tables[0] | {created, updated, unchanged, skipped}' "$1"
}
