// SPDX-License-Identifier: GPL-2.0-only
/*
 * See harness.h.
 */
#include <sys/wait.h>
#include "harness.h"

const struct vfs_fs vfs_vfat = {
	.component = "fat", .type = "vfat", .options = "utf8", .size = 64 << 20,
	.mkfs = "mkfs.vfat -F 32 -s 1", .fsck = "fsck.vfat -n",
};

#define FAT(name, options_)								\
const struct vfs_fs vfs_fat_##name = {							\
	.component = "fat", .type = "vfat", .options = options_, .size = 64 << 20,	\
	.mkfs = "mkfs.vfat -F 32 -s 1", .fsck = "fsck.vfat -n",				\
}
/* What is in the image is not well on purpose. */
const struct vfs_fs vfs_fat_damaged = {
	.component = "fat", .type = "vfat", .options = "utf8,errors=continue,codepage=866",
	.size = 64 << 20, .mkfs = "mkfs.vfat -F 32 -s 1", .fsck = "true",
};
FAT(latin, "iocharset=iso8859-1");
FAT(koi, "codepage=866,iocharset=koi8-r");
FAT(866, "codepage=866,utf8");
FAT(turkish, "codepage=857,iocharset=iso8859-9,shortname=win95");
FAT(sjis, "codepage=932,utf8");
FAT(lower, "utf8,nonumtail,shortname=lower");
FAT(strict, "utf8,check=strict");
FAT(xlate, "uni_xlate");

const struct vfs_fs vfs_msdos = {
	.component = "fat", .type = "msdos", .options = "", .size = 8 << 20,
	.mkfs = "mkfs.vfat -F 12", .fsck = "fsck.vfat -n",
};

const struct vfs_fs vfs_ext4 = {
	.component = "ext", .type = "ext4", .options = "", .size = 64 << 20,
	.mkfs = "mkfs.ext4 -q -F", .fsck = "fsck.ext4 -f -n",
};

void vfs_fail(const char *file, int line, const char *what, long long a, long long b)
{
	fprintf(stderr, "%s:%d: %s: %lld, %lld\n", file, line, what, a, b);
	_exit(1);
}

static const char *watch;

static void log_line(void *ctx, int level, const char *text, size_t len)
{
	struct vt *t = ctx;

	if (watch && memmem(text, len, watch, strlen(watch)))
		t->nr_watched++;
	if (level <= 3 || getenv("VFS_VERBOSE"))
		fprintf(stderr, "<%d>%.*s\n", level, (int)len, text);
}

static void on_prune(void *ctx, unsigned long long parent, unsigned long long node,
		     const char *name, unsigned int namelen)
{
	struct vt *t = ctx;

	if (t->nr_prune < sizeof(t->pruned) / sizeof(t->pruned[0]))
		t->pruned[t->nr_prune] = node;
	t->nr_prune++;
}

static void on_stale(void *ctx, unsigned long long parent, const char *name, unsigned int namelen)
{
	struct vt *t = ctx;

	t->nr_stale++;
	t->stale_parent = parent;
	snprintf(t->stale, sizeof(t->stale), "%.*s", (int)namelen, name);
}

struct run {
	const struct vfs_test *test;
	struct vt t;
	struct rump_job job;
	int fd, done;
};

/* Inside the kernel. */
static long inside(void *arg)
{
	struct run *r = arg;
	struct vt *t = &r->t;
	struct rump_disk_params p = {
		.name = "test",
		.fd = r->fd,
		.readonly = r->test->flags & VFS_READONLY,
	};

	t->fd = r->fd;
	t->k = rump_kernel_get();
	t->v = t->k->vfs;
	OK(rump_disk_attach(&p, t->disk));
	t->args = (struct rumpvfs_mount_args) {
		.fstype = r->test->fs->type,
		.source = t->disk,
		.options = r->test->fs->options,
		.max_nodes = r->test->max_nodes,
		.prune = on_prune,
		.stale = on_stale,
		.ctx = t,
	};
	OK(t->v->mount(&t->args, &t->m));
	OK(t->v->info(t->m, &t->info));
	r->test->fn(t);
	if (t->m)
		OK(t->v->umount(t->m));
	OK(t->k->disk_detach(t->disk));
	return 0;
}

