// SPDX-License-Identifier: GPL-2.0-only
/*
 * Names, nodes and directories.
 */
#include <dirent.h>
#include "tests.h"

#define ROOT	RUMPVFS_ROOT

/* --- lookup and lookup counts ------------------------------------------------- */

void t_names(struct vt *t)
{
	char longest[800];
	struct rumpvfs_entry e, e2, d;
	struct rumpvfs_attr a;
	unsigned long long f;

	memset(longest, 'x', sizeof(longest));
	CHECK_EQ(vfs_lookup(t, ROOT, "nothing", &e), -ENOENT);
	CHECK_EQ(t->v->lookup(t->m, ROOT, "", 0, &e), -EINVAL);
	CHECK_EQ(t->v->lookup(t->m, ROOT, "a/b", 3, &e), -EINVAL);
	CHECK_EQ(t->v->lookup(t->m, ROOT, "a\0b", 3, &e), -EINVAL);
	CHECK_EQ(t->v->lookup(t->m, ROOT, longest, 766, &e), -ENAMETOOLONG);
	/* Units are the driver's own: bytes of ext4, UTF-16 of vfat. */
	CHECK_EQ(t->v->mkdir(t->m, ROOT, longest, 256, 0755, &e), -ENAMETOOLONG);
	CHECK_EQ(t->v->lookup(t->m, ROOT, longest, 255, &e), -ENOENT);
	CHECK_EQ(vfs_lookup(t, 4711, "x", &e), -ESTALE);

	OK(t->v->mkdir(t->m, ROOT, N("dir"), 0755, &d));
	CHECK(S_ISDIR(d.attr.mode));
	CHECK_EQ(t->v->mkdir(t->m, ROOT, N("dir"), 0755, &e), -EEXIST);
	CHECK_EQ(t->v->mkdir(t->m, ROOT, N("."), 0755, &e), -EEXIST);
	OK(vfs_lookup(t, d.node, ".", &e));
	CHECK_EQ(e.node, d.node);
	OK(vfs_lookup(t, d.node, "..", &e));
	CHECK_EQ(e.node, ROOT);
	OK(vfs_lookup(t, ROOT, "..", &e));
	CHECK_EQ(e.node, ROOT);
	t->v->forget(t->m, ROOT, 1000);
	OK(t->v->getattr(t->m, ROOT, &a));

	OK(t->v->mknod(t->m, d.node, N("file"), S_IFREG | 0644, 0, &e));
	CHECK_EQ(e.canonical, 1);
	OK(vfs_lookup(t, d.node, "file", &e2));
	CHECK_EQ(e.node, e2.node);
	CHECK_EQ(vfs_lookup(t, e.node, "x", &e2), -ENOTDIR);
	CHECK_EQ(t->v->rmdir(t->m, ROOT, N("dir")), -ENOTEMPTY);
	CHECK_EQ(t->v->rmdir(t->m, d.node, N("file")), -ENOTDIR);
	CHECK_EQ(t->v->unlink(t->m, ROOT, N("dir")), -EISDIR);
	CHECK_EQ(t->v->unlink(t->m, d.node, N("gone")), -ENOENT);

	/* Unlinked, but referenced: the inode stays, open works, then it goes. */
	OK(t->v->unlink(t->m, d.node, N("file")));
	CHECK_EQ(vfs_lookup(t, d.node, "file", &e2), -ENOENT);
	OK(t->v->getattr(t->m, e.node, &a));
	CHECK_EQ(a.nlink, 0);
	OK(t->v->open(t->m, e.node, O_RDWR, &f));
	CHECK_EQ(t->v->write(t->m, f, 0, "abc", 3), 3);
	t->v->forget(t->m, e.node, 1);
	OK(t->v->getattr(t->m, e.node, &a));
	CHECK_EQ(a.size, 3);
	t->v->forget(t->m, e.node, 1);
	CHECK_EQ(t->v->getattr(t->m, e.node, &a), -ESTALE);
	CHECK_EQ(vfs_read_at(t, f, 0, longest, 10), 3);
	t->v->release(t->m, f);
	CHECK_EQ(vfs_read_at(t, f, 0, longest, 10), -EBADF);
	OK(t->v->rmdir(t->m, ROOT, N("dir")));
	CHECK_EQ(t->v->mkdir(t->m, d.node, N("sub"), 0755, &e), -ENOENT);
}

