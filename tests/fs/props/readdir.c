// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reading directories: complete, once each, while they change, from any position.
 */
#include "../prop.h"

#define MANY	400

static void make(int from, int to)
{
	char name[32];

	for (; from < to; from++) {
		snprintf(name, sizeof(name), "file%05d", from);
		touch(name);
	}
}

static void take_away(int from, int to, int by)
{
	char name[32];

	for (; from < to; from += by) {
		snprintf(name, sizeof(name), "file%05d", from);
		OK(t_unlink(name));
	}
}

/* Entries in the @n bytes of @buf: seen[i] for file i. */
static void count(const char *buf, long n, unsigned char *seen)
{
	const struct t_dirent *d;
	long off;
	int i;

	for (off = 0; off < n; off += d->reclen) {
		d = (const struct t_dirent *)(buf + off);
		if (sscanf(d->name, "file%d", &i) == 1)
			seen[i]++;
	}
}

/* Count what is read from here to the end. */
static void rest(int fd, size_t bufsize, unsigned char *seen)
{
	char buf[8192];
	long n;

	while ((n = OK(t_getdents(fd, buf, bufsize))))
		count(buf, n, seen);
}

PROPERTY(small_buffers, "", "Linux getdents(2): any buffer that holds an entry will do; too small is EINVAL")
{
	unsigned char seen[MANY] = { 0 };
	char buf[16];
	int fd, i;

	t_trace(0);
	make(0, MANY);
	fd = OK(t_open(".", O_RDONLY, 0));
	rest(fd, 64, seen);
	for (i = 0; i < MANY; i++)
		EQ(seen[i], 1);
	OK(t_lseek(fd, 0, SEEK_SET));
	FAILS(t_getdents(fd, buf, 8), EINVAL);
	OK(t_close(fd));
	t_trace(1);
}

PROPERTY(readdir_while_removing, "", "POSIX readdir: what is neither added nor removed is returned once")
{
	unsigned char seen[MANY] = { 0 };
	char buf[1024];
	long n;
	int fd, i;

	t_trace(0);
	make(0, MANY);
	fd = OK(t_open(".", O_RDONLY, 0));
	n = OK(t_getdents(fd, buf, sizeof(buf)));
	count(buf, n, seen);
	take_away(0, MANY, 2);
	rest(fd, sizeof(buf), seen);
	for (i = 1; i < MANY; i += 2)
		EQ(seen[i], 1);
	OK(t_close(fd));
	EQ(entries("."), MANY / 2);
	t_trace(1);
}

PROPERTY(readdir_while_adding, "", "POSIX readdir: what was there before is returned once, whatever is added")
{
	unsigned char seen[2 * MANY] = { 0 };
	char buf[1024];
	long n;
	int fd, i;

	t_trace(0);
	make(0, MANY);
	fd = OK(t_open(".", O_RDONLY, 0));
	n = OK(t_getdents(fd, buf, sizeof(buf)));
	count(buf, n, seen);
	make(MANY, 2 * MANY);
	rest(fd, sizeof(buf), seen);
	for (i = 0; i < MANY; i++)
		EQ(seen[i], 1);
	for (; i < 2 * MANY; i++)
		CHECK(seen[i] <= 1);
	OK(t_close(fd));
	t_trace(1);
}

PROPERTY(remove_all_while_reading, "", "POSIX readdir: rm -r removes all it is shown and finds all")
{
	struct t_dirent *d;
	char buf[512];
	long n, off;
	int fd;

	t_trace(0);
	make(0, MANY);
	fd = OK(t_open(".", O_RDONLY, 0));
	while ((n = OK(t_getdents(fd, buf, sizeof(buf)))))
		for (off = 0; off < n; off += d->reclen) {
			d = (struct t_dirent *)(buf + off);
			if (*d->name == 'f')
				OK(t_unlink(d->name));
		}
	OK(t_close(fd));
	EQ(entries("."), 0);
	t_trace(1);
}

