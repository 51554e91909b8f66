/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Control of a running rumpfs mount: ioctl(2) on its root directory, root
 * only. The daemon answers these itself; every other command goes to the
 * driver, if it is one that the bridge lets through.
 */
#ifndef _RUMPFS_CONTROL_H
#define _RUMPFS_CONTROL_H

#include <linux/ioctl.h>
#include <linux/types.h>

#define RUMPFS_REMOUNT_OPTIONS	2048

/*
 * Pass new options to the driver. With @rdonly everything is flushed first;
 * EBUSY while files are open for writing. The flag of the host's mount is
 * the caller's business: mount(2) with MS_REMOUNT.
 */
struct rumpfs_remount {
	__u32 rdonly;
	__u32 flags;			/* RUMPVFS_MNT_*, except RDONLY */
	char options[RUMPFS_REMOUNT_OPTIONS];	/* of the driver, NUL terminated */
};

struct rumpfs_status {
	__u32 size;			/* of this structure */
	__u32 abi;			/* 2 */
	__s32 keeper;			/* process ids */
	__s32 worker;
	__u32 rdonly;
	__u32 inflight;			/* requests being served, this one included */
	__u64 requests;			/* served so far */
	__u64 mem_size;			/* kernel memory: all, free, page cache; bytes */
	__u64 mem_free;
	__u64 mem_cache;
	char component[32];
	char fstype[32];
	char release[32];		/* of the kernel that the driver comes from */
	char options[1016];		/* as the driver shows them */
	__u32 survived;			/* crashes of its processes that the mount has survived; since abi 2 */
	__u32 lock_waits;		/* of those in flight: who waits for another's lock */
};

#define RUMPFS_IOC_MAGIC	0xF9
#define RUMPFS_IOC_REMOUNT	_IOW(RUMPFS_IOC_MAGIC, 1, struct rumpfs_remount)
#define RUMPFS_IOC_SYNC		_IO(RUMPFS_IOC_MAGIC, 2)
#define RUMPFS_IOC_STATUS	_IOR(RUMPFS_IOC_MAGIC, 3, struct rumpfs_status)

#endif