/* --- rename ---------------------------------------------------------------------- */

void t_rename(struct vt *t)
{
	struct rumpvfs_entry a, b, e;
	unsigned long long n1, n2;

	OK(t->v->mkdir(t->m, ROOT, N("a"), 0755, &a));
	OK(t->v->mkdir(t->m, ROOT, N("b"), 0755, &b));
	n1 = vfs_write_file(t, a.node, "one", "1");
	n2 = vfs_write_file(t, b.node, "two", "22");
	CHECK_EQ(t->v->rename(t->m, a.node, N("none"), b.node, N("x"), 0), -ENOENT);
	CHECK_EQ(t->v->rename(t->m, a.node, N("one"), b.node, N("two"), RENAME_NOREPLACE),
		 -EEXIST);
	CHECK_EQ(t->v->rename(t->m, a.node, N("one"), b.node, N("x"), 64), -EINVAL);
	CHECK_EQ(t->v->rename(t->m, a.node, N("."), b.node, N("x"), 0), -EBUSY);
	CHECK_EQ(t->v->rename(t->m, ROOT, N("a"), a.node, N("in"), 0), -EINVAL);
	OK(t->v->rename(t->m, a.node, N("one"), a.node, N("uno"), RENAME_NOREPLACE));
	OK(t->v->rename(t->m, a.node, N("uno"), b.node, N("two"), 0));
	OK(vfs_lookup(t, b.node, "two", &e));
	CHECK_EQ(e.node, n1);
	CHECK_EQ(e.canonical, 1);
	CHECK_EQ(vfs_lookup(t, a.node, "uno", &e), -ENOENT);
	OK(t->v->getattr(t->m, n2, &e.attr));
	CHECK_EQ(e.attr.nlink, 0);
	/* A directory into another one, and its parent follows. */
	OK(t->v->rename(t->m, ROOT, N("a"), b.node, N("aa"), 0));
	OK(vfs_lookup(t, a.node, "..", &e));
	CHECK_EQ(e.node, b.node);
	n2 = vfs_write_file(t, ROOT, "other", "333");
	OK(t->v->rename(t->m, ROOT, N("other"), b.node, N("two"), RENAME_EXCHANGE));
	OK(vfs_lookup(t, ROOT, "other", &e));
	CHECK_EQ(e.node, n1);
	CHECK_EQ(e.canonical, 1);
	OK(vfs_lookup(t, b.node, "two", &e));
	CHECK_EQ(e.node, n2);
	CHECK_EQ(t->nr_stale, 0);
}

/* --- names that match without being equal ------------------------------------------ */

void t_spelling(struct vt *t)
{
	struct rumpvfs_entry e, e2;

	CHECK_EQ(t->info.casefold, 1);
	vfs_write_file(t, ROOT, "Long File Name.txt", "x");
	OK(vfs_lookup(t, ROOT, "Long File Name.txt", &e));
	CHECK_EQ(e.canonical, 1);
	OK(vfs_lookup(t, ROOT, "LONG file name.TXT", &e2));
	CHECK_EQ(e2.node, e.node);
	CHECK_EQ(e2.canonical, 0);
	OK(vfs_lookup(t, ROOT, "LONGFI~1.TXT", &e2));
	CHECK_EQ(e2.node, e.node);
	CHECK_EQ(e2.canonical, 0);
	OK(vfs_lookup(t, ROOT, "Long File Name.txt", &e2));
	CHECK_EQ(e2.canonical, 1);

	/* Renamed by another spelling: the client is told, and the new name counts. */
	OK(t->v->rename(t->m, ROOT, N("longfi~1.txt"), ROOT, N("New Name"), 0));
	CHECK_EQ(t->nr_stale, 1);
	CHECK(!strcmp(t->stale, "Long File Name.txt") && t->stale_parent == ROOT);
	OK(vfs_lookup(t, ROOT, "New Name", &e2));
	CHECK_EQ(e2.node, e.node);
	CHECK_EQ(e2.canonical, 1);
	OK(vfs_lookup(t, ROOT, "new name", &e2));
	CHECK_EQ(e2.canonical, 0);
	OK(t->v->unlink(t->m, ROOT, N("NEW NAME")));
	CHECK_EQ(t->nr_stale, 2);
	CHECK(!strcmp(t->stale, "New Name"));
	CHECK_EQ(vfs_lookup(t, ROOT, "New Name", &e2), -ENOENT);
	/* By its own spelling: nothing to tell. */
	vfs_write_file(t, ROOT, "Plain", "x");
	OK(t->v->unlink(t->m, ROOT, N("Plain")));
	CHECK_EQ(t->nr_stale, 2);
}

