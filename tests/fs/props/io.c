// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reading and writing.
 */
#include "../prop.h"

PROPERTY(write_and_read, "", "POSIX write, read: what was written is read, now and later")
{
	put("small", 1, 1);
	put("block", 4096, 2);
	put("odd", 70001, 3);
	put("empty", 0, 4);
	expect("odd", 70001, 3);
	t_reopen();
	expect("small", 1, 1);
	expect("block", 4096, 2);
	expect("odd", 70001, 3);
	expect("empty", 0, 4);
}

PROPERTY(read_at_end, "", "POSIX read: 0 at and behind the end, less than asked before it")
{
	char buf[100];
	int fd;

	put("f", 60, 1);
	fd = OK(t_open("f", O_RDONLY, 0));
	EQ(t_read(fd, buf, 50), 50);
	EQ(t_read(fd, buf, 50), 10);
	EQ(t_read(fd, buf, 50), 0);
	EQ(t_pread(fd, buf, 50, 1000000), 0);
	EQ(t_read(fd, buf, 0), 0);
	FAILS(t_lseek(fd, -1, SEEK_SET), EINVAL);
	FAILS(t_pread(fd, buf, 1, -1), EINVAL);
	EQ(t_lseek(fd, -10, SEEK_END), 50);
	OK(t_close(fd));
}

PROPERTY(hole_reads_zero, "", "POSIX lseek: a gap reads as zeros")
{
	int fd = OK(t_open("f", O_CREAT | O_RDWR, 0644));

	OK(t_pwrite(fd, "begin", 5, 0));
	OK(t_pwrite(fd, "end", 3, 300001));
	expect_zero(fd, 5, 299996);
	EQ(size_of("f"), 300004);
	OK(t_close(fd));
	t_reopen();
	fd = OK(t_open("f", O_RDONLY, 0));
	expect_zero(fd, 5, 299996);
	OK(t_close(fd));
}

PROPERTY(hole_takes_no_space, "holes", "Linux lseek(2): a gap is not allocated")
{
	int fd = OK(t_open("f", O_CREAT | O_RDWR, 0644));
	struct stat st;

	OK(t_pwrite(fd, "end", 3, 8 << 20));
	OK(t_fsync(fd));
	OK(t_fstat(fd, &st));
	CHECK(st.st_blocks * 512 < 1 << 20);
	OK(t_close(fd));
}

PROPERTY(hole_filled, "holes", "POSIX write: into gaps, in any order")
{
	int fd = OK(t_open("f", O_CREAT | O_RDWR, 0644));
	char buf[1000];
	int i;

	OK(t_ftruncate(fd, 200000));
	for (i = 19; i >= 0; i -= 2) {
		fill(buf, sizeof(buf), 1, i * 10000);
		EQ(t_pwrite(fd, buf, sizeof(buf), i * 10000), 1000);
	}
	OK(t_close(fd));
	t_reopen();
	fd = OK(t_open("f", O_RDONLY, 0));
	for (i = 0; i < 20; i++) {
		if (i & 1)
			expect_at(fd, i * 10000, 1000, 1);
		else
			expect_zero(fd, i * 10000, 10000);
		expect_zero(fd, i * 10000 + 1000, 9000);
	}
	OK(t_close(fd));
}

PROPERTY(truncate_shrinks_and_grows, "", "POSIX ftruncate: what was cut off is zero when the file grows again")
{
	int fd;

	put("f", 100000, 1);
	fd = OK(t_open("f", O_RDWR, 0));
	OK(t_ftruncate(fd, 10001));
	OK(t_ftruncate(fd, 100000));
	expect_at(fd, 0, 10001, 1);
	expect_zero(fd, 10001, 89999);
	OK(t_ftruncate(fd, 0));
	EQ(size_of("f"), 0);
	OK(t_ftruncate(fd, 5000));
	expect_zero(fd, 0, 5000);
	FAILS(t_ftruncate(fd, -1), EINVAL);
	OK(t_close(fd));
	t_reopen();
	EQ(size_of("f"), 5000);
}

