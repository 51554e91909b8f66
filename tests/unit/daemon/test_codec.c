/* SPDX-License-Identifier: GPL-2.0-only */
/* Between rumpvfs and the FUSE protocol. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <cmocka.h>
#include "fuse_codec.h"

static void test_layout(void **state)
{
	assert_int_equal(sizeof(struct fusep_statx), 256);
	assert_int_equal(sizeof(struct fusep_statx_in), 24);
	assert_int_equal(sizeof(struct fusep_statx_out), 288);
	assert_int_equal(sizeof(struct fusep_prune_out), 16);
}

static void test_error(void **state)
{
	assert_int_equal(codec_error(0), 0);
	assert_int_equal(codec_error(-ENOENT), -ENOENT);
	assert_int_equal(codec_error(-512), -EINTR);
	assert_int_equal(codec_error(-516), -EINTR);
	assert_int_equal(codec_error(-524), -EOPNOTSUPP);
	assert_int_equal(codec_error(-4095), -EIO);
	assert_int_equal(codec_error(7), -EIO);
}

static void test_timeout(void **state)
{
	uint64_t sec;
	uint32_t nsec;

	codec_timeout(1.5, &sec, &nsec);
	assert_int_equal(sec, 1);
	assert_int_equal(nsec, 500000000);
	codec_timeout(-1, &sec, &nsec);
	assert_int_equal(sec, 0);
	assert_int_equal(nsec, 0);
	codec_timeout(86400, &sec, &nsec);
	assert_int_equal(sec, 86400);
}

static void test_name(void **state)
{
	const char two[] = "old\0new";
	const char *rest;
	uint32_t len;

	assert_int_equal(codec_name(two, sizeof(two), &rest, &len), 3);
	assert_string_equal(rest, "new");
	assert_int_equal(len, 4);
	assert_int_equal(codec_name(rest, len, NULL, NULL), 3);
	assert_int_equal(codec_name("abc", 3, NULL, NULL), -EINVAL);
	assert_int_equal(codec_name("", 1, NULL, NULL), -EINVAL);
	assert_int_equal(codec_name(two, 0, NULL, NULL), -EINVAL);
}

static void test_attr(void **state)
{
	struct rumpvfs_attr attr = {
		.ino = 5, .size = 1ULL << 33, .blocks = 3, .atime = -1, .mtime = 2, .ctime = 3,
		.mtime_nsec = 7, .mode = S_IFREG | 0644, .nlink = 1, .uid = 1000, .gid = 100,
		.rdev = 0x12345678, .blksize = 4096, .has_btime = 1, .btime = 9,
	};
	struct fusep_statx stx;
	struct fuse_attr out;

	codec_attr(&out, &attr);
	assert_int_equal(out.ino, 5);
	assert_true(out.size == 1ULL << 33);
	assert_true((int64_t)out.atime == -1);
	assert_int_equal(out.mtimensec, 7);
	assert_int_equal(out.uid, 1000);
	assert_int_equal(out.blksize, 4096);
	codec_statx(&stx, &attr);
	assert_true(stx.mask & STATX_BTIME);
	assert_int_equal(stx.btime.sec, 9);
	assert_int_equal(stx.rdev_major, 0x456);
	assert_int_equal(stx.rdev_minor, 0x12378);
	attr.has_btime = 0;
	attr.blksize = 1 << 20;
	codec_attr(&out, &attr);
	assert_int_equal(out.blksize, CODEC_CACHED);
	codec_statx(&stx, &attr);
	assert_int_equal(stx.blksize, CODEC_CACHED);
	assert_false(stx.mask & STATX_BTIME);
}

static void test_setattr(void **state)
{
	struct fuse_setattr_in in = {
		.valid = FATTR_MODE | FATTR_SIZE | FATTR_ATIME | FATTR_ATIME_NOW | FATTR_MTIME |
			 FATTR_KILL_SUIDGID,
		.mode = S_IFREG | 04755,
		.size = 77,
		.mtime = 5,
	};
	struct rumpvfs_attr attr;

	assert_int_equal(codec_setattr(&in, &attr),
			 RUMPVFS_SET_MODE | RUMPVFS_SET_SIZE | RUMPVFS_SET_ATIME_NOW |
			 RUMPVFS_SET_MTIME | RUMPVFS_SET_KILL_PRIV);
	assert_int_equal(attr.mode, 04755);
	assert_int_equal(attr.size, 77);
	assert_int_equal(attr.mtime, 5);
}

static void test_dirent(void **state)
{
	struct rumpvfs_dirent d = { .ino = 3, .off = 9, .type = 8, .namelen = 5, .name = "hello" };
	union {
		char bytes[512];
		struct fuse_dirent d;
		struct fuse_direntplus dp;
	} buf;
	struct fuse_entry_out *entry;

	memset(&buf, 0xff, sizeof(buf));
	assert_int_equal(codec_dirent(buf.bytes, 0, sizeof(buf), &d, false, NULL), 32);
	assert_int_equal(buf.d.ino, 3);
	assert_int_equal(buf.d.namelen, 5);
	assert_memory_equal(buf.d.name, "hello\0\0\0", 8);
	/* It must fit whole. */
	assert_int_equal(codec_dirent(buf.bytes, 0, 32, &d, false, NULL), 32);
	assert_int_equal(codec_dirent(buf.bytes, 0, 31, &d, false, NULL), 0);
	assert_int_equal(codec_dirent(buf.bytes, 8, 32, &d, false, NULL), 0);

	assert_int_equal(codec_dirent(buf.bytes, 0, sizeof(buf), &d, true, &entry), 160);
	assert_ptr_equal(entry, &buf.dp.entry_out);
	assert_int_equal(entry->nodeid, 0);
	assert_memory_equal(buf.dp.dirent.name, "hello\0\0\0", 8);
	assert_int_equal(FUSE_DIRENTPLUS_SIZE(&buf.dp), 160);
}

