// SPDX-License-Identifier: GPL-2.0-only
/*
 * Marks: bytes of the superblock that say that the file system is in use, for
 * drivers that leave that to others.
 *
 * They are changed in the block device's cache, in blocks of the driver's size:
 * its own buffer of the superblock is the same one, so what it writes from then
 * on has the marks too.
 */
#include <linux/blkdev.h>
#include <linux/buffer_head.h>
#include "rumpvfs_private.h"

static int change(const struct rumpvfs_mark *mark, struct block_device *bdev, bool busy)
{
	unsigned int size = block_size(bdev);
	struct buffer_head *bh;
	int err = 0;
	u8 *byte;

	bh = __bread(bdev, mark->offset / size, size);
	if (!bh)
		return -EIO;
	byte = bh->b_data + mark->offset % size;
	/* What is there now and is not ours was put there by the driver, for a reason. */
	if (*byte == (busy ? mark->clean : mark->busy)) {
		lock_buffer(bh);
		*byte = busy ? mark->busy : mark->clean;
		unlock_buffer(bh);
		mark_buffer_dirty(bh);
		err = sync_dirty_buffer(bh);
	}
	brelse(bh);
	return err;
}

/* Set the marks, or with @busy false take them away, durably. */
int rumpvfs_mark(const struct rumpvfs_mount *m, struct block_device *bdev, bool busy)
{
	unsigned int i;
	int err = 0;

	if (!m->nr_marks)
		return 0;
	/* Clean must not be on the disk before what it vouches for is. */
	if (!busy)
		err = blkdev_issue_flush(bdev);
	for (i = 0; i < m->nr_marks && !err; i++)
		err = change(&m->marks[i], bdev, busy);
	return err ?: blkdev_issue_flush(bdev);
}
