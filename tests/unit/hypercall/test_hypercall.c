// SPDX-License-Identifier: GPL-2.0-only
/*
 * The hypercalls without a rump kernel: librump's own sources, and a table in
 * the kernel's place that notes what it is told. Files are real.
 */
#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>
#include <liburing.h>
#include "blkio.h"

#define MEM		(4UL << 20)
#define FILE_SIZE	(1L << 20)

/* --- in the kernel's place -------------------------------------------------------- */

static unsigned int pending;
static unsigned int nr_done;		/* atomic */
static struct rump_disk seen;

static void fake_post(enum rump_irq irq)
{
	__atomic_fetch_or(&pending, 1u << irq, __ATOMIC_SEQ_CST);
}

static void fake_done(struct rumpuser_blk_req *req)
{
	__atomic_fetch_add(&nr_done, 1, __ATOMIC_SEQ_CST);
	fake_post(RUMP_IRQ_BLK);
}

static int fake_attach(const struct rump_disk *d, char *path, unsigned long size)
{
	seen = *d;
	snprintf(path, size, "/dev/%s", d->name);
	return 0;
}

static const struct rump_kernel fake = {
	.irq_post = fake_post, .irq_pending = &pending, .blk_done = fake_done, .disk_attach = fake_attach,
};

static int set_up(void **state)
{
	struct thread *t;

	host.k = &fake;
	host.cpu.busy = 1;		/* nobody is to be woken */
	assert_int_equal(memory_init(MEM, 2 * MEM), 0);
	t = thread_get();
	assert_non_null(t);
	t->in_kernel = 1;		/* as hypercalls are made */
	return 0;
}

/* --- memory ------------------------------------------------------------------------- */

