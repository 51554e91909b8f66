// SPDX-License-Identifier: GPL-2.0-only
/*
 * XFS compares no more than the lower 32 bits of an inode's group with the number of
 * groups. A number with bits above (of a damaged directory, or a file handle) may then
 * lead to the place of an inode that is in memory, whose number is another: xfs_iget()
 * tries again every tick, for ever. Here such a number does not exist.
 */
#include "xfs.h"
#include "xfs_shared.h"
#include "xfs_format.h"
#include "xfs_trans_resv.h"
#include "xfs_mount.h"

struct xfs_inode;
struct xfs_trans;

int __real_xfs_iget(struct xfs_mount *mp, struct xfs_trans *tp, xfs_ino_t ino, uint flags, uint lock_flags,
		    struct xfs_inode **ipp);
int __wrap_xfs_iget(struct xfs_mount *mp, struct xfs_trans *tp, xfs_ino_t ino, uint flags, uint lock_flags,
		    struct xfs_inode **ipp);

int __wrap_xfs_iget(struct xfs_mount *mp, struct xfs_trans *tp, xfs_ino_t ino, uint flags, uint lock_flags,
		    struct xfs_inode **ipp)
{
	if (XFS_AGINO_TO_INO(mp, XFS_INO_TO_AGNO(mp, ino), XFS_INO_TO_AGINO(mp, ino)) != ino)
		return -EINVAL;
	return __real_xfs_iget(mp, tp, ino, flags, lock_flags, ipp);
}
