// SPDX-License-Identifier: GPL-2.0-only
/*
 * Open files, data, locks and ioctls.
 */
#include <linux/falloc.h>
#include <linux/fs.h>
#include <linux/msdos_fs.h>
#include <poll.h>
#include <sys/ioctl.h>
#include "tests.h"

#define ROOT	RUMPVFS_ROOT

void t_open(struct vt *t)
{
	struct rumpvfs_entry e, e2;
	unsigned long long f, g;
	char buf[16];

	OK(t->v->create(t->m, ROOT, N("file"), 0644, O_RDWR | O_EXCL, &e, &f));
	CHECK_EQ(t->v->create(t->m, ROOT, N("file"), 0644, O_RDWR | O_EXCL, &e2, &g), -EEXIST);
	CHECK_EQ(t->v->write(t->m, f, 0, "hello world", 11), 11);
	OK(t->v->create(t->m, ROOT, N("file"), 0644, O_RDONLY, &e2, &g));
	CHECK_EQ(e.node, e2.node);
	CHECK_EQ(e2.attr.size, 11);
	CHECK_EQ(vfs_read_at(t, g, 6, buf, 16), 5);
	CHECK(!memcmp(buf, "world", 5));
	CHECK_EQ(vfs_read_at(t, g, 11, buf, 16), 0);
	CHECK_EQ(vfs_read_at(t, g, 1 << 20, buf, 16), 0);
	CHECK_EQ(vfs_read_at(t, g, 0, buf, 0), 0);
	CHECK_EQ(t->v->write(t->m, g, 0, "x", 1), -EBADF);
	t->v->release(t->m, g);
	OK(t->v->open(t->m, e.node, O_WRONLY | O_APPEND, &g));
	CHECK_EQ(vfs_read_at(t, g, 0, buf, 16), -EBADF);
	CHECK_EQ(t->v->write(t->m, g, 0, "!", 1), 1);
	OK(t->v->fsync(t->m, g, 1));
	OK(t->v->flush(t->m, g, 7));
	t->v->release(t->m, g);
	OK(t->v->getattr(t->m, e.node, &e.attr));
	CHECK_EQ(e.attr.size, 12);
	OK(t->v->open(t->m, e.node, O_RDWR | O_TRUNC, &g));
	OK(t->v->getattr(t->m, e.node, &e.attr));
	CHECK_EQ(e.attr.size, 0);
	t->v->release(t->m, g);
	t->v->release(t->m, f);
	CHECK_EQ(t->v->flush(t->m, f, 7), -EBADF);
	CHECK_EQ(t->v->fsync(t->m, f, 0), -EBADF);
	CHECK_EQ(t->v->open(t->m, 12345, O_RDONLY, &g), -ESTALE);
	CHECK_EQ(t->v->create(t->m, ROOT, N(".."), 0644, O_RDWR, &e2, &g), -EISDIR);
	OK(t->v->mkdir(t->m, ROOT, N("d"), 0755, &e2));
	CHECK_EQ(t->v->create(t->m, ROOT, N("d"), 0644, O_RDWR, &e2, &g), -EISDIR);
	/* An open file outlives its node's last name and reference. */
	OK(t->v->create(t->m, ROOT, N("left"), 0644, O_RDWR, &e2, &g));	/* to umount */
	CHECK_EQ(t->v->write(t->m, g, 0, "x", 1), 1);
	CHECK_EQ(t->v->poll(t->m, g) & (POLLIN | POLLOUT), POLLIN | POLLOUT);
}

static void pattern(unsigned char *p, unsigned long off, unsigned long len)
{
	unsigned long i;

	for (i = 0; i < len; i++)
		p[i] = (off + i) * 7 + ((off + i) >> 8) * 13 + ((off + i) >> 16);
}