static void job(struct rump_job *j)
{
	struct run *r = (struct run *)((char *)j - offsetof(struct run, job));

	inside(r);
	r->done = 1;
}

static void child(const struct vfs_test *test, const char *image)
{
	static struct run r;
	char err[256] = "";
	struct rump_config cfg = {
		.component = test->fs->component,
		.memsize = test->memsize,
		.dispatcher = test->flags & VFS_JOB,
		.log = log_line,
		.log_ctx = &r.t,
		.cmdline = test->cmdline,
	};

	alarm(120);
	r.test = test;
	watch = test->watch;
	r.fd = open(image, test->flags & VFS_READONLY ? O_RDONLY : O_RDWR);
	CHECK(r.fd >= 0);
	if (rump_boot(&cfg, err, sizeof(err))) {
		fprintf(stderr, "boot: %s\n", err);
		_exit(1);
	}
	if (test->flags & VFS_JOB) {
		r.job.fn = job;
		rump_kernel_get()->job_submit(&r.job);
		rump_dispatch_run();
		while (!r.done) {
			rump_dispatch_wait(NULL, 0, -1);
			rump_dispatch_run();
		}
	} else {
		OK(rump_call(inside, &r));
	}
	_exit(0);
}

int vfs_have(const struct vfs_fs *fs)
{
	const char *dir = getenv("RUMP_LIBDIR");
	char path[4096];

	snprintf(path, sizeof(path), "%s/librumpkern-%s.so", dir ? dir : ".", fs->component);
	return access(path, R_OK) == 0;
}

static int shell(const char *command, const char *image)
{
	char line[4096];
	int status;

	snprintf(line, sizeof(line), "PATH=$PATH:/usr/sbin:/sbin; %s %s > %s.log 2>&1 || "
		 "{ cat %s.log >&2; false; }", command, image, image, image);
	status = system(line);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 255;
}

int vfs_run(const struct vfs_test *test)
{
	char image[] = "/tmp/vfs-test-XXXXXX", log[64];
	int fd, status, ret = -1;
	pid_t pid;

	fd = mkstemp(image);
	if (fd < 0)
		return -1;
	if (ftruncate(fd, test->fs->size))
		goto out;
	close(fd);
	fd = -1;
	if (shell(test->fs->mkfs, image))
		goto out;
	if (test->prepare)
		test->prepare(image);
	fflush(NULL);
	pid = fork();
	if (pid == 0)
		child(test, image);
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		goto out;
	if (!WIFEXITED(status) || WEXITSTATUS(status)) {
		fprintf(stderr, "the test's process ended with status %#x\n", status);
		goto out;
	}
	ret = shell(test->fs->fsck, image);
out:
	if (fd >= 0)
		close(fd);
	unlink(image);
	snprintf(log, sizeof(log), "%s.log", image);
	unlink(log);
	return ret;
}

/* --- for tests ------------------------------------------------------------------- */

int vfs_lookup(struct vt *t, unsigned long long dir, const char *name, struct rumpvfs_entry *e)
{
	return t->v->lookup(t->m, dir, N(name), e);
}

unsigned long long vfs_write_file(struct vt *t, unsigned long long dir, const char *name,
				  const char *text)
{
	struct rumpvfs_entry e;
	unsigned long long f;

	OK(t->v->create(t->m, dir, N(name), 0644, O_WRONLY | O_TRUNC, &e, &f));
	CHECK_EQ(t->v->write(t->m, f, 0, text, strlen(text)), strlen(text));
	OK(t->v->flush(t->m, f, 1));
	t->v->release(t->m, f);
	return e.node;
}

long vfs_read_at(struct vt *t, unsigned long long file, unsigned long long off, void *buf,
		 unsigned long size)
{
	struct rumpvfs_pages *p = malloc(sizeof(*p));
	unsigned long n = 0;
	unsigned int i;
	long ret;

	CHECK(p);
	ret = t->v->read(t->m, file, off, size, p);
	for (i = 0; i < p->niov; i++) {
		memcpy((char *)buf + n, p->iov[i].base, p->iov[i].len);
		n += p->iov[i].len;
	}
	CHECK(ret < 0 ? n == 0 : n == ret);
	t->v->read_done(p);
	free(p);
	return ret;
}