PROPERTY(rewind_sees_news, "", "POSIX rewinddir: the directory as it is now")
{
	unsigned char seen[MANY] = { 0 };
	int fd, i;

	t_trace(0);
	make(0, 20);
	fd = OK(t_open(".", O_RDONLY, 0));
	rest(fd, 4096, seen);
	make(20, 40);
	take_away(0, 10, 1);
	memset(seen, 0, sizeof(seen));
	OK(t_lseek(fd, 0, SEEK_SET));
	rest(fd, 4096, seen);
	for (i = 0; i < 40; i++)
		EQ(seen[i], i >= 10);
	OK(t_close(fd));
	t_trace(1);
}

PROPERTY(rewind_before_reading, "", "POSIX rewinddir: as it is now, also of a directory that was opened and not yet read")
{
	unsigned char seen[MANY] = { 0 };
	int fd, i;

	t_trace(0);
	fd = OK(t_open(".", O_RDONLY, 0));
	make(0, MANY);
	OK(t_lseek(fd, 0, SEEK_SET));
	rest(fd, 1024, seen);
	for (i = 0; i < MANY; i++)
		EQ(seen[i], 1);
	OK(t_close(fd));
	t_trace(1);
}

PROPERTY(seek_and_tell, "", "POSIX seekdir, telldir: a position that was told leads to the same next entry")
{
	struct { int64_t off; char name[32]; } at[300];
	char buf[1024];
	struct t_dirent *d;
	int fd, i, count = 0;
	long n, off;

	t_trace(0);
	make(0, 200);
	fd = OK(t_open(".", O_RDONLY, 0));
	while ((n = OK(t_getdents(fd, buf, sizeof(buf)))))
		for (off = 0; off < n; off += d->reclen, count++) {
			d = (struct t_dirent *)(buf + off);
			at[count].off = d->off;
			snprintf(at[count].name, sizeof(at[count].name), "%s", d->name);
		}
	EQ(count, 202);
	for (i = 0; i + 1 < count; i += 7) {
		EQ(t_lseek(fd, at[i].off, SEEK_SET), at[i].off);
		CHECK(OK(t_getdents(fd, buf, sizeof(buf))) > 0);
		d = (struct t_dirent *)buf;
		if (strcmp(d->name, at[i + 1].name))
			fail(__FILE__, __LINE__, "after entry %d comes %s instead of %s", i, d->name,
			     at[i + 1].name);
	}
	OK(t_lseek(fd, at[count - 1].off, SEEK_SET));
	EQ(t_getdents(fd, buf, sizeof(buf)), 0);
	OK(t_close(fd));
	t_trace(1);
}

static void many(int n)
{
	static unsigned char seen[100000];
	char name[32];
	int i, fd;

	t_trace(0);
	make(0, n);
	fd = OK(t_open(".", O_RDONLY, 0));
	rest(fd, 8192, seen);
	for (i = 0; i < n; i++)
		EQ(seen[i], 1);
	OK(t_close(fd));
	snprintf(name, sizeof(name), "file%05d", n - 1);
	FAILS(t_open(name, O_CREAT | O_EXCL, 0644), EEXIST);
	t_reopen();
	CHECK(exists("file00000") && exists(name) && !exists("file100000"));
	take_away(0, n, 1);
	EQ(entries("."), 0);
	t_trace(1);
}

PROPERTY(thousands_of_entries, "", "POSIX: thousands of names in one directory")
{
	many(2000);
}

/* By the library: a hundred thousand creations through FUSE take half a minute. */
PROPERTY(many_entries, "entries library", "POSIX: 100000 names in one directory")
{
	many(100000);
}

/* Not by the library: drivers that read a directory from its start for each name take a minute, but for FAT through the mount. */
PROPERTY(full_directory, "dirmax process", "A directory that is full is ENOSPC, and all names in it stay")
{
	char name[32];
	long n = 0;
	int fd;

	t_trace(0);
	for (;; n++) {
		snprintf(name, sizeof(name), "file%05ld", n);
		fd = t_open(name, O_CREAT | O_EXCL | O_WRONLY, 0644);
		if (fd < 0)
			break;
		OK(t_close(fd));
		CHECK(n < 100000);
	}
	CHECK(errno == ENOSPC);
	CHECK(n >= fs.dirmax);
	EQ(entries("."), n);
	take_away(0, 10, 1);
	make(0, 10);
	t_trace(1);
}
