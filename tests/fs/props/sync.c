// SPDX-License-Identifier: GPL-2.0-only
/*
 * fsync and its like, and what is there after the power failed: every byte that
 * was acknowledged. The images are made by crash.py of what the recorder saw.
 */
#include "../prop.h"

PROPERTY(fsync_of_anything, "", "POSIX fsync, fdatasync; Linux syncfs(2): of files, directories, and what was opened to read")
{
	int fd, dir = OK(t_open(".", O_RDONLY, 0));

	put("f", 100000, 1);
	fd = OK(t_open("f", O_RDONLY, 0));
	OK(t_fsync(fd));
	OK(t_fdatasync(fd));
	OK(t_fsync(dir));
	OK(t_syncfs(dir));
	OK(t_sync_file_range(fd, 0, 100000, 7));
	OK(t_unlink("f"));
	OK(t_fsync(fd));
	OK(t_close(fd));
	FAILS(t_fsync(fd), EBADF);
	OK(t_close(dir));
}

PROPERTY(written_synchronously, "", "POSIX open, O_SYNC and O_DSYNC: the same bytes")
{
	int fd = OK(t_open("f", O_CREAT | O_WRONLY | O_SYNC, 0644)), i;
	char buf[1000];

	for (i = 0; i < 10; i++) {
		fill(buf, sizeof(buf), 1, i * 1000);
		EQ(t_write(fd, buf, sizeof(buf)), 1000);
	}
	OK(t_close(fd));
	fd = OK(t_open("f", O_WRONLY | O_DSYNC, 0));
	fill(buf, 500, 1, 3000);
	EQ(t_pwrite(fd, buf, 500, 3000), 500);
	OK(t_close(fd));
	t_reopen();
	expect("f", 10000, 1);
}

static void sync_file(const char *path)
{
	int fd = OK(t_open(path, O_RDONLY, 0));

	OK(t_fsync(fd));
	OK(t_close(fd));
}

static size_t size_at(int i)
{
	return 1 + i * 7919 % 60000;
}

CRASH_PROPERTY(crash_new_files, "", "POSIX fsync: files that were synced, with their directory, are there")
{
	char name[16];
	int i;

	for (i = 0; i < 12; i++) {
		snprintf(name, sizeof(name), "f%d", i);
		put(name, size_at(i), i);
		sync_file(name);
		sync_file(".");
		crash_point(i);
	}
}

static void verify_crash_new_files(int step)
{
	char name[16];
	int i;

	for (i = 0; i <= step; i++) {
		snprintf(name, sizeof(name), "f%d", i);
		expect(name, size_at(i), i);
	}
}

#define PAGE_	4096

CRASH_PROPERTY(crash_overwritten, "", "POSIX fdatasync: what was overwritten and synced is the new data")
{
	char buf[PAGE_];
	int fd, i;

	put("f", 32 * PAGE_, 0);
	sync_file("f");
	sync_file(".");
	crash_point(0);
	fd = OK(t_open("f", O_RDWR, 0));
	for (i = 1; i < 16; i++) {
		fill(buf, PAGE_, i, i * PAGE_);
		EQ(t_pwrite(fd, buf, PAGE_, i * PAGE_), PAGE_);
		OK(t_fdatasync(fd));
		crash_point(i);
	}
	OK(t_close(fd));
}

static void verify_crash_overwritten(int step)
{
	int fd = OK(t_open("f", O_RDONLY, 0)), i;

	EQ(size_of("f"), 32 * PAGE_);
	for (i = 0; i < 32; i++)
		if (i != step + 1)		/* half on its way */
			expect_at(fd, i * PAGE_, PAGE_, i <= step ? i : 0);
	OK(t_close(fd));
}

CRASH_PROPERTY(crash_appended, "", "POSIX fsync: a file that grows has at least what was synced, and that right")
{
	char buf[3000];
	int fd, i;

	fd = OK(t_open("log", O_CREAT | O_WRONLY | O_APPEND, 0644));
	for (i = 0; i < 16; i++) {
		fill(buf, sizeof(buf), 5, i * 3000);
		EQ(t_write(fd, buf, sizeof(buf)), 3000);
		OK(t_fsync(fd));
		if (!i)
			sync_file(".");
		crash_point(i);
	}
	OK(t_close(fd));
}

static void verify_crash_appended(int step)
{
	int fd = OK(t_open("log", O_RDONLY, 0));

	CHECK(size_of("log") >= (step + 1) * 3000);
	expect_at(fd, 0, (step + 1) * 3000, 5);
	OK(t_close(fd));
}

CRASH_PROPERTY(crash_replaced, "journal", "POSIX rename, fsync: a file that is replaced is the old or the new one, never neither")
{
	int i;

	for (i = 0; i < 10; i++) {
		put("new", size_at(i), i);
		sync_file("new");
		OK(t_rename("new", "conf"));
		sync_file(".");
		crash_point(i);
	}
}

static void verify_crash_replaced(int step)
{
	/* Of two sizes that differ the size tells which it is. */
	if (step >= 0)
		expect("conf", size_of("conf") == (off_t)size_at(step) ? size_at(step) : size_at(step + 1),
		       size_of("conf") == (off_t)size_at(step) ? step : step + 1);
}

CRASH_PROPERTY(crash_removed, "journal", "POSIX unlink, fsync of the directory: what was removed does not come back")
{
	char name[16];
	int i;

	for (i = 0; i < 10; i++) {
		snprintf(name, sizeof(name), "f%d", i);
		put(name, size_at(i), i);
	}
	OK(t_mkdir("d", 0755));
	for (i = 0; i < 10; i++) {
		snprintf(name, sizeof(name), "f%d", i);
		sync_file(name);
	}
	sync_file(".");
	for (i = 0; i < 10; i++) {
		snprintf(name, sizeof(name), "f%d", i);
		OK(t_unlink(name));
		sync_file(".");
		crash_point(i);
	}
}

static void verify_crash_removed(int step)
{
	char name[16];
	int i;

	for (i = 0; i < 10; i++) {
		snprintf(name, sizeof(name), "f%d", i);
		if (i <= step)
			CHECK(!exists(name));
		else if (step >= 0 && i > step + 1)
			expect(name, size_at(i), i);
	}
}
