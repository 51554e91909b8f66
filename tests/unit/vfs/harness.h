/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Tests of rumpvfs run in a process of their own each, for a rump kernel boots
 * once: vfs_run() makes an image, forks, boots, mounts, runs the test
 * inside the kernel, unmounts, and has the image checked by its own fsck.
 *
 * In the child a failed CHECK() prints where and ends the process with status 1.
 */
#ifndef VFS_HARNESS_H
#define VFS_HARNESS_H

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <librump.h>

#define CHECK(cond)							\
do {									\
	if (!(cond))							\
		vfs_fail(__FILE__, __LINE__, #cond, 0, 0);		\
} while (0)

/* Both sides as long: -ENOENT, lengths, ids. */
#define CHECK_EQ(a, b)							\
do {									\
	long long a_ = (long long)(a), b_ = (long long)(b);		\
	if (a_ != b_)							\
		vfs_fail(__FILE__, __LINE__, #a " == " #b, a_, b_);	\
} while (0)

#define OK(call)	CHECK_EQ(call, 0)

void vfs_fail(const char *file, int line, const char *what, long long a, long long b)
	__attribute__((noreturn));

/* What a test has at hand, inside the kernel. */
struct vt {
	const struct rump_kernel *k;
	const struct rumpvfs_ops *v;
	struct rumpvfs_mount *m;
	struct rumpvfs_info info;
	char disk[64];
	struct rumpvfs_mount_args args;
	/* what the callbacks were told */
	unsigned int nr_prune, nr_stale;
	unsigned long long pruned[1024];
	char stale[256];
	unsigned long long stale_parent;
	unsigned int nr_watched;
	int fd;				/* the image */
};

struct vfs_fs {
	const char *component, *type, *options;
	const char *mkfs, *fsck;	/* commands, the image is appended */
	size_t size;
};

extern const struct vfs_fs vfs_vfat, vfs_msdos, vfs_ext4;
/* vfat in other character sets, and with other short names */
extern const struct vfs_fs vfs_fat_latin, vfs_fat_koi, vfs_fat_866, vfs_fat_turkish, vfs_fat_sjis,
			   vfs_fat_lower, vfs_fat_strict, vfs_fat_xlate, vfs_fat_damaged;

struct vfs_test {
	const struct vfs_fs *fs;
	void (*fn)(struct vt *t);
	unsigned int flags;		/* VFS_* */
	unsigned int max_nodes;
	size_t memsize;
	void (*prepare)(const char *image);	/* outside, before the boot */
	const char *cmdline;		/* of the kernel */
	const char *watch;		/* lines of the kernel's log with this are counted */
};
#define VFS_READONLY	1u	/* the disk */
#define VFS_JOB		2u	/* fn runs as a job of a dispatcher, not in a call */

/* Can this component be booted? */
int vfs_have(const struct vfs_fs *fs);
/* 0 if the child ended well and the file system is clean. */
int vfs_run(const struct vfs_test *test);

/* Names without counting. */
#define N(name)		(name), (unsigned int)strlen(name)

int vfs_lookup(struct vt *t, unsigned long long dir, const char *name, struct rumpvfs_entry *e);
/* Create or open a file and write a string to it; returns the node (referenced). */
unsigned long long vfs_write_file(struct vt *t, unsigned long long dir, const char *name,
				  const char *text);
/* Read at most @size bytes by copying them out. */
long vfs_read_at(struct vt *t, unsigned long long file, unsigned long long off, void *buf,
		 unsigned long size);

#endif