PROPERTY(truncate_then_write_behind, "", "POSIX ftruncate, write: nothing old between the end and what is written behind it")
{
	int fd;

	put("f", 50000, 1);
	fd = OK(t_open("f", O_RDWR, 0));
	OK(t_ftruncate(fd, 1234));
	OK(t_pwrite(fd, "x", 1, 40000));
	expect_at(fd, 0, 1234, 1);
	expect_zero(fd, 1234, 40000 - 1234);
	OK(t_close(fd));
	t_reopen();
	fd = OK(t_open("f", O_RDONLY, 0));
	expect_zero(fd, 1234, 40000 - 1234);
	OK(t_close(fd));
}

PROPERTY(append, "", "POSIX open, O_APPEND: each write goes to the end there is")
{
	int a = OK(t_open("f", O_CREAT | O_WRONLY | O_APPEND, 0644));
	int b = OK(t_open("f", O_WRONLY | O_APPEND, 0));
	char buf[100];
	int i;

	for (i = 0; i < 50; i++) {
		fill(buf, 100, 1, i * 100);
		EQ(t_write(i & 1 ? a : b, buf, 100), 100);
	}
	OK(t_lseek(a, 0, SEEK_SET));
	fill(buf, 100, 1, 5000);
	EQ(t_write(a, buf, 100), 100);
	OK(t_close(a));
	OK(t_close(b));
	expect("f", 5100, 1);
}

static void appender(void *arg)
{
	int fd = OK(t_open("f", O_WRONLY | O_APPEND, 0)), i;
	char line[16];

	memset(line, *(char *)arg, sizeof(line));
	for (i = 0; i < 100; i++)
		EQ(t_write(fd, line, sizeof(line)), sizeof(line));
	OK(t_close(fd));
}

PROPERTY(append_race, "loose", "POSIX write, O_APPEND: no write of two goes over another")
{
	static char names[4] = "abcd", buf[6400];
	int count[256] = { 0 }, fd, i;

	touch("f");
	in_parallel(4, appender, names, 1);
	EQ(size_of("f"), 6400);
	fd = OK(t_open("f", O_RDONLY, 0));
	EQ(t_read(fd, buf, 6400), 6400);
	OK(t_close(fd));
	for (i = 0; i < 6400; i++) {
		EQ(buf[i], buf[i & ~15]);
		count[(unsigned char)buf[i]]++;
	}
	for (i = 'a'; i <= 'd'; i++)
		EQ(count[i], 1600);
}

static void overwrite(size_t n)
{
	char *buf = malloc(n);
	int fd, i;

	CHECK(buf);
	put("f", 300000, 1);
	fd = OK(t_open("f", O_RDWR, 0));
	for (i = 1; i < 4; i++) {
		fill(buf, n, 9, i * 70000);
		EQ(t_pwrite(fd, buf, n, i * 70000), n);
	}
	OK(t_close(fd));
	t_reopen();
	fd = OK(t_open("f", O_RDONLY, 0));
	expect_at(fd, 0, 70000, 1);
	for (i = 1; i < 4; i++) {
		expect_at(fd, i * 70000, n, 9);
		if (n < 70000)
			expect_at(fd, i * 70000 + n, 70000 - n, 1);
	}
	OK(t_close(fd));
	free(buf);
}

PROPERTY(overwrite_512, "", "POSIX write: 512 bytes in the middle, nothing else")
{
	overwrite(512);
}

PROPERTY(overwrite_64k, "", "POSIX write: 64 KiB in the middle, nothing else")
{
	overwrite(65536);
}

