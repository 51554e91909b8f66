// SPDX-License-Identifier: GPL-2.0-only
/*
 * Attributes, extended attributes, credentials and mounts.
 */
#include <sys/xattr.h>
#include <time.h>
#include "tests.h"

#define ROOT	RUMPVFS_ROOT

void t_setattr(struct vt *t)
{
	struct rumpvfs_entry e, d;
	struct rumpvfs_attr a;
	unsigned long long f, r;
	time_t now = time(NULL);
	unsigned long long n;

	n = vfs_write_file(t, ROOT, "file", "0123456789");
	a.size = 4;
	OK(t->v->setattr(t->m, n, 0, RUMPVFS_SET_SIZE, &a));
	CHECK_EQ(a.size, 4);
	a.size = 100000;
	OK(t->v->open(t->m, n, O_RDWR, &f));
	OK(t->v->setattr(t->m, n, f, RUMPVFS_SET_SIZE, &a));
	CHECK_EQ(a.size, 100000);
	a.size = -1;
	CHECK_EQ(t->v->setattr(t->m, n, f, RUMPVFS_SET_SIZE, &a), -EINVAL);
	a.size = 0;
	OK(t->v->open(t->m, n, O_RDONLY, &r));
	CHECK_EQ(t->v->setattr(t->m, n, r, RUMPVFS_SET_SIZE, &a), -EINVAL);
	CHECK_EQ(t->v->setattr(t->m, n, 777, RUMPVFS_SET_SIZE, &a), -EBADF);
	OK(t->v->mkdir(t->m, ROOT, N("d"), 0755, &d));
	CHECK_EQ(t->v->setattr(t->m, d.node, 0, RUMPVFS_SET_SIZE, &a), -EISDIR);
	CHECK_EQ(t->v->setattr(t->m, d.node, r, RUMPVFS_SET_MODE, &a), -EINVAL);

	memset(&a, 0, sizeof(a));
	a.mtime = 1000000000;
	a.atime = 999999999;
	OK(t->v->setattr(t->m, n, 0, RUMPVFS_SET_ATIME | RUMPVFS_SET_MTIME, &a));
	CHECK_EQ(a.mtime, 1000000000);
	OK(t->v->setattr(t->m, n, 0, RUMPVFS_SET_MTIME_NOW | RUMPVFS_SET_ATIME_NOW, &a));
	CHECK(a.mtime >= now - 3 && a.mtime <= now + 60);
	a.mtime = 1234567890;	/* atime stays */
	OK(t->v->setattr(t->m, n, 0, RUMPVFS_SET_MTIME, &a));
	CHECK_EQ(a.mtime, 1234567890);
	a.mtime_nsec = 1000000000;
	CHECK_EQ(t->v->setattr(t->m, n, 0, RUMPVFS_SET_MTIME, &a), -EINVAL);
	OK(t->v->setattr(t->m, n, 0, 0, &a));
	OK(t->v->setattr(t->m, n, 0, RUMPVFS_SET_CTIME, &a));
	t->v->release(t->m, f);
	t->v->release(t->m, r);
	/* The one permission bit that FAT knows: nobody or everybody may write. */
	OK(t->v->getattr(t->m, n, &a));
	CHECK(a.mode & 0200);
	a.mode &= ~0222;
	OK(t->v->setattr(t->m, n, 0, RUMPVFS_SET_MODE, &a));
	CHECK_EQ(a.mode & 0222, 0);
	CHECK_EQ(t->v->getattr(t->m, 4711, &a), -ESTALE);
	OK(vfs_lookup(t, ROOT, "file", &e));
	CHECK_EQ(e.attr.mtime, 1234567890);
	CHECK_EQ(e.attr.mode & 0222, 0);
}

