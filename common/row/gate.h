/*
 * gate - the sink's side of the gate that row-pipe holds shut before COMMIT
 *
 * row-pipe gives its last stage, and no other, one end of a stream socket and
 * its number in ROWPIPE_GATE.  A sink says there that all its rows are stored
 * and checked, waits, and commits only when it is told to:
 *
 *     sink      {"gate":"ready","v":1,"program":"sqlite-load",...}
 *     row-pipe  {"gate":"commit"}
 *     sink      {"gate":"committed"}
 *
 * Each is a line of its own.  The end of the file where "commit" should come,
 * or anything else there, means that the stream was not whole: roll back, and
 * exit with DIAG_INCOMPLETE.  rowpipe-gate(7) has it all for those who write
 * sinks; gatekeeper.h is the other side.
 *
 * A program built on db/sink.h calls sink_hold and nothing of this.
 */
#ifndef ROWPIPE_ROW_GATE_H
#define ROWPIPE_ROW_GATE_H

#define GATE_ENV	"ROWPIPE_GATE"
#define GATE_VERSION	1
#define GATE_COMMIT	"{\"gate\":\"commit\"}\n"
#define GATE_COMMITTED	"{\"gate\":\"committed\"}\n"

struct buf;
struct err;
struct gate;

/**
 * gate_open(err):
 * Take the gate that the environment names, and its name out of there, so that
 * no program that this one starts gets hold of it.  First thing that a sink
 * does.  Return a gate, which is one without a keeper when ROWPIPE_GATE is not
 * set, or NULL with ${err} filled (DIAG_INCOMPLETE) when it names no socket.
 * Caller frees with gate_close.
 */
struct gate *gate_open(struct err *err);

/**
 * gate_kept(gate):
 * Return non-zero when there is a keeper to wait for.
 */
int gate_kept(const struct gate *gate);

/**
 * gate_hold(gate, more, err):
 * Everything is stored and checked: say so, with the members ${more} (JSON
 * text without braces, or NULL), and wait for leave to commit.  Standard input
 * is given up, so that no stage waits to write there.  Return 0 when the time
 * has come (at once without a keeper), or -1 with ${err} filled
 * (DIAG_INCOMPLETE) when it never will.
 */
int gate_hold(struct gate *gate, const struct buf *more, struct err *err);

/**
 * gate_committed(gate):
 * COMMIT has succeeded: say so, if anybody asked to know.
 */
void gate_committed(struct gate *gate);

/**
 * gate_close(gate):
 * Free ${gate}; NULL is fine.  A keeper that was told nothing knows by this
 * that nothing will be committed.
 */
void gate_close(struct gate *gate);

#endif
