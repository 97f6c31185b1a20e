# completion.awk - turn a program's --option-table into bash completion
#
#	PROGRAM --option-table | awk -v program=PROGRAM -f completion.awk
#
# Lines are those of opt.c: letter, name, argument, words, help; "-" is none
# and "[=ARGUMENT]" one that stands behind a sign or is not there.

BEGIN {
	FS = "\t"
}

{
	if ($1 != "-")
		options = options " -" $1
	options = options " --" $2
	if ($4 != "-") {
		words = $4
		gsub(/\|/, " ", words)
		after($0, "COMPREPLY=(" generate("-W '" words "'") ")")
	} else if ($3 ~ /DIR/)
		after($0, "COMPREPLY=(" generate("-d") ")")
	else if ($3 != "-" && $3 !~ /FILE/)
		# What it takes is not ours to guess.
		after($0, "")
}

# What completes the argument of an option.
function after(line, command,    field, forms) {
	split(line, field, "\t")
	forms = "--" field[2] "="
	if (field[3] !~ /^\[=/)
		forms = "--" field[2] " | " forms
	if (field[3] !~ /^\[=/ && field[1] != "-")
		forms = "-" field[1] " | " forms
	cases = cases "\t" forms ")\n"
	if (command != "")
		cases = cases "\t\t" command "\n"
	cases = cases "\t\treturn ;;\n"
}

function generate(what) {
	return "$(compgen " what " -- \"$cur\")"
}

END {
	name = "_rowpipe_" program
	gsub(/-/, "_", name)
	printf "# bash completion for %s, made from its option table\n\n", \
	    program
	printf "%s() {\n", name
	printf "\tlocal cur=${COMP_WORDS[COMP_CWORD]}\n"
	printf "\tlocal prev=${COMP_WORDS[COMP_CWORD-1]}\n\n"
	printf "\tCOMPREPLY=()\n"
	printf "\t# bash splits --option=word at the sign.\n"
	printf "\tif [ \"$cur\" = = ]; then\n"
	printf "\t\tcur=\n\t\tprev=$prev=\n"
	printf "\telif [ \"$prev\" = = ]; then\n"
	printf "\t\tprev=${COMP_WORDS[COMP_CWORD-2]}=\n\tfi\n"
	printf "\tcase $prev in\n%s\tesac\n", cases
	printf "\tif [ \"${cur#-}\" != \"$cur\" ]; then\n"
	printf "\t\tCOMPREPLY=(%s)\n\tfi\n}\n\n", \
	    generate("-W '" substr(options, 2) "'")
	printf "complete -o default -F %s %s\n", name, program
}
