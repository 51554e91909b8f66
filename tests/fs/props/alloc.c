// SPDX-License-Identifier: GPL-2.0-only
/*
 * fallocate(2) in all modes, holes that can be found, files that share blocks.
 */
#include <linux/falloc.h>
#include <linux/fs.h>
#include "../prop.h"

static blkcnt_t blocks(int fd)
{
	struct stat st;

	OK(t_fsync(fd));
	OK(t_fstat(fd, &st));
	return st.st_blocks;
}

PROPERTY(allocate, "fallocate", "Linux fallocate(2): space for the range; a larger size, and zeros")
{
	int fd = OK(t_open("f", O_CREAT | O_RDWR, 0644));

	OK(t_write(fd, "head", 4));
	OK(t_fallocate(fd, 0, 0, 500000));
	EQ(size_of("f"), 500000);
	expect_zero(fd, 4, 499996);
	CHECK(blocks(fd) * 512 >= 500000);
	OK(t_close(fd));
	t_reopen();
	fd = OK(t_open("f", O_RDONLY, 0));
	expect_zero(fd, 4, 499996);
	OK(t_close(fd));
}

PROPERTY(allocate_keeping_size, "fallocate", "Linux fallocate(2), FALLOC_FL_KEEP_SIZE: space behind the end")
{
	int fd = OK(t_open("f", O_CREAT | O_RDWR, 0644));

	OK(t_write(fd, "head", 4));
	OK(t_fallocate(fd, FALLOC_FL_KEEP_SIZE, 0, 500000));
	EQ(size_of("f"), 4);
	CHECK(blocks(fd) * 512 >= 500000);
	OK(t_pwrite(fd, "tail", 4, 400000));
	expect_zero(fd, 4, 399996);
	OK(t_close(fd));
}

PROPERTY(allocate_arguments, "fallocate", "Linux fallocate(2): EINVAL, EBADF, EOPNOTSUPP, EFBIG")
{
	int fd = OK(t_open("f", O_CREAT | O_RDWR, 0644)), ro;

	FAILS(t_fallocate(fd, 0, -1, 10), EINVAL);
	FAILS(t_fallocate(fd, 0, 0, 0), EINVAL);
	FAILS(t_fallocate(fd, FALLOC_FL_PUNCH_HOLE, 0, 10), EOPNOTSUPP);
	FAILS2(t_fallocate(fd, 0, fs.filemax, 4096), EFBIG, ENOSPC);
	ro = OK(t_open("f", O_RDONLY, 0));
	FAILS(t_fallocate(ro, 0, 0, 10), EBADF);
	OK(t_close(ro));
	OK(t_close(fd));
	EQ(size_of("f"), 0);
}

PROPERTY(allocate_too_much, "fallocate", "Linux fallocate(2): ENOSPC, and the space comes back")
{
	int fd = OK(t_open("f", O_CREAT | O_RDWR, 0644));

	FAILS2(t_fallocate(fd, 0, 0, 2 * fs.size), ENOSPC, EFBIG);
	OK(t_ftruncate(fd, 0));
	OK(t_close(fd));
	OK(t_unlink("f"));
	put("g", 1000000, 1);
	t_reopen();
	expect("g", 1000000, 1);
}

PROPERTY(allocate_refused, "!fallocate", "Linux fallocate(2): EOPNOTSUPP, and nothing is changed")
{
	int fd = OK(t_open("f", O_CREAT | O_RDWR, 0644));

	FAILS(t_fallocate(fd, 0, 0, 10000), EOPNOTSUPP);
	EQ(size_of("f"), 0);
	OK(t_close(fd));
}

PROPERTY(punch, "punch", "Linux fallocate(2), FALLOC_FL_PUNCH_HOLE: zeros, the space is free, the size stays")
{
	blkcnt_t before;
	int fd;

	put("f", 1000000, 1);
	fd = OK(t_open("f", O_RDWR, 0));
	before = blocks(fd);
	OK(t_fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 100001, 800000));
	EQ(size_of("f"), 1000000);
	expect_at(fd, 0, 100001, 1);
	expect_zero(fd, 100001, 800000);
	expect_at(fd, 900001, 99999, 1);
	CHECK(blocks(fd) < before / 2);
	OK(t_close(fd));
	t_reopen();
	fd = OK(t_open("f", O_RDONLY, 0));
	expect_at(fd, 0, 100001, 1);
	expect_zero(fd, 100001, 800000);
	expect_at(fd, 900001, 99999, 1);
	OK(t_close(fd));
}

PROPERTY(zero_range, "zerorange", "Linux fallocate(2), FALLOC_FL_ZERO_RANGE: zeros, and the space stays reserved")
{
	int fd;

	put("f", 300000, 1);
	fd = OK(t_open("f", O_RDWR, 0));
	OK(t_fallocate(fd, FALLOC_FL_ZERO_RANGE, 1001, 200000));
	expect_at(fd, 0, 1001, 1);
	expect_zero(fd, 1001, 200000);
	expect_at(fd, 201001, 98999, 1);
	OK(t_fallocate(fd, FALLOC_FL_ZERO_RANGE, 290000, 20000));
	EQ(size_of("f"), 310000);
	OK(t_fallocate(fd, FALLOC_FL_ZERO_RANGE | FALLOC_FL_KEEP_SIZE, 300000, 40000));
	EQ(size_of("f"), 310000);
	OK(t_close(fd));
}