/* Reads of all kinds see what was written, by reference and across pages. */
void t_data(struct vt *t)
{
	static unsigned char want[1 << 20], got[1 << 20];
	const unsigned long size = sizeof(want) - 777;
	struct rumpvfs_entry e;
	unsigned long long f, g;
	unsigned long off, len;
	unsigned int i, seed = 1;

	pattern(want, 0, sizeof(want));
	OK(t->v->create(t->m, ROOT, N("data"), 0644, O_RDWR, &e, &f));
	for (off = 0; off < size; off += len) {
		len = 1 + rand_r(&seed) % 50000;
		if (len > size - off)
			len = size - off;
		CHECK_EQ(t->v->write(t->m, f, off, want + off, len), len);
	}
	for (i = 0; i < 300; i++) {
		off = rand_r(&seed) % (size + 1000);
		len = 1 + rand_r(&seed) % (sizeof(want) - 4096);
		memset(got, 0, sizeof(got));
		CHECK_EQ(vfs_read_at(t, f, off, got, len),
			 off >= size ? 0 : len < size - off ? len : size - off);
		if (off < size)
			CHECK(!memcmp(got, want + off, len < size - off ? len : size - off));
	}
	OK(t->v->create(t->m, ROOT, N("copy"), 0644, O_RDWR, &e, &g));
	for (off = 0; off < size; off += len) {
		len = t->v->copy_file_range(t->m, f, off, g, off, size - off, 0);
		CHECK((long)len > 0);
	}
	CHECK_EQ(vfs_read_at(t, g, 0, got, sizeof(got)), size);
	CHECK(!memcmp(got, want, size));
	CHECK_EQ(t->v->lseek(t->m, f, 0, SEEK_END), size);
	CHECK_EQ(t->v->lseek(t->m, f, 5, SEEK_DATA), 5);
	CHECK_EQ(t->v->lseek(t->m, f, 5, SEEK_HOLE), size);
	CHECK_EQ(t->v->lseek(t->m, f, size, SEEK_DATA), -ENXIO);
	CHECK_EQ(t->v->lseek(t->m, f, 5, SEEK_CUR), -EINVAL);
	t->v->release(t->m, f);
	t->v->release(t->m, g);
}

/* More data than the kernel has memory, in the largest requests. */
void t_big(struct vt *t)
{
	static unsigned char want[1 << 20], got[1 << 20];
	struct rumpvfs_pages *p = malloc(sizeof(*p));
	struct rumpvfs_entry e;
	unsigned long long f;
	unsigned long i, total = 48;

	OK(t->v->create(t->m, ROOT, N("big"), 0644, O_RDWR, &e, &f));
	for (i = 0; i < total; i++) {
		pattern(want, i << 20, sizeof(want));
		CHECK_EQ(t->v->write(t->m, f, i << 20, want, sizeof(want)), sizeof(want));
	}
	OK(t->v->syncfs(t->m));
	t->k->mem_trim();
	for (i = 0; i < total; i++) {
		pattern(want, i << 20, sizeof(want));
		CHECK_EQ(vfs_read_at(t, f, i << 20, got, sizeof(got)), sizeof(got));
		CHECK(!memcmp(got, want, sizeof(want)));
	}
	/* Pages stay as they are until read_done(), even if the file goes. */
	pattern(want, 0, sizeof(want));
	CHECK_EQ(t->v->read(t->m, f, 0, 65536, p), 65536);
	t->v->release(t->m, f);
	OK(t->v->unlink(t->m, ROOT, N("big")));
	t->v->forget(t->m, e.node, 1);
	OK(t->v->syncfs(t->m));
	for (i = 0, total = 0; i < p->niov; i++) {
		CHECK(!memcmp(p->iov[i].base, want + total, p->iov[i].len));
		total += p->iov[i].len;
	}
	CHECK_EQ(total, 65536);
	t->v->read_done(p);
	free(p);
}

/* Writing behind the end fills with zeroes. */
void t_fat_gaps(struct vt *t)
{
	static unsigned char buf[300000], zero[300000];
	struct rumpvfs_entry e;
	unsigned long long f;

	OK(t->v->create(t->m, ROOT, N("gap"), 0644, O_RDWR, &e, &f));
	CHECK_EQ(t->v->write(t->m, f, 200000, "end", 3), 3);
	CHECK_EQ(vfs_read_at(t, f, 0, buf, sizeof(buf)), 200003);
	CHECK(!memcmp(buf, zero, 200000) && !memcmp(buf + 200000, "end", 3));
	OK(t->v->fallocate(t->m, f, FALLOC_FL_KEEP_SIZE, 0, 1 << 20));
	OK(t->v->getattr(t->m, e.node, &e.attr));
	CHECK_EQ(e.attr.size, 200003);
	CHECK(e.attr.blocks >= (1 << 20) / 512);
	CHECK_EQ(t->v->fallocate(t->m, f, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 0, 4096),
		 t->info.magic == 0xEF53 ? 0 : -EOPNOTSUPP);
	OK(t->v->setattr(t->m, e.node, f, RUMPVFS_SET_SIZE, &e.attr));
	t->v->release(t->m, f);
}

