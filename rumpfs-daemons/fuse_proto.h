/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The FUSE protocol as far as <linux/fuse.h> of the oldest supported host (7.38)
 * does not know it. Names of our own, so that newer headers do not clash.
 */
#ifndef _RUMPFSD_FUSE_PROTO_H
#define _RUMPFSD_FUSE_PROTO_H

#include <linux/fuse.h>
#include <stdint.h>

#define FUSEP_MINOR			45	/* what we speak */
#define FUSEP_MINOR_MIN			31

/* INIT flags, 64 bits */
#define FUSEP_CREATE_SUPP_GROUP		(1ULL << 34)
#define FUSEP_DIRECT_IO_ALLOW_MMAP	(1ULL << 36)

/* operations */
#define FUSEP_STATX			52
#define FUSEP_COPY_FILE_RANGE_64	53
#define FUSEP_NR_OPS			54

/* notifications */
#define FUSEP_MASK_MINOR		36	/* the host knows which of the attributes it does not know */
#define FUSEP_EXPIRE_MINOR		38	/* FUSE_EXPIRE_ONLY since */
#define FUSEP_NOTIFY_PRUNE		9
#define FUSEP_PRUNE_MINOR		45	/* since */

struct fusep_prune_out {
	uint32_t count;
	uint32_t padding;
	uint64_t spare;
	/* uint64_t nodeid[count] */
};

/* Extensions at the end of a request. */
#define FUSEP_EXT_GROUPS		32

struct fusep_ext_header {
	uint32_t size;			/* all of it, multiple of 8 */
	uint32_t type;
};

struct fusep_supp_groups {
	uint32_t nr;
	uint32_t groups[];
};

struct fusep_copy_out {
	uint64_t bytes;
};

struct fusep_sx_time {
	int64_t sec;
	uint32_t nsec;
	int32_t reserved;
};

struct fusep_statx {
	uint32_t mask;
	uint32_t blksize;
	uint64_t attributes;
	uint32_t nlink;
	uint32_t uid;
	uint32_t gid;
	uint16_t mode;
	uint16_t spare0;
	uint64_t ino;
	uint64_t size;
	uint64_t blocks;
	uint64_t attributes_mask;
	struct fusep_sx_time atime;
	struct fusep_sx_time btime;
	struct fusep_sx_time ctime;
	struct fusep_sx_time mtime;
	uint32_t rdev_major;
	uint32_t rdev_minor;
	uint32_t dev_major;
	uint32_t dev_minor;
	uint64_t spare2[14];
};

struct fusep_statx_in {
	uint32_t getattr_flags;
	uint32_t reserved;
	uint64_t fh;
	uint32_t sx_flags;
	uint32_t sx_mask;
};

struct fusep_statx_out {
	uint64_t attr_valid;
	uint32_t attr_valid_nsec;
	uint32_t flags;
	uint64_t spare[2];
	struct fusep_statx stat;
};

#endif
