/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * System calls as properties make them: t_NAME() is NAME(2), made of the host's
 * kernel or of the rump kernel in this process, whichever has the file system.
 * Results and errno as in libc. Structures are the host's: the rump kernel has the
 * same ones (arch/rump/machine). Paths are relative to the property's own folder.
 *
 * Threads share folder and descriptors as in any process (in the rump kernel: all
 * threads of this process); users are a thread's own.
 */
#ifndef FS_SYS_H
#define FS_SYS_H

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/uio.h>
#include <unistd.h>
#include "calls.h"

#define RENAME_NOREPLACE_	(1u << 0)
#define RENAME_EXCHANGE_	(1u << 1)
#define RENAME_WHITEOUT_	(1u << 2)

/* One entry of getdents64(2). */
struct t_dirent {
	uint64_t ino;
	int64_t off;
	unsigned short reclen;
	unsigned char type;
	char name[];
};

long t_sys(enum t_call call, long a, long b, long c, long d, long e, long f);
/* The same into the rump kernel: @call not from properties. */
#define T6(call, a, b, c, d, e, f, ...)						\
	t_sys(T_##call, (long)(a), (long)(b), (long)(c), (long)(d), (long)(e), (long)(f))
#define T(call, ...)	T6(call, __VA_ARGS__, 0, 0, 0, 0, 0, 0)

#define t_openat(fd, path, flags, mode)	((int)T(openat, fd, path, flags, mode))
#define t_open(path, flags, mode)	t_openat(AT_FDCWD, path, flags, mode)
#define t_close(fd)			((int)T(close, fd))
#define t_dup(fd)			((int)T(dup, fd))
#define t_read(fd, p, n)		T(read, fd, p, n)
#define t_write(fd, p, n)		T(write, fd, p, n)
#define t_pread(fd, p, n, off)		T(pread64, fd, p, n, off)
#define t_pwrite(fd, p, n, off)		T(pwrite64, fd, p, n, off)
#define t_readv(fd, iov, n)		T(readv, fd, iov, n)
#define t_lseek(fd, off, whence)	T(lseek, fd, off, whence)
#define t_truncate(path, n)		((int)T(truncate, path, n))
#define t_ftruncate(fd, n)		((int)T(ftruncate, fd, n))
#define t_stat(path, st)		((int)T(fstatat, AT_FDCWD, path, st, 0))
#define t_lstat(path, st)		((int)T(fstatat, AT_FDCWD, path, st, AT_SYMLINK_NOFOLLOW))
#define t_fstat(fd, st)			((int)T(fstat, fd, st))
#define t_statx(fd, path, flags, mask, stx) ((int)T(statx, fd, path, flags, mask, stx))
#define t_mkdir(path, mode)		((int)T(mkdirat, AT_FDCWD, path, mode))
#define t_mkdirat(fd, path, mode)	((int)T(mkdirat, fd, path, mode))
#define t_unlink(path)			((int)T(unlinkat, AT_FDCWD, path, 0))
#define t_unlinkat(fd, path, flags)	((int)T(unlinkat, fd, path, flags))
#define t_rmdir(path)			((int)T(unlinkat, AT_FDCWD, path, AT_REMOVEDIR))
#define t_rename(from, to)		((int)T(renameat2, AT_FDCWD, from, AT_FDCWD, to, 0))
#define t_rename2(from, to, flags)	((int)T(renameat2, AT_FDCWD, from, AT_FDCWD, to, flags))
#define t_link(from, to)		((int)T(linkat, AT_FDCWD, from, AT_FDCWD, to, 0))
#define t_linkat(fd, from, to, flags)	((int)T(linkat, fd, from, AT_FDCWD, to, flags))
#define t_symlink(target, path)		((int)T(symlinkat, target, AT_FDCWD, path))
#define t_readlink(path, p, n)		T(readlinkat, AT_FDCWD, path, p, n)
#define t_mknod(path, mode, dev)	((int)T(mknodat, AT_FDCWD, path, mode, dev))
#define t_chmod(path, mode)		((int)T(fchmodat, AT_FDCWD, path, mode))
#define t_fchmod(fd, mode)		((int)T(fchmod, fd, mode))
#define t_chown(path, uid, gid)		((int)T(fchownat, AT_FDCWD, path, uid, gid, 0))
#define t_lchown(path, uid, gid)	((int)T(fchownat, AT_FDCWD, path, uid, gid, AT_SYMLINK_NOFOLLOW))
#define t_fchown(fd, uid, gid)		((int)T(fchown, fd, uid, gid))
#define t_utimensat(path, ts, flags)	((int)T(utimensat, AT_FDCWD, path, ts, flags))
#define t_access(path, mode)		((int)T(faccessat, AT_FDCWD, path, mode))
#define t_chdir(path)			((int)T(chdir, path))
#define t_fchdir(fd)			((int)T(fchdir, fd))
#define t_getcwd(p, n)			T(getcwd, p, n)
#define t_getdents(fd, p, n)		T(getdents64, fd, p, n)
#define t_fsync(fd)			((int)T(fsync, fd))
#define t_fdatasync(fd)			((int)T(fdatasync, fd))
#define t_syncfs(fd)			((int)T(syncfs, fd))
#define t_sync_file_range(fd, off, n, flags) ((int)T(sync_file_range, fd, off, n, flags))
#define t_statfs(path, st)		((int)T(statfs, path, st))
#define t_fallocate(fd, mode, off, n)	((int)T(fallocate, fd, mode, off, n))
#define t_copy_file_range(in, pin, out, pout, n) T(copy_file_range, in, pin, out, pout, n, 0)
#define t_sendfile(out, in, pin, n)	T(sendfile, out, in, pin, n)
#define t_setxattr(path, name, p, n, flags) ((int)T(setxattr, path, name, p, n, flags))
#define t_lsetxattr(path, name, p, n, flags) ((int)T(lsetxattr, path, name, p, n, flags))
#define t_fsetxattr(fd, name, p, n, flags) ((int)T(fsetxattr, fd, name, p, n, flags))
#define t_getxattr(path, name, p, n)	T(getxattr, path, name, p, n)
#define t_lgetxattr(path, name, p, n)	T(lgetxattr, path, name, p, n)
#define t_listxattr(path, p, n)		T(listxattr, path, p, n)
#define t_removexattr(path, name)	((int)T(removexattr, path, name))
#define t_flock(fd, op)			((int)T(flock, fd, op))
#define t_fcntl(fd, cmd, arg)		((int)T(fcntl, fd, cmd, arg))
#define t_ioctl(fd, cmd, arg)		((int)T(ioctl, fd, cmd, arg))
#define t_umask(mask)			T(umask, mask)
#define t_unshare(flags)		((int)T(unshare, flags))
#define t_quotactl(cmd, dev, id, p)	((int)T(quotactl, cmd, dev, id, p))
#define t_name_to_handle_at(fd, path, h, id, flags) ((int)T(name_to_handle_at, fd, path, h, id, flags))
#define t_open_by_handle_at(fd, h, flags) ((int)T(open_by_handle_at, fd, h, flags))

/* The calling thread acts for this user, with supplementary groups; uid 0: for root again. */
void t_become(uid_t uid, gid_t gid, unsigned int ngroups, const gid_t *groups);

/* What follows, as far as this thread does it, is left out of the trace (loops of unknown length). */
void t_trace(int on);

/* Unmount and mount once more, read-only or not; back into the property's folder. */
void t_reopen(void);
void t_reopen_ro(void);
/* mount -o remount,ro or rw. 0 or -1 and errno. */
int t_remount(int readonly);

#endif
