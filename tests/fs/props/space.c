// SPDX-License-Identifier: GPL-2.0-only
/*
 * Space: what statfs says, and what happens when there is no more.
 */
#include <sys/param.h>
#include "../prop.h"

static struct statfs look(void)
{
	struct statfs st;

	OK(t_statfs(".", &st));
	return st;
}

static unsigned long long avail(void)
{
	struct statfs st = look();

	return (unsigned long long)st.f_bavail * st.f_bsize;
}

PROPERTY(statfs_is_true, "", "POSIX statvfs: size, free space, longest name")
{
	struct statfs st = look();
	unsigned long long size = (unsigned long long)st.f_blocks * st.f_bsize;

	CHECK(size > fs.size / 3 && size <= fs.size);
	CHECK(st.f_bfree <= st.f_blocks && st.f_bavail <= st.f_bfree);
	CHECK(st.f_namelen >= fs.namemax);
	CHECK(can("inodes") ? st.f_ffree > 0 && st.f_ffree <= st.f_files : true);
}

PROPERTY(statfs_counts_blocks, "", "POSIX statvfs: a file's data is not free, and is again when the file is gone")
{
	unsigned long long before = avail(), with;
	int fd = OK(t_open("f", O_CREAT | O_WRONLY, 0644)), i;
	static char buf[1 << 20];

	fill(buf, sizeof(buf), 1, 0);
	for (i = 0; i < 4; i++)
		EQ(t_write(fd, buf, sizeof(buf)), sizeof(buf));
	OK(t_fsync(fd));
	OK(t_syncfs(fd));
	OK(t_close(fd));	/* what was reserved for more of it is free again */
	t_trace(0);
	with = avail();
	t_trace(1);
	if (before - with < 4 << 20 || before - with >= 6 << 20)
		fail(__FILE__, __LINE__, "4 MiB take %lld bytes", (long long)(before - with));
	OK(t_unlink("f"));
	t_reopen();
	CHECK(avail() + (1 << 20) >= before);
}

PROPERTY(statfs_counts_inodes, "inodes", "POSIX statvfs: a file takes an inode")
{
	unsigned long before = look().f_ffree;

	touch("f");
	OK(t_mkdir("d", 0755));
	EQ(look().f_ffree, before - 2);
	OK(t_unlink("f"));
	OK(t_rmdir("d"));
	t_reopen();		/* a server learns late that nobody uses what was removed */
	EQ(look().f_ffree, before);
}

/*
 * Write until there is no space, and return how much fsync acknowledged. Where a
 * cache takes more than there is room for, fsync says so instead of write.
 */
static unsigned long long fill_up(const char *path, unsigned int seed)
{
	static char buf[1 << 18];
	int fd = OK(t_open(path, O_CREAT | O_WRONLY, 0644));
	unsigned long long at = 0, kept = 0;
	long n;

	for (;;) {
		fill(buf, sizeof(buf), seed, at);
		n = t_write(fd, buf, sizeof(buf));
		if (n <= 0)
			break;
		at += n;
		if (at - kept >= 1 << 20 || n < (long)sizeof(buf)) {
			if (t_fsync(fd))
				break;
			kept = at;
		}
		CHECK(at <= fs.size);
	}
	if (errno != ENOSPC)
		fail(__FILE__, __LINE__, "on a full file system: %s", strerrorname_np(errno));
	if (t_fsync(fd))
		CHECK(errno == ENOSPC);
	if (t_close(fd))
		CHECK(errno == ENOSPC);
	return kept;
}

static void verify(const char *path, unsigned long long size, unsigned int seed)
{
	int fd = OK(t_open(path, O_RDONLY, 0));
	unsigned long long at;

	for (at = 0; at < size; at += 1 << 20)
		expect_at(fd, at, MIN(size - at, 1ULL << 20), seed);
	OK(t_close(fd));
}

PROPERTY(full_and_free_again, "", "POSIX write: ENOSPC; what was written before stays; removed files make room again")
{
	unsigned long long first, second;

	t_trace(0);
	put("keep", 50000, 7);
	first = fill_up("big", 1);
	CHECK(first > fs.size / 3);
	CHECK(avail() < fs.size / 16);
	verify("big", first, 1);
	OK(t_unlink("big"));
	t_reopen();
	second = fill_up("big", 2);
	verify("big", second, 2);
	CHECK(second + (1 << 20) + fs.size / 16 > first);
	expect("keep", 50000, 7);
	OK(t_unlink("big"));
	t_reopen();
	put("again", 100000, 3);
	expect("again", 100000, 3);
	t_trace(1);
}

/* The largest file of some is smaller than the disk. A cache tells one of its errors. */
#define FULL()									\
	do {									\
		if (errno != ENOSPC && (errno != EFBIG || at <= fs.filemax))	\
			fail(__FILE__, __LINE__, "more than fits: %s", strerrorname_np(errno)); \
	} while (0)

PROPERTY(full_is_never_silent, "", "POSIX write, fsync: more than fits is an error, at the latest of fsync")
{
	int fd = OK(t_open("f", O_CREAT | O_WRONLY, 0644));
	unsigned long long at = 0;
	static char buf[1 << 20];
	bool told = false;
	long n;

	t_trace(0);
	for (; at < fs.size + (4 << 20) && !told; at += sizeof(buf)) {
		fill(buf, sizeof(buf), 1, at);
		n = t_write(fd, buf, sizeof(buf));
		if (n > 0 && n < (long)sizeof(buf))
			n = t_write(fd, buf + n, sizeof(buf) - n);
		told = n < 0;
	}
	if (told)
		FULL();
	if (t_fsync(fd)) {
		FULL();
		told = true;
	}
	if (t_close(fd)) {
		FULL();
		told = true;
	}
	CHECK(told);
	OK(t_unlink("f"));
	t_trace(1);
}

PROPERTY(full_for_names, "", "POSIX mkdir, open: ENOSPC, nothing half made, and removing works on a full file system")
{
	char name[32];
	int i;

	t_trace(0);
	OK(t_mkdir("d", 0755));
	touch("d/f");
	fill_up("big", 1);
	for (i = 0; i < 100000; i++) {
		snprintf(name, sizeof(name), "d/dir%05d", i);
		if (t_mkdir(name, 0755))
			break;
	}
	CHECK(errno == ENOSPC);
	CHECK(!exists(name));
	EQ(entries("d"), i + 1);
	OK(t_unlink("d/f"));
	OK(t_unlink("big"));
	t_reopen();
	EQ(entries("d"), i);
	OK(t_mkdir(name, 0755));
	t_trace(1);
}