/* --- links --------------------------------------------------------------------------- */

void t_links(struct vt *t)
{
	struct rumpvfs_entry e, e2, s, tmp;
	unsigned long long n, f;
	char buf[64];

	n = vfs_write_file(t, ROOT, "first", "data");
	OK(t->v->link(t->m, n, ROOT, N("second"), &e));
	CHECK_EQ(e.node, n);
	CHECK_EQ(e.attr.nlink, 2);
	CHECK_EQ(t->v->link(t->m, n, ROOT, N("second"), &e2), -EEXIST);
	CHECK_EQ(t->v->link(t->m, ROOT, ROOT, N("loop"), &e2), -EPERM);
	OK(t->v->unlink(t->m, ROOT, N("first")));
	OK(vfs_lookup(t, ROOT, "second", &e2));
	CHECK_EQ(e2.node, n);
	CHECK_EQ(e2.attr.nlink, 1);
	OK(t->v->open(t->m, n, O_RDONLY, &f));
	CHECK_EQ(vfs_read_at(t, f, 0, buf, sizeof(buf)), 4);
	t->v->release(t->m, f);

	OK(t->v->symlink(t->m, ROOT, N("sym"), "the/target", &s));
	CHECK(S_ISLNK(s.attr.mode));
	CHECK_EQ(t->v->readlink(t->m, s.node, buf, sizeof(buf)), 10);
	CHECK(!memcmp(buf, "the/target", 10));
	CHECK_EQ(t->v->readlink(t->m, s.node, buf, 3), 3);
	CHECK_EQ(t->v->readlink(t->m, n, buf, 3), -EINVAL);
	CHECK_EQ(t->v->open(t->m, s.node, O_RDONLY, &f), -ELOOP);
	OK(t->v->mknod(t->m, ROOT, N("fifo"), S_IFIFO | 0600, 0, &e));
	CHECK_EQ(t->v->open(t->m, e.node, O_RDONLY, &f), -ENXIO);
	OK(t->v->mknod(t->m, ROOT, N("null"), S_IFCHR | 0600, 0x103, &e));
	CHECK_EQ(e.attr.rdev, 0x103);

	OK(t->v->tmpfile(t->m, ROOT, 0600, O_RDWR, &tmp, &f));
	CHECK_EQ(tmp.attr.nlink, 0);
	CHECK_EQ(t->v->write(t->m, f, 0, "tmp", 3), 3);
	OK(t->v->link(t->m, tmp.node, ROOT, N("named"), &e));
	CHECK_EQ(e.node, tmp.node);
	CHECK_EQ(e.attr.nlink, 1);
	t->v->release(t->m, f);
	OK(t->v->tmpfile(t->m, ROOT, 0600, O_RDWR, &tmp, &f));	/* left to umount */
}

/* --- directories ------------------------------------------------------------------------ */

#define FILES	700

struct seen {
	unsigned char file[FILES];
	unsigned int dots, total, max, with_entry;
	unsigned long long off;
	struct vt *t;
};

