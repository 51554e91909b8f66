/* SPDX-License-Identifier: GPL-2.0-only */
/* What the files of operations share. */
#ifndef _RUMPFSD_FUSE_OPS_H
#define _RUMPFSD_FUSE_OPS_H

#include "fuse_codec.h"
#include "session.h"

/* How long the host may believe @attr, as the protocol has it. */
void attr_valid(const struct session *s, const struct rumpvfs_attr *attr, uint64_t *sec, uint32_t *nsec);
void entry_fill(const struct request *r, struct fuse_entry_out *out, const struct rumpvfs_entry *e);

/* May the host believe names whose validity may end? Not if some have ended since @r began, or it cannot be told. */
bool entry_believed(const struct request *r);

#endif
