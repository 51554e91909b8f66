// SPDX-License-Identifier: GPL-2.0-only
/*
 * How the index of a directory comes to be, and when it goes.
 *
 * fatdx_lock guards the list of indexes and dx->user against the shrinker; all
 * else of an index is guarded by the s_lock of its file system.
 */
#include <linux/buffer_head.h>
#include <linux/slab.h>
#include <linux/shrinker.h>
#include "dirindex.h"

#define MIN_SIZE	4096		/* bytes of a directory that is not small */
#define FEW		3		/* searches that are not worth reading all of it */

static DEFINE_SPINLOCK(fatdx_lock);
static LIST_HEAD(fatdx_lru);		/* coldest first */
static struct hlist_head fatdx_by_start[64];
static unsigned long fatdx_pages;	/* of all tables */

static struct hlist_head *same_start(struct inode *dir)
{
	return &fatdx_by_start[MSDOS_I(dir)->i_start % ARRAY_SIZE(fatdx_by_start)];
}

/* --- going ------------------------------------------------------------------------ */

static void drop_locked(struct fatdx *dx)
{
	if (!dx->table.page)
		return;
	fatdx_pages -= fatdx_table_pages(dx->table.bits);
	list_del_init(&dx->lru);
	hlist_del_init(&dx->by_start);
	fatdx_table_free(&dx->table);
}

void fatdx_drop(struct fatdx *dx)
{
	spin_lock(&fatdx_lock);
	if (dx->user)
		dx->stale = true;
	else
		drop_locked(dx);
	spin_unlock(&fatdx_lock);
}

void fatdx_put(struct fatdx *dx)
{
	spin_lock(&fatdx_lock);
	dx->user = NULL;
	if (dx->stale)
		drop_locked(dx);
	dx->stale = false;
	spin_unlock(&fatdx_lock);
}

void fatdx_changes(struct inode *dir)
{
	struct hlist_node *next;
	struct fatdx *dx;

	spin_lock(&fatdx_lock);
	hlist_for_each_entry_safe(dx, next, same_start(dir), by_start)
		if (dx->dir != dir && dx->dir->i_sb == dir->i_sb &&
		    MSDOS_I(dx->dir)->i_start == MSDOS_I(dir)->i_start)
			drop_locked(dx);
	spin_unlock(&fatdx_lock);
}

void fatdx_evict(struct inode *dir)
{
	struct fatdx *dx = dir->i_private;

	fatdx_drop(dx);
	if (dx->user || !(dir->i_state & I_FREEING))
		return;			/* its clusters changed, no more */
	dir->i_private = NULL;
	kfree(dx);
}

/* Free pages from the cold end until @want are free or none can be. */
static unsigned long shrink(unsigned long want)
{
	struct fatdx *dx, *next;
	unsigned long before;

	spin_lock(&fatdx_lock);
	before = fatdx_pages;
	list_for_each_entry_safe(dx, next, &fatdx_lru, lru) {
		if (before - fatdx_pages >= want)
			break;
		if (!dx->user)
			drop_locked(dx);
	}
	before -= fatdx_pages;
	spin_unlock(&fatdx_lock);
	return before;
}

static unsigned long shrink_count(struct shrinker *s, struct shrink_control *sc)
{
	return fatdx_pages ?: SHRINK_EMPTY;
}

static unsigned long shrink_scan(struct shrinker *s, struct shrink_control *sc)
{
	return shrink(sc->nr_to_scan) ?: SHRINK_STOP;
}

static struct shrinker fatdx_shrinker = {
	.count_objects = shrink_count,
	.scan_objects = shrink_scan,
	.seeks = DEFAULT_SEEKS,
};

static int __init fatdx_init(void)
{
	return register_shrinker(&fatdx_shrinker, "fatdx");
}
fs_initcall(fatdx_init);

/* --- coming ------------------------------------------------------------------------- */

/* Room for a table, within a 32nd of the memory for all of them. */
static int make_table(struct fatdx *dx, unsigned int bits)
{
	unsigned long need = fatdx_table_pages(bits), most = totalram_pages() / 32;
	int err;

	if (need > most)
		return -E2BIG;
	if (fatdx_pages + need > most)
		shrink(fatdx_pages + need - most);
	err = fatdx_table_init(&dx->table, bits);
	if (err)
		return err;
	spin_lock(&fatdx_lock);
	fatdx_pages += fatdx_table_pages(dx->table.bits);
	list_add_tail(&dx->lru, &fatdx_lru);
	hlist_add_head(&dx->by_start, same_start(dx->dir));
	spin_unlock(&fatdx_lock);
	return 0;
}

