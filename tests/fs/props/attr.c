// SPDX-License-Identifier: GPL-2.0-only
/*
 * Attributes and times. Times of old are set first, so that nothing has to wait.
 */
#include <time.h>
#include "../prop.h"

#define LONG_AGO	1000000000		/* 2001, even, and no leap of any kind */

static void age(const char *path)
{
	struct timespec ts[2] = { { LONG_AGO - 86400 }, { LONG_AGO } };

	OK(t_utimensat(path, ts, AT_SYMLINK_NOFOLLOW));
}

static struct stat look(const char *path)
{
	struct stat st;

	OK(t_lstat(path, &st));
	return st;
}

/* Is this time the present, as exactly as the file system keeps it? */
static bool now(time_t t, long long gran)
{
	time_t real = time(NULL);

	return t >= real - 2 - gran / 1000000000 && t <= real + 2;
}

static bool after(const struct timespec *a, const struct timespec *b)
{
	return a->tv_sec > b->tv_sec || (a->tv_sec == b->tv_sec && a->tv_nsec > b->tv_nsec);
}

#define MODIFIED(path)	now(look(path).st_mtime, fs.mtime)

PROPERTY(write_sets_mtime, "", "POSIX write: the last data modification is marked")
{
	int fd;

	put("f", 10, 1);
	age("f");
	EQ(look("f").st_mtime, LONG_AGO);
	fd = OK(t_open("f", O_WRONLY, 0));
	EQ(look("f").st_mtime, LONG_AGO);
	OK(t_write(fd, "x", 1));
	OK(t_close(fd));
	CHECK(MODIFIED("f"));
	t_reopen();
	CHECK(MODIFIED("f"));
}

PROPERTY(read_leaves_mtime, "", "POSIX read, open: no data modification")
{
	put("f", 10, 1);
	age("f");
	expect("f", 10, 1);
	EQ(look("f").st_mtime, LONG_AGO);
	t_reopen();
	EQ(look("f").st_mtime, LONG_AGO);
}

PROPERTY(truncate_sets_mtime, "", "POSIX truncate, open with O_TRUNC: modified if the size changes")
{
	put("f", 1000, 1);
	age("f");
	OK(t_truncate("f", 500));
	CHECK(MODIFIED("f"));
	age("f");
	OK(t_close(OK(t_open("f", O_WRONLY | O_TRUNC, 0))));
	CHECK(MODIFIED("f"));
	EQ(size_of("f"), 0);
}

PROPERTY(names_set_mtime_of_directory, "", "POSIX open, unlink, mkdir, rmdir: the parent is modified")
{
	OK(t_mkdir("d", 0755));
	age("d");
	touch("d/f");
	CHECK(MODIFIED("d"));
	age("d");
	OK(t_unlink("d/f"));
	CHECK(MODIFIED("d"));
	age("d");
	OK(t_mkdir("d/s", 0755));
	CHECK(MODIFIED("d"));
	age("d");
	OK(t_rmdir("d/s"));
	CHECK(MODIFIED("d"));
}

PROPERTY(rename_sets_mtime_of_directories, "", "POSIX rename: both parents are modified, the file is not")
{
	OK(t_mkdir("a", 0755));
	OK(t_mkdir("b", 0755));
	touch("a/f");
	age("a/f");
	age("a");
	age("b");
	OK(t_rename("a/f", "b/f"));
	CHECK(MODIFIED("a") && MODIFIED("b"));
	EQ(look("b/f").st_mtime, LONG_AGO);
}

PROPERTY(link_sets_mtime_of_directory, "links", "POSIX link: the parent is modified")
{
	OK(t_mkdir("d", 0755));
	touch("f");
	age("d");
	OK(t_link("f", "d/f"));
	CHECK(MODIFIED("d"));
}

PROPERTY(read_sets_atime, "atime", "POSIX read, Linux mount(8) relatime: accessed, if not since it was modified")
{
	put("f", 10, 1);
	age("f");
	t_reopen();
	expect("f", 10, 1);
	CHECK(now(look("f").st_atime, fs.atime));
	t_reopen();
	CHECK(now(look("f").st_atime, fs.atime));
}

