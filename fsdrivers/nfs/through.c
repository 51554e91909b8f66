// SPDX-License-Identifier: GPL-2.0-only
/*
 * Files that are too big to be kept here the host reads ahead of its reader, half a megabyte at a time and eight at once. The driver has no use for
 * their pages: it would make each, find it a place in the page cache and throw it away when the host has it, which takes a quarter of the
 * daemon's time. So they go from the socket to memory that was just used for the same.
 *
 * Not while somebody here writes to the file: the driver would send all that is dirty before each read. What is cached is read from there.
 * Small reads the host does not read ahead, and the driver may.
 */
#include <linux/fs.h>
#include <linux/nfs_fs.h>
#include <linux/pagemap.h>
#include <linux/sizes.h>
#include <asm/rump.h>

#define THROUGH_MIN	SZ_512K

/* The driver looks whether the file has changed before it reads from its cache; of what was cached of an older file somebody has to be told. */
int rumpvfs_reads_through(struct file *f, loff_t pos, size_t len)
{
	struct inode *inode = file_inode(f);
	int err;

	if (len < THROUGH_MIN || inode_is_open_for_write(inode))
		return 0;
	err = nfs_revalidate_mapping(inode, inode->i_mapping);
	if (err)
		return err;
	return pos < i_size_read(inode) && !filemap_range_has_page(inode->i_mapping, pos, pos + len - 1);
}
