#include <sys/stat.h>

#include <errno.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/diag.h"
#include "base/mem.h"
#include "base/quote.h"
#include "json/json.h"
#include "row/progress.h"

#define MS		((int64_t)1000)		/* microseconds */
#define LOOK		(50 * MS)		/* between looks at the clock */

struct progress {
	enum progress_mode	 mode;
	char			*head;		/* "program: what: " */
	char			*json_head;	/* {"program":..,"what":.. */
	int64_t			 start, next;	/* times; next line */
	int64_t			 looked;	/* at the clock */
	uint32_t		 step, left;	/* calls between looks */
	int			 shown;		/* a line is on the terminal */
	/* The handler of SIGUSR1 reads these. */
	_Atomic uint64_t	 rows, done, total;
};

/* Whom SIGUSR1 asks. */
static struct progress *_Atomic asked;

/* A line put together without stdio, which a signal handler may not use. */
struct line {
	char	s[1024];
	size_t	n;
};

static void
put(struct line *l, const char *s)
{

	while (*s != '\0' && l->n < sizeof(l->s))
		l->s[l->n++] = *s++;
}

static void
put_uint(struct line *l, uint64_t v, unsigned int digits)
{
	char s[24], *p = s + sizeof(s);

	*--p = '\0';
	do {
		*--p = (char)('0' + v % 10);
		v /= 10;
	} while (v > 0 || (size_t)(s + sizeof(s) - 1 - p) < digits);
	put(l, p);
}

/* Microseconds of a clock that only goes forward. */
static int64_t
now(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return ((int64_t)t.tv_sec * 1000 * MS + t.tv_nsec / 1000);
}

struct figures {
	uint64_t	rows, rate;		/* rate: rows a second */
	int		known;			/* are the next two? */
	uint64_t	percent, eta;		/* eta: seconds left */
};

static void
figure(struct progress *p, struct figures *f)
{
	uint64_t done = atomic_load(&p->done), total = atomic_load(&p->total);
	double seconds = (double)(now() - p->start) / (double)(1000 * MS);

	f->rows = atomic_load(&p->rows);
	f->rate = seconds <= 0 ? 0 : (uint64_t)((double)f->rows / seconds);
	f->known = total > 0 && done <= total;
	if (!f->known)
		return;
	f->percent = (uint64_t)((double)done * 100 / (double)total);
	f->eta = done == 0 ? 0 : (uint64_t)(seconds *
	    ((double)(total - done) / (double)done) + 0.5);
}

static void
put_json(struct progress *p, struct line *l, const struct figures *f)
{

	put(l, p->json_head);
	put(l, ",\"rows\":");
	put_uint(l, f->rows, 1);
	put(l, ",\"rate\":");
	put_uint(l, f->rate, 1);
	put(l, ",\"percent\":");
	if (f->known)
		put_uint(l, f->percent, 1);
	else
		put(l, "null");
	put(l, ",\"eta\":");
	if (f->known)
		put_uint(l, f->eta, 1);
	else
		put(l, "null");
	put(l, "}");
}

static void
put_text(struct progress *p, struct line *l, const struct figures *f)
{

	put(l, p->head);
	put_uint(l, f->rows, 1);
	put(l, " rows, ");
	put_uint(l, f->rate, 1);
	put(l, " rows/s");
	if (!f->known)
		return;
	put(l, ", ");
	put_uint(l, f->percent, 1);
	put(l, "%, ");
	put_uint(l, f->eta / 60, 1);
	put(l, ":");
	put_uint(l, f->eta % 60, 2);
	put(l, " left");
}

/* Print how things stand; ${before} and ${after} make it a line. */
static void
show(struct progress *p, const char *before, const char *after)
{
	struct line l = { .n = 0 };
	struct figures f = { 0 };

	figure(p, &f);
	put(&l, before);
	if (p->mode == PROGRESS_JSON)
		put_json(p, &l, &f);
	else
		put_text(p, &l, &f);
	put(&l, after);
	(void)!write(STDERR_FILENO, l.s, l.n);
}

