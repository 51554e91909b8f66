// SPDX-License-Identifier: GPL-2.0-only
/*
 * The driver reads the allocation table a sector at a time and waits for each: the way
 * along a big file stops for the disk every 512 KiB, and everything that was to be read
 * ahead stops with it. Here a sector that is not in memory brings those around it along,
 * in one request.
 *
 * The first copy of the table only: nobody writes to its buffers without having read
 * them by this function, thus having waited for what is under way. All other metadata
 * may be filled in by somebody who knows that there is nothing to read.
 */
#include <linux/blkdev.h>
#include <linux/buffer_head.h>
#include <fat.h>

#define AROUND	SZ_16K		/* bytes, of a place that is a multiple of them */

/* Of buffer_head.h, called by the driver only. */
struct buffer_head *__real___bread_gfp(struct block_device *bdev, sector_t block, unsigned int size,
				       gfp_t gfp);
struct buffer_head *__wrap___bread_gfp(struct block_device *bdev, sector_t block, unsigned int size,
				       gfp_t gfp);

/* What fails is not marked as read, and is asked for again by who needs it. */
static void read_around(struct super_block *sb, sector_t block)
{
	struct msdos_sb_info *sbi = MSDOS_SB(sb);
	sector_t n = AROUND >> sb->s_blocksize_bits;
	sector_t at = max_t(sector_t, round_down(block, n), sbi->fat_start);
	sector_t end = min_t(sector_t, round_down(block, n) + n, sbi->fat_start + sbi->fat_length);
	struct blk_plug plug;

	blk_start_plug(&plug);
	for (; at < end; at++)
		sb_breadahead(sb, at);
	blk_finish_plug(&plug);
}

struct buffer_head *__wrap___bread_gfp(struct block_device *bdev, sector_t block, unsigned int size,
				       gfp_t gfp)
{
	struct super_block *sb = bdev->bd_super;	/* from the end of mounting on */
	struct buffer_head *bh;

	if (sb && size == sb->s_blocksize && block >= MSDOS_SB(sb)->fat_start &&
	    block - MSDOS_SB(sb)->fat_start < MSDOS_SB(sb)->fat_length) {
		bh = sb_find_get_block(sb, block);
		if (bh && buffer_uptodate(bh))
			return bh;
		brelse(bh);
		read_around(sb, block);
	}
	return __real___bread_gfp(bdev, block, size, gfp);
}