void t_setattr_unix(struct vt *t)
{
	struct rumpvfs_cred user = { .uid = 1000, .gid = 1000, .umask = 022 };
	struct rumpvfs_attr a;
	struct rumpvfs_entry e;
	unsigned long long f, n;

	n = vfs_write_file(t, ROOT, "f", "x");
	a.mode = 06755;
	OK(t->v->setattr(t->m, n, 0, RUMPVFS_SET_MODE, &a));
	CHECK_EQ(a.mode, S_IFREG | 06755);
	a.uid = 1000;
	a.gid = 1000;
	OK(t->v->setattr(t->m, n, 0, RUMPVFS_SET_UID | RUMPVFS_SET_GID, &a));
	CHECK_EQ(a.uid, 1000);
	CHECK_EQ(a.gid, 1000);
	CHECK_EQ(a.mode & 07777, 0755);		/* chown took suid and sgid */
	a.uid = -1;
	CHECK_EQ(t->v->setattr(t->m, n, 0, RUMPVFS_SET_UID, &a), -EINVAL);

	/* A user's write clears suid; what the client let pass stays set. */
	OK(t->v->enter(t->m, &user));
	a.mode = 06777;
	OK(t->v->setattr(t->m, n, 0, RUMPVFS_SET_MODE, &a));
	CHECK_EQ(a.mode & 07777, 06777);
	OK(t->v->open(t->m, n, O_WRONLY, &f));
	CHECK_EQ(t->v->write(t->m, f, 0, "y", 1), 1);
	t->v->release(t->m, f);
	OK(t->v->getattr(t->m, n, &a));
	CHECK_EQ(a.mode & 07777, 0777);
	a.mode = 06755;
	OK(t->v->setattr(t->m, n, 0, RUMPVFS_SET_MODE, &a));
	OK(t->v->setattr(t->m, n, 0, RUMPVFS_SET_KILL_PRIV, &a));
	CHECK_EQ(a.mode & 07777, 0755);
	t->v->leave(t->m);
	OK(t->v->symlink(t->m, ROOT, N("s"), "f", &e));
	CHECK_EQ(t->v->setattr(t->m, e.node, 0, RUMPVFS_SET_MODE, &a), -EOPNOTSUPP);
	CHECK(a.has_btime);
}

void t_creds(struct vt *t)
{
	unsigned int groups[] = { 50, 7, 60 };
	struct rumpvfs_cred user = { .uid = 1000, .gid = 100, .umask = 027,
				     .ngroups = 3, .groups = groups };
	struct rumpvfs_cred root = { .umask = 0 };
	struct rumpvfs_entry e, d;
	unsigned int i;

	OK(t->v->enter(t->m, &root));
	OK(t->v->mkdir(t->m, ROOT, N("d"), 01777, &d));
	OK(t->v->enter(t->m, &user));
	OK(t->v->mknod(t->m, d.node, N("f"), S_IFREG | 0666, 0, &e));
	CHECK_EQ(e.attr.uid, 1000);
	CHECK_EQ(e.attr.gid, 100);
	CHECK_EQ(e.attr.mode & 07777, 0640);
	CHECK_EQ(t->v->mknod(t->m, d.node, N("c"), S_IFCHR | 0666, 0x103, &e), -EPERM);
	OK(t->v->access(t->m, e.node ? e.node : ROOT, 0));
	CHECK_EQ(t->v->access(t->m, ROOT, 2), -EACCES);
	OK(t->v->access(t->m, d.node, 7));
	CHECK_EQ(t->v->access(t->m, d.node, 8), -EINVAL);
	OK(t->v->enter(t->m, &root));		/* without leave(): replaces */
	OK(t->v->mkdir(t->m, d.node, N("r"), 0777, &e));
	CHECK_EQ(e.attr.uid, 0);
	CHECK_EQ(e.attr.mode & 07777, 0777);
	OK(t->v->access(t->m, ROOT, 2));
	/* group access through a supplementary group */
	e.attr.gid = 7;
	e.attr.mode = 0770;
	OK(t->v->setattr(t->m, e.node, 0, RUMPVFS_SET_GID | RUMPVFS_SET_MODE, &e.attr));
	OK(t->v->enter(t->m, &user));
	OK(t->v->access(t->m, e.node, 7));
	groups[1] = 8;
	OK(t->v->enter(t->m, &user));
	CHECK_EQ(t->v->access(t->m, e.node, 4), -EACCES);
	for (i = 0; i < 1000; i++) {		/* more users than are kept */
		user.uid = 2000 + i;
		OK(t->v->enter(t->m, &user));
	}
	t->v->leave(t->m);
	t->v->leave(t->m);
	user.uid = -1;
	CHECK_EQ(t->v->enter(t->m, &user), -EINVAL);
}

