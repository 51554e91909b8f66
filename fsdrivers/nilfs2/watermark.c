// SPDX-License-Identifier: GPL-2.0-only
/*
 * NILFS2 writes when 3600 blocks are dirty, or 5 seconds after the first, and leaves
 * the kernel's writeback without effect. In a small kernel a writer is stopped for too much
 * dirty memory long before that, so that every 5 seconds a few megabytes are
 * written. The call that starts the log's writer comes here ("wrap" in the description),
 * and the number becomes what this kernel begins to write back at.
 */
#include <linux/minmax.h>
#include <linux/writeback.h>
#include "nilfs.h"
#include "segment.h"

int __real_nilfs_attach_log_writer(struct super_block *sb, struct nilfs_root *root);

int __wrap_nilfs_attach_log_writer(struct super_block *sb, struct nilfs_root *root)
{
	struct the_nilfs *nilfs = sb->s_fs_info;
	unsigned long background, dirty;
	int err = __real_nilfs_attach_log_writer(sb, root);

	if (!err) {
		global_dirty_limits(&background, &dirty);
		nilfs->ns_writer->sc_watermark = min(nilfs->ns_writer->sc_watermark,
						     background << (PAGE_SHIFT - sb->s_blocksize_bits));
	}
	return err;
}