PROPERTY(random_operations, "", "POSIX write, read, ftruncate: 600 at random against a model in memory")
{
	static unsigned char model[200000], buf[200000];
	int fd = OK(t_open("f", O_CREAT | O_RDWR, 0644)), i;
	unsigned int r = 12345, off, n;
	size_t size = 0;

	for (i = 0; i < 600; i++) {
		r = r * 1103515245 + 12345;
		off = (r >> 8) % 150000;
		n = 1 + (r >> 4) % ((r >> 3) & 1 ? 50000 : 600);
		switch ((r >> 16) % 8) {
		case 0:
			OK(t_ftruncate(fd, off));
			if (off < size)
				memset(model + off, 0, size - off);
			size = off;
			break;
		case 1: case 2: case 3:
			n = off + n > sizeof(buf) ? sizeof(buf) - off : n;
			EQ(t_pread(fd, buf, n, off), off >= size ? 0 : off + n > size ? size - off : n);
			CHECK(off >= size || !memcmp(buf, model + off, off + n > size ? size - off : n));
			break;
		default:
			n = off + n > sizeof(buf) ? sizeof(buf) - off : n;
			fill(buf, n, i, off);
			EQ(t_pwrite(fd, buf, n, off), n);
			memcpy(model + off, buf, n);
			size = off + n > size ? off + n : size;
		}
		if (i == 300) {
			OK(t_close(fd));
			t_reopen();
			fd = OK(t_open("f", O_RDWR, 0));
		}
	}
	OK(t_close(fd));
	t_reopen();
	fd = OK(t_open("f", O_RDONLY, 0));
	EQ(t_pread(fd, buf, sizeof(buf), 0), size);
	CHECK(!memcmp(buf, model, size));
	OK(t_close(fd));
}

static int unlinked(void)
{
	int fd;

	put("f", 100000, 1);
	fd = OK(t_open("f", O_RDWR, 0));
	OK(t_unlink("f"));
	expect_at(fd, 0, 100000, 1);
	OK(t_pwrite(fd, "more", 4, 100000));
	OK(t_ftruncate(fd, 50000));
	expect_at(fd, 0, 50000, 1);
	return fd;
}

PROPERTY(read_after_unlink, "!busy", "POSIX unlink: data of an open file stays until the last close, its name is free")
{
	int fd = unlinked();

	touch("f");
	EQ(size_of("f"), 0);
	OK(t_close(fd));
}

PROPERTY(read_after_unlink_of_busy, "busy", "POSIX unlink: data of an open file stays until the last close; then it is gone")
{
	int fd = unlinked();

	FAILS2(t_open("f", O_CREAT | O_EXCL | O_WRONLY, 0644), EEXIST, EBUSY);
	OK(t_close(fd));
	t_reopen();
	CHECK(!exists("f"));
	touch("f");
	EQ(size_of("f"), 0);
}

PROPERTY(bad_buffer, "", "POSIX read, write: EFAULT, and nothing is written")
{
	int fd = OK(t_open("f", O_CREAT | O_RDWR, 0644));

	FAILS(t_write(fd, (void *)16, 100), EFAULT);
	EQ(size_of("f"), 0);
	OK(t_write(fd, "0123456789", 10));
	FAILS(t_pread(fd, (void *)16, 10, 0), EFAULT);
	OK(t_close(fd));
}

PROPERTY(wrong_way, "", "POSIX read, write: EBADF for what was not opened for it")
{
	char c = 'x';
	int fd;

	put("f", 10, 1);
	fd = OK(t_open("f", O_RDONLY, 0));
	FAILS(t_write(fd, &c, 1), EBADF);
	FAILS2(t_ftruncate(fd, 0), EINVAL, EBADF);
	OK(t_close(fd));
	fd = OK(t_open("f", O_WRONLY, 0));
	FAILS(t_read(fd, &c, 1), EBADF);
	OK(t_close(fd));
	FAILS(t_read(fd, &c, 1), EBADF);
	FAILS(t_close(fd), EBADF);
}

PROPERTY(scattered_read, "", "POSIX readv: into several buffers")
{
	unsigned char a[10], b[1], c[100];
	struct iovec iov[3] = { { a, 10 }, { b, 1 }, { c, 100 } };
	int fd;

	put("f", 100, 1);
	fd = OK(t_open("f", O_RDONLY, 0));
	EQ(t_readv(fd, iov, 3), 100);
	CHECK(a[9] == pattern(1, 9) && b[0] == pattern(1, 10) && c[88] == pattern(1, 99));
	OK(t_close(fd));
}

