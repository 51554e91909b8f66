// SPDX-License-Identifier: GPL-2.0-only
/*
 * How long attributes hold (asm/rump.h): the driver believes what the server said for a time between acregmin= and
 * acregmax= (acdirmin=, acdirmax=) that grows while a file stays as it is. What is left of that the host may
 * believe without asking the driver, where the driver, asked for everything that stat(2) shows, would not ask the server:
 * these are the rules of nfs_getattr() and nfs_attribute_cache_expired(). Not of a file that is written to here, whose
 * attributes change with every answer of the server. Who opens a file has the host forget.
 *
 * A name holds as long as the attributes of its directory do, unless lookupcache=none, and ends when the driver learns
 * that the directory is another (nfs_check_verifier(), nfs_force_lookup_revalidate()).
 */
#include <linux/fs.h>
#include <linux/jiffies.h>
#include <linux/nfs_fs.h>
#include <linux/pagemap.h>
#include <asm/rump.h>

#define STAT_INVALID	(NFS_INO_INVALID_CHANGE | NFS_INO_INVALID_ATIME | NFS_INO_INVALID_CTIME | \
			 NFS_INO_INVALID_MTIME | NFS_INO_INVALID_SIZE | NFS_INO_INVALID_NLINK | \
			 NFS_INO_INVALID_MODE | NFS_INO_INVALID_OTHER | NFS_INO_INVALID_BLOCKS)

static bool written_to(struct inode *inode)
{
	return inode_is_open_for_write(inode) || nfs_have_writebacks(inode) ||
	       mapping_tagged(inode->i_mapping, PAGECACHE_TAG_DIRTY);
}

static u64 left_ns(const struct nfs_inode *nfsi)
{
	unsigned long age = jiffies - nfsi->read_cache_jiffies;

	return age < nfsi->attrtimeo ? jiffies_to_nsecs(nfsi->attrtimeo - age) : 0;
}

static bool unusable(struct inode *inode)
{
	return IS_AUTOMOUNT(inode) || is_bad_inode(inode) || NFS_STALE(inode);
}

u64 rumpvfs_valid_ns(struct dentry *dentry, bool reading)
{
	struct inode *inode = d_inode(dentry);
	unsigned long invalid = NFS_I(inode)->cache_validity & STAT_INVALID;

	/* What it reads itself the host counts itself. */
	if (reading)
		invalid &= ~NFS_INO_INVALID_ATIME;
	if (unusable(inode) || written_to(inode) || invalid)
		return 0;
	return left_ns(NFS_I(inode));
}

u64 rumpvfs_name_valid_ns(struct dentry *dentry, bool *may_end)
{
	struct inode *inode = d_inode(dentry), *dir = d_inode(dentry->d_parent);

	*may_end = true;
	if (IS_ROOT(dentry) || NFS_SERVER(dir)->flags & NFS_MOUNT_LOOKUP_CACHE_NONE)
		return 0;
	if (unusable(inode) || !inode->i_nlink || NFS_STALE(dir) ||
	    NFS_I(dir)->cache_validity & NFS_INO_INVALID_CHANGE)
		return 0;
	/* The lowest bit is for delegations, which are left out here. */
	if ((dentry->d_time & ~1UL) != NFS_I(dir)->cache_change_attribute)
		return 0;
	return left_ns(NFS_I(dir));
}

void __real_nfs_force_lookup_revalidate(struct inode *dir);
void __wrap_nfs_force_lookup_revalidate(struct inode *dir);
void __wrap_nfs_force_lookup_revalidate(struct inode *dir)
{
	__real_nfs_force_lookup_revalidate(dir);
	rumpvfs_names_changed(dir);
}
