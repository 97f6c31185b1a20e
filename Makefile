# rowpipe - see README.md; "make" builds, "make demo" shows, "make check" tests

VERSION		= 0.1.0
PROGRAMS	= $(sort $(patsubst cmd/%.c,%,$(wildcard cmd/*.c)))

PREFIX		= /usr/local
DESTDIR		=
BINDIR		= $(PREFIX)/bin
MANDIR		= $(PREFIX)/share/man
COMPDIR		= $(PREFIX)/share/bash-completion/completions

# Where objects and programs go; a second build lives beside the first.
B		= build

CC		= cc
CFLAGS		= -O2 -g
CPPFLAGS	=
LDFLAGS		=
WARN		= -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wcast-qual \
		  -Wvla -Wformat=2
BASE_CFLAGS	= -std=c11 -iquote common -D_POSIX_C_SOURCE=200809L \
		  -DROWPIPE_VERSION='"$(VERSION)"' $(WARN)
COMPILE		= $(CC) $(BASE_CFLAGS) $(PQ_CFLAGS) $(SQLITE_CFLAGS) \
		  $(BASE_PKG_CFLAGS) $(CPPFLAGS) $(CFLAGS)
LINK		= $(CC) $(CFLAGS) $(LDFLAGS)

# One line a file; V=1 shows the commands.
Q		= $(if $(V),,@echo "  $(1) $(@:$B/%=%)";)

# As many jobs as there are processors, unless the command line says how many.
ifeq ($(filter -j% --jobserver%,$(MAKEFLAGS)),)
MAKEFLAGS	+= -j$(shell getconf _NPROCESSORS_ONLN 2>/dev/null || echo 1)
endif

.PHONY: all tests check check-long check-asan fuzz fuzzers lint bench demo \
	install uninstall clean FORCE
.DELETE_ON_ERROR:
.SECONDARY:

all: $(PROGRAMS:%=$B/bin/%) $(PROGRAMS:%=$B/completion/%)

# Found by pkg-config once what is missing has been installed.  Of libcrypto the
# archive, if there is one: it gives SHA-256 alone (see common/base/digest.c).
ifneq ($(filter-out clean uninstall,$(or $(MAKECMDGOALS),all)),)
include build/packages.mk
endif
build/packages.mk: tests/need Makefile
	@tests/need build
	@mkdir -p $(@D)
	@{ echo "PQ_CFLAGS = $$(pkg-config --cflags libpq)"; \
	echo "PQ_LIBS = $$(pkg-config --libs libpq)"; \
	echo "SQLITE_CFLAGS = $$(pkg-config --cflags sqlite3)"; \
	echo "SQLITE_LIBS = $$(pkg-config --libs sqlite3)"; \
	echo "GMP_LIBS = $$(pkg-config --libs gmp)"; \
	echo "PCRE_LIBS = $$(pkg-config --libs libpcre2-8)"; \
	echo "IDN_LIBS = $$(pkg-config --libs libidn2)"; \
	a=$$(pkg-config --variable=libdir libcrypto)/libcrypto.a; \
	[ -f "$$a" ] || a=$$(pkg-config --libs libcrypto); \
	echo "BASE_LIBS = $$a $$(pkg-config --libs libutf8proc)"; \
	echo "BASE_PKG_CFLAGS = $$(pkg-config --cflags libcrypto libxxhash \
	    libutf8proc gmp libpcre2-8 libidn2)"; \
	} > $@.tmp && mv $@.tmp $@

# Other flags mean other objects: never a mixture of two builds.
FLAGS		= $(COMPILE) $(LDFLAGS)
$B/flags: FORCE
	@mkdir -p $(@D)
	@printf '%s\n' '$(subst ','\'',$(FLAGS))' > $@.tmp
	@if cmp -s $@.tmp $@; then rm $@.tmp; else mv $@.tmp $@; fi

$B/%.o: %.c $B/flags
	@mkdir -p $(@D)
	$(call Q,CC)$(COMPILE) -MMD -MP -c -o $@ $<

COMMON_OBJ	= $(patsubst %.c,$B/%.o,$(wildcard common/*/*.c))
LIB		= $B/librowpipe.a
$(LIB): $(COMMON_OBJ)
	@rm -f $@
	$(call Q,AR)$(AR) rcs $@ $(COMMON_OBJ)

# Each program is linked with what it needs and no more.
LIBS_pg-dump-json	= $(PQ_LIBS) -lpthread
LIBS_pg-load		= $(PQ_LIBS) -lpthread
LIBS_pg-schema		= $(PQ_LIBS)
LIBS_preflight		= $(PQ_LIBS) $(SQLITE_LIBS) $(GMP_LIBS) $(PCRE_LIBS) \
			  -lpthread
LIBS_row-diff		= $(GMP_LIBS)
LIBS_row-map		= $(GMP_LIBS) $(PCRE_LIBS) -lpthread
LIBS_row-migrate	= $(PQ_LIBS) $(SQLITE_LIBS) -lpthread
LIBS_row-validate	= $(GMP_LIBS) $(PCRE_LIBS) $(IDN_LIBS)
LIBS_row-profile	= $(GMP_LIBS)
LIBS_sqlite-dump-json	= $(SQLITE_LIBS)
LIBS_sqlite-schema	= $(SQLITE_LIBS)
LIBS_sqlite-load	= $(SQLITE_LIBS)
LIBS_table-clear	= $(PQ_LIBS) $(SQLITE_LIBS)

$B/bin/%: $B/cmd/%.o $(LIB)
	@mkdir -p $(@D)
	$(call Q,LD)$(LINK) -o $@ $< $(LIB) $(LIBS_$*) $(BASE_LIBS) -lm

$B/completion/%: $B/bin/% common/base/completion.awk
	@mkdir -p $(@D)
	@$B/bin/$* --option-table > $@.table
	@awk -v program=$* -f common/base/completion.awk $@.table > $@
	@rm $@.table

# Unit tests, one program a module; they may use every library.
TEST_LIBS	= $(LIB) $(PQ_LIBS) $(SQLITE_LIBS) $(GMP_LIBS) $(PCRE_LIBS) \
		  $(IDN_LIBS) $(BASE_LIBS) -lm -lpthread
UNIT		= $(patsubst tests/%.c,$B/%,$(wildcard tests/unit/*_test.c))
$B/unit/%: $B/tests/unit/%.o $(LIB)
	@mkdir -p $(@D)
	$(call Q,LD)$(LINK) -o $@ $< $(TEST_LIBS)

# Programs that tests run beside ours.
TOOLS		= $(patsubst tests/%.c,$B/%,$(wildcard tests/tool/*.c))
$B/tool/%: $B/tests/tool/%.o
	@mkdir -p $(@D)
	$(call Q,LD)$(LINK) -o $@ $<

# Fuzz targets: "check" replays what is in tests/fuzz/corpus with a main of
# our own, "fuzz" searches for more with libFuzzer's.
FUZZ		= $(patsubst tests/fuzz/%.c,%,$(wildcard tests/fuzz/fuzz_*.c))
REPLAY		= $(FUZZ:%=$B/replay/%)
$B/replay/%: $B/tests/fuzz/%.o $B/tests/fuzz/replay.o $(LIB)
	@mkdir -p $(@D)
	$(call Q,LD)$(LINK) -o $@ $< $B/tests/fuzz/replay.o $(TEST_LIBS)
$B/fuzz/%: $B/tests/fuzz/%.o $(LIB)
	@mkdir -p $(@D)
	$(call Q,LD)$(LINK) -fsanitize=fuzzer -o $@ $< $(TEST_LIBS)
fuzzers: $(FUZZ:%=$B/fuzz/%)

-include $(shell find $B -name '*.d' 2>/dev/null)

# The same programs, with failures on request (common/base/fault.h).
FAULT_MAKE	= $(MAKE) --no-print-directory B=$B/fault \
		  CPPFLAGS='$(CPPFLAGS) -DROWPIPE_FAULTS'

tests: all $(UNIT) $(REPLAY) $(TOOLS)
check: tests
	@tests/need check
	@+$(FAULT_MAKE) all
	@B='$(abspath $B)' CC='$(CC)' CHECK_FLAGS='$(subst ','\'',$(COMPILE))' \
	    tests/with-postgres tests/run

# Also what takes too long for every change: the tests look at CHECK_LONG.
check-long:
	@CHECK_LONG=1 TEST_SECONDS=$${TEST_SECONDS:-5400} $(MAKE) --no-print-directory check

SANITIZE	= -fsanitize=address,undefined -fno-sanitize-recover=all
LEAKS		= $(CURDIR)/tests/lsan.supp
check-asan:
	@ASAN_OPTIONS=detect_leaks=1:detect_stack_use_after_return=1 \
	    LSAN_OPTIONS='suppressions=$(LEAKS):print_suppressions=0' \
	    UBSAN_OPTIONS=print_stacktrace=1 \
	    $(MAKE) --no-print-directory B=build/asan LDFLAGS='$(SANITIZE)' \
	    CFLAGS='-O1 -g -fno-omit-frame-pointer $(SANITIZE)' check

# Seconds for each fuzz target.
FUZZ_SECONDS	= 60
fuzz:
	@tests/need fuzz
	@$(MAKE) --no-print-directory B=build/fuzz CC=clang \
	    CFLAGS='-O1 -g -fsanitize=fuzzer-no-link $(SANITIZE)' \
	    LDFLAGS='$(SANITIZE)' fuzzers
	@tests/fuzz/run build/fuzz $(FUZZ_SECONDS)

lint:
	@tests/need lint
	@$(MAKE) --no-print-directory B=build/lint/gcc CC=gcc \
	    WARN='$(WARN) -Werror' tests
	@$(MAKE) --no-print-directory B=build/lint/clang CC=clang \
	    WARN='$(WARN) -Werror' tests
	@B='$(abspath build/lint/gcc)' CC='$(CC)' \
	    CHECK_FLAGS='$(subst ','\'',$(COMPILE))' tests/lint

# What "make bench" runs beside the programs: peers and a stopwatch.
BENCH		= $(patsubst tests/%.c,$B/%,$(wildcard tests/bench/*.c))
$B/bench/%: $B/tests/bench/%.o $(LIB)
	@mkdir -p $(@D)
	$(call Q,LD)$(LINK) -o $@ $< $(TEST_LIBS)
bench: all $(BENCH)
	@tests/need bench
	@B='$(abspath $B)' CC='$(CC)' tests/with-postgres --new tests/bench/run

demo: all
	@tests/need demo
	@B='$(abspath $B)' PG='$(PG)' LIMIT='$(LIMIT)' \
	    examples/postgres-to-sqlite/demo.sh

MAN		= $(wildcard man/*.[1-8])
install: all
	mkdir -p $(DESTDIR)$(BINDIR) $(DESTDIR)$(COMPDIR)
	for p in $(PROGRAMS); do \
	    install -m 755 $B/bin/$$p $(DESTDIR)$(BINDIR)/ && \
	    install -m 644 $B/completion/$$p $(DESTDIR)$(COMPDIR)/ || exit; \
	done
	for m in $(MAN); do \
	    mkdir -p $(DESTDIR)$(MANDIR)/man$${m##*.} && \
	    install -m 644 $$m $(DESTDIR)$(MANDIR)/man$${m##*.}/ || exit; \
	done

uninstall:
	for p in $(PROGRAMS); do \
	    rm -f $(DESTDIR)$(BINDIR)/$$p $(DESTDIR)$(COMPDIR)/$$p; \
	done
	for m in $(MAN); do \
	    rm -f $(DESTDIR)$(MANDIR)/man$${m##*.}/$${m##*/}; \
	done

clean:
	rm -rf build
