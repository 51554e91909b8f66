// SPDX-License-Identifier: GPL-2.0-only
/*
 * nullfs DIR: the smallest low-level libfuse daemon. It has one file, "f", answers
 * lookup, getattr and read from memory and lets no name or attribute be cached: what FUSE itself
 * costs. Serves until DIR is unmounted.
 */
#define FUSE_USE_VERSION 34
#include <errno.h>
#include <fuse_lowlevel.h>
#include <string.h>
#include <sys/stat.h>

#define FILE_INO	2
#define FILE_SIZE	(512 << 20)

static char data[1 << 20];	/* the largest read there is */

static void fill(fuse_ino_t ino, struct stat *st)
{
	memset(st, 0, sizeof(*st));
	st->st_ino = ino;
	st->st_nlink = 1;
	st->st_mode = ino == FUSE_ROOT_ID ? S_IFDIR | 0755 : S_IFREG | 0644;
	st->st_size = ino == FUSE_ROOT_ID ? 0 : FILE_SIZE;
	st->st_blksize = 256 << 10;		/* what cat reads at a time, as from our network mounts */
}

static void nullfs_lookup(fuse_req_t req, fuse_ino_t parent, const char *name)
{
	struct fuse_entry_param e = { .ino = FILE_INO };

	if (strcmp(name, "f")) {
		fuse_reply_err(req, ENOENT);
		return;
	}
	fill(e.ino, &e.attr);
	fuse_reply_entry(req, &e);
}

static void nullfs_getattr(fuse_req_t req, fuse_ino_t ino, struct fuse_file_info *fi)
{
	struct stat st;

	fill(ino, &st);
	fuse_reply_attr(req, &st, 0);
}

static void nullfs_read(fuse_req_t req, fuse_ino_t ino, size_t size, off_t off,
			struct fuse_file_info *fi)
{
	if (off >= FILE_SIZE)
		size = 0;
	fuse_reply_buf(req, data, size < sizeof(data) ? size : sizeof(data));
}

static void nullfs_forget(fuse_req_t req, fuse_ino_t ino, uint64_t nlookup)
{
	fuse_reply_none(req);
}

static const struct fuse_lowlevel_ops nullfs_ops = {
	.lookup = nullfs_lookup,
	.getattr = nullfs_getattr,
	.read = nullfs_read,
	.forget = nullfs_forget,
};

int main(int argc, char **argv)
{
	char *fuse_argv[] = { "nullfs", "-oallow_other,default_permissions", NULL };
	struct fuse_args args = FUSE_ARGS_INIT(2, fuse_argv);
	struct fuse_session *se;
	int ret = 1;

	if (argc != 2)
		return 1;
	se = fuse_session_new(&args, &nullfs_ops, sizeof(nullfs_ops), NULL);
	if (!se)
		return 1;
	if (!fuse_session_mount(se, argv[1])) {
		ret = fuse_session_loop(se) != 0;
		fuse_session_unmount(se);
	}
	fuse_session_destroy(se);
	return ret;
}
