/* SPDX-License-Identifier: GPL-2.0-only */
/* The tests: each runs inside a rump kernel, see harness.h. */
#ifndef VFS_TESTS_H
#define VFS_TESTS_H

#include "harness.h"

/* test_names.c */
void t_names(struct vt *t);
void t_rename(struct vt *t);
void t_spelling(struct vt *t);
void t_links(struct vt *t);
void t_readdir(struct vt *t);
void t_prune(struct vt *t);

/* test_files.c */
void t_open(struct vt *t);
void t_data(struct vt *t);
void t_big(struct vt *t);
void t_fat_gaps(struct vt *t);
void t_space(struct vt *t);
void t_locks(struct vt *t);
void t_lock_wait(struct vt *t);
void t_parallel(struct vt *t);
void t_ioctl_fat(struct vt *t);
void t_ioctl_ext(struct vt *t);

/* test_attr.c */
void t_setattr(struct vt *t);
void t_setattr_unix(struct vt *t);
void t_creds(struct vt *t);
void t_xattr(struct vt *t);
void t_mounts(struct vt *t);
void t_remount(struct vt *t);
void t_readonly(struct vt *t);

/* test_fatdx.c */
void t_fatdx(struct vt *t);
void t_fatdx_short(struct vt *t);
void t_fatdx_damaged(struct vt *t);
void t_fatdx_memory(struct vt *t);

#endif
