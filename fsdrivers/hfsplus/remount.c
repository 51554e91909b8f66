// SPDX-License-Identifier: GPL-2.0-only
/*
 * HFS+ says in the volume header whether it was unmounted cleanly; what was not, the driver
 * mounts read-only, and Linux has no fsck that would change it. hfsplus_fill_super() and
 * hfsplus_put_super() care for that, hfsplus_remount() does not: a volume that was made read-only before it was
 * unmounted, as at a shutdown, counted as unclean ever after, and one that was made
 * writable counted as clean while it was written to.
 *
 * So when a file system that becomes read-only has been written, it is marked as clean,
 * and at the first change after it became writable as in use ("wrap" in the description).
 */
#include <linux/fs.h>
#include "hfsplus_fs.h"

int __real_sync_filesystem(struct super_block *sb);
int __wrap_sync_filesystem(struct super_block *sb);
void __real_hfsplus_mark_mdb_dirty(struct super_block *sb);
void __wrap_hfsplus_mark_mdb_dirty(struct super_block *sb);

/* Between reconfigure_super()'s word that nobody writes any more and the new state. */
static bool becomes_readonly(struct super_block *sb)
{
	return sb->s_readonly_remount && !sb_rdonly(sb);
}

int __wrap_sync_filesystem(struct super_block *sb)
{
	int err = __real_sync_filesystem(sb);
	struct hfsplus_vh *vh;

	if (err || sb->s_magic != HFSPLUS_VOLHEAD_SIG || !becomes_readonly(sb))
		return err;
	vh = HFSPLUS_SB(sb)->s_vhdr;
	vh->attributes |= cpu_to_be32(HFSPLUS_VOL_UNMNT);
	vh->attributes &= cpu_to_be32(~HFSPLUS_VOL_INCNSTNT);
	return sb->s_op->sync_fs(sb, 1);
}

void __wrap_hfsplus_mark_mdb_dirty(struct super_block *sb)
{
	struct hfsplus_sb_info *sbi = HFSPLUS_SB(sb);
	struct hfsplus_vh *vh = sbi->s_vhdr;

	if (!sb_rdonly(sb) && !sb->s_readonly_remount &&
	    (vh->attributes & cpu_to_be32(HFSPLUS_VOL_UNMNT))) {
		vh->attributes &= cpu_to_be32(~HFSPLUS_VOL_UNMNT);
		vh->attributes |= cpu_to_be32(HFSPLUS_VOL_INCNSTNT);
		if (hfsplus_submit_bio(sb, sbi->part_start + HFSPLUS_VOLHEAD_SECTOR, sbi->s_vhdr_buf, NULL,
				       REQ_OP_WRITE | REQ_SYNC | REQ_FUA))
			pr_err("the volume header cannot be written\n");
	}
	__real_hfsplus_mark_mdb_dirty(sb);
}
