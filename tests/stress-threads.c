// SPDX-License-Identifier: GPL-2.0-only
/*
 * stress-threads SECONDS [THREADS]: library threads, a dispatcher's jobs, and
 * threads that come and go, all at once in one rump kernel, on FAT and ext4, on both
 * block back ends; SECONDS are shared by the four. Every thread checks what it reads.
 *
 * Each combination is a child process. A watcher in it counts its own ticks (so a
 * machine that stands still does not count) and, when some thread has not finished
 * an operation for HANG_TICKS of them, prints where all threads are (gdb,
 * if there is one) and ends the child with status 3. RUMP_LIBDIR says where the components are.
 */
#include <fcntl.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <librump.h>

#define IMAGE_SIZE	(96L << 20)
#define THREADS_MAX	128
#define SUBMITTERS	2
#define TICK_MS		100
#define HANG_TICKS	300
#define FILE_MAX	(192 * 1024)

/* asm-generic's system calls */
enum {
	NR_MKDIRAT = 34, NR_UNLINKAT = 35, NR_UMOUNT2 = 39, NR_MOUNT = 40, NR_OPENAT = 56, NR_CLOSE = 57,
	NR_PREAD = 67, NR_PWRITE = 68, NR_FSYNC = 82, NR_NANOSLEEP = 101, NR_GETPPID = 173,
};
#define RUMP_AT_FDCWD	(-100L)

static const struct combination {
	const char *component, *type, *mkfs, *fsck;
	enum rump_blkio blkio;
} combinations[] = {
	{ "ext", "ext4", "mkfs.ext4 -q -F", "fsck.ext4 -f -n", RUMP_BLKIO_AUTO },
	{ "fat", "vfat", "mkfs.vfat -F 32", "fsck.vfat -n", RUMP_BLKIO_POOL },
	{ "ext", "ext4", "mkfs.ext4 -q -F", "fsck.ext4 -f -n", RUMP_BLKIO_POOL },
	{ "fat", "vfat", "mkfs.vfat -F 32", "fsck.vfat -n", RUMP_BLKIO_AUTO },
};
#define NCOMBINATIONS	(sizeof(combinations) / sizeof(combinations[0]))

struct worker {
	pthread_t id;
	unsigned int nr, seed;
	unsigned long done;		/* atomic: operations finished */
	bool ended;			/* atomic */
	/* the watcher's */
	unsigned long seen;
	unsigned int idle;
};

struct stress {
	const struct combination *c;
	int image;
	char disk[64];
	struct worker worker[THREADS_MAX];
	unsigned int n;			/* fixed */
	struct worker comer[SUBMITTERS], submitter[SUBMITTERS];
	bool stop;			/* atomic */
	bool over;			/* atomic: the dispatcher may end */
};

static struct stress st;

static void fail(const char *what, long a, long b)
{
	fprintf(stderr, "stress-threads: %s %s: %s: %ld, %ld\n", st.c->type,
		st.c->blkio == RUMP_BLKIO_POOL ? "pool" : "uring", what, a, b);
	_exit(1);
}