void t_space(struct vt *t)
{
	static unsigned char buf[1 << 20];
	struct rumpvfs_statfs st, after;
	struct rumpvfs_entry e;
	unsigned long long f, off = 0;
	long n;

	OK(t->v->statfs(t->m, ROOT, &st));
	CHECK(st.blocks && st.bfree && st.bsize);
	CHECK_EQ(t->v->statfs(t->m, 999, &st), -ESTALE);
	OK(t->v->create(t->m, ROOT, N("fill"), 0644, O_WRONLY, &e, &f));
	while ((n = t->v->write(t->m, f, off, buf, sizeof(buf))) > 0)
		off += n;
	CHECK_EQ(n, -ENOSPC);
	t->v->release(t->m, f);
	OK(t->v->statfs(t->m, ROOT, &after));
	CHECK(after.bavail * after.bsize < 65536);
	OK(t->v->unlink(t->m, ROOT, N("fill")));
	t->v->forget(t->m, e.node, 1);
	OK(t->v->syncfs(t->m));
	OK(t->v->statfs(t->m, ROOT, &after));
	CHECK_EQ(after.bfree, st.bfree);
}

/* --- locks ------------------------------------------------------------------------ */

void t_locks(struct vt *t)
{
	struct rumpvfs_lock lk = { .owner = 1, .start = 10, .end = 19, .type = F_WRLCK, .pid = 41 };
	struct rumpvfs_entry e;
	unsigned long long f, g, r;

	OK(t->v->create(t->m, ROOT, N("l"), 0644, O_RDWR, &e, &f));
	OK(t->v->open(t->m, e.node, O_RDWR, &g));
	OK(t->v->open(t->m, e.node, O_RDONLY, &r));
	OK(t->v->setlk(t->m, f, &lk, 0));
	CHECK_EQ(t->v->setlk(t->m, r, &lk, 0), -EBADF);
	lk.owner = 2;
	CHECK_EQ(t->v->setlk(t->m, g, &lk, 0), -EAGAIN);
	lk.start = 0;
	lk.end = ~0ULL >> 1;
	OK(t->v->getlk(t->m, g, &lk));
	CHECK_EQ(lk.type, F_WRLCK);
	CHECK_EQ(lk.pid, 41);
	CHECK_EQ(lk.start, 10);
	CHECK_EQ(lk.end, 19);
	lk = (struct rumpvfs_lock){ .owner = 2, .start = 20, .end = 30, .type = F_RDLCK };
	OK(t->v->getlk(t->m, g, &lk));
	CHECK_EQ(lk.type, F_UNLCK);
	lk.start = 31;
	lk.type = F_RDLCK;
	CHECK_EQ(t->v->setlk(t->m, g, &lk, 0), -EINVAL);
	/* flush of the owner ends its locks */
	OK(t->v->flush(t->m, f, 1));
	lk = (struct rumpvfs_lock){ .owner = 2, .end = ~0ULL >> 1, .type = F_WRLCK };
	OK(t->v->setlk(t->m, g, &lk, 0));
	/* so does the end of the file, for locks that nobody took back */
	t->v->release(t->m, g);
	lk.owner = 3;
	OK(t->v->setlk(t->m, f, &lk, 0));

	OK(t->v->open(t->m, e.node, O_RDWR, &g));
	OK(t->v->flock(t->m, f, 1, F_WRLCK, 0));
	CHECK_EQ(t->v->flock(t->m, g, 2, F_RDLCK, 0), -EAGAIN);
	OK(t->v->flock(t->m, f, 1, F_RDLCK, 0));
	OK(t->v->flock(t->m, g, 2, F_RDLCK, 0));
	t->v->release(t->m, f);
	OK(t->v->flock(t->m, g, 2, F_WRLCK, 0));
	CHECK_EQ(t->v->flock(t->m, g, 2, 17, 0), -EINVAL);
	t->v->release(t->m, g);
	t->v->release(t->m, r);
}

struct waiter {
	struct rump_job job;
	struct vt *t;
	unsigned long long file;
	int started, done, ret;
};

static void wait_job(struct rump_job *job)
{
	struct waiter *w = (struct waiter *)job;
	struct rumpvfs_lock lk = { .owner = 9, .end = ~0ULL >> 1, .type = F_WRLCK };

	w->started = 1;
	w->ret = w->t->v->setlk(w->t->m, w->file, &lk, 1);
	w->done = 1;
}