PROPERTY(truncated_on_open, "", "POSIX open: O_TRUNC empties, O_EXCL does not touch what exists")
{
	put("f", 10000, 1);
	FAILS(t_open("f", O_CREAT | O_EXCL | O_TRUNC | O_WRONLY, 0644), EEXIST);
	expect("f", 10000, 1);
	OK(t_close(OK(t_open("f", O_TRUNC | O_RDWR, 0))));
	EQ(size_of("f"), 0);
}

PROPERTY(direct_io, "direct process", "Linux open(2), O_DIRECT: the same file with and without a cache")
{
	char *buf = aligned_alloc(4096, 65536), *got = aligned_alloc(4096, 65536);
	int fd = OK(t_open("f", O_CREAT | O_RDWR | O_DIRECT, 0644)), plain;

	CHECK(buf && got);
	fill(buf, 65536, 1, 0);
	EQ(t_pwrite(fd, buf, 65536, 0), 65536);
	expect("f", 65536, 1);
	plain = OK(t_open("f", O_RDWR, 0));
	fill(buf, 4096, 2, 8192);
	EQ(t_pwrite(plain, buf, 4096, 8192), 4096);
	EQ(t_pread(fd, got, 4096, 8192), 4096);
	CHECK(!memcmp(buf, got, 4096));
	fill(buf, 4096, 3, 16384);
	EQ(t_pwrite(fd, buf, 4096, 16384), 4096);
	expect_at(plain, 16384, 4096, 3);
	EQ(t_pread(fd, got, 65536, 61440), 4096);
	OK(t_close(fd));
	OK(t_close(plain));
}

PROPERTY(direct_io_of_library, "direct library", "Host memory has no pages in a rump kernel: EFAULT, or by the cache, and no harm")
{
	unsigned char *buf = aligned_alloc(4096, 4096);
	long i, n;
	int fd = OK(t_open("f", O_CREAT | O_RDWR | O_DIRECT, 0644));

	CHECK(buf);
	/* Some drivers extend a file through their cache, and copy. */
	CHECK(t_pwrite(fd, buf, 4096, 0) == 4096 || errno == EFAULT);
	OK(t_close(fd));
	put("f", 4096, 1);
	fd = OK(t_open("f", O_RDWR | O_DIRECT, 0));
	/* Some read through their cache what they cannot read directly. */
	n = t_pread(fd, buf, 4096, 0);
	CHECK(n == 4096 || (n < 0 && errno == EFAULT));
	for (i = 0; i < n; i++)
		EQ(buf[i], pattern(1, i));
	OK(t_close(fd));
	expect("f", 4096, 1);
}

PROPERTY(large_file, "big", "POSIX write: 100 MiB, more than is cached of an image")
{
	static char buf[1 << 20];
	int fd = OK(t_open("f", O_CREAT | O_RDWR, 0644)), i;

	for (i = 0; i < 100; i++) {
		fill(buf, sizeof(buf), 1, (unsigned long long)i << 20);
		EQ(t_write(fd, buf, sizeof(buf)), sizeof(buf));
	}
	OK(t_close(fd));
	t_reopen();
	fd = OK(t_open("f", O_RDONLY, 0));
	for (i = 0; i < 100; i += 9)
		expect_at(fd, (unsigned long long)i << 20, 1 << 20, 1);
	OK(t_close(fd));
}

PROPERTY(beyond_4_gib, "holes filemax:4G", "POSIX lseek: positions of 64 bits")
{
	int fd = OK(t_open("f", O_CREAT | O_RDWR, 0644));
	unsigned long long at = 5ULL << 30;

	OK(t_pwrite(fd, "low", 3, at - (4ULL << 30)));
	OK(t_pwrite(fd, "high", 4, at));
	EQ(size_of("f"), at + 4);
	OK(t_close(fd));
	t_reopen();
	fd = OK(t_open("f", O_RDWR, 0));
	EQ(size_of("f"), at + 4);
	expect_zero(fd, at - 4096, 4096);
	OK(t_ftruncate(fd, (4ULL << 30) + 1));
	EQ(size_of("f"), (4ULL << 30) + 1);
	OK(t_close(fd));
	OK(t_unlink("f"));
}

