// SPDX-License-Identifier: GPL-2.0-only
/*
 * Locks. In this process owners are open files (flock, OFD locks) and tables of
 * descriptors (POSIX locks): a thread that has one of its own is another process.
 */
#include <sched.h>
#include <sys/file.h>
#include "../prop.h"

PROPERTY(flock_excludes, "", "Linux flock(2): shared by many or exclusive to one open file")
{
	int a = OK(t_open("f", O_CREAT | O_RDWR, 0644)), b = OK(t_open("f", O_RDWR, 0));

	OK(t_flock(a, LOCK_EX | LOCK_NB));
	FAILS(t_flock(b, LOCK_SH | LOCK_NB), EWOULDBLOCK);
	OK(t_flock(a, LOCK_SH | LOCK_NB));
	OK(t_flock(b, LOCK_SH | LOCK_NB));
	FAILS(t_flock(a, LOCK_EX | LOCK_NB), EWOULDBLOCK);
	OK(t_flock(b, LOCK_UN));
	OK(t_flock(a, LOCK_EX | LOCK_NB));
	OK(t_close(a));
	OK(t_flock(b, LOCK_EX | LOCK_NB));
	OK(t_close(b));
}

static struct flock range(short type, off_t start, off_t len)
{
	return (struct flock){ .l_type = type, .l_whence = SEEK_SET, .l_start = start, .l_len = len };
}

PROPERTY(ofd_locks_exclude, "", "Linux fcntl(2), F_OFD_SETLK: ranges, owned by the open file")
{
	int a = OK(t_open("f", O_CREAT | O_RDWR, 0644)), b = OK(t_open("f", O_RDWR, 0));
	struct flock l = range(F_WRLCK, 10, 10);

	OK(t_fcntl(a, F_OFD_SETLK, &l));
	l = range(F_RDLCK, 15, 1);
	FAILS2(t_fcntl(b, F_OFD_SETLK, &l), EAGAIN, EACCES);
	OK(t_fcntl(b, F_OFD_GETLK, &l));
	EQ(l.l_type, F_WRLCK);
	EQ(l.l_start, 10);
	EQ(l.l_len, 10);
	l = range(F_WRLCK, 20, 0);
	OK(t_fcntl(b, F_OFD_SETLK, &l));
	l = range(F_UNLCK, 12, 2);
	OK(t_fcntl(a, F_OFD_SETLK, &l));
	l = range(F_WRLCK, 12, 2);
	OK(t_fcntl(b, F_OFD_SETLK, &l));
	l = range(F_WRLCK, 0, 0);
	FAILS2(t_fcntl(b, F_OFD_SETLK, &l), EAGAIN, EACCES);
	OK(t_close(a));
	l = range(F_WRLCK, 0, 0);
	OK(t_fcntl(b, F_OFD_SETLK, &l));
	OK(t_close(b));
}

static void other_process(void *arg)
{
	struct flock l = range(F_WRLCK, 50, 100);
	int fd;

	OK(t_unshare(CLONE_FILES));
	fd = OK(t_open("f", O_RDWR, 0));
	FAILS2(t_fcntl(fd, F_SETLK, &l), EAGAIN, EACCES);
	OK(t_fcntl(fd, F_GETLK, &l));
	EQ(l.l_type, F_WRLCK);
	EQ(l.l_start, 0);
	EQ(l.l_len, 100);
	l = range(F_WRLCK, 100, 100);
	OK(t_fcntl(fd, F_SETLK, &l));
	OK(t_close(fd));
}

static void third_process(void *arg)
{
	struct flock l = range(F_WRLCK, 0, 0);
	int fd;

	OK(t_unshare(CLONE_FILES));
	fd = OK(t_open("f", O_RDWR, 0));
	OK(t_fcntl(fd, F_SETLK, &l));
	OK(t_close(fd));
}

PROPERTY(posix_locks_exclude, "", "POSIX fcntl, F_SETLK: ranges, owned by the process; gone with any close of the file")
{
	int fd = OK(t_open("f", O_CREAT | O_RDWR, 0644)), second;
	struct flock l = range(F_WRLCK, 0, 100);

	OK(t_fcntl(fd, F_SETLK, &l));
	in_thread(other_process, NULL);
	second = OK(t_open("f", O_RDONLY, 0));
	OK(t_close(second));
	in_thread(third_process, NULL);
	OK(t_close(fd));
}

PROPERTY(lock_directions, "", "POSIX fcntl: EBADF for a lock that the file was not opened for")
{
	struct flock l = range(F_WRLCK, 0, 0);
	int fd;

	touch("f");
	fd = OK(t_open("f", O_RDONLY, 0));
	FAILS(t_fcntl(fd, F_SETLK, &l), EBADF);
	OK(t_close(fd));
}
