/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * fsx: random operations on files against a model in memory.
 *
 *   fsx [-s SEED] [-t SECONDS] [-n FILES] [-m MAXSIZE] [-k] DIR
 *
 * Every file has a model: what its bytes must be. Each step does one random
 * operation on file and model, and everything that is read is compared. At
 * the end all files are synced and, with -k, kept; their models are written
 * to the current directory as NAME.model, so that a later mount can be compared.
 * The seed is printed first: the same seed gives the same operations. What the
 * file system does not have (EOPNOTSUPP) is not tried again.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

struct file {
	char name[64];
	int fd;
	size_t size;
	unsigned char *model;
};

enum kind { ALLOC, PUNCH, ZERO };

struct run {
	struct file *files;
	unsigned int nfiles;
	int dir;
	size_t max;
	uint64_t random;
	unsigned long step;
	unsigned char *buf;
	int lacks[ZERO + 1];		/* of fallocate(2) */
	unsigned long count[16];
};

static uint64_t rnd(struct run *r, uint64_t below)
{
	/* xorshift64* */
	r->random ^= r->random >> 12;
	r->random ^= r->random << 25;
	r->random ^= r->random >> 27;
	return (r->random * 0x2545f4914f6cdd1dULL >> 11) % below;
}

static void fail(struct run *r, struct file *f, const char *fmt, ...)
{
	va_list ap;

	fprintf(stderr, "fsx: step %lu, file %s of %zu bytes: ", r->step, f->name, f->size);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputc('\n', stderr);
	exit(1);
}

static void compare(struct run *r, struct file *f, size_t off, const unsigned char *got, size_t n,
		    const char *by)
{
	size_t i = 0, j;

	if (!memcmp(f->model + off, got, n))
		return;
	while (f->model[off + i] == got[i])
		i++;
	for (j = n; f->model[off + j - 1] == got[j - 1]; j--)
		;
	fail(r, f, "%s: bytes %zu..%zu differ, first is %02x instead of %02x",
	     by, off + i, off + j - 1, got[i], f->model[off + i]);
}

/* Sizes that matter: small, around pages, around clusters, large. */
static size_t length(struct run *r, size_t max)
{
	static const size_t around[] = { 512, 4096, 16384, 65536, 131072, 1 << 20 };
	size_t n;

	switch (rnd(r, 4)) {
	case 0:
		n = 1 + rnd(r, 600);
		break;
	case 1:
		n = around[rnd(r, 6)] + rnd(r, 5) - 2;
		break;
	case 2:
		n = 1 + rnd(r, 65536);
		break;
	default:
		n = 1 + rnd(r, max / 4 + 1);
	}
	return n > max ? max : n;
}

static void fill(struct run *r, unsigned char *p, size_t n)
{
	uint64_t v = rnd(r, UINT64_MAX);

	for (size_t i = 0; i < n; i++) {
		if (i % 512 == 0)
			v = v * 6364136223846793005ULL + 1442695040888963407ULL;
		p[i] = v >> (i % 7 * 8);
	}
}

static void grow(struct file *f, size_t size)
{
	if (size > f->size) {
		memset(f->model + f->size, 0, size - f->size);
		f->size = size;
	}
}

static void do_write(struct run *r, struct file *f, int vector)
{
	size_t off = rnd(r, f->size + (f->size < r->max / 2 ? 70000 : 1) + 1), n;
	ssize_t got;

	if (off >= r->max)
		off = r->max - 1;
	n = length(r, r->max - off);
	fill(r, r->buf, n);
	if (vector && n > 3) {
		size_t cut = 1 + rnd(r, n - 2);
		struct iovec iov[2] = { { r->buf, cut }, { r->buf + cut, n - cut } };

		got = pwritev(f->fd, iov, 2, off);
	} else {
		got = pwrite(f->fd, r->buf, n, off);
	}
	if (got != (ssize_t)n)
		fail(r, f, "write of %zu at %zu gave %zd (%m)", n, off, got);
	if (off > f->size)
		grow(f, off);
	grow(f, off + n);
	memcpy(f->model + off, r->buf, n);
}

static void do_append(struct run *r, struct file *f)
{
	int fd = openat(r->dir, f->name, O_WRONLY | O_APPEND);
	size_t n = length(r, 70000);

	if (fd < 0)
		fail(r, f, "open for appending: %m");
	if (f->size + n <= r->max) {
		fill(r, r->buf, n);
		if (write(fd, r->buf, n) != (ssize_t)n)
			fail(r, f, "append of %zu: %m", n);
		memcpy(f->model + f->size, r->buf, n);
		f->size += n;
	}
	if (close(fd))
		fail(r, f, "close: %m");
}

