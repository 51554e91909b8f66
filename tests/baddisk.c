// SPDX-License-Identifier: GPL-2.0-only
/*
 * baddisk FILE DIR: a medium that fails on command, for tests on machines without
 * device mapper. DIR gets two files: "disk" is FILE, and each line written to
 * "control" changes how it behaves:
 *
 *   read FROM TO	reading any of these bytes is an I/O error
 *   write FROM TO	likewise writing
 *   gone		the medium was pulled out: everything fails with ENODEV
 *   full		writing fails with ENOSPC
 *   good		all is well again
 *
 * Serves until DIR is unmounted.
 */
#define FUSE_USE_VERSION 34
#include <errno.h>
#include <fcntl.h>
#include <fuse.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct range {
	uint64_t from, to;
};

static struct {
	int fd;
	struct range read, write;
	int gone, full;
} disk;

static int is(const char *path, const char *name)
{
	return !strcmp(path + 1, name);
}

static int hit(const struct range *r, uint64_t off, size_t len)
{
	return off < r->to && off + len > r->from;
}

static int bad_getattr(const char *path, struct stat *st, struct fuse_file_info *fi)
{
	memset(st, 0, sizeof(*st));
	st->st_nlink = 1;
	if (is(path, "")) {
		st->st_mode = S_IFDIR | 0755;
	} else if (is(path, "disk")) {
		struct stat file;

		if (fstat(disk.fd, &file))
			return -errno;
		st->st_mode = S_IFREG | 0600;
		st->st_size = file.st_size;
	} else if (is(path, "control")) {
		st->st_mode = S_IFREG | 0200;
	} else {
		return -ENOENT;
	}
	return 0;
}

static int bad_readdir(const char *path, void *buf, fuse_fill_dir_t fill, off_t off,
		       struct fuse_file_info *fi, enum fuse_readdir_flags flags)
{
	fill(buf, "disk", NULL, 0, 0);
	fill(buf, "control", NULL, 0, 0);
	return 0;
}

static int bad_open(const char *path, struct fuse_file_info *fi)
{
	fi->direct_io = 1;		/* nothing is remembered: a failure shows at once */
	return 0;
}

static int bad_truncate(const char *path, off_t size, struct fuse_file_info *fi)
{
	return is(path, "control") ? 0 : -EPERM;	/* the shell's ">" */
}

static int bad_read(const char *path, char *buf, size_t len, off_t off, struct fuse_file_info *fi)
{
	ssize_t n;

	if (disk.gone)
		return -ENODEV;
	if (hit(&disk.read, off, len))
		return -EIO;
	n = pread(disk.fd, buf, len, off);
	return n < 0 ? -errno : n;
}

static int command(const char *text)
{
	struct range r = { 0 };
	char word[16] = "";

	if (sscanf(text, "%15s %ju %ju", word, &r.from, &r.to) < 1)
		return -EINVAL;
	if (!strcmp(word, "read"))
		disk.read = r;
	else if (!strcmp(word, "write"))
		disk.write = r;
	else if (!strcmp(word, "gone"))
		disk.gone = 1;
	else if (!strcmp(word, "full"))
		disk.full = 1;
	else if (!strcmp(word, "good"))
		disk.read = disk.write = r, disk.gone = disk.full = 0;
	else
		return -EINVAL;
	return 0;
}

static int bad_write(const char *path, const char *buf, size_t len, off_t off,
		     struct fuse_file_info *fi)
{
	char text[64];
	ssize_t n;

	if (is(path, "control")) {
		snprintf(text, sizeof(text), "%.*s", (int)len, buf);
		return command(text) ?: (int)len;
	}
	if (disk.gone)
		return -ENODEV;
	if (disk.full)
		return -ENOSPC;
	if (hit(&disk.write, off, len))
		return -EIO;
	n = pwrite(disk.fd, buf, len, off);
	return n < 0 ? -errno : n;
}

static int bad_fsync(const char *path, int datasync, struct fuse_file_info *fi)
{
	return disk.gone ? -ENODEV : fdatasync(disk.fd) ? -errno : 0;
}

static const struct fuse_operations ops = {
	.getattr = bad_getattr,
	.readdir = bad_readdir,
	.open = bad_open,
	.truncate = bad_truncate,
	.read = bad_read,
	.write = bad_write,
	.fsync = bad_fsync,
};

int main(int argc, char **argv)
{
	char *fuse_argv[] = { argv[0], argv[argc - 1], "-s", NULL };

	if (argc != 3) {
		fprintf(stderr, "usage: baddisk FILE DIR\n");
		return 2;
	}
	disk.fd = open(argv[1], O_RDWR | O_CLOEXEC);
	if (disk.fd < 0) {
		perror(argv[1]);
		return 1;
	}
	return fuse_main(3, fuse_argv, &ops, NULL);
}