void t_xattr(struct vt *t)
{
	struct rumpvfs_cred user = { .uid = 1000, .gid = 1000 };
	unsigned long long n;
	char buf[256];
	long len;

	n = vfs_write_file(t, ROOT, "f", "x");
	CHECK_EQ(t->v->getxattr(t->m, n, "user.a", buf, sizeof(buf)), -ENODATA);
	OK(t->v->setxattr(t->m, n, "user.a", "value", 5, 0));
	CHECK_EQ(t->v->setxattr(t->m, n, "user.a", "value", 5, XATTR_CREATE), -EEXIST);
	CHECK_EQ(t->v->setxattr(t->m, n, "user.b", "value", 5, XATTR_REPLACE), -ENODATA);
	CHECK_EQ(t->v->setxattr(t->m, n, "user.a", "value", 5, 77), -EINVAL);
	CHECK_EQ(t->v->setxattr(t->m, n, "user.a", buf, 70000, 0), -E2BIG);
	CHECK_EQ(t->v->setxattr(t->m, n, "nonsense", "v", 1, 0), -EOPNOTSUPP);
	CHECK_EQ(t->v->getxattr(t->m, n, "user.a", NULL, 0), 5);
	CHECK_EQ(t->v->getxattr(t->m, n, "user.a", buf, 3), -ERANGE);
	CHECK_EQ(t->v->getxattr(t->m, n, "user.a", buf, sizeof(buf)), 5);
	CHECK(!memcmp(buf, "value", 5));
	OK(t->v->setxattr(t->m, n, "trusted.t", "1", 1, 0));
	len = t->v->listxattr(t->m, n, NULL, 0);
	CHECK_EQ(len, sizeof("user.a") + sizeof("trusted.t"));
	CHECK_EQ(t->v->listxattr(t->m, n, buf, 3), -ERANGE);
	CHECK_EQ(t->v->listxattr(t->m, n, buf, sizeof(buf)), len);
	OK(t->v->enter(t->m, &user));
	CHECK_EQ(t->v->listxattr(t->m, n, buf, sizeof(buf)), sizeof("user.a"));
	CHECK_EQ(t->v->setxattr(t->m, n, "trusted.t", "1", 1, 0), -EPERM);
	t->v->leave(t->m);
	OK(t->v->removexattr(t->m, n, "user.a"));
	CHECK_EQ(t->v->removexattr(t->m, n, "user.a"), -ENODATA);
	CHECK_EQ(t->v->getxattr(t->m, n, "", buf, 1), -ERANGE);
	CHECK_EQ(t->info.posix_acl, 1);
	CHECK_EQ(t->v->getxattr(t->m, n, "system.posix_acl_access", buf, sizeof(buf)), -ENODATA);
}

/* --- mounts ------------------------------------------------------------------------- */

