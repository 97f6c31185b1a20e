/*
 * pg_discard - receive a table as binary COPY data and throw it away
 *
 *     pg_discard TABLE
 *
 * The least that a client can do, written as libpq's manual has it: what a
 * dump costs beyond this is its own.
 */
#include <stdio.h>
#include <stdlib.h>

#include <libpq-fe.h>

static void
die(PGconn *conn, const char *what)
{

	(void)fprintf(stderr, "pg_discard: %s: %s", what, PQerrorMessage(conn));
	exit(1);
}

int
main(int argc, char *argv[])
{
	char sql[256], *piece;
	PGconn *conn;
	PGresult *res;
	int len;

	if (argc != 2) {
		(void)fprintf(stderr, "usage: pg_discard TABLE\n");
		return (2);
	}
	conn = PQconnectdb("");
	if (PQstatus(conn) != CONNECTION_OK)
		die(conn, "could not connect");
	(void)snprintf(sql, sizeof(sql), "COPY %s TO STDOUT (FORMAT binary)",
	    argv[1]);
	res = PQexec(conn, sql);
	if (PQresultStatus(res) != PGRES_COPY_OUT)
		die(conn, sql);
	PQclear(res);
	while ((len = PQgetCopyData(conn, &piece, 0)) > 0)
		PQfreemem(piece);
	if (len != -1)
		die(conn, sql);
	res = PQgetResult(conn);
	if (PQresultStatus(res) != PGRES_COMMAND_OK)
		die(conn, sql);
	PQclear(res);
	PQfinish(conn);
	return (0);
}
