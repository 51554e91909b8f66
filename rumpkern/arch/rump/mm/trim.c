// SPDX-License-Identifier: GPL-2.0-only
/* Caches on request of the host: how much there is, and dropping what is clean. */
#include <linux/fs.h>
#include <linux/mm.h>
#include <linux/pagemap.h>
#include <linux/sched.h>
#include <linux/vmstat.h>
#include <asm/rump.h>

/* Pages of every inode of the super block, the block device's own among them. */
static void trim_sb(struct super_block *sb, void *unused)
{
	struct inode *inode, *hold = NULL;

	spin_lock(&sb->s_inode_list_lock);
	list_for_each_entry(inode, &sb->s_inodes, i_sb_list) {
		spin_lock(&inode->i_lock);
		if ((inode->i_state & (I_FREEING | I_WILL_FREE | I_NEW)) ||
		    mapping_empty(inode->i_mapping)) {
			spin_unlock(&inode->i_lock);
			continue;
		}
		__iget(inode);
		spin_unlock(&inode->i_lock);
		spin_unlock(&sb->s_inode_list_lock);
		invalidate_mapping_pages(inode->i_mapping, 0, -1);
		iput(hold);		/* not the one we stand on: the list */
		hold = inode;
		cond_resched();
		spin_lock(&sb->s_inode_list_lock);
	}
	spin_unlock(&sb->s_inode_list_lock);
	iput(hold);
}

void rump_mem_trim(void)
{
	iterate_supers(trim_sb, NULL);
}

void rump_mem_stat(unsigned long *free, unsigned long *cache)
{
	*free = global_zone_page_state(NR_FREE_PAGES) << PAGE_SHIFT;
	*cache = global_node_page_state(NR_FILE_PAGES) << PAGE_SHIFT;
}