static void
on_usr1(int sig)
{
	struct progress *p = atomic_load(&asked);
	int saved = errno;

	(void)sig;
	if (p != NULL)
		show(p, p->shown ? "\r\033[K" : "", "\n");
	errno = saved;
}

/* Take the line from the terminal, if there is one. */
static void
clear(void)
{
	struct progress *p = atomic_load(&asked);

	if (p != NULL && p->shown)
		(void)!write(STDERR_FILENO, "\r\033[K", 4);
	if (p != NULL)
		p->shown = 0;
}

enum progress_mode
progress_for_rows(enum progress_mode mode, int fd)
{
	struct stat st;

	if (mode == PROGRESS_AUTO && (isatty(fd) || fstat(fd, &st) != 0 ||
	    S_ISFIFO(st.st_mode) || S_ISSOCK(st.st_mode)))
		return (PROGRESS_NEVER);
	return (mode);
}

static char *
take(struct buf *b)
{
	char *s = mem_strdup(buf_z(b));

	buf_free(b);
	return (s);
}

struct progress *
progress_new(enum progress_mode mode, const char *what)
{
	struct progress *p = mem_alloc(sizeof(*p));
	struct sigaction sa = { .sa_handler = on_usr1, .sa_flags = SA_RESTART };
	struct buf b = { 0 };
	char plain[200];

	if (mode == PROGRESS_AUTO && (!isatty(STDERR_FILENO) || diag_quiet()))
		mode = PROGRESS_NEVER;
	p->mode = mode;
	(void)quote_plain(plain, sizeof(plain), what, strlen(what));
	buf_printf(&b, "%s: %s%s", diag_name(), plain,
	    plain[0] != '\0' ? ": " : "");
	p->head = take(&b);
	buf_puts(&b, "{\"program\":");
	json_put_z(&b, diag_name());
	buf_puts(&b, ",\"what\":");
	json_put_z(&b, what);
	p->json_head = take(&b);
	p->start = p->looked = now();
	p->next = p->start + 500 * MS;
	p->step = p->left = 1;
	atomic_store(&asked, p);
	diag_before(clear);
	(void)sigemptyset(&sa.sa_mask);
	(void)sigaction(SIGUSR1, &sa, NULL);
	return (p);
}

/* Look at the clock, and print when it is time. */
static void
look(struct progress *p)
{
	int64_t t = now();

	/* The calls between two looks follow the pace of the rows. */
	if (t - p->looked < LOOK / 2 && p->step < 1 << 20)
		p->step *= 2;
	else if (t - p->looked > LOOK && p->step > 1)
		p->step /= 2;
	p->looked = t;
	p->left = p->step;
	if (t < p->next)
		return;
	switch (p->mode) {
	case PROGRESS_AUTO:
		show(p, "\r\033[K", "");
		p->shown = 1;
		p->next = t + 250 * MS;
		break;
	case PROGRESS_PLAIN:
		show(p, "", "\n");
		p->next = t + 5000 * MS;
		break;
	case PROGRESS_JSON:
		show(p, "", "\n");
		p->next = t + 1000 * MS;
		break;
	case PROGRESS_NEVER:
		break;
	}
}

void
progress_at(struct progress *p, uint64_t rows, uint64_t done, uint64_t total)
{

	atomic_store_explicit(&p->rows, rows, memory_order_relaxed);
	atomic_store_explicit(&p->done, done, memory_order_relaxed);
	atomic_store_explicit(&p->total, total, memory_order_relaxed);
	if (p->mode != PROGRESS_NEVER && --p->left == 0)
		look(p);
}

void
progress_free(struct progress *p)
{

	if (p == NULL)
		return;
	if (p->mode == PROGRESS_JSON)
		show(p, "", "\n");
	if (atomic_load(&asked) == p) {
		clear();
		atomic_store(&asked, NULL);
	}
	mem_free(p->head);
	mem_free(p->json_head);
	mem_free(p);
}
