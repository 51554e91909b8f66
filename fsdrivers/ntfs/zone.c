// SPDX-License-Identifier: GPL-2.0-only
/*
 * ntfs3 keeps a zone of free clusters behind the MFT, from which alone the MFT
 * can grow: ntfs_refresh_zone() makes one of at most sbi->zone_max clusters.
 * Linux 6.1.y (seen in 6.1.192) does not set zone_max anywhere, so there is never
 * a zone, and once the records that mkfs made are used up no file can be created.
 * The first call, from mount, comes here ("wrap" in the description) and sets it. A
 * tree that sets it is left alone.
 */
#include <linux/fs.h>
#include <linux/minmax.h>
#include "ntfs_fs.h"

#define ZONE_BYTES	(512u << 20)	/* and no more than an eighth of the volume */

int __real_ntfs_refresh_zone(struct ntfs_sb_info *sbi);

int __wrap_ntfs_refresh_zone(struct ntfs_sb_info *sbi)
{
	if (!sbi->zone_max)
		sbi->zone_max = min_t(size_t, ZONE_BYTES >> sbi->cluster_bits,
				      sbi->used.bitmap.nbits / 8);
	return __real_ntfs_refresh_zone(sbi);
}