/* Let other jobs run until *p is set: each syncfs gives the CPU away. */
static void until(struct vt *t, int *p)
{
	struct rumpvfs_entry e;
	unsigned long long f;
	int i;

	for (i = 0; !*p && i < 100000; i++) {
		OK(t->v->create(t->m, ROOT, N("sync"), 0644, O_RDWR, &e, &f));
		CHECK_EQ(t->v->write(t->m, f, i, "x", 1), 1);
		OK(t->v->fsync(t->m, f, 0));
		t->v->release(t->m, f);
		t->v->forget(t->m, e.node, 1);
	}
	CHECK(*p);
}

/* Runs as a job: a second one waits for our lock, is interrupted, tries again. */
void t_lock_wait(struct vt *t)
{
	struct rumpvfs_lock lk = { .owner = 1, .end = 9, .type = F_WRLCK };
	struct waiter w = { .t = t, .job.fn = wait_job };
	struct rumpvfs_entry e;
	unsigned long long f;

	OK(t->v->create(t->m, ROOT, N("l"), 0644, O_RDWR, &e, &f));
	OK(t->v->open(t->m, e.node, O_RDWR, &w.file));
	OK(t->v->setlk(t->m, f, &lk, 0));
	t->k->job_submit(&w.job);
	until(t, &w.started);
	CHECK(!w.done);
	t->k->job_interrupt(&w.job);
	until(t, &w.done);
	CHECK_EQ(w.ret, -EINTR);

	w.started = w.done = 0;
	t->k->job_submit(&w.job);
	until(t, &w.started);
	CHECK(!w.done);
	lk.type = F_UNLCK;
	OK(t->v->setlk(t->m, f, &lk, 0));
	until(t, &w.done);
	OK(w.ret);
	t->v->release(t->m, f);
	t->v->release(t->m, w.file);
}

/* --- many at once ------------------------------------------------------------------ */

#define JOBS	100
#define TURNS	40

struct worker {
	struct rump_job job;
	struct vt *t;
	unsigned int seed;
	int *left, *done;
};

/* Any error is as good as success, as long as it is one that others' work explains. */
static void expect(int ret)
{
	CHECK(ret == 0 || ret == -ENOENT || ret == -EEXIST || ret == -ENOTEMPTY ||
	      ret == -EISDIR || ret == -ENOTDIR || ret == -ENOSPC || ret == -EINVAL);
}

static int count(void *ctx, const struct rumpvfs_dirent *d, const struct rumpvfs_entry *e)
{
	return !!e;		/* never takes one with attributes: its reference goes back */
}

static void work(struct rump_job *job)
{
	struct worker *w = (struct worker *)job;
	struct vt *t = w->t;
	struct rumpvfs_cred cred = { .umask = 022 };
	unsigned char *buf = malloc(65536);
	struct rumpvfs_entry e;
	unsigned long long f;
	char name[32], other[32];
	int i, r;

	CHECK(buf);
	pattern(buf, 0, 65536);
	for (i = 0; i < TURNS; i++) {
		snprintf(name, sizeof(name), "name of a file %d", rand_r(&w->seed) % 50);
		snprintf(other, sizeof(other), "Name Of a File %d", rand_r(&w->seed) % 50);
		cred.uid = rand_r(&w->seed) % 3;
		OK(t->v->enter(t->m, &cred));
		switch (rand_r(&w->seed) % 6) {
		case 0:
			r = t->v->create(t->m, ROOT, N(name), 0644, O_RDWR, &e, &f);
			expect(r);
			if (r)
				break;
			CHECK(t->v->write(t->m, f, 0, buf, 1 + rand_r(&w->seed) % 65536) > 0);
			if (i % 5 == 0)
				OK(t->v->fsync(t->m, f, 0));
			t->v->release(t->m, f);
			t->v->forget(t->m, e.node, 1);
			break;
		case 1:
			expect(t->v->unlink(t->m, ROOT, N(other)));
			break;
		case 2:
			expect(t->v->rename(t->m, ROOT, N(name), ROOT, N(other), 0));
			break;
		case 3:
			r = vfs_lookup(t, ROOT, other, &e);
			expect(r);
			if (r)
				break;
			r = t->v->open(t->m, e.node, O_RDONLY, &f);
			expect(r);
			if (!r) {
				unsigned char *got = malloc(65536);
				long n = vfs_read_at(t, f, 0, got, 65536);

				CHECK(n >= 0 && (S_ISDIR(e.attr.mode) || !memcmp(got, buf, n)));
				free(got);
				t->v->release(t->m, f);
			}
			t->v->forget(t->m, e.node, 1);
			break;
		case 4:
			OK(t->v->open(t->m, ROOT, O_RDONLY, &f));
			OK(t->v->readdir(t->m, f, 0, 4096, 1, count, w));
			t->v->release(t->m, f);
			break;
		case 5:
			OK(t->v->syncfs(t->m));
		}
		t->v->leave(t->m);
	}
	free(buf);
	if (--*w->left == 0)
		*w->done = 1;
}