static void test_oflags(void **state)
{
	assert_int_equal(codec_oflags(O_RDONLY | O_APPEND | O_DIRECT, false, true), O_RDONLY | 02000 | RUMPVFS_O_OFFSETS);
	assert_int_equal(codec_oflags(O_WRONLY, false, true), O_RDWR);
	assert_int_equal(codec_oflags(O_WRONLY, false, false), O_WRONLY);
	assert_int_equal(codec_oflags(O_WRONLY, true, true), O_WRONLY);
	assert_int_equal(codec_oflags(O_RDWR | O_CREAT | O_EXCL | O_TRUNC, false, true), O_RDWR);
	assert_int_equal(codec_oflags(O_RDWR | O_SYNC, false, true), O_RDWR | 04010000);
	assert_int_equal(codec_oflags(O_RDWR | O_DSYNC, false, true), O_RDWR | 010000);
	assert_int_equal(codec_oflags(O_RDONLY | 040, false, true), RUMPVFS_O_EXEC);
}

static void test_groups(void **state)
{
	uint32_t ext[] = {
		8, 5,					/* unknown, empty */
		24, FUSEP_EXT_GROUPS, 2, 100, 200, 0,
	};
	unsigned int groups[4];

	assert_int_equal(codec_groups(ext, sizeof(ext), groups, 4), 2);
	assert_int_equal(groups[0], 100);
	assert_int_equal(groups[1], 200);
	assert_int_equal(codec_groups(ext, sizeof(ext), groups, 1), 1);
	assert_int_equal(codec_groups(ext, 8, groups, 4), 0);
	assert_int_equal(codec_groups(ext, 20, groups, 4), -EINVAL);
	ext[4] = 1000;		/* more than there are */
	assert_int_equal(codec_groups(ext, sizeof(ext), groups, 4), -EINVAL);
	ext[0] = 0;		/* no progress */
	assert_int_equal(codec_groups(ext, sizeof(ext), groups, 4), -EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_layout),
		cmocka_unit_test(test_error),
		cmocka_unit_test(test_timeout),
		cmocka_unit_test(test_name),
		cmocka_unit_test(test_attr),
		cmocka_unit_test(test_setattr),
		cmocka_unit_test(test_dirent),
		cmocka_unit_test(test_oflags),
		cmocka_unit_test(test_groups),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
