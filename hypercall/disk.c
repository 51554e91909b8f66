// SPDX-License-Identifier: GPL-2.0-only
/*
 * Disks made of host files: what the file can do, which window of it is the
 * disk, and the table of such windows that block I/O works on.
 *
 * Runs inside the kernel, on a kernel stack, so everything here is quick.
 */
#include <ctype.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>
#include "blkio.h"

#define SECTOR		512u

struct disk_facts {
	struct stat st;
	bool blockdev, readonly;
	uint64_t end;			/* of the host's file */
	unsigned int lblock, pblock;	/* of the block device, else 0 */
	bool rotational;
};

static int look(int fd, struct disk_facts *d)
{
	unsigned short rot = 0;
	int flags, ro = 0, n = 0;
	unsigned int pb = 0;

	memset(d, 0, sizeof(*d));
	flags = fcntl(fd, F_GETFL);
	if (flags < 0 || fstat(fd, &d->st))
		return -errno;
	if ((flags & O_ACCMODE) == O_WRONLY)
		return -EBADF;
	d->readonly = (flags & O_ACCMODE) == O_RDONLY;
	if (S_ISREG(d->st.st_mode)) {
		d->end = d->st.st_size;
		return 0;
	}
	if (!S_ISBLK(d->st.st_mode))
		return -ENOTBLK;
	d->blockdev = true;
	if (ioctl(fd, BLKGETSIZE64, &d->end) || ioctl(fd, BLKSSZGET, &n))
		return -errno;
	d->lblock = n;
	if (!ioctl(fd, BLKPBSZGET, &pb))
		d->pblock = pb;
	if (!ioctl(fd, BLKROTATIONAL, &rot))
		d->rotational = rot;
	if (!ioctl(fd, BLKROGET, &ro) && ro)
		d->readonly = true;
	return 0;
}

/*
 * Can the host be asked for 512 bytes at @offset past its cache? What does
 * not say so is tried.
 */
static bool direct_works(int fd, uint64_t offset, unsigned int want, unsigned int *mem_align)
{
	struct statx stx;
	unsigned int align = 0;
	void *buf;
	ssize_t n;

	*mem_align = want;
#ifdef STATX_DIOALIGN
	memset(&stx, 0, sizeof(stx));
	if (!statx(fd, "", AT_EMPTY_PATH, STATX_DIOALIGN, &stx) &&
	    stx.stx_mask & STATX_DIOALIGN) {
		align = stx.stx_dio_offset_align;
		if (!align || align > want)
			return false;
		*mem_align = stx.stx_dio_mem_align;
	}
#else
	(void)stx;
#endif
	if (offset % want)
		return false;
	buf = aligned_alloc(4096, 4096);
	if (!buf)
		return false;
	do
		n = pread(fd, buf, want, offset);
	while (n < 0 && errno == EINTR);
	free(buf);
	return n == (ssize_t)want;
}

/*
 * Set O_DIRECT on @fd if the disk stays usable with it: sectors of 512 bytes
 * always are for files, since what is in an image may count in those. A
 * block device has the sectors it has.
 */
static unsigned int try_direct(int fd, const struct disk_facts *d, uint64_t offset,
			       unsigned int *mem_align)
{
	unsigned int want = d->blockdev ? d->lblock : SECTOR;
	int flags = fcntl(fd, F_GETFL);

	*mem_align = 1;
	if (flags < 0 || fcntl(fd, F_SETFL, flags | O_DIRECT))
		return 0;
	if (direct_works(fd, offset, want, mem_align))
		return want;
	fcntl(fd, F_SETFL, flags & ~O_DIRECT);
	*mem_align = 1;
	return 0;
}