PROPERTY(collapse_and_insert, "collapse", "Linux fallocate(2), FALLOC_FL_COLLAPSE_RANGE, _INSERT_RANGE: what lies behind moves")
{
	char *x = malloc(65536);
	int fd;

	put("f", 262144, 1);
	fd = OK(t_open("f", O_RDWR, 0));
	OK(t_fallocate(fd, FALLOC_FL_COLLAPSE_RANGE, 65536, 65536));
	EQ(size_of("f"), 196608);
	expect_at(fd, 0, 65536, 1);
	EQ(t_pread(fd, x, 65536, 65536), 65536);
	EQ((unsigned char)x[5], pattern(1, 131072 + 5));
	OK(t_fallocate(fd, FALLOC_FL_INSERT_RANGE, 65536, 65536));
	EQ(size_of("f"), 262144);
	expect_zero(fd, 65536, 65536);
	expect_at(fd, 131072, 131072, 1);
	FAILS(t_fallocate(fd, FALLOC_FL_COLLAPSE_RANGE, 1, 65536), EINVAL);
	OK(t_close(fd));
	free(x);
}

PROPERTY(data_and_holes, "seek", "Linux lseek(2), SEEK_DATA, SEEK_HOLE: where data begins and ends")
{
	int fd = OK(t_open("f", O_CREAT | O_RDWR, 0644));
	static char buf[65536];
	off_t at;

	fill(buf, sizeof(buf), 1, 0);
	EQ(t_pwrite(fd, buf, sizeof(buf), 1 << 20), sizeof(buf));
	OK(t_ftruncate(fd, 3 << 20));
	OK(t_fsync(fd));
	at = OK(t_lseek(fd, 0, SEEK_DATA));
	CHECK(at > 0 && at <= 1 << 20);
	at = OK(t_lseek(fd, 1 << 20, SEEK_HOLE));
	CHECK(at >= (1 << 20) + 65536 && at < 3 << 20);
	EQ(t_lseek(fd, 0, SEEK_HOLE), 0);
	FAILS(t_lseek(fd, 2 << 20, SEEK_DATA), ENXIO);
	FAILS(t_lseek(fd, 3 << 20, SEEK_HOLE), ENXIO);
	OK(t_close(fd));
}

PROPERTY(data_just_written, "seek", "Linux lseek(2): data counts from when it was written, not from when it reached the disk")
{
	int fd = OK(t_open("f", O_CREAT | O_RDWR, 0644));
	static char buf[65536];
	off_t at;

	fill(buf, sizeof(buf), 1, 0);
	EQ(t_pwrite(fd, buf, sizeof(buf), 0), sizeof(buf));
	EQ(t_pwrite(fd, buf, sizeof(buf), 1 << 20), sizeof(buf));
	EQ(t_lseek(fd, 100, SEEK_DATA), 100);
	at = OK(t_lseek(fd, 0, SEEK_HOLE));
	CHECK(at >= 65536 && at <= 1 << 20);
	at = OK(t_lseek(fd, 1 << 19, SEEK_DATA));
	CHECK(at >= 1 << 19 && at <= 1 << 20);
	EQ(t_lseek(fd, 1 << 20, SEEK_HOLE), (1 << 20) + 65536);
	EQ(t_pwrite(fd, "x", 1, 2 << 20), 1);
	at = OK(t_lseek(fd, (1 << 20) + 65536, SEEK_DATA));
	CHECK(at > 1 << 20 && at <= 2 << 20);
	FAILS(t_lseek(fd, (2 << 20) + 1, SEEK_DATA), ENXIO);
	OK(t_close(fd));
}

PROPERTY(data_without_holes, "", "Linux lseek(2): the end is a hole; ENXIO behind it")
{
	int fd;

	put("f", 10000, 1);
	fd = OK(t_open("f", O_RDONLY, 0));
	EQ(t_lseek(fd, 5000, SEEK_DATA), 5000);
	EQ(t_lseek(fd, 0, SEEK_HOLE), 10000);
	FAILS(t_lseek(fd, 10000, SEEK_DATA), ENXIO);
	FAILS(t_lseek(fd, 10000, SEEK_HOLE), ENXIO);
	OK(t_close(fd));
}

PROPERTY(shared_blocks, "reflink library", "Linux ioctl_ficlone(2): a copy that changes neither file when the other is written")
{
	int in, out;

	put("a", 500000, 1);
	in = OK(t_open("a", O_RDWR, 0));
	out = OK(t_open("b", O_CREAT | O_RDWR, 0644));
	OK(t_ioctl(out, FICLONE, in));
	expect("b", 500000, 1);
	OK(t_pwrite(in, "changed", 7, 250000));
	expect("b", 500000, 1);
	OK(t_close(in));
	OK(t_close(out));
	t_reopen();
	expect("b", 500000, 1);
}

PROPERTY(trim, "trim", "Linux FITRIM: free space is discarded, data is not")
{
	struct fstrim_range r = { .len = -1ULL };
	int fd;

	put("keep", 200000, 1);
	put("gone", 2000000, 2);
	OK(t_unlink("gone"));
	fd = OK(t_open(".", O_RDONLY, 0));
	OK(t_syncfs(fd));
	OK(t_ioctl(fd, FITRIM, &r));
	CHECK(r.len > 0);
	OK(t_close(fd));
	expect("keep", 200000, 1);
	t_reopen();
	expect("keep", 200000, 1);
}
