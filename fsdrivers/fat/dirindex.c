// SPDX-License-Identifier: GPL-2.0-only
/*
 * What is called instead of the driver's functions, and the window through which these
 * see a directory. dirindex.h tells why.
 */
#include <linux/buffer_head.h>
#include <linux/moduleparam.h>
#include <linux/slab.h>
#include "dirindex.h"

#undef MODULE_PARAM_PREFIX
#define MODULE_PARAM_PREFIX "fatdx."

#define CANDIDATES	12	/* places to look at before the whole directory is cheaper */

bool fatdx_verify;
module_param_named(verify, fatdx_verify, bool, 0444);

int __real_fat_scan(struct inode *dir, const unsigned char *name, struct fat_slot_info *sinfo);
int __real_fat_search_long(struct inode *dir, const unsigned char *name, int len,
			   struct fat_slot_info *sinfo);
int __real_fat_add_entries(struct inode *dir, void *slots, int nr_slots,
			   struct fat_slot_info *sinfo);
int __real_fat_remove_entries(struct inode *dir, struct fat_slot_info *sinfo);
void __real_fat_cache_inval_inode(struct inode *inode);

/* The wrapped functions, called by the driver only. */
int __wrap_fat_bmap(struct inode *inode, sector_t sector, sector_t *phys,
		    unsigned long *mapped_blocks, int create, bool from_bmap);
int __wrap_fat_scan(struct inode *dir, const unsigned char *name, struct fat_slot_info *sinfo);
int __wrap_fat_search_long(struct inode *dir, const unsigned char *name, int len,
			   struct fat_slot_info *sinfo);
int __wrap_fat_add_entries(struct inode *dir, void *slots, int nr_slots,
			   struct fat_slot_info *sinfo);
int __wrap_fat_remove_entries(struct inode *dir, struct fat_slot_info *sinfo);
void __wrap_fat_cache_inval_inode(struct inode *inode);

/* --- the window ------------------------------------------------------------------- */

static void window_open(struct fatdx *dx, sector_t first, sector_t last)
{
	dx->first = first;
	dx->last = last;
	dx->window_failed = false;
	dx->window = true;
}

/* Make positions in the window positions in the directory. */
static void window_close(struct fatdx *dx, struct fat_slot_info *sinfo, int err)
{
	dx->window = false;
	if (!err)
		sinfo->slot_off += (loff_t)dx->first << dx->dir->i_sb->s_blocksize_bits;
}

/* The same for a search: what it found, or -EAGAIN if the window showed less than there is. */
static int window_found(struct fatdx *dx, struct fat_slot_info *sinfo, int err)
{
	window_close(dx, sinfo, err);
	if (!dx->window_failed)
		return err;
	if (!err)
		brelse(sinfo->bh);
	return -EAGAIN;
}

/* Where is a block of an inode on the disk? *phys 0: beyond the end. */
int __wrap_fat_bmap(struct inode *inode, sector_t sector, sector_t *phys,
		    unsigned long *mapped_blocks, int create, bool from_bmap)
{
	struct fatdx *dx = S_ISDIR(inode->i_mode) ? inode->i_private : NULL;
	struct buffer_head *bh;
	int err;

	if (!dx || !dx->window || dx->user != current)
		return __real_fat_bmap(inode, sector, phys, mapped_blocks, create, from_bmap);
	if (sector > dx->last - dx->first) {
		*phys = *mapped_blocks = 0;
		return 0;
	}
	err = __real_fat_bmap(inode, dx->first + sector, phys, mapped_blocks, create, from_bmap);
	if (err || !*phys) {
		dx->window_failed = true;
		return err;
	}
	/*
	 * The driver reads ahead at what it takes for the begin of a cluster, unless the
	 * block is there.
	 */
	bh = sb_bread(inode->i_sb, *phys);
	if (!bh)
		dx->window_failed = true;
	brelse(bh);
	return 0;
}

/* --- checking ---------------------------------------------------------------------- */

static void differs(const char *what, struct inode *dir)
{
	panic("fatdx: %s: the index of directory %lu differs from the driver", what, dir->i_ino);
}

static void check_found(const char *what, struct inode *dir, int err, int real_err,
			const struct fat_slot_info *mine, struct fat_slot_info *real)
{
	if (err != real_err)
		differs(what, dir);
	if (err)
		return;
	if (mine->slot_off != real->slot_off || mine->nr_slots != real->nr_slots ||
	    mine->i_pos != real->i_pos || mine->de != real->de || mine->bh != real->bh)
		differs(what, dir);
	brelse(real->bh);
}