void t_mounts(struct vt *t)
{
	struct rumpvfs_mount_args a = t->args;
	struct rumpvfs_mount *m = NULL;
	struct rumpvfs_info info;
	struct rumpvfs_entry e;
	unsigned long mem[2], cache, i;
	char options[5000];

	CHECK(!strncmp(t->info.options, "rw", 2));
	CHECK_EQ(t->info.rdonly, 0);
	CHECK(t->info.maxbytes > 1 << 20);
	CHECK_EQ(t->k->disk_detach(t->disk), -EBUSY);
	vfs_write_file(t, ROOT, "stays", "x");
	OK(t->v->umount(t->m));
	t->m = NULL;

	a.fstype = "nosuchfs";
	CHECK_EQ(t->v->mount(&a, &m), -ENODEV);
	a = t->args;
	a.source = "/dev/nothing";
	CHECK_EQ(t->v->mount(&a, &m), -ENOENT);
	a = t->args;
	a.options = "no_such_option=1";
	CHECK_EQ(t->v->mount(&a, &m), -EINVAL);
	memset(options, 'x', sizeof(options));
	options[sizeof(options) - 1] = 0;
	a.options = options;
	CHECK_EQ(t->v->mount(&a, &m), -EINVAL);

	for (i = 0; i < 50; i++) {
		a = t->args;
		a.flags = i & 1 ? RUMPVFS_MNT_RDONLY : 0;
		OK(t->v->mount(&a, &m));
		OK(t->v->lookup(m, ROOT, N("stays"), &e));
		OK(t->v->info(m, &info));
		CHECK_EQ(info.rdonly, i & 1);
		OK(t->v->umount(m));
		if (i == 9 || i == 49)
			t->k->mem_stat(&mem[i == 49], &cache);
	}
	CHECK(mem[1] + 512 * 1024 > mem[0]);	/* nothing is left behind */
	OK(t->k->disk_detach(t->disk));
	CHECK(t->k->disk_detach(t->disk) < 0);
	_exit(0);
}

void t_remount(struct vt *t)
{
	struct rumpvfs_entry e;
	unsigned long long f;

	OK(t->v->create(t->m, ROOT, N("f"), 0644, O_RDWR, &e, &f));
	CHECK_EQ(t->v->remount(t->m, RUMPVFS_MNT_RDONLY, t->args.options), -EBUSY);
	t->v->release(t->m, f);
	OK(t->v->remount(t->m, RUMPVFS_MNT_RDONLY, t->args.options));
	OK(t->v->info(t->m, &t->info));
	CHECK_EQ(t->info.rdonly, 1);
	CHECK_EQ(t->v->open(t->m, e.node, O_RDWR, &f), -EROFS);
	CHECK_EQ(t->v->unlink(t->m, ROOT, N("f")), -EROFS);
	CHECK_EQ(t->v->access(t->m, e.node, 2), -EROFS);
	OK(t->v->syncfs(t->m));
	OK(t->v->remount(t->m, 0, t->args.options));
	OK(t->v->unlink(t->m, ROOT, N("f")));
	if (t->info.magic == 0xEF53)	/* FAT's driver looks at no option then */
		CHECK_EQ(t->v->remount(t->m, 0, "no_such_option"), -EINVAL);
}

/* The disk is read-only, the mount was not asked to be. */
void t_readonly(struct vt *t)
{
	struct rumpvfs_entry e;
	unsigned long long f;

	CHECK_EQ(t->info.rdonly, 1);
	CHECK(!strncmp(t->info.options, "ro", 2));
	CHECK_EQ(t->v->mkdir(t->m, ROOT, N("d"), 0755, &e), -EROFS);
	CHECK_EQ(t->v->create(t->m, ROOT, N("f"), 0644, O_RDWR, &e, &f), -EROFS);
	CHECK_EQ(t->v->setattr(t->m, ROOT, 0, RUMPVFS_SET_MODE, &e.attr), -EROFS);
	CHECK_EQ(t->v->rename(t->m, ROOT, N("a"), ROOT, N("b"), 0), -EROFS);
	CHECK_EQ(vfs_lookup(t, ROOT, "x", &e), -ENOENT);
	CHECK(t->v->remount(t->m, 0, t->args.options) < 0);
}