PROPERTY(read_of_cached_sets_atime, "atime", "POSIX read: accessed, also when the bytes were in memory")
{
	put("f", 10, 1);
	age("f");
	expect("f", 10, 1);
	CHECK(now(look("f").st_atime, fs.atime));
}

PROPERTY(change_sets_ctime, "ctime modes", "POSIX chmod: the status change is marked, nothing else")
{
	struct stat a, b;

	put("f", 10, 1);
	age("f");
	a = look("f");
	later(fs.ctime);
	OK(t_chmod("f", 0600));
	b = look("f");
	CHECK(after(&b.st_ctim, &a.st_ctim));
	EQ(b.st_mtime, LONG_AGO);
}

/* A server has a clock of its own. */
static void kept(const char *what, const struct timespec *a, const struct timespec *b, long long gran)
{
	long long d = (a->tv_sec - b->tv_sec) * 1000000000LL + a->tv_nsec - b->tv_nsec;
	long long clocks = fs.size ? 0 : 1000000000;

	if (d < -clocks || d >= gran + clocks)
		fail(__FILE__, __LINE__, "%s was %lld.%09ld, is %lld.%09ld", what, (long long)a->tv_sec, a->tv_nsec,
		     (long long)b->tv_sec, b->tv_nsec);
}

PROPERTY(times_stay, "", "POSIX 4.9: times are those of what was done, whenever it reaches the disk")
{
	struct stat a, b;

	put("f", 10000, 1);
	put("g", 10, 1);
	OK(t_chmod("g", 0600));
	put("h", 10, 1);
	OK(t_truncate("h", 5));
	for (const char *const *name = (const char *const[]){ "f", "g", "h", NULL }; *name; name++) {
		a = look(*name);
		t_reopen();
		b = look(*name);
		kept("mtime", &a.st_mtim, &b.st_mtim, fs.mtime);
		if (fs.ctime)
			kept("ctime", &a.st_ctim, &b.st_ctim, fs.ctime);
	}
}

PROPERTY(link_sets_ctime, "ctime links", "POSIX link, unlink: the status of the file changes")
{
	struct stat a, b, c;

	put("f", 10, 1);
	a = look("f");
	later(fs.ctime);
	OK(t_link("f", "g"));
	b = look("f");
	later(fs.ctime);
	OK(t_unlink("g"));
	c = look("f");
	if (!after(&b.st_ctim, &a.st_ctim) || !after(&c.st_ctim, &b.st_ctim))
		fail(__FILE__, __LINE__, "made, linked, unlinked at %lld.%09ld %lld.%09ld %lld.%09ld",
		     (long long)a.st_ctim.tv_sec, a.st_ctim.tv_nsec, (long long)b.st_ctim.tv_sec,
		     b.st_ctim.tv_nsec, (long long)c.st_ctim.tv_sec, c.st_ctim.tv_nsec);
	EQ(c.st_mtim.tv_nsec, a.st_mtim.tv_nsec);
}

PROPERTY(rename_keeps_times, "", "POSIX rename: no data is modified")
{
	put("f", 10, 1);
	age("f");
	OK(t_rename("f", "g"));
	EQ(look("g").st_mtime, LONG_AGO);
	t_reopen();
	EQ(look("g").st_mtime, LONG_AGO);
}

static void keeps(time_t sec, long nsec)
{
	struct timespec ts[2] = { { 0, UTIME_OMIT }, { sec, nsec } };
	__int128 want = (__int128)sec * 1000000000 + nsec;	/* more years than 64 bits have */
	struct stat st;

	OK(t_utimensat("f", ts, 0));
	t_reopen();
	st = look("f");
	if (want >= 0)
		want -= want % fs.mtime;
	if ((__int128)st.st_mtim.tv_sec * 1000000000 + st.st_mtim.tv_nsec != want)
		fail(__FILE__, __LINE__, "mtime %lld.%09ld came back as %lld.%09ld", (long long)sec, nsec,
		     (long long)st.st_mtim.tv_sec, st.st_mtim.tv_nsec);
}

PROPERTY(utimes_is_kept, "", "POSIX utimensat: times as set, cut to the resolution of the file system")
{
	touch("f");
	keeps(LONG_AGO, 0);
	keeps(LONG_AGO + 1, 123456789);
	keeps(LONG_AGO + 2, 999999999);
}