/* What fat_add_entries() will find: the first @n free slots, or those at the end. */
static loff_t first_free(struct inode *dir, int n)
{
	struct super_block *sb = dir->i_sb;
	struct msdos_dir_entry *de;
	struct buffer_head *bh;
	unsigned long mapped;
	sector_t block, phys;
	loff_t slot = 0;
	int i, run = 0;

	for (block = 0; !__real_fat_bmap(dir, block, &phys, &mapped, 0, false) && phys; block++) {
		bh = sb_bread(sb, phys);
		if (!bh)
			break;
		de = (struct msdos_dir_entry *)bh->b_data;
		for (i = 0; i < MSDOS_SB(sb)->dir_per_block && run < n; i++, de++, slot++)
			run = IS_FREE(de->name) ? run + 1 : 0;
		brelse(bh);
		if (run == n)
			break;
	}
	return (slot - run) << FATDX_SLOT_BITS;
}

/* --- finding --------------------------------------------------------------------------- */

/*
 * The 11 bytes of a short name. Sets sinfo->bh also when there is no such name, as
 * the driver does.
 */
static int scan(struct fatdx *dx, const unsigned char *name, struct fat_slot_info *sinfo)
{
	struct super_block *sb = dx->dir->i_sb;
	int i, n, err, bits = MSDOS_SB(sb)->dir_per_block_bits;
	u16 slots[CANDIDATES];
	u32 hash;

	if (fatdx_key_short(sb, name, &hash))
		return -EAGAIN;
	n = fatdx_table_find(&dx->table, hash, slots, 0, CANDIDATES);
	if (n < 0)
		return -EAGAIN;
	for (i = 0; i < n; i++) {
		window_open(dx, slots[i] >> bits, slots[i] >> bits);
		err = window_found(dx, sinfo, __real_fat_scan(dx->dir, name, sinfo));
		if (err != -ENOENT)
			return err;
	}
	sinfo->slot_off = i_size_read(dx->dir);
	sinfo->bh = NULL;
	sinfo->de = NULL;
	return -ENOENT;
}

int __wrap_fat_scan(struct inode *dir, const unsigned char *name, struct fat_slot_info *sinfo)
{
	struct fatdx *dx = fatdx_get(dir);
	struct fat_slot_info real;
	int err = -EAGAIN;

	if (dx) {
		err = scan(dx, name, sinfo);
		if (fatdx_verify && err != -EAGAIN)
			check_found("fat_scan", dir, err, __real_fat_scan(dir, name, &real),
				    sinfo, &real);
		fatdx_put(dx);
	}
	return err == -EAGAIN ? __real_fat_scan(dir, name, sinfo) : err;
}

/* A name in either form. */
static int search_long(struct fatdx *dx, const unsigned char *name, int len,
		       struct fat_slot_info *sinfo)
{
	struct super_block *sb = dx->dir->i_sb;
	int i, n, err, bits = MSDOS_SB(sb)->dir_per_block_bits;
	u32 as_short, as_long;
	u16 slots[CANDIDATES];

	fatdx_keys_of(sb, name, len, &as_short, &as_long);
	n = fatdx_table_find(&dx->table, as_long, slots, 0, CANDIDATES);
	if (n >= 0)
		n = fatdx_table_find(&dx->table, as_short, slots, n, CANDIDATES);
	if (n < 0)
		return -EAGAIN;
	for (i = 0; i < n; i++) {
		/*
		 * The long name is before the entry. An entry whose long name the window cuts off
		 * is an earlier candidate, if it is one, and has been looked at.
		 */
		window_open(dx, max(slots[i] - FATDX_LONG, 0) >> bits, slots[i] >> bits);
		err = window_found(dx, sinfo, __real_fat_search_long(dx->dir, name, len, sinfo));
		if (err != -ENOENT)
			return err;
	}
	return -ENOENT;
}

int __wrap_fat_search_long(struct inode *dir, const unsigned char *name, int len,
			   struct fat_slot_info *sinfo)
{
	struct fatdx *dx = fatdx_get(dir);
	struct fat_slot_info real;
	int err = -EAGAIN;

	if (dx) {
		err = search_long(dx, name, len, sinfo);
		if (fatdx_verify && err != -EAGAIN)
			check_found("fat_search_long", dir, err,
				    __real_fat_search_long(dir, name, len, &real), sinfo, &real);
		fatdx_put(dx);
	}
	return err == -EAGAIN ? __real_fat_search_long(dir, name, len, sinfo) : err;
}

