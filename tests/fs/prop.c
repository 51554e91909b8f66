// SPDX-License-Identifier: GPL-2.0-only
/*
 * What many properties do: prop.h.
 */
#include <librump.h>
#include <pthread.h>
#include <time.h>
#include "way.h"

/* --- contents ------------------------------------------------------------------------ */

unsigned char pattern(unsigned int seed, unsigned long long off)
{
	unsigned long long x = (off >> 3) * 0x9e3779b97f4a7c15ULL + seed * 0xc2b2ae3d27d4eb4fULL;

	x ^= x >> 29;
	return (unsigned char)(x >> (8 * (off & 7))) | 1;	/* never zero, as a hole would be */
}

void fill(void *p, size_t n, unsigned int seed, unsigned long long off)
{
	unsigned char *at = p;
	size_t i;

	for (i = 0; i < n; i++)
		at[i] = pattern(seed, off + i);
}

static void write_all(int fd, const void *p, size_t n, off_t off)
{
	size_t done = 0;

	while (done < n)
		done += OK(t_pwrite(fd, (const char *)p + done, n - done, off + done));
}

void put(const char *path, size_t size, unsigned int seed)
{
	int fd = OK(t_open(path, O_CREAT | O_TRUNC | O_WRONLY, 0644));
	char *buf = malloc(size + 1);

	CHECK(buf);
	fill(buf, size, seed, 0);
	if (size)
		write_all(fd, buf, size, 0);
	OK(t_close(fd));
	free(buf);
}

static size_t read_all(int fd, char *p, size_t n, off_t off)
{
	size_t done = 0;
	long r;

	while (done < n && (r = OK(t_pread(fd, p + done, n - done, off + done))))
		done += r;
	return done;
}

static void expect_bytes(int fd, unsigned long long off, size_t n, unsigned int seed, bool zero)
{
	char *buf = malloc(n + 1);
	size_t i;

	CHECK(buf);
	i = read_all(fd, buf, n, off);
	if (i != n)
		fail(__FILE__, __LINE__, "%zu of %zu bytes can be read at %llu", i, n, off);
	for (i = 0; i < n; i++) {
		unsigned char want = zero ? 0 : pattern(seed, off + i);

		if ((unsigned char)buf[i] != want)
			fail(__FILE__, __LINE__, "byte %llu is %#x instead of %#x (%s)", off + i,
			     (unsigned char)buf[i], want, zero ? "zeros" : "the pattern");
	}
	free(buf);
}

void expect_at(int fd, unsigned long long off, size_t n, unsigned int seed)
{
	expect_bytes(fd, off, n, seed, false);
}

void expect_zero(int fd, unsigned long long off, size_t n)
{
	expect_bytes(fd, off, n, 0, true);
}

void expect(const char *path, size_t size, unsigned int seed)
{
	int fd = t_open(path, O_RDONLY, 0);
	struct stat st;

	if (fd < 0)
		fail(__FILE__, __LINE__, "%s: %s", path, strerror(errno));
	OK(t_fstat(fd, &st));
	if (st.st_size != (off_t)size)
		fail(__FILE__, __LINE__, "%s has %lld instead of %zu bytes", path,
		     (long long)st.st_size, size);
	expect_at(fd, 0, size, seed);
	OK(t_close(fd));
}

/* --- names and attributes ------------------------------------------------------------- */

void touch(const char *path)
{
	OK(t_close(OK(t_open(path, O_CREAT | O_EXCL | O_WRONLY, 0644))));
}

static struct stat look(const char *path)
{
	struct stat st;

	if (t_lstat(path, &st))
		fail(__FILE__, __LINE__, "%s: %s", path, strerror(errno));
	return st;
}

bool exists(const char *path)
{
	struct stat st;

	if (!t_lstat(path, &st))
		return true;
	CHECK(errno == ENOENT);
	return false;
}

ino_t inode(const char *path)
{
	return look(path).st_ino;
}

nlink_t nlinks(const char *path)
{
	return look(path).st_nlink;
}

off_t size_of(const char *path)
{
	return look(path).st_size;
}

mode_t mode_of(const char *path)
{
	return look(path).st_mode & 07777;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static long scan(const char *path, char ***names)
{
	int fd = OK(t_open(path, O_RDONLY | O_DIRECTORY, 0));
	char buf[32768], **list = NULL;
	long n, off, count = 0;
	struct t_dirent *d;

	while ((n = OK(t_getdents(fd, buf, sizeof(buf))))) {
		for (off = 0; off < n; off += d->reclen) {
			d = (struct t_dirent *)(buf + off);
			if (!strcmp(d->name, ".") || !strcmp(d->name, ".."))
				continue;
			if (!(count & (count + 1)) || !list)
				list = realloc(list, (2 * count + 2) * sizeof(*list));
			CHECK(list);
			list[count++] = strdup(d->name);
		}
	}
	OK(t_close(fd));
	if (count)
		qsort(list, count, sizeof(*list), by_name);
	*names = list;
	return count;
}

static void scan_free(char **names, long n)
{
	while (n > 0)
		free(names[--n]);
	free(names);
}

long entries(const char *path)
{
	char **names;
	long i, n;

	t_trace(0);
	n = scan(path, &names);
	for (i = 1; i < n; i++)
		if (!strcmp(names[i - 1], names[i]))
			fail(__FILE__, __LINE__, "%s has %s twice", path, names[i]);
	scan_free(names, n);
	t_trace(1);
	return n;
}

bool listed(const char *path, const char *name)
{
	bool found = false;
	char **names;
	long i, n;

	t_trace(0);
	n = scan(path, &names);
	for (i = 0; i < n; i++)
		found |= !strcmp(names[i], name);
	scan_free(names, n);
	t_trace(1);
	return found;
}

/* --- time and threads -------------------------------------------------------------------- */

/* The clock that stamps are taken from: that of the last tick, in ns. */
static long long ticks(void)
{
	struct timespec ts;

	t_trace(0);
	OK(T(clock_gettime, CLOCK_REALTIME_COARSE, &ts));
	t_trace(1);
	return ts.tv_sec * 1000000000LL + ts.tv_nsec;
}

static void wait_ns(long long ns)
{
	struct timespec ts = { ns / 1000000000, ns % 1000000000 };

	nanosleep(&ts, NULL);
}

void later(long long ns)
{
	long long end = ticks() + ns;

	/* A tick of the daemon's kernel, which is asked through FUSE, is 10 ms. */
	wait_ns(ns + 20000000);
	/* On a busy machine nobody tells a rump kernel in this process in time that its tick is due. */
	while (ticks() <= end)
		wait_ns(1000000);
}

struct call {
	void (*fn)(void *);
	void *arg;
	bool traced;
};

static void *thread(void *p)
{
	struct call *c = p;

	if (c->traced)
		trace_this_thread();
	c->fn(c->arg);
	if (in_rump)
		rump_thread_exit();
	return NULL;
}

void in_thread(void (*fn)(void *), void *arg)
{
	struct call c = { fn, arg, true };
	pthread_t t;

	CHECK(!pthread_create(&t, NULL, thread, &c));
	CHECK(!pthread_join(t, NULL));
}

void in_parallel(unsigned int n, void (*fn)(void *), void *args, size_t argsize)
{
	struct call c[16];
	pthread_t t[16];
	unsigned int i;

	CHECK(n <= 16);
	for (i = 0; i < n; i++) {
		c[i] = (struct call){ fn, (char *)args + i * argsize, false };
		CHECK(!pthread_create(&t[i], NULL, thread, &c[i]));
	}
	for (i = 0; i < n; i++)
		CHECK(!pthread_join(t[i], NULL));
}