#define CHECK_EQ(a, b)						\
do {								\
	long a_ = (long)(a), b_ = (long)(b);			\
								\
	if (a_ != b_)						\
		fail(#a " == " #b, a_, b_);			\
} while (0)

#define SYS(nr, a, b, c, d, e)	rump_syscall(nr, (long)(a), (long)(b), (long)(c), (long)(d), (long)(e), 0)

static bool stopping(void)
{
	return __atomic_load_n(&st.stop, __ATOMIC_RELAXED);
}

static void nap(struct worker *w)
{
	struct timespec t = { .tv_nsec = rand_r(&w->seed) % 3000000 };

	CHECK_EQ(SYS(NR_NANOSLEEP, &t, 0, 0, 0, 0), 0);
}

/* Write a file, now and then make it durable, read it back, remove it. */
static void use_file(struct worker *w, char *buf)
{
	unsigned int size = 1 + rand_r(&w->seed) % FILE_MAX, i, key = rand_r(&w->seed);
	unsigned int *p = (unsigned int *)buf;
	char name[64];
	long fd;

	snprintf(name, sizeof(name), "/mnt/a file of thread %u", w->nr);
	for (i = 0; i * 4 < size; i++)
		p[i] = key + i;
	fd = SYS(NR_OPENAT, RUMP_AT_FDCWD, name, O_RDWR | O_CREAT | O_TRUNC, 0644, 0);
	if (fd < 0)
		fail("open", fd, 0);
	CHECK_EQ(SYS(NR_PWRITE, fd, buf, size, 0, 0), size);
	if (rand_r(&w->seed) % 4 == 0)
		CHECK_EQ(SYS(NR_FSYNC, fd, 0, 0, 0, 0), 0);
	memset(buf, 0, size);
	CHECK_EQ(SYS(NR_PREAD, fd, buf, size, 0, 0), size);
	for (i = 0; i < size / 4; i++)
		if (p[i] != key + i)
			fail("read back", p[i], key + i);
	CHECK_EQ(SYS(NR_CLOSE, fd, 0, 0, 0, 0), 0);
	CHECK_EQ(SYS(NR_UNLINKAT, RUMP_AT_FDCWD, name, 0, 0, 0), 0);
}

static void use_folder(struct worker *w)
{
	char name[64];

	snprintf(name, sizeof(name), "/mnt/folder of thread %u", w->nr);
	CHECK_EQ(SYS(NR_MKDIRAT, RUMP_AT_FDCWD, name, 0755, 0, 0), 0);
	CHECK_EQ(SYS(NR_UNLINKAT, RUMP_AT_FDCWD, name, 0x200, 0, 0), 0);
}

static void finished(struct worker *w)
{
	__atomic_fetch_add(&w->done, 1, __ATOMIC_RELAXED);
}

static void *worker_main(void *arg)
{
	struct worker *w = arg;
	char *buf = malloc(FILE_MAX + 4);
	int i;

	if (!buf)
		fail("malloc", 0, 0);
	while (!stopping()) {
		switch (rand_r(&w->seed) % 8) {
		case 0:
		case 1:
		case 2:
			use_file(w, buf);
			break;
		case 3:
			use_folder(w);
			break;
		case 4:
			nap(w);
			break;
		case 5:
			usleep(rand_r(&w->seed) % 2000);
			break;
		default:
			for (i = rand_r(&w->seed) % 200; i; i--)
				CHECK_EQ(SYS(NR_GETPPID, 0, 0, 0, 0, 0), 1);
		}
		finished(w);
	}
	free(buf);
	__atomic_store_n(&w->ended, true, __ATOMIC_RELEASE);
	return NULL;
}

/* --- threads that come and go -------------------------------------------------- */

static void *short_life(void *arg)
{
	struct worker *w = arg, own = { .seed = w->seed };
	int i;

	for (i = rand_r(&own.seed) % 4; i; i--)
		CHECK_EQ(SYS(NR_GETPPID, 0, 0, 0, 0, 0), 1);
	if (rand_r(&own.seed) % 4 == 0)
		nap(&own);
	if (rand_r(&own.seed) % 2)
		rump_thread_exit();	/* else when the thread ends */
	return NULL;
}

static void *comer_main(void *arg)
{
	struct worker *w = arg;
	pthread_t id[6];
	int i, n;

	while (!stopping()) {
		n = 1 + rand_r(&w->seed) % 6;
		for (i = 0; i < n; i++) {
			w->seed++;
			CHECK_EQ(pthread_create(&id[i], NULL, short_life, w), 0);
		}
		for (i = 0; i < n; i++)
			pthread_join(id[i], NULL);
		finished(w);
	}
	__atomic_store_n(&w->ended, true, __ATOMIC_RELEASE);
	return NULL;
}

/* --- jobs ------------------------------------------------------------------------ */

struct task {
	struct rump_job job;
	sem_t done;
	struct worker *w;
	struct rumpvfs_mount *m;
	unsigned int nr;
};

static struct rumpvfs_mount *job_mount;	/* made by the first job */

static void job_fn(struct rump_job *job)
{
	struct task *t = (struct task *)job;	/* first */
	const struct rumpvfs_ops *v = rump_kernel_get()->vfs;
	unsigned long long file;
	struct rumpvfs_entry e;
	char name[32], text[4096];
	int len = snprintf(name, sizeof(name), "job %u.%u", t->w->nr, t->nr);

	memset(text, 'j', sizeof(text));
	CHECK_EQ(v->create(job_mount, RUMPVFS_ROOT, name, len, 0644, O_RDWR, &e, &file), 0);
	CHECK_EQ(v->write(job_mount, file, 0, text, sizeof(text)), sizeof(text));
	if (t->nr % 4 == 0)
		CHECK_EQ(v->fsync(job_mount, file, 0), 0);
	v->release(job_mount, file);
	CHECK_EQ(v->unlink(job_mount, RUMPVFS_ROOT, name, len), 0);
	v->forget(job_mount, e.node, 1);
	sem_post(&t->done);
}

static void *submitter_main(void *arg)
{
	struct worker *w = arg;
	struct task t[16];
	int i, n;

	for (i = 0; i < 16; i++) {
		t[i] = (struct task){ .job.fn = job_fn, .w = w, .nr = i };
		sem_init(&t[i].done, 0, 0);
	}
	while (!stopping()) {
		n = 1 + rand_r(&w->seed) % 16;
		for (i = 0; i < n; i++)
			rump_kernel_get()->job_submit(&t[i].job);
		rump_dispatch_kick();
		for (i = 0; i < n; i++)
			while (sem_wait(&t[i].done))
				;
		finished(w);
		usleep(rand_r(&w->seed) % 1000);
	}
	__atomic_store_n(&w->ended, true, __ATOMIC_RELEASE);
	return NULL;
}

/* --- mounting, watching -------------------------------------------------------------- */

static long set_up(void *arg)
{
	const struct rump_kernel *k = rump_kernel_get();
	struct rump_disk_params p = { .name = "stress", .fd = st.image, .direct = st.c->blkio == RUMP_BLKIO_AUTO };
	struct rumpvfs_mount_args a = { .fstype = st.c->type, .source = st.disk, .options = "" };
	long err = rump_disk_attach(&p, st.disk);

	return err ? err : k->vfs->mount(&a, &job_mount);
}

static long take_down(void *arg)
{
	return rump_kernel_get()->vfs->umount(job_mount);
}

static void dump(const struct worker *w, const char *kind)
{
	char command[160];

	fprintf(stderr, "stress-threads: %s %s: %s %u hangs after %lu operations; threads:\n", st.c->type,
		st.c->blkio == RUMP_BLKIO_POOL ? "pool" : "uring", kind, w->nr, w->done);
	snprintf(command, sizeof(command),
		 "gdb -batch -nx -p %d -ex 'thread apply all bt 12' 2>/dev/null | grep '^#\\|^Thread' >&2 || "
		 "head -n 1 /proc/%d/task/*/wchan >&2", getpid(), getpid());
	if (system(command) < 0)
		perror("system");
	_exit(3);
}

static void watch(struct worker *w, unsigned int n, const char *kind)
{
	for (; n; n--, w++) {
		unsigned long done = __atomic_load_n(&w->done, __ATOMIC_RELAXED);

		if (done != w->seen || __atomic_load_n(&w->ended, __ATOMIC_ACQUIRE)) {
			w->seen = done;
			w->idle = 0;
		} else if (++w->idle > HANG_TICKS) {
			dump(w, kind);
		}
	}
}

static bool all_ended(const struct worker *w, unsigned int n)
{
	for (; n; n--, w++)
		if (!__atomic_load_n(&w->ended, __ATOMIC_ACQUIRE))
			return false;
	return true;
}

static void start(struct worker *w, unsigned int n, void *(*fn)(void *))
{
	unsigned int i;

	for (i = 0; i < n; i++) {
		w[i].nr = i;
		w[i].seed = 7919 * i + getpid();
		CHECK_EQ(pthread_create(&w[i].id, NULL, fn, &w[i]), 0);
	}
}

static unsigned long sum(struct worker *w, unsigned int n)
{
	unsigned long total = 0;

	for (; n; n--, w++) {
		pthread_join(w->id, NULL);
		total += w->done;
	}
	return total;
}

/* The thread that looks after the others; also does the mounting, being no dispatcher. */
static void *watcher_main(void *arg)
{
	int ticks = *(int *)arg;
	unsigned long a, b, c;

	CHECK_EQ(rump_call(set_up, NULL), 0);
	CHECK_EQ(SYS(NR_MKDIRAT, RUMP_AT_FDCWD, "/mnt", 0755, 0, 0), 0);
	CHECK_EQ(SYS(NR_MOUNT, st.disk, "/mnt", st.c->type, 0, 0), 0);
	start(st.worker, st.n, worker_main);
	start(st.comer, SUBMITTERS, comer_main);
	start(st.submitter, SUBMITTERS, submitter_main);
	do {
		usleep(TICK_MS * 1000);
		if (--ticks <= 0)
			__atomic_store_n(&st.stop, true, __ATOMIC_RELAXED);
		watch(st.worker, st.n, "thread");
		watch(st.comer, SUBMITTERS, "starter");
		watch(st.submitter, SUBMITTERS, "submitter");
	} while (!all_ended(st.worker, st.n) || !all_ended(st.comer, SUBMITTERS) ||
		 !all_ended(st.submitter, SUBMITTERS));
	a = sum(st.worker, st.n);
	b = sum(st.comer, SUBMITTERS);
	c = sum(st.submitter, SUBMITTERS);
	printf("%s %s: %lu operations of %u threads, %lu groups of short threads, %lu batches of jobs\n",
	       st.c->type, st.c->blkio == RUMP_BLKIO_POOL ? "pool" : "uring", a, st.n, b, c);
	CHECK_EQ(SYS(NR_UMOUNT2, "/mnt", 0, 0, 0, 0), 0);
	CHECK_EQ(rump_call(take_down, NULL), 0);
	fflush(stdout);
	__atomic_store_n(&st.over, true, __ATOMIC_RELEASE);
	rump_dispatch_kick();
	return NULL;
}

static void log_line(void *ctx, int level, const char *text, size_t len)
{
	if (level <= 3)
		fprintf(stderr, "<%d>%.*s\n", level, (int)len, text);
}

static void child(const struct combination *c, const char *image, int ticks, unsigned int threads)
{
	struct rump_config cfg = {
		.component = c->component, .blkio = c->blkio, .dispatcher = true, .watchdog = 60, .log = log_line,
	};
	char err[256] = "";
	pthread_t id;

	st.c = c;
	st.n = threads;
	st.image = open(image, O_RDWR);
	if (st.image < 0 || rump_boot(&cfg, err, sizeof(err))) {
		fprintf(stderr, "stress-threads: boot: %s\n", err);
		_exit(1);
	}
	CHECK_EQ(pthread_create(&id, NULL, watcher_main, &ticks), 0);
	while (!__atomic_load_n(&st.over, __ATOMIC_ACQUIRE)) {
		rump_dispatch_run();
		rump_dispatch_wait(NULL, 0, -1);
	}
	_exit(0);
}

static int shell(const char *command, const char *image)
{
	char line[512];

	snprintf(line, sizeof(line), "PATH=$PATH:/usr/sbin:/sbin; out=$(%s %s 2>&1) || { echo \"$out\" >&2; false; }",
		 command, image);
	return system(line);
}

static int one(const struct combination *c, int ticks, unsigned int threads)
{
	char image[] = "/tmp/stress-threads-XXXXXX";
	int fd = mkstemp(image), status = -1;
	pid_t pid;

	if (fd < 0 || ftruncate(fd, IMAGE_SIZE) || shell(c->mkfs, image))
		goto out;
	pid = fork();
	if (!pid)
		child(c, image, ticks, threads);
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		goto out;
	if (!WIFEXITED(status) || WEXITSTATUS(status))
		fprintf(stderr, "stress-threads: %s: the process ended with status %#x\n", c->type, status);
	else
		status = shell(c->fsck, image);
out:
	if (fd >= 0) {
		close(fd);
		unlink(image);
	}
	return status;
}

int main(int argc, char **argv)
{
	const char *full = getenv("FULL"), *dir = getenv("RUMP_LIBDIR");
	int seconds = argc > 1 ? atoi(argv[1]) : 8, failed = 0;
	unsigned int threads = argc > 2 ? atoi(argv[2]) : 32, i;
	char path[512];

	if (getenv("CI") || (full && *full && strcmp(full, "0")))
		seconds = argc > 1 && seconds > 100 ? seconds : 100;
	if (threads < 1 || threads > THREADS_MAX || seconds < 1) {
		fprintf(stderr, "usage: stress-threads [SECONDS [THREADS]]\n");
		return 1;
	}
	for (i = 0; i < NCOMBINATIONS; i++) {
		snprintf(path, sizeof(path), "%s/librumpkern-%s.so", dir ? dir : ".", combinations[i].component);
		if (access(path, R_OK)) {
			printf("SKIP: %s is not built\n", path);
			continue;
		}
		failed |= one(&combinations[i], seconds * 1000 / TICK_MS / (int)NCOMBINATIONS, threads);
	}
	return failed != 0;
}