void t_parallel(struct vt *t)
{
	static struct worker w[JOBS];
	int left = JOBS, done = 0, i;

	for (i = 0; i < JOBS; i++) {
		w[i] = (struct worker){ .job.fn = work, .t = t, .seed = i + 1,
					.left = &left, .done = &done };
		t->k->job_submit(&w[i].job);
	}
	until(t, &done);
}

/* --- ioctl ----------------------------------------------------------------------- */

void t_ioctl_fat(struct vt *t)
{
	struct fstrim_range range = { .len = ~0ULL };
	struct rumpvfs_cred user = { .uid = 1000, .gid = 1000 };
	struct rumpvfs_entry e;
	unsigned int attrs = 0, id = 0;
	unsigned long long f;
	long ret;
	int bsz = 0;

	OK(t->v->create(t->m, ROOT, N("F.TXT"), 0644, O_RDWR, &e, &f));
	OK(t->v->ioctl(t->m, f, FAT_IOCTL_GET_ATTRIBUTES, &attrs));
	CHECK_EQ(attrs, ATTR_ARCH);
	attrs |= ATTR_HIDDEN | ATTR_RO;
	OK(t->v->enter(t->m, &user));
	CHECK_EQ(t->v->ioctl(t->m, f, FAT_IOCTL_SET_ATTRIBUTES, &attrs), -EPERM);
	CHECK_EQ(t->v->ioctl(t->m, f, FITRIM, &range), -EPERM);
	t->v->leave(t->m);
	OK(t->v->ioctl(t->m, f, FAT_IOCTL_SET_ATTRIBUTES, &attrs));
	attrs = 0;
	OK(t->v->ioctl(t->m, f, FAT_IOCTL_GET_ATTRIBUTES, &attrs));
	CHECK_EQ(attrs, ATTR_ARCH | ATTR_HIDDEN | ATTR_RO);
	OK(t->v->getattr(t->m, e.node, &e.attr));
	CHECK_EQ(e.attr.mode & 0222, 0);
	OK(t->v->ioctl(t->m, f, FAT_IOCTL_GET_VOLUME_ID, &id));
	CHECK(id);
	OK(t->v->ioctl(t->m, f, FIGETBSZ, &bsz));
	CHECK(bsz >= 512);
	ret = t->v->ioctl(t->m, f, FITRIM, &range);
	CHECK(ret == 0 || ret == -EOPNOTSUPP);
	CHECK_EQ(t->v->ioctl(t->m, f, FIFREEZE, NULL), -EOPNOTSUPP);
	CHECK_EQ(t->v->ioctl(t->m, f, 0x12345678, NULL), -ENOTTY);
	CHECK_EQ(t->v->ioctl(t->m, f, FAT_IOCTL_GET_ATTRIBUTES, (void *)8), -EFAULT);
	t->v->release(t->m, f);
}

void t_ioctl_ext(struct vt *t)
{
	struct rumpvfs_entry e;
	unsigned long long f, g;
	struct fsxattr x;
	int flags = 0;
	char label[FSLABEL_MAX] = "";

	OK(t->v->create(t->m, ROOT, N("f"), 0644, O_RDWR, &e, &f));
	OK(t->v->ioctl(t->m, f, FS_IOC_GETFLAGS, &flags));
	flags |= FS_APPEND_FL;
	OK(t->v->ioctl(t->m, f, FS_IOC_SETFLAGS, &flags));
	CHECK_EQ(t->v->open(t->m, e.node, O_RDWR, &g), -EPERM);
	CHECK_EQ(t->v->unlink(t->m, ROOT, N("f")), -EPERM);
	OK(t->v->ioctl(t->m, f, FS_IOC_FSGETXATTR, &x));
	CHECK(x.fsx_xflags & FS_XFLAG_APPEND);
	x.fsx_xflags &= ~FS_XFLAG_APPEND;
	OK(t->v->ioctl(t->m, f, FS_IOC_FSSETXATTR, &x));
	OK(t->v->open(t->m, e.node, O_RDWR, &g));
	t->v->release(t->m, g);
	OK(t->v->ioctl(t->m, f, FS_IOC_GETFSLABEL, label));
	CHECK_EQ(t->v->ioctl(t->m, f, FS_IOC_GETFLAGS, (void *)8), -EFAULT);
	t->v->release(t->m, f);
}