int fatdx_insert(struct fatdx *dx, const struct fatdx_reader *r, unsigned int slot)
{
	int err = fatdx_table_add(&dx->table, r->short_hash, slot);

	if (!err && r->has_long)
		err = fatdx_table_add(&dx->table, r->long_hash, slot);
	return err;
}

/* From @slot on there are @n free slots, and then one that is not, or the end. */
static void free_run(struct fatdx *dx, unsigned int slot, unsigned int n, bool end)
{
	unsigned int i;

	for (i = 1; i < ARRAY_SIZE(dx->free); i++)
		if ((end || i <= n) && slot < dx->free[i])
			dx->free[i] = slot;
}

/* Read the whole directory. */
static int fill(struct fatdx *dx, struct fatdx_reader *r)
{
	struct super_block *sb = dx->dir->i_sb;
	unsigned int slot = 0, run = 0, i, per_block = MSDOS_SB(sb)->dir_per_block;
	struct msdos_dir_entry *de;
	struct buffer_head *bh;
	unsigned long mapped;
	sector_t block, phys;
	int ret;

	memset(r, 0, offsetof(struct fatdx_reader, name));
	r->sb = sb;
	memset(dx->free, 0xff, sizeof(dx->free));
	for (block = 0; ; block++) {
		ret = __real_fat_bmap(dx->dir, block, &phys, &mapped, 0, false);
		if (ret)
			return ret;
		if (!phys)
			break;
		if (slot >= FATDX_SLOTS)
			return -E2BIG;
		if (!(block & (MSDOS_SB(sb)->sec_per_clus - 1)))
			for (i = 1; i < mapped; i++)
				sb_breadahead(sb, phys + i);
		bh = sb_bread(sb, phys);
		if (!bh)
			return -EIO;
		de = (struct msdos_dir_entry *)bh->b_data;
		for (i = 0; i < per_block; i++, de++, slot++) {
			ret = fatdx_read(r, de);
			if (ret > 0)
				ret = fatdx_insert(dx, r, slot);
			if (ret < 0)
				break;
			if (IS_FREE(de->name)) {
				run++;
				continue;
			}
			free_run(dx, slot - run, run, false);
			run = 0;
		}
		brelse(bh);
		if (ret < 0)
			return ret;
	}
	free_run(dx, slot - run, run, true);
	return 0;
}

/* Current is the user. */
static int build(struct fatdx *dx)
{
	loff_t size = i_size_read(dx->dir);
	struct fatdx_reader *r;
	unsigned int bits;
	int err;

	/* With more a slot has no room in the table, and the driver has other rules. */
	if (size > FAT_MAX_DIR_SIZE || !fatdx_charset_ok(dx->dir->i_sb))
		return -EINVAL;
	r = kmalloc(sizeof(*r), GFP_NOFS | __GFP_NOWARN);
	if (!r)
		return -ENOMEM;
	bits = ilog2(size >> FATDX_SLOT_BITS);
	do {
		err = make_table(dx, bits);
		if (err)
			break;
		bits = dx->table.bits + 1;
		err = fill(dx, r);
		if (!err)
			break;
		spin_lock(&fatdx_lock);
		drop_locked(dx);
		spin_unlock(&fatdx_lock);
	} while (err == -ENOSPC);
	kfree(r);
	if (!err && fatdx_verify)
		pr_info("fatdx: directory %lu: %lld slots, %u keys\n", dx->dir->i_ino,
			size >> FATDX_SLOT_BITS, dx->table.used);
	return err;
}

struct fatdx *fatdx_get(struct inode *dir)
{
	struct fatdx *dx = dir->i_private;
	int err;

	if (i_size_read(dir) <= MIN_SIZE || !mutex_is_locked(&MSDOS_SB(dir->i_sb)->s_lock))
		return NULL;
	if (!dx) {
		dx = kzalloc(sizeof(*dx), GFP_NOFS | __GFP_NOWARN);
		if (!dx)
			return NULL;
		dx->dir = dir;
		INIT_LIST_HEAD(&dx->lru);
		dir->i_private = dx;
	}
	if (dx->useless || dx->user)
		return NULL;
	if (!dx->table.page && ++dx->calls <= FEW)
		return NULL;
	spin_lock(&fatdx_lock);
	dx->user = current;
	if (dx->table.page)
		list_move_tail(&dx->lru, &fatdx_lru);
	spin_unlock(&fatdx_lock);
	if (dx->table.page)
		return dx;
	err = build(dx);
	if (!err && !dx->stale)
		return dx;
	/* What memory or the disk refused today may go well tomorrow. */
	dx->useless = err && err != -ENOMEM && err != -EIO;
	dx->calls = 0;
	fatdx_put(dx);
	return NULL;
}
