/* SPDX-License-Identifier: ISC */
#include "store/test_torture.h"

#include <assert.h>
#include <sqlite3.h>
#include <stddef.h>

/* The real file lies behind it. */
struct file {
	sqlite3_file base;
	sqlite3_file real[];
};

static sqlite3_vfs *real_vfs;
static int left, failing, count;

static int
change(void)
{
	count++;
	if (left > 0 && --left == 0)
		left = -1;
	return left < 0 ? failing : SQLITE_OK;
}

static sqlite3_file *
real(sqlite3_file *f)
{
	/* Made by xOpen below. */
	return (
	    sqlite3_file *)(void *)((char *)f + offsetof(struct file, real));
}

#define PASS(name, parameters, call)                                           \
	static int name parameters                                             \
	{                                                                      \
		return real(f)->pMethods->call;                                \
	}
#define FAIL(name, parameters, call)                                           \
	static int name parameters                                             \
	{                                                                      \
		int r = change();                                              \
                                                                               \
		return r != SQLITE_OK ? r : real(f)->pMethods->call;           \
	}

PASS(t_close, (sqlite3_file * f), xClose(real(f)))
PASS(t_read, (sqlite3_file * f, void *p, int n, sqlite3_int64 at),
    xRead(real(f), p, n, at))
FAIL(t_write, (sqlite3_file * f, const void *p, int n, sqlite3_int64 at),
    xWrite(real(f), p, n, at))
FAIL(t_truncate, (sqlite3_file * f, sqlite3_int64 n), xTruncate(real(f), n))
FAIL(t_sync, (sqlite3_file * f, int flags), xSync(real(f), flags))
PASS(t_size, (sqlite3_file * f, sqlite3_int64 *n), xFileSize(real(f), n))
PASS(t_lock, (sqlite3_file * f, int how), xLock(real(f), how))
PASS(t_unlock, (sqlite3_file * f, int how), xUnlock(real(f), how))
PASS(t_check, (sqlite3_file * f, int *n), xCheckReservedLock(real(f), n))
PASS(t_control, (sqlite3_file * f, int op, void *arg),
    xFileControl(real(f), op, arg))
PASS(t_sector, (sqlite3_file * f), xSectorSize(real(f)))
PASS(t_device, (sqlite3_file * f), xDeviceCharacteristics(real(f)))
PASS(t_map,
    (sqlite3_file * f, int page, int size, int extend, void volatile **p),
    xShmMap(real(f), page, size, extend, p))
PASS(t_shm_lock, (sqlite3_file * f, int offset, int n, int flags),
    xShmLock(real(f), offset, n, flags))
PASS(t_unmap, (sqlite3_file * f, int remove), xShmUnmap(real(f), remove))

static void
t_barrier(sqlite3_file *f)
{
	real(f)->pMethods->xShmBarrier(real(f));
}

static const sqlite3_io_methods methods = {2, t_close, t_read, t_write,
    t_truncate, t_sync, t_size, t_lock, t_unlock, t_check, t_control, t_sector,
    t_device, t_map, t_shm_lock, t_barrier, t_unmap, NULL, NULL};

static int
t_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *f, int flags,
    int *ret_flags)
{
	int r;

	(void)vfs;
	f->pMethods = NULL;
	r = real_vfs->xOpen(real_vfs, name, real(f), flags, ret_flags);
	if (real(f)->pMethods != NULL)
		f->pMethods = &methods;
	return r;
}

static int
t_delete(sqlite3_vfs *vfs, const char *name, int sync)
{
	int r = change();

	(void)vfs;
	return r != SQLITE_OK ? r : real_vfs->xDelete(real_vfs, name, sync);
}

void
torture_begin(void)
{
	static sqlite3_vfs vfs;

	if (real_vfs != NULL)
		return;
	real_vfs = sqlite3_vfs_find(NULL);
	assert(real_vfs != NULL);
	vfs = *real_vfs;
	vfs.szOsFile += (int)sizeof(struct file);
	vfs.zName = "torture";
	vfs.xOpen = t_open;
	vfs.xDelete = t_delete;
	sqlite3_vfs_register(&vfs, 1);
}

void
torture_fail(int n, int code)
{
	left = n;
	failing = code;
	count = 0;
}

int
torture_count(void)
{
	return count;
}
