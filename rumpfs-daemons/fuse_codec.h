/* SPDX-License-Identifier: GPL-2.0-only */
/* Between rumpvfs and the wire: pure functions. */
#ifndef _RUMPFSD_FUSE_CODEC_H
#define _RUMPFSD_FUSE_CODEC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <rump/rumpvfs.h>
#include "fuse_proto.h"

/*
 * What is copied twice in a row is so in half the time if the second copy finds it in the processor's own cache, which has
 * half a megabyte or more. Programs take buffers as large as st_blksize, which on a server is a megabyte.
 */
#define CODEC_CACHED	(256u << 10)

/* An error as the protocol can carry it: -errno in, -errno below 512 out. */
int codec_error(int err);

/* Answers of the bridge as the protocol has them; all of *@out is written. */
void codec_attr(struct fuse_attr *out, const struct rumpvfs_attr *attr);
void codec_statx(struct fusep_statx *out, const struct rumpvfs_attr *attr);
void codec_statfs(struct fuse_kstatfs *out, const struct rumpvfs_statfs *st);

/* SETATTR: the rumpvfs mask; the values go to @attr. */
unsigned int codec_setattr(const struct fuse_setattr_in *in, struct rumpvfs_attr *attr);

/* Seconds as two numbers; negative is 0. */
void codec_timeout(double seconds, uint64_t *sec, uint32_t *nsec);

/*
 * A name in [@p, @p + @len), NUL terminated there: its length, and in @rest what
 * follows it. -EINVAL if it is not terminated, empty or no name.
 */
int codec_name(const char *p, uint32_t len, const char **rest, uint32_t *restlen);

/*
 * Pack a directory entry at @buf + @pos. Returns its size, 0 if it does not fit
 * into @size. @plus: with room for a fuse_entry_out, which the caller fills in
 * at *@entry.
 */
size_t codec_dirent(char *buf, size_t pos, size_t size, const struct rumpvfs_dirent *d,
		    bool plus, struct fuse_entry_out **entry);

/* Flags of open(2) for the driver's file. */
unsigned int codec_oflags(uint32_t flags, bool rdonly, bool writeback);

/*
 * Find supplementary groups in the extensions at the end of a request of @len
 * bytes. Returns how many were stored in @groups[@max], or -EINVAL.
 */
int codec_groups(const void *ext, uint32_t len, unsigned int *groups, unsigned int max);

#endif
