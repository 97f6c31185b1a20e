#include <sys/socket.h>

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/io.h"
#include "base/mem.h"
#include "json/json.h"
#include "row/gate.h"
#include "row/gatekeeper.h"

/* No sink has more to say than this at once. */
#define LINE_MAX_BYTES ((size_t)16 << 20)

struct gatekeeper {
	int			 fd, sink;	/* -1: closed */
	enum gatekeeper_state	 state;
	struct buf		 heard;		/* not yet a line */
	struct json_reader	*reader;
	struct ledger		 counts;
	int			 counted;	/* counts came */
	int			 dry_run;
};

struct gatekeeper *
gatekeeper_open(struct err *err)
{
	struct gatekeeper *k;
	int fds[2];

	if (socketpair(AF_UNIX, SOCK_STREAM, 0, fds) != 0) {
		(void)err_sys(err, "could not make a socket");
		return (NULL);
	}
	(void)fcntl(fds[0], F_SETFD, FD_CLOEXEC);
	(void)fcntl(fds[1], F_SETFD, FD_CLOEXEC);
	k = mem_alloc(sizeof(*k));
	k->sink = fds[0];
	k->fd = fds[1];
	k->reader = json_reader_new();
	return (k);
}

int
gatekeeper_sink(const struct gatekeeper *k)
{

	return (k->sink);
}

void
gatekeeper_hand_over(struct gatekeeper *k)
{

	if (k->sink != -1)
		(void)close(k->sink);
	k->sink = -1;
}

int
gatekeeper_fd(const struct gatekeeper *k)
{

	return (k->fd);
}

enum gatekeeper_state
gatekeeper_state(const struct gatekeeper *k)
{

	return (k->state);
}

const struct ledger *
gatekeeper_counts(const struct gatekeeper *k)
{

	return (k->counted ? &k->counts : NULL);
}

int
gatekeeper_dry_run(const struct gatekeeper *k)
{

	return (k->dry_run);
}

static void
hang_up(struct gatekeeper *k)
{

	if (k->fd != -1)
		(void)close(k->fd);
	k->fd = -1;
}

void
gatekeeper_shut(struct gatekeeper *k)
{

	if (k->state < GATEKEEPER_OPEN)
		hang_up(k);
}

/* Find a member of the object that was read last. */
static const struct json_value *
member(const struct gatekeeper *k, const char *name)
{
	const struct json_reader *r = k->reader;
	size_t i;

	for (i = 0; i < r->nfields; i++)
		if (json_string_is(&r->fields[i].key, name, strlen(name)))
			return (&r->fields[i].value);
	return (NULL);
}

static int
take_count(const struct gatekeeper *k, const char *name, uint64_t *count)
{
	const struct json_value *v = member(k, name);
	int64_t n;

	if (v == NULL || !json_int(v, &n) || n < 0)
		return (0);
	*count = (uint64_t)n;
	return (1);
}

static void
take_counts(struct gatekeeper *k)
{
	const struct json_value *v = member(k, "dry_run");

	k->dry_run = v != NULL && v->type == JSON_TRUE;
	k->counted = take_count(k, "in", &k->counts.in);
	(void)take_count(k, "created", &k->counts.created);
	(void)take_count(k, "updated", &k->counts.updated);
	(void)take_count(k, "unchanged", &k->counts.unchanged);
	(void)take_count(k, "skipped", &k->counts.skipped);
	(void)take_count(k, "rejected", &k->counts.rejected);
	(void)take_count(k, "bytes", &k->counts.bytes);
}

static int
is_version(const struct json_value *v)
{
	int64_t n;

	return (v != NULL && json_int(v, &n) && n == GATE_VERSION);
}

/* The sink has said one line. */
static int
hear(struct gatekeeper *k, const char *s, size_t len, struct err *err)
{
	const struct json_value *what;

	if (json_read_object(k->reader, s, len, err) != 0)
		return (-1);
	what = member(k, "gate");
	if (what != NULL && json_string_is(what, "ready", 5) &&
	    k->state == GATEKEEPER_WAITING) {
		if (!is_version(member(k, "v")))
			return (err_set(err, "only version %d of the gate is "
			    "known", GATE_VERSION));
		take_counts(k);
		k->state = GATEKEEPER_READY;
		return (0);
	}
	if (what != NULL && json_string_is(what, "committed", 9) &&
	    k->state == GATEKEEPER_OPEN) {
		k->state = GATEKEEPER_COMMITTED;
		return (0);
	}
	return (err_set(err, "this is not what comes next"));
}

/* Take the lines that are whole. */
static int
hear_lines(struct gatekeeper *k, struct err *err)
{
	struct buf *b = &k->heard;
	const char *s = b->s, *end = b->s + b->len, *lf;
	int rc = 0;

	while (rc == 0 && s < end &&
	    (lf = memchr(s, '\n', (size_t)(end - s))) != NULL) {
		rc = hear(k, s, (size_t)(lf - s), err);
		s = lf + 1;
	}
	b->len = (size_t)(end - s);
	memmove(b->s, s, b->len);
	if (rc == 0 && b->len > LINE_MAX_BYTES)
		rc = err_set(err, "a line does not end");
	if (rc == 0)
		return (0);
	(void)err_prefix(err, "what the last stage says at the gate makes no "
	    "sense: ");
	(void)err_hint(err, "rowpipe-gate(7) is what it has to follow");
	hang_up(k);
	return (-1);
}

int
gatekeeper_read(struct gatekeeper *k, struct err *err)
{
	ssize_t n;

	n = recv(k->fd, buf_need(&k->heard, 4096), 4096, MSG_DONTWAIT);
	if (n > 0) {
		k->heard.len += (size_t)n;
		return (hear_lines(k, err));
	}
	if (n == 0 || (errno != EAGAIN && errno != EWOULDBLOCK &&
	    errno != EINTR))
		hang_up(k);
	return (0);
}

int
gatekeeper_commit(struct gatekeeper *k, struct err *err)
{

	/* Part of the line is not enough for the sink to commit. */
	if (io_send(k->fd, GATE_COMMIT, sizeof(GATE_COMMIT) - 1) != 0)
		return (err_sys(err, "could not tell the last stage to "
		    "commit"));
	k->state = GATEKEEPER_OPEN;
	return (0);
}

void
gatekeeper_close(struct gatekeeper *k)
{

	if (k == NULL)
		return;
	hang_up(k);
	gatekeeper_hand_over(k);
	json_reader_free(k->reader);
	buf_free(&k->heard);
	mem_free(k);
}
