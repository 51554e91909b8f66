// SPDX-License-Identifier: GPL-2.0-only
/*
 * What was written goes to the server while the writer goes on (vfs/io.c), as much as one WRITE takes at a time, and stays in
 * memory until the server was asked to make it durable (COMMIT). Who calls the driver's writepages has a COMMIT sent
 * each time, which makes a server wait for its disk, unless the mount has write=eager: then the driver leaves that to
 * whoever needs memory or durability, and looks at its own limit every half minute. So the mount has it for as long as
 * something is sent, and here a COMMIT is sent when a part of the memory waits for one.
 *
 * When a third of the memory is dirty, under way, or waits, because many files are written or the server is slow, who
 * writes more waits here until all of his own file is durable, and the kernel's flusher sees to files that nobody writes
 * to at the moment. The kernel's own way, to put writers to sleep for as long as its estimate of the server's speed
 * says, takes what waits for a COMMIT for slow writing; it is left to what is dirty in no stretch that was completed, and
 * to the case that this here is not enough. Nor does it put to sleep who was told that it is written: what he would wait for may be
 * a COMMIT that others would send, and they wait for him.
 */
#include <linux/backing-dev.h>
#include <linux/init.h>
#include <linux/mm.h>
#include <linux/nfs_fs.h>
#include <linux/pagemap.h>
#include <linux/vmstat.h>
#include <linux/wait_bit.h>
#include <linux/writeback.h>
#include <asm/rump.h>

static unsigned long part(unsigned int divisor)
{
	return totalram_pages() / divisor;
}

/* Pages that memory cannot do without: dirty, or at the server and not durable (which the driver counts as under way). */
static unsigned long held(void)
{
	return global_node_page_state(NR_FILE_DIRTY) + global_node_page_state(NR_WRITEBACK);
}

unsigned int rumpvfs_stretch(struct address_space *mapping)
{
	return max_t(unsigned int, NFS_SERVER(mapping->host)->wsize, PAGE_SIZE);
}

/* One CPU: others who write to the mount while this sleeps only send early. */
void rumpvfs_write_behind(struct address_space *mapping, loff_t from, loff_t last)
{
	struct nfs_server *server = NFS_SERVER(mapping->host);
	bool eager = server->flags & NFS_MOUNT_WRITE_EAGER;

	server->flags |= NFS_MOUNT_WRITE_EAGER;
	__filemap_fdatawrite_range(mapping, from, last, WB_SYNC_NONE);
	if (!eager)
		server->flags &= ~NFS_MOUNT_WRITE_EAGER;
}

/* With so many pages more a writer may be put to sleep. */
static bool crowded(unsigned long more)
{
	return global_node_page_state(NR_FILE_DIRTY) + more > part(10) || held() + more > part(3) + part(8);
}

/* With write=wait it does not, and what it has cached and knows to be old it drops first. */
bool rumpvfs_writes_later(struct inode *inode, size_t len)
{
	return !crowded(len >> PAGE_SHIFT) && !(NFS_SERVER(inode)->flags & NFS_MOUNT_WRITE_WAIT) &&
	       !test_bit(NFS_INO_INVALIDATING, &NFS_I(inode)->flags) && !(NFS_I(inode)->cache_validity & NFS_INO_INVALID_DATA);
}

int rumpvfs_write_room(struct address_space *mapping)
{
	struct inode *inode = mapping->host;
	struct nfs_mds_commit_info *c = &NFS_I(inode)->commit_info;
	int err;

	if (held() < part(3)) {
		if (atomic_long_read(&c->ncommit) >= part(8) && !atomic_read(&c->rpcs_out))
			nfs_commit_inode(inode, 0);
		return 0;
	}
	wakeup_flusher_threads_bdi(inode_to_bdi(inode), WB_REASON_VMSCAN);
	err = rumpvfs_await_written(mapping, 0, LLONG_MAX);
	if (err)
		return err;
	nfs_commit_inode(inode, 0);
	return wait_var_event_killable(&c->rpcs_out, !atomic_read(&c->rpcs_out));
}

void __real_balance_dirty_pages_ratelimited(struct address_space *mapping);
void __wrap_balance_dirty_pages_ratelimited(struct address_space *mapping);
void __wrap_balance_dirty_pages_ratelimited(struct address_space *mapping)
{
	if (crowded(0) && !rumpvfs_is_early())
		__real_balance_dirty_pages_ratelimited(mapping);
}

/* The driver sends nothing more while this much is under way; not less than what a writer may have (vfs/io.c). */
static int __init behind_init(void)
{
	nfs_congestion_kb = part(3) << (PAGE_SHIFT - 10);
	return 0;
}
late_initcall(behind_init);
