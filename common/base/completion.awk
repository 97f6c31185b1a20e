# completion.awk - turn a program's --option-table into bash completion
#
#	PROGRAM --option-table | awk -v program=PROGRAM -f completion.awk
#
# Lines are those of opt.c: letter, name, argument, words, help; "-" is none.

BEGIN {
	FS = "\t"
}

{
	forms = "--" $2
	if ($1 != "-") {
		forms = "-" $1 " | --" $2
		options = options " -" $1
	}
	options = options " --" $2
	if ($4 != "-") {
		words = $4
		gsub(/\|/, " ", words)
		cases = cases sprintf("\t%s)\n\t\tCOMPREPLY=(%s)\n" \
		    "\t\treturn ;;\n", forms, generate("-W '" words "'"))
	} else if ($3 == "DIR")
		cases = cases sprintf("\t%s)\n\t\tCOMPREPLY=(%s)\n" \
		    "\t\treturn ;;\n", forms, generate("-d"))
	else if ($3 != "-" && $3 !~ /FILE/)
		# What it takes is not ours to guess.
		cases = cases sprintf("\t%s)\n\t\treturn ;;\n", forms)
}

function generate(what) {
	return "$(compgen " what " -- \"$cur\")"
}

END {
	name = "_rowpipe_" program
	gsub(/-/, "_", name)
	printf "# bash completion for %s, made from its option table\n\n", \
	    program
	printf "%s() {\n\tlocal cur=${COMP_WORDS[COMP_CWORD]}\n", name
	printf "\tlocal prev=${COMP_WORDS[COMP_CWORD-1]}\n\n"
	printf "\tCOMPREPLY=()\n"
	printf "\t# bash splits --option=word at the sign.\n"
	printf "\tif [ \"$cur\" = = ]; then\n\t\tcur=\n"
	printf "\telif [ \"$prev\" = = ]; then\n"
	printf "\t\tprev=${COMP_WORDS[COMP_CWORD-2]}\n\tfi\n"
	printf "\tcase $prev in\n%s\tesac\n", cases
	printf "\tif [ \"${cur#-}\" != \"$cur\" ]; then\n"
	printf "\t\tCOMPREPLY=(%s)\n\tfi\n}\n\n", \
	    generate("-W '" substr(options, 2) "'")
	printf "complete -o default -F %s %s\n", name, program
}
