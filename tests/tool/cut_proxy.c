/*
 * cut_proxy - stand between libpq and a server, and cut them off at COMMIT
 *
 *	cut_proxy LISTEN SERVER ask|answer N
 *
 * Listens on the unix socket LISTEN, takes one connection, and passes bytes to
 * and from the unix socket SERVER until the client sends a Parse message of
 * COMMIT (the manual's chapter 55, "Frontend/Backend Protocol").  Then ask lets
 * N bytes pass from the first one of that message on, answer the whole of what
 * was sent and N bytes of what comes back; after them both connections are
 * closed.  Exit status 0 when that happened, 1 when the client ended before.
 */
#include <sys/socket.h>
#include <sys/un.h>

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { CLIENT, SERVER };

struct proxy {
	int	fd[2];
	int	asked;			/* COMMIT was seen */
	int	answer;			/* cut what comes back */
	long	left;			/* bytes before the cut, once asked */
};

static int
unix_address(struct sockaddr_un *a, const char *path)
{

	memset(a, 0, sizeof(*a));
	a->sun_family = AF_UNIX;
	if (strlen(path) >= sizeof(a->sun_path))
		return (-1);
	memcpy(a->sun_path, path, strlen(path));
	return (0);
}

static int
accept_client(const char *path)
{
	struct sockaddr_un a;
	int s, fd;

	if (unix_address(&a, path) != 0 ||
	    (s = socket(AF_UNIX, SOCK_STREAM, 0)) == -1)
		return (-1);
	if (bind(s, (struct sockaddr *)&a, sizeof(a)) != 0 ||
	    listen(s, 1) != 0)
		return (-1);
	fd = accept(s, NULL, NULL);
	(void)close(s);
	return (fd);
}

static int
connect_server(const char *path)
{
	struct sockaddr_un a;
	int fd;

	if (unix_address(&a, path) != 0 ||
	    (fd = socket(AF_UNIX, SOCK_STREAM, 0)) == -1)
		return (-1);
	return (connect(fd, (struct sockaddr *)&a, sizeof(a)) == 0 ? fd : -1);
}

static int
send_all(int fd, const char *s, size_t len)
{
	ssize_t n;

	for (; len > 0; s += n, len -= (size_t)n)
		if ((n = write(fd, s, len)) <= 0)
			return (-1);
	return (0);
}

/* Where the Parse of COMMIT begins, or -1: type, length, name, text. */
static long
find_commit(const char *s, size_t len)
{
	static const char text[] = "\0COMMIT";
	size_t i;

	for (i = 5; i + sizeof(text) <= len; i++)
		if (s[i - 5] == 'P' && memcmp(s + i, text, sizeof(text)) == 0)
			return ((long)i - 5);
	return (-1);
}

/* Pass on what came from ${from}.  Return 1 to go on, 0 when it is cut, -1 when
 * one of them has ended. */
static int
pass(struct proxy *p, int from)
{
	char s[65536];
	ssize_t n = read(p->fd[from], s, sizeof(s));
	long at, most;

	if (n <= 0)
		return (-1);
	if (!p->asked && from == CLIENT &&
	    (at = find_commit(s, (size_t)n)) >= 0) {
		p->asked = 1;
		most = p->answer || at + p->left > n ? n : at + p->left;
		if (send_all(p->fd[SERVER], s, (size_t)most) != 0)
			return (-1);
		return (p->answer || at + p->left > n);
	}
	if (p->asked && p->answer && from == SERVER) {
		most = n < p->left ? n : p->left;
		p->left -= most;
		if (send_all(p->fd[CLIENT], s, (size_t)most) != 0)
			return (-1);
		return (p->left > 0);
	}
	return (send_all(p->fd[!from], s, (size_t)n) == 0 ? 1 : -1);
}

int
main(int argc, char *argv[])
{
	struct proxy p = { .fd = { -1, -1 } };
	struct pollfd polls[2];
	int i, rc = 1;

	if (argc != 5) {
		fprintf(stderr,
		    "usage: cut_proxy LISTEN SERVER ask|answer N\n");
		return (2);
	}
	p.answer = strcmp(argv[3], "answer") == 0;
	p.left = strtol(argv[4], NULL, 10);
	(void)alarm(60);
	p.fd[CLIENT] = accept_client(argv[1]);
	p.fd[SERVER] = connect_server(argv[2]);
	if (p.fd[CLIENT] == -1 || p.fd[SERVER] == -1) {
		perror("cut_proxy");
		return (2);
	}
	while (rc == 1) {
		for (i = 0; i < 2; i++)
			polls[i] = (struct pollfd){
				.fd = p.fd[i], .events = POLLIN
			};
		if (poll(polls, 2, -1) < 0)
			continue;
		for (i = 0; i < 2 && rc == 1; i++)
			if (polls[i].revents != 0)
				rc = pass(&p, i);
	}
	return (rc == 0 ? 0 : 1);
}