static bool dies_writing(volatile char *p)
{
	int status;
	pid_t pid;

	/* Shared with children for once: the mapping is not inherited. */
	madvise(host.mem, MEM, MADV_DOFORK);
	pid = fork();
	if (!pid) {
		signal(SIGSEGV, SIG_DFL);
		*p = 1;
		_exit(0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	madvise(host.mem, MEM, MADV_DONTFORK);
	return !WIFEXITED(status) || WEXITSTATUS(status);
}

static void memory_guard(void **state)
{
	char *p = (char *)host.mem + 8 * HOST_PAGE;

	p[0] = 7;
	rumpuser_mem_guard(p, HOST_PAGE, 1);
	assert_true(dies_writing(p));
	assert_false(dies_writing(p - 1));
	assert_false(dies_writing(p + HOST_PAGE));
	rumpuser_mem_guard(p, HOST_PAGE, 0);
	assert_false(dies_writing(p));
	assert_int_equal(p[0], 1);		/* the child's: one file */
}

static long blocks(void)
{
	struct stat st;

	assert_int_equal(fstat(rump_mem_fd(), &st), 0);
	return st.st_blocks;
}

static void memory_release(void **state)
{
	char *p = host.mem;
	long before;

	memset(p, 3, 64 * HOST_PAGE);
	before = blocks();
	rumpuser_mem_release(16 * HOST_PAGE, 32 * HOST_PAGE);
	assert_int_equal(before - blocks(), 32 * HOST_PAGE / 512);
	assert_int_equal(p[16 * HOST_PAGE - 1], 3);
	assert_int_equal(p[16 * HOST_PAGE], 0);
	assert_int_equal(p[48 * HOST_PAGE - 1], 0);
	assert_int_equal(p[48 * HOST_PAGE], 3);
}

static void memory_grow(void **state)
{
	char *p = host.mem;

	p[MEM - 1] = 5;
	assert_true(dies_writing(p + MEM));
	assert_int_equal(rumpuser_mem_grow(2 * MEM + HOST_PAGE), -EINVAL);
	assert_int_equal(rumpuser_mem_grow(2 * MEM), 0);
	assert_int_equal(p[MEM - 1], 5);
	assert_int_equal(p[MEM], 0);
	p[2 * MEM - 1] = 6;
	assert_int_equal(rumpuser_mem_grow(MEM), -EINVAL);
	assert_int_equal(p[2 * MEM - 1], 6);
}

static void memory_vmap(void **state)
{
	unsigned long off[5] = { 9, 10, 3, 200, 3 };
	char *p = host.mem, *v;
	int i;

	for (i = 0; i < 5; i++) {
		off[i] *= HOST_PAGE;
		p[off[i]] = 'a' + off[i] / HOST_PAGE % 20;
	}
	v = rumpuser_vmap(off, 5);
	assert_non_null(v);
	for (i = 0; i < 5; i++) {
		assert_int_equal(v[i * HOST_PAGE], p[off[i]]);
		v[i * HOST_PAGE + 5] = i;
		assert_int_equal(p[off[i] + 5], i);
	}
	assert_int_equal(v[2 * HOST_PAGE + 5], 4);	/* one page, shown twice */
	rumpuser_vunmap(v);
	assert_int_equal(p[off[0] + 5], 0);
	assert_null(rumpuser_vmap(off, 0));
	assert_int_equal(msync(v, HOST_PAGE, MS_ASYNC), -1);	/* not mapped any more */
}

/* --- clocks, random numbers, log -------------------------------------------------------- */

static void clock_and_timer(void **state)
{
	unsigned long long a = rumpuser_clock_ns(), b = rumpuser_clock_ns();
	struct timespec real;

	assert_true(b >= a);
	clock_gettime(CLOCK_REALTIME, &real);
	assert_in_range(rumpuser_walltime_ns() / NSEC - real.tv_sec, 0, 5);

	pending = 0;
	rumpuser_timer_arm(rumpuser_clock_ns() + 3600 * NSEC);
	timer_check();
	assert_int_equal(pending, 0);
	rumpuser_timer_arm(rumpuser_clock_ns());
	timer_check();
	assert_int_equal(pending, 1u << RUMP_IRQ_TIMER);
	pending = 0;
	timer_check();				/* once */
	assert_int_equal(pending, 0);
	rumpuser_timer_arm(1);
	rumpuser_timer_arm(0);			/* disarmed */
	timer_check();
	assert_int_equal(pending, 0);
	/* West is positive. */
	setenv("TZ", "XYZ5:30", 1);
	tzset();
	assert_int_equal(host_minuteswest(), 330);
	setenv("TZ", "XYZ-2", 1);
	tzset();
	assert_int_equal(host_minuteswest(), -120);
}

static void random_numbers(void **state)
{
	unsigned char a[256] = { 0 }, b[256] = { 0 };

	rumpuser_random(a, sizeof(a));
	rumpuser_random(b, sizeof(b));
	assert_memory_not_equal(a, b, sizeof(a));
	rumpuser_random(a, 0);
	memcpy(b, a, sizeof(b));
	rumpuser_random(a, 8);
	assert_memory_equal(a + 8, b + 8, sizeof(a) - 8);
}

/* A pipe in place of stderr, that is full most of the time. */
static void log_to_pipe(void **state)
{
	int p[2], old = dup(2), i, n = 0, lines = 0;
	char line[900], buf[1000];
	pid_t pid;
	FILE *f;

	assert_int_equal(pipe(p), 0);
	fcntl(p[1], F_SETPIPE_SZ, 4096);
	memset(line, 'x', sizeof(line));
	pid = fork();
	if (!pid) {
		dup2(p[1], 2);
		for (i = 0; i < 200; i++)
			rumpuser_log(4, line, sizeof(line));
		rumpuser_log(5, "not this", 8);
		rumpuser_log(0, "last", 4);
		_exit(0);
	}
	close(p[1]);
	f = fdopen(p[0], "r");
	while (fgets(buf, sizeof(buf), f)) {
		n = strlen(buf);
		if (++lines <= 200)
			assert_int_equal(n, sizeof(line) + 1);
	}
	assert_int_equal(lines, 201);
	assert_string_equal(buf, "last\n");
	fclose(f);
	waitpid(pid, NULL, 0);
	/* Nobody reads: no harm. */
	assert_int_equal(pipe(p), 0);
	close(p[0]);
	signal(SIGPIPE, SIG_IGN);
	dup2(p[1], 2);
	rumpuser_log(0, "x", 1);
	dup2(old, 2);
	close(p[1]);
	close(old);
}

static char logged[300];
static int logged_level;

static void take_line(void *ctx, int level, const char *text, size_t len)
{
	logged_level = level;
	snprintf(logged, sizeof(logged), "%.*s", (int)len, text);
}

static void log_to_program(void **state)
{
	char big[400];

	host.cfg.log = take_line;
	rumpuser_log(6, "hello world", 5);
	assert_string_equal(logged, "hello");
	assert_int_equal(logged_level, 6);
	memset(big, 'y', sizeof(big) - 1);
	big[sizeof(big) - 1] = 0;
	host_log(3, "%s", big);
	assert_int_equal(strlen(logged), 255);
	host.cfg.log = NULL;
}

/* --- block I/O, on both back ends --------------------------------------------------------- */

static char path[] = "/var/tmp/test-hypercall-XXXXXX";
static int file_fd = -1;

static void wait_for(unsigned int n)
{
	struct pollfd pfd = { .fd = host.blk.ops->pollfd(), .events = POLLIN };
	int tries = 3000;

	while (__atomic_load_n(&nr_done, __ATOMIC_SEQ_CST) < n && tries--) {
		host.blk.ops->round();
		if (host.blk.ops->ready())
			host.blk.ops->reap();
		if (__atomic_load_n(&nr_done, __ATOMIC_SEQ_CST) < n)
			poll(&pfd, pfd.fd >= 0, 10);
	}
	assert_int_equal(nr_done, n);
	nr_done = 0;
}

static int do_io(enum rumpuser_blk_op op, int fd, unsigned int flags, uint64_t off, uint64_t len,
		 struct rumpuser_iov *iov, unsigned int niov)
{
	struct rumpuser_blk_req req = {
		.op = op, .fd = fd, .flags = flags, .off = off, .len = len, .iov = iov, .niov = niov,
	};

	nr_done = 0;
	rumpuser_blk_submit(&req);
	wait_for(1);
	return req.error;
}

static int rw(enum rumpuser_blk_op op, int fd, uint64_t off, void *buf, size_t len)
{
	struct rumpuser_iov iov = { buf, len };

	return do_io(op, fd, 0, off, len, &iov, 1);
}

static int attach(int fd, uint64_t offset, uint64_t size, bool direct)
{
	struct rump_disk_params p = { .name = "d i/sk", .fd = fd, .offset = offset, .size = size, .direct = direct };
	char dev[64];
	int err = rump_disk_attach(&p, dev);

	if (!err)
		assert_string_equal(dev, "/dev/d_i_sk");
	return err ? err : seen.fd;
}

static int start(enum rump_blkio which)
{
	char err[200] = "";
	int r = blkio_init(which, err, sizeof(err));

	if (r && which == RUMP_BLKIO_URING) {
		print_message("%s: tested with the pool only\n", err);
		r = blkio_init(RUMP_BLKIO_POOL, err, sizeof(err));
	}
	assert_int_equal(r, 0);
	strcpy(path + strlen(path) - 6, "XXXXXX");
	file_fd = mkstemp(path);
	assert_true(file_fd >= 0);
	assert_int_equal(ftruncate(file_fd, FILE_SIZE), 0);
	return 0;
}

static int start_uring(void **state)
{
	return start(RUMP_BLKIO_URING);
}

static int start_pool(void **state)
{
	return start(RUMP_BLKIO_POOL);
}

static int stop(void **state)
{
	blkio_destroy();
	close(file_fd);
	unlink(path);
	return 0;
}

static void segments(void **state)
{
	static char a[3000], b[5000], c[192], back[8192];
	struct rumpuser_iov iov[3] = { { a, sizeof(a) }, { b, sizeof(b) }, { c, sizeof(c) } };
	int d = attach(file_fd, 512, 0, false);

	assert_true(d >= 0);
	assert_int_equal(seen.size, FILE_SIZE - 512);
	memset(a, 1, sizeof(a));
	memset(b, 2, sizeof(b));
	memset(c, 3, sizeof(c));
	assert_int_equal(do_io(RUMPUSER_BLK_WRITE, d, RUMPUSER_BLK_FUA, 1024, 8192, iov, 3), 0);
	assert_int_equal(pread(file_fd, back, 8192, 1536), 8192);
	assert_int_equal(back[2999], 1);
	assert_int_equal(back[3000], 2);
	assert_int_equal(back[7999], 2);
	assert_int_equal(back[8000], 3);
	memset(back, 0, sizeof(back));
	assert_int_equal(rw(RUMPUSER_BLK_READ, d, 1024, back, 8192), 0);
	assert_int_equal(back[0] + back[3000] + back[8191], 6);
	assert_int_equal(do_io(RUMPUSER_BLK_FLUSH, d, 0, 0, 0, NULL, 0), 0);
}

static void window_ends(void **state)
{
	static char buf[4096];
	int d = attach(file_fd, 4096, 8192, false), wide;

	assert_int_equal(rw(RUMPUSER_BLK_READ, d, 4096, buf, 4096), 0);
	assert_int_equal(rw(RUMPUSER_BLK_READ, d, 8192, buf, 512), -EIO);
	assert_int_equal(rw(RUMPUSER_BLK_WRITE, d, 7680, buf, 1024), -EIO);
	assert_int_equal(rw(RUMPUSER_BLK_WRITE, d, UINT64_MAX - 100, buf, 512), -EIO);
	assert_int_equal(rw(RUMPUSER_BLK_READ, 77, 0, buf, 512), -EBADF);
	assert_int_equal(rw(RUMPUSER_BLK_READ, -1, 0, buf, 512), -EBADF);
	assert_int_equal(rw(RUMPUSER_BLK_READ, BLK_FILES, 0, buf, 512), -EBADF);
	assert_int_equal(attach(file_fd, 100, 0, false), -EINVAL);
	assert_int_equal(attach(file_fd, FILE_SIZE, 0, false), -EINVAL);
	assert_int_equal(attach(-1, 0, 0, false), -EBADF);

	/* A window larger than the file: what was never written is zero, and it grows. */
	wide = attach(file_fd, 0, 2 * FILE_SIZE, false);
	memset(buf, 9, sizeof(buf));
	assert_int_equal(rw(RUMPUSER_BLK_READ, wide, FILE_SIZE - 512, buf, 4096), 0);
	assert_int_equal(buf[0] | buf[4095], 0);
	memset(buf, 9, sizeof(buf));
	assert_int_equal(rw(RUMPUSER_BLK_WRITE, wide, FILE_SIZE, buf, 4096), 0);
	/* Cut short behind our back is an error. */
	assert_int_equal(ftruncate(file_fd, 4096), 0);
	assert_int_equal(rw(RUMPUSER_BLK_READ, d, 4096, buf, 4096), -EIO);
}

static void errors(void **state)
{
	static char buf[4096];
	int ro = open(path, O_RDONLY), wo = open(path, O_WRONLY), full = open("/dev/full", O_RDWR), d;

	d = attach(ro, 0, 0, false);
	assert_true(seen.flags & RUMP_DISK_READONLY);
	assert_int_equal(rw(RUMPUSER_BLK_WRITE, d, 0, buf, 4096), -EBADF);
	assert_int_equal(rw(RUMPUSER_BLK_READ, d, 0, buf, 4096), 0);
	assert_int_equal(attach(wo, 0, 0, false), -EBADF);
	assert_int_equal(attach(full, 0, 0, false), -ENOTBLK);
	close(ro);
	close(wo);
	close(full);
}

static void erase(void **state)
{
	static char buf[8192];
	int d = attach(file_fd, 0, 0, false);
	struct stat st;

	memset(buf, 5, sizeof(buf));
	assert_int_equal(rw(RUMPUSER_BLK_WRITE, d, 65536, buf, sizeof(buf)), 0);
	assert_int_equal(do_io(RUMPUSER_BLK_ZERO, d, 0, 65536, 4096, NULL, 0), 0);
	assert_int_equal(rw(RUMPUSER_BLK_READ, d, 65536, buf, sizeof(buf)), 0);
	assert_int_equal(buf[0], 0);
	assert_int_equal(buf[4096], 5);
	assert_int_equal(do_io(RUMPUSER_BLK_DISCARD, d, 0, 65536, 8192, NULL, 0), 0);
	assert_int_equal(fstat(file_fd, &st), 0);
	assert_int_equal(st.st_size, FILE_SIZE);
	assert_int_equal(do_io(RUMPUSER_BLK_DISCARD, d, 0, 0, 0, NULL, 0), 0);
}

/* O_DIRECT: buffers that do not suit it are no error. */
static void direct(void **state)
{
	char *buf = aligned_alloc(4096, 16384);
	int d = attach(file_fd, 0, 0, true);
	bool really = fcntl(file_fd, F_GETFL) & O_DIRECT;

	memset(buf, 6, 16384);
	assert_int_equal(rw(RUMPUSER_BLK_WRITE, d, 8192, buf, 4096), 0);
	assert_int_equal(rw(RUMPUSER_BLK_WRITE, d, 12288, buf + 100, 4096), 0);
	memset(buf, 0, 16384);
	assert_int_equal(rw(RUMPUSER_BLK_READ, d, 8192, buf + 3, 8192), 0);
	assert_int_equal(buf[2], 0);
	assert_int_equal(buf[3] & buf[8194], 6);
	assert_int_equal(buf[8195], 0);
	/* Where the window does not suit it, it is not used. */
	assert_true(attach(file_fd, 512, 0, true) >= 0);
	print_message("O_DIRECT %s\n", really ? "used" : "not possible here");
	free(buf);
}

#define MANY	1500

static void many(void **state)
{
	struct rumpuser_blk_req *req = calloc(MANY, sizeof(*req));
	struct rumpuser_iov *iov = calloc(MANY, sizeof(*iov));
	char *buf = malloc(MANY * 512);
	int d = attach(file_fd, 0, 0, false), i;

	nr_done = 0;
	for (i = 0; i < MANY; i++) {
		memset(buf + i * 512, i % 251, 512);
		iov[i] = (struct rumpuser_iov){ buf + i * 512, 512 };
		req[i] = (struct rumpuser_blk_req){
			.op = RUMPUSER_BLK_WRITE, .fd = d, .off = i * 512, .len = 512, .iov = &iov[i], .niov = 1,
		};
		rumpuser_blk_submit(&req[i]);
		if (i % 100 == 99)
			host.blk.ops->round();
	}
	wait_for(MANY);
	for (i = 0; i < MANY; i++)
		assert_int_equal(req[i].error, 0);
	memset(buf, 0, MANY * 512);
	assert_int_equal(pread(file_fd, buf, MANY * 512, 0), MANY * 512);
	for (i = 0; i < MANY; i++)
		assert_int_equal((unsigned char)buf[i * 512 + 511], i % 251);
	free(buf);
	free(iov);
	free(req);
}

/* Whoever gets hold of the ring can make it do block I/O and nothing else. */
static void ring_is_restricted(void **state)
{
	struct io_uring *ring = blk_uring_ring();
	static char buf[512];
	struct { unsigned char op, flags; int want; } tries[] = {
		{ IORING_OP_READ, 0, 512 }, { IORING_OP_READ, IOSQE_ASYNC, 512 },
		{ IORING_OP_READ, IOSQE_IO_LINK, -EACCES }, { IORING_OP_READ, IOSQE_FIXED_FILE, -EACCES },
		{ IORING_OP_OPENAT, 0, -EACCES }, { IORING_OP_SOCKET, 0, -EACCES },
		{ IORING_OP_CONNECT, 0, -EACCES }, { IORING_OP_UNLINKAT, 0, -EACCES },
		{ IORING_OP_CLOSE, 0, -EACCES }, { IORING_OP_SPLICE, 0, -EACCES },
		{ IORING_OP_PROVIDE_BUFFERS, 0, -EACCES }, { IORING_OP_URING_CMD, 0, -EACCES },
		{ IORING_OP_NOP, 0, -EACCES },
	};
	struct io_uring_sqe *sqe;
	struct io_uring_cqe *cqe;
	unsigned int i;

	if (host.blk.ops != &blk_uring)
		skip();
	for (i = 0; i < sizeof(tries) / sizeof(tries[0]); i++) {
		sqe = io_uring_get_sqe(ring);
		io_uring_prep_read(sqe, file_fd, buf, sizeof(buf), 0);
		sqe->opcode = tries[i].op;
		sqe->flags = tries[i].flags;
		assert_true(io_uring_submit(ring) >= 0);
		assert_int_equal(io_uring_wait_cqe(ring, &cqe), 0);
		assert_int_equal(cqe->res, tries[i].want);
		io_uring_cqe_seen(ring, cqe);
	}
	assert_int_equal(syscall(__NR_io_uring_register, ring->ring_fd, IORING_REGISTER_FILES, &file_fd, 1), -1);
	assert_int_equal(errno, EACCES);
}

/* --- booting ----------------------------------------------------------------------------- */

static void boot_fails(const char *component, const char *dir, size_t memsize, int want, const char *says)
{
	struct rump_config cfg = { .component = component, .libdir = dir, .memsize = memsize };
	const struct rump_kernel *k = host.k;
	char err[300] = "";

	host.k = NULL;
	assert_int_equal(rump_boot(&cfg, err, sizeof(err)), want);
	assert_null(rump_kernel_get());
	assert_null(host.k);
	if (!strstr(err, says))
		fail_msg("no \"%s\" in: %s", says, err);
	host.k = k;
}

static void boot_errors(void **state)
{
	const char *dir = getenv("FAKE_LIBDIR");

	boot_fails(NULL, "/", 0, -EINVAL, "no rump kernel component");
	boot_fails("", "/", 0, -EINVAL, "no rump kernel component");
	boot_fails("../x", "/", 0, -EINVAL, "no rump kernel component");
	boot_fails("fat", "/nonexistent", 0, -ENOENT, "/nonexistent/librumpkern-fat.so is not installed");
	if (!dir)
		skip();
	boot_fails("wrongabi", dir, 0, -ELIBBAD, "does not fit librump: interface 999");
	boot_fails("nokernel", dir, 0, -ELIBBAD, "is not a rump kernel");
}

int main(void)
{
#define IO(test)							\
	cmocka_unit_test_setup_teardown(test, start_uring, stop),	\
	{ #test " (pool)", test, start_pool, stop, NULL }
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(memory_guard), cmocka_unit_test(memory_release), cmocka_unit_test(memory_vmap), cmocka_unit_test(memory_grow),
		cmocka_unit_test(clock_and_timer), cmocka_unit_test(random_numbers), cmocka_unit_test(log_to_pipe),
		cmocka_unit_test(log_to_program),
		IO(segments), IO(window_ends), IO(errors), IO(erase), IO(direct), IO(many),
		cmocka_unit_test_setup_teardown(ring_is_restricted, start_uring, stop),
		cmocka_unit_test(boot_errors),
	};

	return cmocka_run_group_tests_name("hypercall", tests, set_up, NULL);
}
