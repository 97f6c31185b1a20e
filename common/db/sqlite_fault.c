#include "db/sqlite_fault.h"

#ifdef ROWPIPE_FAULTS

#include <errno.h>
#include <stddef.h>

#include <sqlite3.h>

#include "base/fault.h"

/* A file of the shim, with the real one behind it. */
struct file {
	sqlite3_file	 base;
	sqlite3_file	*real;
};

static sqlite3_vfs *real_vfs, shim;
static sqlite3_mem_methods real_mem;

static struct file *
file_of(sqlite3_file *f)
{

	return ((struct file *)(void *)f);
}

#define REAL(f)		(file_of(f)->real)
#define CALL(f, method)	(REAL(f)->pMethods->method)

static int
shim_close(sqlite3_file *f)
{
	int rc = REAL(f)->pMethods == NULL ? SQLITE_OK :
	    CALL(f, xClose)(REAL(f));

	f->pMethods = NULL;
	return (rc);
}

static int
shim_read(sqlite3_file *f, void *p, int n, sqlite3_int64 at)
{

	if (fault_hit(FAULT_READ) < 0)
		return (SQLITE_IOERR_READ);
	return (CALL(f, xRead)(REAL(f), p, n, at));
}

static int
shim_write(sqlite3_file *f, const void *p, int n, sqlite3_int64 at)
{

	if (fault_hit(FAULT_WRITE) < 0)
		return (errno == ENOSPC ? SQLITE_FULL : SQLITE_IOERR_WRITE);
	return (CALL(f, xWrite)(REAL(f), p, n, at));
}

static int
shim_truncate(sqlite3_file *f, sqlite3_int64 size)
{

	if (fault_hit(FAULT_WRITE) < 0)
		return (SQLITE_IOERR_TRUNCATE);
	return (CALL(f, xTruncate)(REAL(f), size));
}

static int
shim_sync(sqlite3_file *f, int flags)
{

	if (fault_hit(FAULT_SYNC) < 0)
		return (SQLITE_IOERR_FSYNC);
	return (CALL(f, xSync)(REAL(f), flags));
}

static int
shim_size(sqlite3_file *f, sqlite3_int64 *size)
{

	return (CALL(f, xFileSize)(REAL(f), size));
}

static int
shim_lock(sqlite3_file *f, int level)
{

	return (CALL(f, xLock)(REAL(f), level));
}

static int
shim_unlock(sqlite3_file *f, int level)
{

	return (CALL(f, xUnlock)(REAL(f), level));
}

static int
shim_reserved(sqlite3_file *f, int *out)
{

	return (CALL(f, xCheckReservedLock)(REAL(f), out));
}

static int
shim_control(sqlite3_file *f, int op, void *arg)
{

	return (CALL(f, xFileControl)(REAL(f), op, arg));
}

static int
shim_sector(sqlite3_file *f)
{

	return (CALL(f, xSectorSize)(REAL(f)));
}

static int
shim_traits(sqlite3_file *f)
{

	return (CALL(f, xDeviceCharacteristics)(REAL(f)));
}

static int
shim_shm_map(sqlite3_file *f, int page, int size, int extend,
    void volatile **p)
{

	return (CALL(f, xShmMap)(REAL(f), page, size, extend, p));
}

static int
shim_shm_lock(sqlite3_file *f, int at, int n, int flags)
{

	return (CALL(f, xShmLock)(REAL(f), at, n, flags));
}

static void
shim_shm_barrier(sqlite3_file *f)
{

	CALL(f, xShmBarrier)(REAL(f));
}

static int
shim_shm_unmap(sqlite3_file *f, int remove)
{

	return (CALL(f, xShmUnmap)(REAL(f), remove));
}

static const sqlite3_io_methods methods = {
	.iVersion = 2, .xClose = shim_close, .xRead = shim_read,
	.xWrite = shim_write, .xTruncate = shim_truncate,
	.xSync = shim_sync, .xFileSize = shim_size, .xLock = shim_lock,
	.xUnlock = shim_unlock, .xCheckReservedLock = shim_reserved,
	.xFileControl = shim_control, .xSectorSize = shim_sector,
	.xDeviceCharacteristics = shim_traits, .xShmMap = shim_shm_map,
	.xShmLock = shim_shm_lock, .xShmBarrier = shim_shm_barrier,
	.xShmUnmap = shim_shm_unmap,
};

static int
shim_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *f, int flags,
    int *out)
{
	int rc;

	(void)vfs;
	f->pMethods = NULL;
	if (fault_hit(FAULT_OPEN) < 0)
		return (SQLITE_CANTOPEN);
	REAL(f) = (sqlite3_file *)(void *)((char *)f + sizeof(struct file));
	rc = real_vfs->xOpen(real_vfs, name, REAL(f), flags, out);
	if (REAL(f)->pMethods != NULL)
		f->pMethods = &methods;
	return (rc);
}

static int
shim_delete(sqlite3_vfs *vfs, const char *name, int sync)
{

	(void)vfs;
	if (fault_hit(FAULT_RENAME) < 0)
		return (SQLITE_IOERR_DELETE);
	return (real_vfs->xDelete(real_vfs, name, sync));
}

static void *
mem_alloc_or_not(int n)
{

	return (fault_hit(FAULT_ALLOC) < 0 ? NULL : real_mem.xMalloc(n));
}

static void *
mem_resize_or_not(void *p, int n)
{

	return (fault_hit(FAULT_ALLOC) < 0 ? NULL : real_mem.xRealloc(p, n));
}

void
sqlite_fault_install(void)
{
	sqlite3_mem_methods mem;

	if (real_vfs != NULL)
		return;
	(void)sqlite3_config(SQLITE_CONFIG_GETMALLOC, &real_mem);
	mem = real_mem;
	mem.xMalloc = mem_alloc_or_not;
	mem.xRealloc = mem_resize_or_not;
	(void)sqlite3_config(SQLITE_CONFIG_MALLOC, &mem);
	real_vfs = sqlite3_vfs_find(NULL);
	if (real_vfs == NULL)
		return;
	shim = *real_vfs;
	shim.zName = "rowpipe-fault";
	shim.szOsFile = (int)sizeof(struct file) + real_vfs->szOsFile;
	shim.pNext = NULL;
	shim.xOpen = shim_open;
	shim.xDelete = shim_delete;
	(void)sqlite3_vfs_register(&shim, 1);
}

#else

void
sqlite_fault_install(void)
{

}

#endif
