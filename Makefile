# rowpipe - see README.md; "make" builds, "make demo" shows, "make check" tests

VERSION		= 0.1.0
PROGRAMS	= checksum enum-upcase pg-dump-json sqlite-dump-json sqlite-load

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

# Found by pkg-config once what is missing has been installed.
ifneq ($(filter-out clean,$(or $(MAKECMDGOALS),all)),)
include build/packages.mk
endif
build/packages.mk: tests/need
	@tests/need build
	@mkdir -p $(@D)
	@{ echo "PQ_CFLAGS = $$(pkg-config --cflags libpq)"; \
	echo "PQ_LIBS = $$(pkg-config --libs libpq)"; \
	echo "SQLITE_CFLAGS = $$(pkg-config --cflags sqlite3)"; \
	echo "SQLITE_LIBS = $$(pkg-config --libs sqlite3)"; \
	echo "BASE_LIBS = $$(pkg-config --libs libcrypto libutf8proc)"; \
	echo "BASE_PKG_CFLAGS = $$(pkg-config --cflags libcrypto libutf8proc)"; \
	} > $@.tmp && mv $@.tmp $@

COMMON_SRC	= $(wildcard common/*/*.c)
COMMON_OBJ	= $(COMMON_SRC:%.c=$B/%.o)
LIB		= $B/librowpipe.a

.PHONY: all clean check check-long check-asan fuzz lint bench demo install
all: $(PROGRAMS:%=$B/bin/%)

# Each program is linked with what it needs and no more.
LIBS_pg-dump-json	= $(PQ_LIBS)
LIBS_sqlite-dump-json	= $(SQLITE_LIBS)
LIBS_sqlite-load	= $(SQLITE_LIBS)

$B/bin/%: $B/cmd/%.o $(LIB)
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $< $(LIB) $(LIBS_$*) $(BASE_LIBS) -lm

$(LIB): $(COMMON_OBJ)
	@rm -f $@
	$(AR) rcs $@ $(COMMON_OBJ)

$B/%.o: %.c build/packages.mk
	@mkdir -p $(@D)
	$(CC) $(BASE_CFLAGS) $(PQ_CFLAGS) $(SQLITE_CFLAGS) $(BASE_PKG_CFLAGS) \
	    $(CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

# Unit tests: one program a module.
UNIT		= $(patsubst tests/unit/%.c,$B/unit/%,$(wildcard tests/unit/*_test.c))
$B/unit/%: $B/tests/unit/%.o $(LIB)
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $< $(LIB) $(PQ_LIBS) $(SQLITE_LIBS) \
	    $(BASE_LIBS) -lm -lpthread

-include $(shell find $B -name '*.d' 2>/dev/null)

.SECONDARY:

check: all $(UNIT)
	@tests/need check
	@BIN=$(abspath $B)/bin UNIT=$(abspath $B)/unit tests/with-postgres tests/run

clean:
	rm -rf build