static int fill(void *ctx, const struct rumpvfs_dirent *d, const struct rumpvfs_entry *e)
{
	struct seen *s = ctx;
	char name[256];
	unsigned int i;

	if (s->max-- == 0)
		return 1;
	s->off = d->off;
	s->total++;
	snprintf(name, sizeof(name), "%.*s", (int)d->namelen, d->name);
	if (name[0] == '.') {
		s->dots++;
		CHECK(!e);
	} else if (sscanf(name, "a rather long name %u", &i) == 1) {
		CHECK(i < FILES);
		s->file[i]++;
		CHECK_EQ(d->type, DT_REG);
	}
	if (e) {
		s->with_entry++;
		CHECK(S_ISREG(e->attr.mode) || S_ISDIR(e->attr.mode));
		CHECK_EQ(e->canonical, 1);
	}
	return 0;
}

/* Read it all, @max entries a call, @bytes of room. */
static void read_all(struct vt *t, unsigned long long f, struct seen *s, unsigned int max,
		     unsigned long bytes, int plus)
{
	unsigned int before, i;

	memset(s, 0, sizeof(*s));
	do {
		before = s->total;
		s->max = max;
		OK(t->v->readdir(t->m, f, s->off, bytes, plus, fill, s));
	} while (s->total != before);
	for (i = 0; i < FILES; i++)
		CHECK_EQ(s->file[i], 1);
}

void t_readdir(struct vt *t)
{
	static struct seen s;
	struct rumpvfs_entry d, e;
	unsigned long long f;
	char name[64];
	int i;

	OK(t->v->mkdir(t->m, ROOT, N("dir"), 0755, &d));
	for (i = 0; i < FILES; i++) {
		snprintf(name, sizeof(name), "a rather long name %d", i);
		OK(t->v->mknod(t->m, d.node, N(name), S_IFREG | 0644, 0, &e));
		t->v->forget(t->m, e.node, 1);
	}
	OK(t->v->open(t->m, d.node, O_RDONLY | O_DIRECTORY, &f));
	CHECK_EQ(t->v->readdir(t->m, 99999, 0, 4096, 0, fill, &s), -EBADF);
	read_all(t, f, &s, 100000, 4096, 0);
	CHECK_EQ(s.dots, 2);
	CHECK_EQ(s.total, FILES + 2);
	read_all(t, f, &s, 7, 4096, 0);		/* the client stops early */
	CHECK_EQ(s.total, FILES + 2);
	read_all(t, f, &s, 1, 1, 0);
	read_all(t, f, &s, 100000, 1 << 20, 0);
	read_all(t, f, &s, 100000, 4096, 1);
	CHECK_EQ(s.with_entry, FILES);
	read_all(t, f, &s, 5, 65536, 1);
	CHECK_EQ(s.with_entry, FILES);
	OK(t->v->fsync(t->m, f, 0));
	t->v->release(t->m, f);
	CHECK_EQ(t->v->open(t->m, d.node, O_RDWR, &f), -EISDIR);
	OK(vfs_lookup(t, d.node, "a rather long name 1", &e));
	CHECK_EQ(t->v->open(t->m, e.node, O_RDONLY | O_DIRECTORY, &f), -ENOTDIR);
	OK(t->v->open(t->m, e.node, O_RDONLY, &f));
	CHECK_EQ(t->v->readdir(t->m, f, 0, 4096, 0, fill, &s), -ENOTDIR);
	t->v->release(t->m, f);
}

/* --- too many nodes ------------------------------------------------------------------------ */

void t_prune(struct vt *t)
{
	struct rumpvfs_entry e;
	struct rumpvfs_attr a;
	unsigned int i, told;
	char name[64];

	for (i = 0; i < 300; i++) {
		snprintf(name, sizeof(name), "f%u", i);
		OK(t->v->mknod(t->m, ROOT, N(name), S_IFREG | 0644, 0, &e));
		if (i < 100)
			CHECK_EQ(t->nr_prune, 0);
	}
	CHECK(t->nr_prune >= 100 && t->nr_prune <= 1024);
	told = t->nr_prune;
	for (i = 0; i < told; i++)
		t->v->forget(t->m, t->pruned[i], 1);
	CHECK_EQ(t->v->getattr(t->m, t->pruned[0], &a), -ESTALE);
	OK(t->v->getattr(t->m, e.node, &a));
	OK(vfs_lookup(t, ROOT, "f0", &e));
}
