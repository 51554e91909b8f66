/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * An index of big FAT directories, in memory only.
 *
 * The driver finds a name, or that there is none, or room for a new one by
 * reading the directory from its start, and asks some ten times when it makes a
 * file. The index knows at which slots (entries of 32 bytes) a name can be, so
 * that the driver's own function needs to look at those only. It is called by
 * the linker's --wrap option in place of functions of the driver, which stay
 * as they are and keep the last word:
 *
 *   nothing can be there   -ENOENT at once
 *   somewhere in a block   the driver's function is called with a *window*: for
 *                          the time of the call fat_bmap() shows it a few blocks of
 *                          the directory as if they were all. What it finds has
 *                          passed its own comparison
 *   anything uncertain     the driver's function is called as ever
 *
 * Why a wrong "nothing" cannot come: names that the driver takes for equal have
 * equal keys (keys.c), and each name in the directory is in the index:
 * the index is built by reading the whole directory under the lock that all
 * functions below hold (msdos_sb_info.s_lock); names come to be by
 * fat_add_entries() only, which adds them; fat_remove_entries() leaves them,
 * for a key too many costs a look and no more. What fails halfway drops the index.
 * On a damaged disk two directories may have the same clusters; those that begin
 * with the same one are told of each other's changes, others are not.
 * The boot option fatdx.verify=1 has the driver repeat each answer, and
 * panics at the first that differs.
 *
 * Owned by inode->i_private of the directory, which FAT does not use; ends with
 * the inode, under memory pressure, or when there are too many.
 */
#ifndef _FATDX_H
#define _FATDX_H

#include <linux/list.h>
#include "fat.h"

#define FATDX_SLOT_BITS		5		/* a slot has 32 bytes */
#define FATDX_SLOTS		(FAT_MAX_DIR_SIZE >> FATDX_SLOT_BITS)
#define FATDX_LONG		20		/* slots of a long name, without the entry itself */
#define FATDX_NAME_UNITS	(FATDX_LONG * 13 + 1)

extern bool fatdx_verify;

/* --- a set of (hash, slot), some bits of the hash being forgotten (table.c) --- */

struct fatdx_table {
	u32 **page;			/* NULL: there is none */
	unsigned int bits, used;
};

/* 0 or -ENOMEM. @bits: 2 to this power is the size. */
int fatdx_table_init(struct fatdx_table *t, unsigned int bits);
void fatdx_table_free(struct fatdx_table *t);
unsigned long fatdx_table_pages(unsigned int bits);
/* 0; -ENOSPC: make a bigger one; -E2BIG: too many of one hash. */
int fatdx_table_add(struct fatdx_table *t, u32 hash, unsigned int slot);
/*
 * Slots that may have the hash are added to the @n in @slots, ascending and each once.
 * Returns how many there are now, -E2BIG if more than @max.
 */
int fatdx_table_find(const struct fatdx_table *t, u32 hash, u16 *slots, int n, int max);

/* --- keys of names (keys.c) --- */

/* Can names of this mount be indexed? Not with a few character sets. */
bool fatdx_charset_ok(struct super_block *sb);
/* Of a short name as it is on disk, 11 bytes. -EINVAL: it has none. */
int fatdx_key_short(struct super_block *sb, const u8 *name, u32 *hash);
/* Of a name that is looked for: what an equal short name has, and an equal long one. */
void fatdx_keys_of(struct super_block *sb, const u8 *name, unsigned int len,
		   u32 *as_short, u32 *as_long);

/* Reads slots one after the other as fat_search_long() reads them. */
struct fatdx_reader {
	struct super_block *sb;
	unsigned int nr, left;		/* of a long name: slots, those to come. nr 0: none begun */
	u8 checksum;
	/* of the entry read last */
	u32 short_hash, long_hash;
	bool has_long;
	wchar_t name[FATDX_NAME_UNITS];
	u8 bytes[FATDX_NAME_UNITS * NLS_MAX_CHARSET_SIZE];
};

/* 1: an entry has been read; 0: none yet; -EINVAL: this directory cannot be indexed. */
int fatdx_read(struct fatdx_reader *r, const struct msdos_dir_entry *de);

/* --- the index of a directory (build.c) --- */

struct fatdx {
	/* If it has a table, under fatdx_lock: in the order of use, and by first cluster. */
	struct list_head lru;
	struct hlist_node by_start;
	struct inode *dir;
	struct task_struct *user;		/* works with it: may not be freed now */
	struct fatdx_table table;
	bool useless;				/* not to be tried again */
	bool stale;				/* to be dropped when the user is through */
	unsigned int calls;			/* that would have been served */
	/* No run of [n] free slots begins before, nor do the free slots at the end. */
	u32 free[FATDX_LONG + 2];
	/* the window, in blocks of the directory */
	bool window, window_failed;
	sector_t first, last;
};

/* The index of the directory, with current as its user, or NULL: do without. */
struct fatdx *fatdx_get(struct inode *dir);
void fatdx_put(struct fatdx *dx);
/* Drop what is indexed, now or at put(). */
void fatdx_drop(struct fatdx *dx);
/* A damaged disk may have one directory twice: drop what others know of its clusters. */
void fatdx_changes(struct inode *dir);
/* The inode ends, or its clusters are not what they were. */
void fatdx_evict(struct inode *dir);
int fatdx_insert(struct fatdx *dx, const struct fatdx_reader *r, unsigned int slot);

/* --- the driver's own, as the linker calls them --- */
int __real_fat_bmap(struct inode *inode, sector_t sector, sector_t *phys,
		    unsigned long *mapped_blocks, int create, bool from_bmap);

#endif
