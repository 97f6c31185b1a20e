#include <sys/socket.h>

#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/diag.h"
#include "base/err.h"
#include "base/fault.h"
#include "base/io.h"
#include "base/mem.h"
#include "base/opt.h"
#include "base/quote.h"
#include "json/json.h"
#include "row/gate.h"

struct gate {
	int	fd;		/* -1: nobody keeps it */
};

/* Is it the number of a stream socket that is open? */
static int
is_socket(uint64_t n)
{
	socklen_t len = sizeof(int);
	int type;

	return (n > STDERR_FILENO && n <= INT_MAX &&
	    getsockopt((int)n, SOL_SOCKET, SO_TYPE, &type, &len) == 0 &&
	    type == SOCK_STREAM);
}

struct gate *
gate_open(struct err *err)
{
	const char *s = getenv(GATE_ENV);
	struct gate *gate;
	struct quote q;
	uint64_t n = 0;

	if (s != NULL && (opt_uint(s, &n, err) != 0 || !is_socket(n))) {
		(void)err_set(err, GATE_ENV " is %s, which is no open socket",
		    quote_z(&q, s));
		(void)err_hint(err, "row-pipe sets it for its last stage; "
		    "unset it to run without row-pipe");
		(void)err_status(err, DIAG_INCOMPLETE);
		return (NULL);
	}
	gate = mem_alloc(sizeof(*gate));
	gate->fd = s != NULL ? (int)n : -1;
	if (gate->fd != -1) {
		(void)fcntl(gate->fd, F_SETFD, FD_CLOEXEC);
		(void)unsetenv(GATE_ENV);
	}
	return (gate);
}

int
gate_kept(const struct gate *gate)
{

	return (gate->fd != -1);
}

/* A stage that still writes is to learn that nobody reads. */
static void
leave_stdin(void)
{
	int fd = io_open("/dev/null", O_RDONLY, 0);

	if (fd == -1)
		return;
	(void)dup2(fd, STDIN_FILENO);
	if (fd != STDIN_FILENO)
		(void)close(fd);
}

static int
say_ready(const struct gate *gate, const struct buf *more)
{
	struct buf b = { 0 };
	int rc;

	buf_printf(&b, "{\"gate\":\"ready\",\"v\":%d,\"program\":",
	    GATE_VERSION);
	json_put_z(&b, diag_name());
	if (more != NULL && more->len > 0) {
		buf_putc(&b, ',');
		buf_put(&b, more->s, more->len);
	}
	buf_puts(&b, "}\n");
	rc = io_send(gate->fd, b.s, b.len);
	buf_free(&b);
	return (rc);
}

/* Is the next line the one that gives leave?  Anything else is as good as the
 * end of the file. */
static int
told_to_commit(const struct gate *gate)
{
	char line[sizeof(GATE_COMMIT) - 1];
	size_t len = 0;
	ssize_t n;

	while (len < sizeof(line)) {
		n = io_read(gate->fd, line + len, sizeof(line) - len);
		if (n <= 0)
			return (0);
		len += (size_t)n;
	}
	return (memcmp(line, GATE_COMMIT, sizeof(line)) == 0);
}

int
gate_hold(struct gate *gate, const struct buf *more, struct err *err)
{

	if (gate->fd == -1 || fault_planted("gate"))
		return (0);
	leave_stdin();
	if (say_ready(gate, more) == 0 && told_to_commit(gate))
		return (0);
	(void)err_set(err, "row-pipe did not give leave to commit");
	(void)err_hint(err, "another stage failed, or row-pipe was ended; it "
	    "says so itself");
	return (err_status(err, DIAG_INCOMPLETE));
}

void
gate_committed(struct gate *gate)
{

	/* Who does not listen any more need not be told. */
	if (gate->fd != -1)
		(void)io_send(gate->fd, GATE_COMMITTED,
		    sizeof(GATE_COMMITTED) - 1);
}

void
gate_close(struct gate *gate)
{

	if (gate == NULL)
		return;
	if (gate->fd != -1)
		(void)close(gate->fd);
	mem_free(gate);
}