static unsigned long long sysfs_number(dev_t dev, const char *what)
{
	char path[96], buf[32];
	ssize_t n;
	int fd;

	/* A partition has no queue of its own. */
	snprintf(path, sizeof(path), "/sys/dev/block/%u:%u/queue/%s", major(dev), minor(dev), what);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0) {
		snprintf(path, sizeof(path), "/sys/dev/block/%u:%u/../queue/%s", major(dev),
			 minor(dev), what);
		fd = open(path, O_RDONLY | O_CLOEXEC);
	}
	if (fd < 0)
		return 0;
	n = read(fd, buf, sizeof(buf) - 1);
	close(fd);
	if (n <= 0)
		return 0;
	buf[n] = 0;
	return strtoull(buf, NULL, 10);
}

static void find_discard(int fd, const struct disk_facts *d, struct rump_disk *disk)
{
	unsigned long long max;

	if (d->blockdev) {
		max = sysfs_number(d->st.st_rdev, "discard_max_bytes");
		disk->max_discard = max > 1u << 30 ? 1u << 30 : max;
		disk->discard_granularity = sysfs_number(d->st.st_rdev, "discard_granularity");
	} else if (!fallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, d->end, SECTOR)) {
		/* Tried behind the end, where there is nothing to lose. */
		disk->max_discard = 1u << 30;
		disk->discard_granularity = d->st.st_blksize;
	}
	if (!disk->max_discard)
		disk->discard_granularity = 0;
	else if (disk->discard_granularity < SECTOR)
		disk->discard_granularity = SECTOR;
}

static void valid_name(const char *name, char out[32])
{
	size_t n = 0;

	for (; name && *name && n < 31; name++)
		out[n++] = isalnum((unsigned char)*name) || strchr("_.+-", *name) ? *name : '_';
	if (!n)
		out[n++] = 'd';
	out[n] = 0;
}

/* An equal window that was attached before serves again: the table only grows. */
static int table_put(const struct blk_file *want)
{
	struct blk_file *f;
	unsigned int i;

	for (i = 0; i < host.blk.nfiles; i++) {
		f = host.blk.file[i];
		if (f->fd == want->fd && f->blockdev == want->blockdev &&
		    f->offset == want->offset && f->size == want->size && f->eof == want->eof &&
		    f->mem_align == want->mem_align)
			return i;
	}
	if (i == BLK_FILES)
		return -EMFILE;
	f = malloc(sizeof(*f));
	if (!f)
		return -ENOMEM;
	*f = *want;
	__atomic_store_n(&host.blk.file[i], f, __ATOMIC_RELEASE);
	host.blk.nfiles = i + 1;
	return i;
}

int rump_disk_attach(const struct rump_disk_params *p, char *path)
{
	struct rump_disk disk = { 0 };
	struct blk_file file = { 0 };
	struct disk_facts d;
	unsigned int block = 0;
	char name[32];
	int err;

	if (!thread_self || !thread_self->in_kernel)
		return -EPERM;
	err = look(p->fd, &d);
	if (err)
		return err;
	if (p->offset % SECTOR || p->offset >= d.end)
		return -EINVAL;
	file.fd = p->fd;
	file.blockdev = d.blockdev;
	file.offset = p->offset;
	file.eof = d.end;
	file.size = p->size ? p->size : d.end - p->offset;
	/* A file may end within its window, a device not. */
	if (file.size > (d.blockdev ? d.end : (uint64_t)INT64_MAX) - p->offset)
		return -EINVAL;

	file.mem_align = 1;
	if (p->direct)
		block = try_direct(p->fd, &d, p->offset, &file.mem_align);
	if (block < SECTOR)
		block = SECTOR;
	file.size -= file.size % block;
	if (!file.size)
		return -EINVAL;

	valid_name(p->name, name);
	disk.name = name;
	disk.size = file.size;
	disk.block_size = block;
	disk.phys_block_size = d.blockdev ? d.pblock : 4096;
	if (disk.phys_block_size < block)
		disk.phys_block_size = block;
	if (p->readonly || d.readonly)
		disk.flags |= RUMP_DISK_READONLY;
	else
		find_discard(p->fd, &d, &disk);
	if (d.rotational)
		disk.flags |= RUMP_DISK_ROTATIONAL;
	disk.fd = table_put(&file);
	if (disk.fd < 0)
		return disk.fd;
	return host.k->disk_attach(&disk, path, 64);
}
