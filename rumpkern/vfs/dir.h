/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Entries of a directory as a driver gave them, in a buffer: what dir.c and
 * whole.c share. Who has a struct gather owns its buffer.
 */
#ifndef _RUMPVFS_DIR_H
#define _RUMPVFS_DIR_H

#include "rumpvfs_private.h"

#define GATHER_MAX	(32 * 1024)	/* bytes in one turn */

struct entry {
	u64 ino, off;
	u16 namelen;
	u8 type;
	char name[];
};

struct gather {
	struct dir_context ctx;	/* .actor = rumpvfs_gather_one */
	char *buf;
	unsigned int used, size;
	u64 from;		/* where the first one is */
	struct entry *last;	/* its off is where the next one is */
	unsigned long budget;	/* what the client has room for */
	unsigned int cost;
	unsigned int n;
	bool keep;		/* more than the client has room for will do */
	bool bad;
};

/* Who is filled, and how: as rumpvfs_readdir() is told. */
struct filler {
	struct rumpvfs_mount *m;
	struct dentry *dir;
	bool plus;
	bool real;		/* look up what the dcache does not have */
	rumpvfs_fill_t fill;
	void *ctx;
};

static inline unsigned int entry_size(const struct entry *e)
{
	return ALIGN(offsetof(struct entry, name) + e->namelen, 8);
}

bool rumpvfs_gather_one(struct dir_context *ctx, const char *name, int len, loff_t off,
			u64 ino, unsigned int type);
/* Gather from @off on. 0 or an error; g->n == 0: the end. */
int rumpvfs_gather(struct file *f, u64 off, struct gather *g);
/* A buffer for @g, of @size bytes or of a page. */
int rumpvfs_gather_buffer(struct gather *g, unsigned long size);
/* Hand one entry over: as rumpvfs_fill_t. */
int rumpvfs_fill_one(const struct filler *to, const struct entry *e);

/*
 * Answer from what was in the open directory @id when it was last read from its
 * beginning. False: that is not known, ask the driver; else *err says how it went.
 */
bool rumpvfs_whole_readdir(const struct filler *to, u64 id, struct file *f, u64 off,
			   struct gather *g, int *err);

#endif