PROPERTY(old_and_future_times, "", "The first and the last day of the format can be set and come back")
{
	touch("f");
	if (fs.first < 0 || fs.first > 0)
		keeps(fs.first, 0);
	else
		keeps(2, 0);
	if (fs.last < 9000000000000LL)
		keeps(fs.last, 0);
	if (fs.last > 4102444800LL)
		keeps(4102444800LL, 0);		/* 2100 */
}

PROPERTY(utimes_now_and_omit, "", "POSIX utimensat: UTIME_NOW, UTIME_OMIT, and NULL for now")
{
	struct timespec ts[2] = { { 0, UTIME_OMIT }, { 0, UTIME_NOW } };

	touch("f");
	age("f");
	OK(t_utimensat("f", ts, 0));
	CHECK(MODIFIED("f"));
	age("f");
	ts[0] = (struct timespec){ LONG_AGO + 86400 };
	ts[1] = (struct timespec){ 0, UTIME_OMIT };
	OK(t_utimensat("f", ts, 0));
	EQ(look("f").st_mtime, LONG_AGO);
	OK(t_utimensat("f", NULL, 0));
	CHECK(MODIFIED("f"));
	ts[0].tv_nsec = 1000000000;
	FAILS(t_utimensat("f", ts, 0), EINVAL);
}

PROPERTY(utimes_of_atime, "atime", "POSIX utimensat: the time of access, too")
{
	struct timespec ts[2] = { { LONG_AGO + 5 * 86400 }, { LONG_AGO } };
	long long want = (LONG_AGO + 5 * 86400) * 1000000000LL;

	touch("f");
	OK(t_utimensat("f", ts, 0));
	t_reopen();
	EQ(look("f").st_atime * 1000000000LL, want - want % fs.atime);
}

PROPERTY(birth_time, "btime", "Linux statx(2): stx_btime is when the file was made, for ever")
{
	struct statx a, b;

	touch("f");
	OK(t_statx(AT_FDCWD, "f", 0, STATX_BTIME, &a));
	CHECK(a.stx_mask & STATX_BTIME);
	CHECK(now(a.stx_btime.tv_sec, fs.btime));
	age("f");
	put("f", 10, 1);
	t_reopen();
	OK(t_statx(AT_FDCWD, "f", 0, STATX_BTIME, &b));
	EQ(a.stx_btime.tv_sec, b.stx_btime.tv_sec);
	EQ(a.stx_btime.tv_nsec - a.stx_btime.tv_nsec % fs.btime, b.stx_btime.tv_nsec);
}

PROPERTY(inode_numbers_stay, "stableino", "POSIX: the serial number is the file's, as long as it exists")
{
	ino_t f, d;

	put("f", 10, 1);
	OK(t_mkdir("d", 0755));
	f = inode("f");
	d = inode("d");
	OK(t_rename("f", "d/g"));
	t_reopen();
	EQ(inode("d/g"), f);
	EQ(inode("d"), d);
}

PROPERTY(stat_of_open_unlinked, "", "POSIX unlink: an open file lives on without a name")
{
	int fd = OK(t_open("f", O_CREAT | O_RDWR, 0644));
	struct stat st;

	OK(t_write(fd, "hello", 5));
	OK(t_unlink("f"));
	OK(t_fstat(fd, &st));
	EQ(st.st_nlink, 0);
	EQ(st.st_size, 5);
	OK(t_close(fd));
}

PROPERTY(blocks_are_counted, "", "POSIX stat: st_blocks is what the data takes")
{
	int fd = OK(t_open("f", O_CREAT | O_WRONLY, 0644));
	static char buf[100000];
	struct stat st;

	OK(t_fstat(fd, &st));
	EQ(st.st_blocks, 0);
	fill(buf, sizeof(buf), 1, 0);
	EQ(t_write(fd, buf, sizeof(buf)), sizeof(buf));
	OK(t_fsync(fd));
	OK(t_close(fd));
	OK(t_stat("f", &st));
	CHECK(st.st_blocks * 512 >= (blkcnt_t)sizeof(buf) && st.st_blocks * 512 < 300000);
	OK(t_truncate("f", 0));
	OK(t_stat("f", &st));
	CHECK(st.st_blocks <= 8);
}