static void do_read(struct run *r, struct file *f)
{
	size_t off = rnd(r, f->size + 1000), n = length(r, r->max), want;
	ssize_t got = pread(f->fd, r->buf, n, off);

	want = off >= f->size ? 0 : f->size - off < n ? f->size - off : n;
	if (got != (ssize_t)want)
		fail(r, f, "read of %zu at %zu gave %zd instead of %zu (%m)", n, off, got, want);
	compare(r, f, off, r->buf, want, "read");
}

static void do_truncate(struct run *r, struct file *f)
{
	size_t size = rnd(r, 3) ? rnd(r, f->size + 1) : rnd(r, r->max);

	if (ftruncate(f->fd, size))
		fail(r, f, "truncate to %zu: %m", size);
	grow(f, size);
	f->size = size;
}

static void do_map(struct run *r, struct file *f, int write)
{
	size_t off, n, page = 4096;
	unsigned char *map;

	if (!f->size)
		return;
	off = rnd(r, f->size) & ~(page - 1);
	n = length(r, f->size - off);
	map = mmap(NULL, n, write ? PROT_READ | PROT_WRITE : PROT_READ, MAP_SHARED, f->fd, off);
	if (map == MAP_FAILED)
		fail(r, f, "mmap of %zu at %zu: %m", n, off);
	compare(r, f, off, map, n, "mapping");
	if (write) {
		size_t from = rnd(r, n), len = 1 + rnd(r, n - from);

		fill(r, map + from, len);
		memcpy(f->model + off + from, map + from, len);
		if (rnd(r, 2) && msync(map, n, MS_SYNC))
			fail(r, f, "msync: %m");
	}
	munmap(map, n);
}

static void do_fallocate(struct run *r, struct file *f, enum kind kind)
{
	static const int mode[] = { [ALLOC] = 0, [PUNCH] = FALLOC_FL_PUNCH_HOLE, [ZERO] = FALLOC_FL_ZERO_RANGE };
	size_t off = rnd(r, r->max - 1), n = length(r, r->max - off);

	if (r->lacks[kind])
		return;
	if (fallocate(f->fd, FALLOC_FL_KEEP_SIZE | mode[kind], off, n)) {
		if (errno == ENOSPC)
			return;
		if (errno != EOPNOTSUPP && errno != ENOSYS)
			fail(r, f, "fallocate: %m");
		r->lacks[kind] = 1;
	} else if (kind != ALLOC && off < f->size) {
		memset(f->model + off, 0, f->size - off < n ? f->size - off : n);
	}
}

/* From any file, also the same, to this one. */
static void do_copy(struct run *r, struct file *f)
{
	struct file *from = &r->files[rnd(r, r->nfiles)];
	off64_t in = rnd(r, from->size + 1), out = rnd(r, f->size + 1), was = in, to = out;
	size_t n = length(r, r->max - out);
	ssize_t got;

	if (!rnd(r, 2)) {		/* as cp does it */
		was = in &= ~4095;
		to = out &= ~4095;
	}
	if (from == f && was < to + (off64_t)n && to < was + (off64_t)n)
		return;
	got = copy_file_range(from->fd, &in, f->fd, &out, n, 0);
	if (got < 0)
		fail(r, f, "copy of %zu at %lld of %s to %lld: %m", n, (long long)was, from->name, (long long)to);
	if (was + got > (off64_t)from->size || (!got && was < (off64_t)from->size))
		fail(r, f, "copy of %zu at %lld of %s to %lld gave %zd", n, (long long)was, from->name, (long long)to, got);
	grow(f, to + got);
	memmove(f->model + to, from->model + was, got);
}

static void do_reopen(struct run *r, struct file *f)
{
	if (close(f->fd))
		fail(r, f, "close: %m");
	f->fd = openat(r->dir, f->name, O_RDWR);
	if (f->fd < 0)
		fail(r, f, "open: %m");
}

/* Renaming onto a name that does not exist, and back to a stable one by the next. */
static void do_rename(struct run *r, struct file *f)
{
	char name[64];

	snprintf(name, sizeof(name), "%.20s, step %lu.data", strtok(strdupa(f->name), ","), r->step);
	if (renameat(r->dir, f->name, r->dir, name))
		fail(r, f, "rename to %s: %m", name);
	strcpy(f->name, name);
}

static void do_check(struct run *r, struct file *f)
{
	struct stat st;

	if (fstat(f->fd, &st) || (size_t)st.st_size != f->size)
		fail(r, f, "fstat says %lld bytes", (long long)st.st_size);
	for (size_t off = 0; off < f->size; off += 1 << 20) {
		size_t n = f->size - off < 1 << 20 ? f->size - off : 1 << 20;

		if (pread(f->fd, r->buf, n, off) != (ssize_t)n)
			fail(r, f, "read of %zu at %zu: %m", n, off);
		compare(r, f, off, r->buf, n, "whole file");
	}
}