/* At the end of what off_t can count, the range of the write is what cannot be. */
static void write_beyond_largest(int fd)
{
	char c = 'x';

	if (fs.filemax == INT64_MAX)
		FAILS(t_pwrite(fd, &c, 1, fs.filemax), EINVAL);
	else
		FAILS(t_pwrite(fd, &c, 1, fs.filemax), EFBIG);
}

PROPERTY(largest_file, "holes filemax", "POSIX ftruncate: EFBIG beyond the largest file of the format")
{
	int fd = OK(t_open("f", O_CREAT | O_RDWR, 0644));

	if (fs.filemax == INT64_MAX)		/* one more is negative */
		FAILS(t_ftruncate(fd, fs.filemax + 1), EINVAL);
	else
		FAILS(t_ftruncate(fd, fs.filemax + 1), EFBIG);
	write_beyond_largest(fd);
	EQ(size_of("f"), 0);
	OK(t_ftruncate(fd, fs.filemax));
	EQ(size_of("f"), fs.filemax);
	OK(t_ftruncate(fd, 0));
	OK(t_close(fd));
}

PROPERTY(too_large_without_holes, "!holes filemax", "POSIX write: EFBIG beyond the largest file of the format")
{
	int fd = OK(t_open("f", O_CREAT | O_RDWR, 0644));

	write_beyond_largest(fd);
	EQ(size_of("f"), 0);
	OK(t_close(fd));
}

PROPERTY(copied_range, "splice", "Linux copy_file_range(2): bytes from file to file")
{
	off_t from = 1000, to = 77;
	int in, out;
	long n;

	put("a", 100000, 1);
	in = OK(t_open("a", O_RDONLY, 0));
	out = OK(t_open("b", O_CREAT | O_RDWR, 0644));
	while (from < 51000) {
		n = OK(t_copy_file_range(in, &from, out, &to, 51000 - from));
		CHECK(n > 0);
	}
	EQ(from, 51000);
	EQ(to, 50077);
	EQ(size_of("b"), 50077);
	expect_zero(out, 0, 77);
	{
		char *x = malloc(50000), *y = malloc(50000);

		fill(x, 50000, 1, 1000);
		EQ(t_pread(out, y, 50000, 77), 50000);
		CHECK(!memcmp(x, y, 50000));
		free(x);
		free(y);
	}
	from = 100000;
	EQ(t_copy_file_range(in, &from, out, &to, 10), 0);
	FAILS(t_copy_file_range(in, NULL, in, NULL, 10), EBADF);
	OK(t_close(in));
	OK(t_close(out));
}

PROPERTY(sent_file, "splice", "Linux sendfile(2): bytes from file to file")
{
	off_t from = 0;
	int in, out;

	put("a", 60000, 1);
	in = OK(t_open("a", O_RDONLY, 0));
	out = OK(t_open("b", O_CREAT | O_WRONLY, 0644));
	while (from < 60000)
		CHECK(OK(t_sendfile(out, in, &from, 60000 - from)) > 0);
	OK(t_close(in));
	OK(t_close(out));
	expect("b", 60000, 1);
}

PROPERTY(many_open_files, "", "POSIX open: a hundred files at once")
{
	int fd[100], i;
	char name[16], c;

	for (i = 0; i < 100; i++) {
		snprintf(name, sizeof(name), "f%d", i);
		fd[i] = OK(t_open(name, O_CREAT | O_RDWR, 0644));
		c = i + 1;
		EQ(t_write(fd[i], &c, 1), 1);
	}
	for (i = 0; i < 100; i++) {
		EQ(t_pread(fd[i], &c, 1, 0), 1);
		EQ(c, i + 1);
		OK(t_close(fd[i]));
	}
}
