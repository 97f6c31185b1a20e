#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/diag.h"
#include "base/err.h"
#include "base/grid.h"
#include "base/quote.h"
#include "db/migrate_session.h"
#include "json/json.h"
#include "row/output.h"

static void
put_json(const struct history_row *row, struct buf *b)
{

	buf_printf(b, "{\"run\":%" PRId64 ",\"name\":", row->id);
	json_put_z(b, row->name);
	buf_printf(b, ",\"state\":\"%s\",", history_state_name(row->state));
	history_put_json(row, b);
	buf_puts(b, "}\n");
}

static void
add_cells(struct grid *g, const struct history_row *row)
{
	char text[64];

	(void)snprintf(text, sizeof(text), "%" PRId64, row->id);
	grid_cell_z(g, text);
	(void)snprintf(text, sizeof(text), "%.19sZ", row->started);
	grid_cell_z(g, text);
	grid_cell_z(g, row->name);
	grid_cell_z(g, history_action_name(row->action));
	grid_cell_z(g, history_state_name(row->state));
	(void)snprintf(text, sizeof(text), "%" PRId64, row->rows);
	grid_cell_z(g, row->rows == -1 ? NULL : text);
	(void)snprintf(text, sizeof(text), "%.1f", (double)row->ms / 1000);
	grid_cell_z(g, row->ms == -1 ? NULL : text);
	grid_cell_z(g, row->who);
	grid_cell_z(g, row->reason);
}

/* What it said, line by line, fit for a terminal. */
static void
put_output(const struct history_row *row, struct buf *b)
{
	const char *s = row->output;
	size_t n;

	if (s == NULL)
		return;
	buf_printf(b, "\nRun %" PRId64 " said:\n", row->id);
	for (; *s != '\0'; s += n + (s[n] == '\n')) {
		n = strcspn(s, "\n");
		buf_puts(b, "    ");
		(void)grid_text(s, n, b);
		buf_putc(b, '\n');
	}
}

static void
put_table(const struct history_rows *rows, const char *name, struct buf *b)
{
	struct grid *g = grid_new();
	size_t i, n = 0;

	grid_column(g, "Run", GRID_RIGHT, 0);
	grid_column(g, "Begun", GRID_LEFT, 0);
	grid_column(g, "Migration", GRID_LEFT, 0);
	grid_column(g, "Action", GRID_LEFT, 0);
	grid_column(g, "State", GRID_LEFT, 0);
	grid_column(g, "Rows", GRID_RIGHT, 0);
	grid_column(g, "Seconds", GRID_RIGHT, 0);
	grid_column(g, "Who", GRID_LEFT, 0);
	grid_column(g, "Reason", GRID_LEFT, 0);
	for (i = 0; i < rows->n; i++) {
		if (name != NULL && strcmp(rows->v[i].name, name) != 0)
			continue;
		add_cells(g, &rows->v[i]);
		n++;
	}
	if (n > 0)
		grid_put(g, 0, b);
	else
		buf_puts(b, "nothing was run yet\n");
	grid_free(g);
	for (i = 0; name != NULL && i < rows->n; i++)
		if (strcmp(rows->v[i].name, name) == 0)
			put_output(&rows->v[i], b);
}

static int
was_run(const struct history_rows *rows, const char *name)
{
	size_t i;

	for (i = 0; i < rows->n; i++)
		if (strcmp(rows->v[i].name, name) == 0)
			return (1);
	return (0);
}

static int
say(struct migrate_session *ms, const char *name, struct err *err)
{
	struct history_rows rows;
	struct buf b = { 0 };
	size_t i;
	int rc;

	rc = history_log(runner_history(ms->r), &rows, ms->a, err);
	if (rc == 0 && name != NULL && plan_find(&ms->plan, name) == NULL &&
	    !was_run(&rows, name))
		rc = migrate_no_such(ms, name, err);
	for (i = 0; rc == 0 && ms->m->json && i < rows.n; i++)
		if (name == NULL || strcmp(rows.v[i].name, name) == 0)
			put_json(&rows.v[i], &b);
	if (rc == 0 && !ms->m->json)
		put_table(&rows, name, &b);
	if (rc == 0)
		rc = output_all(&b, err);
	buf_free(&b);
	return (rc);
}

int
migrate_log(const struct migrate *m, char **argv, struct err *err)
{
	struct migrate_session ms;
	int rc = -1;

	if (argv[0] != NULL && migrate_none(argv + 1, err) != 0)
		return (-1);
	if (migrate_open(&ms, m, MIGRATE_LOOK, err) == 0)
		rc = say(&ms, argv[0], err);
	migrate_close(&ms);
	return (rc);
}