static void step(struct run *r)
{
	/* Weights; the order is that of the switch. */
	static const unsigned char weight[] = { 24, 6, 8, 28, 6, 6, 8, 3, 3, 3, 4, 3, 2, 3, 2, 1 };
	struct file *f = &r->files[rnd(r, r->nfiles)];
	unsigned int sum = 0, op = 0, pick;

	for (unsigned int i = 0; i < sizeof(weight); i++)
		sum += weight[i];
	for (pick = rnd(r, sum); pick >= weight[op]; op++)
		pick -= weight[op];
	r->count[op]++;
	switch (op) {
	case 0: do_write(r, f, 0); break;
	case 1: do_write(r, f, 1); break;
	case 2: do_append(r, f); break;
	case 3: do_read(r, f); break;
	case 4: do_truncate(r, f); break;
	case 5: do_map(r, f, 0); break;
	case 6: do_map(r, f, 1); break;
	case 7: do_fallocate(r, f, ALLOC); break;
	case 8: do_fallocate(r, f, PUNCH); break;
	case 9: do_fallocate(r, f, ZERO); break;
	case 10: do_copy(r, f); break;
	case 11: do_reopen(r, f); break;
	case 12:
		if (rnd(r, 2) ? fsync(f->fd) : fdatasync(f->fd))
			fail(r, f, "fsync: %m");
		break;
	case 13: do_rename(r, f); break;
	case 14:
		posix_fadvise(f->fd, 0, 0, POSIX_FADV_DONTNEED);
		break;
	default: do_check(r, f);
	}
}

static void save(struct run *r, struct file *f)
{
	char name[80];
	FILE *out;

	snprintf(name, sizeof(name), "%s.model", f->name);
	out = fopen(name, "w");
	if (!out || fwrite(f->model, 1, f->size, out) != f->size || fclose(out))
		fail(r, f, "%s: %m", name);
}

int main(int argc, char **argv)
{
	struct run r = { .nfiles = 3, .max = 4 << 20, .random = time(NULL) ^ (uint64_t)getpid() << 32 };
	unsigned long seconds = 10, steps = 0;
	struct timespec start, now;
	int opt, keep = 0;

	while ((opt = getopt(argc, argv, "s:t:n:m:c:k")) != -1) {
		switch (opt) {
		case 's': r.random = strtoull(optarg, NULL, 0); break;
		case 't': seconds = strtoul(optarg, NULL, 0); break;
		case 'n': r.nfiles = strtoul(optarg, NULL, 0); break;
		case 'm': r.max = strtoul(optarg, NULL, 0); break;
		case 'c': steps = strtoul(optarg, NULL, 0); break;
		case 'k': keep = 1; break;
		default: return 2;
		}
	}
	if (optind != argc - 1 || !r.nfiles || r.max < 8192) {
		fprintf(stderr, "usage: fsx [-s SEED] [-t SECONDS | -c STEPS] [-n FILES] [-m MAXSIZE] [-k] DIR\n");
		return 2;
	}
	if (!r.random)
		r.random = 1;
	printf("fsx -s %llu -n %u -m %zu\n", (unsigned long long)r.random, r.nfiles, r.max);
	fflush(stdout);
	r.dir = open(argv[optind], O_RDONLY | O_DIRECTORY);
	r.files = calloc(r.nfiles, sizeof(*r.files));
	r.buf = malloc(r.max + (2 << 20));
	if (r.dir < 0 || !r.files || !r.buf) {
		perror(argv[optind]);
		return 1;
	}
	for (unsigned int i = 0; i < r.nfiles; i++) {
		struct file *f = &r.files[i];

		snprintf(f->name, sizeof(f->name), "file %u", i);
		f->model = calloc(1, r.max + (1 << 20));
		f->fd = openat(r.dir, f->name, O_RDWR | O_CREAT | O_EXCL, 0666);
		if (f->fd < 0 || !f->model)
			fail(&r, f, "create: %m");
	}
	clock_gettime(CLOCK_MONOTONIC, &start);
	do {
		r.step++;
		step(&r);
		clock_gettime(CLOCK_MONOTONIC, &now);
	} while (steps ? r.step < steps : (unsigned long)(now.tv_sec - start.tv_sec) < seconds);
	for (unsigned int i = 0; i < r.nfiles; i++) {
		struct file *f = &r.files[i];

		do_check(&r, f);
		if (fsync(f->fd) || close(f->fd))
			fail(&r, f, "at the end: %m");
		if (keep)
			save(&r, f);
		else if (unlinkat(r.dir, f->name, 0))
			fail(&r, f, "unlink: %m");
	}
	printf("fsx: %lu steps%s%s%s\n", r.step, r.lacks[ALLOC] ? ", no fallocate" : "", r.lacks[PUNCH] ? ", no holes" : "",
	       r.lacks[ZERO] ? ", no zero range" : "");
	return 0;
}