/* --- changing ----------------------------------------------------------------------------- */

/*
 * Is before @slot a piece of a long name, that on a damaged disk has lost its entry? If its
 * checksum happens to fit, an entry there has that name, too. True also when unknown.
 */
static bool after_orphan(struct fatdx *dx, unsigned int slot)
{
	struct super_block *sb = dx->dir->i_sb;
	int bits = MSDOS_SB(sb)->dir_per_block_bits;
	struct msdos_dir_entry *de;
	struct buffer_head *bh;
	unsigned long mapped;
	bool orphan;
	sector_t phys;

	if (!slot--)
		return false;
	if (__real_fat_bmap(dx->dir, slot >> bits, &phys, &mapped, 0, false) || !phys)
		return true;
	bh = sb_bread(sb, phys);
	if (!bh)
		return true;
	de = (struct msdos_dir_entry *)bh->b_data + (slot & ((1u << bits) - 1));
	orphan = de->attr == ATTR_EXT && de->name[0] != DELETED_FLAG;
	brelse(bh);
	return orphan;
}

/* @n slots from @slot on were written. */
static int added(struct fatdx *dx, const struct msdos_dir_entry *slots, unsigned int slot,
		 unsigned int n)
{
	struct fatdx_reader *r;
	unsigned int i;
	int ret = 0;

	if (after_orphan(dx, slot))
		return -EINVAL;
	r = kmalloc(sizeof(*r), GFP_NOFS | __GFP_NOWARN);
	if (!r)
		return -ENOMEM;
	memset(r, 0, offsetof(struct fatdx_reader, name));
	r->sb = dx->dir->i_sb;
	for (i = 0; i < n && !ret; i++)
		ret = fatdx_read(r, slots + i);
	/* One entry, the last slot: what else would it be, but then we know nothing. */
	ret = ret == 1 && i == n && slot + n <= FATDX_SLOTS ? fatdx_insert(dx, r, slot + n - 1) : -EINVAL;
	kfree(r);
	/* Less than n in a row are before @slot, or the driver had taken them. */
	for (i = 1; i < ARRAY_SIZE(dx->free); i++)
		if (dx->free[i] < slot + n && (i >= n || dx->free[i] >= slot))
			dx->free[i] = slot + n;
	return ret;
}

int __wrap_fat_add_entries(struct inode *dir, void *slots, int nr_slots,
			   struct fat_slot_info *sinfo)
{
	int err, bits = MSDOS_SB(dir->i_sb)->dir_per_block_bits;
	struct fatdx *dx = fatdx_get(dir);
	sector_t first = 0;
	loff_t want = 0;

	fatdx_changes(dir);
	if (!dx) {
		err = __real_fat_add_entries(dir, slots, nr_slots, sinfo);
		if (dir->i_private)
			fatdx_drop(dir->i_private);
		return err;
	}
	if (fatdx_verify)
		want = first_free(dir, nr_slots);
	/* The driver refuses the last slot of all, by its position. */
	if (i_size_read(dir) < FAT_MAX_DIR_SIZE)
		first = dx->free[nr_slots] >> bits;
	window_open(dx, first, (sector_t)-1);
	err = __real_fat_add_entries(dir, slots, nr_slots, sinfo);
	window_close(dx, sinfo, err);
	if (!err && fatdx_verify && want != sinfo->slot_off)
		differs("fat_add_entries", dir);
	if (err || added(dx, slots, sinfo->slot_off >> FATDX_SLOT_BITS, nr_slots))
		fatdx_drop(dx);
	fatdx_put(dx);
	return err;
}

int __wrap_fat_remove_entries(struct inode *dir, struct fat_slot_info *sinfo)
{
	unsigned int slot = sinfo->slot_off >> FATDX_SLOT_BITS, i;
	struct fatdx *dx = dir->i_private;
	int err = __real_fat_remove_entries(dir, sinfo);

	fatdx_changes(dir);
	if (!dx)
		return err;
	if (err)
		fatdx_drop(dx);
	/* With what is free before them the slots may be enough for a longer name. */
	for (i = 1; i < ARRAY_SIZE(dx->free); i++)
		dx->free[i] = min_t(u32, dx->free[i], slot - min(slot, i - 1));
	return err;
}

/* The inode ends, or its clusters are not what they were. */
void __wrap_fat_cache_inval_inode(struct inode *inode)
{
	__real_fat_cache_inval_inode(inode);
	if (S_ISDIR(inode->i_mode) && inode->i_private)
		fatdx_evict(inode);
}
