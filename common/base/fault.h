/*
 * fault - failures on request, for the tests
 *
 * mem.c and io.c ask here before they do anything that can fail.  In a normal
 * build the question costs nothing and the answer is no.  A build with
 * -DROWPIPE_FAULTS reads ROWPIPE_FAULT from the environment:
 *
 *     KIND:N[:ERRNO][:on]     e.g.  alloc:17   write:3:ENOSPC:on
 *
 * makes the Nth operation of that kind fail (with "on", every later one too).
 * KIND is alloc, read, write, open, sync, rename, or any.  The errno is EIO
 * unless named (ENOSPC EINTR EAGAIN EPIPE EMFILE EACCES); the name "short"
 * instead makes a read or write move one byte only, "short7" seven at most.
 * ROWPIPE_FAULT=count prints how many operations there were, on standard
 * error, at the end.
 *
 * The same build has bugs to order: where the code asks fault_planted("X"),
 * ROWPIPE_PLANT=X (or a list, "X,Y") makes it do the wrong thing.  A test that
 * hunts for mistakes is run once more on them, and must find them.
 *
 *     checkpoint   a batch is committed before its checkpoint
 *                  (db/checkpoint.c)
 *     deaf         a write that fails is taken for done (base/io.c)
 *     descriptors  closed standard descriptors are left closed (base/diag.c)
 *     end          a read that fails is taken for the end (base/io.c)
 *     frame        the end of a file is taken for the end of its frame
 *                  (row/input.c)
 *     gate         a sink commits without waiting for leave (row/gate.c)
 *     locale       numbers are read as the locale has it (base/diag.c)
 *     mode         a new file keeps the mode of its temporary one
 *                  (base/outfile.c)
 *     part         a read that is short is taken for the last (row/input.c)
 *     place        a file is written in its place (base/outfile.c)
 *     rejects      a run that goes on keeps rejects of rows that come again
 *                  (row/rejects.c)
 *     rollback     a load that fails commits what it has
 *                  (db/sqlite_target.c)
 *     status       every program ends with 0 (base/diag.c)
 *     short        a short write is taken for a whole one (base/io.c)
 *     zone         gmtime is local time (jq/builtin_date.c)
 */
#ifndef ROWPIPE_BASE_FAULT_H
#define ROWPIPE_BASE_FAULT_H

enum fault_kind {
	FAULT_ALLOC, FAULT_READ, FAULT_WRITE, FAULT_OPEN, FAULT_SYNC,
	FAULT_RENAME, FAULT_KINDS
};

#ifdef ROWPIPE_FAULTS
/**
 * fault_hit(kind):
 * Count one operation of ${kind}.  Return 0 when it may go ahead, -1 with
 * errno set when it shall fail, else how many bytes it shall move at most.
 */
int fault_hit(enum fault_kind kind);

/**
 * fault_planted(bug):
 * Return non-zero when ROWPIPE_PLANT names ${bug}.
 */
int fault_planted(const char *bug);
#else
#define fault_hit(kind) 0
#define fault_planted(bug) 0
#endif

#endif
