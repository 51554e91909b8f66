// SPDX-License-Identifier: GPL-2.0-only
/*
 * Where a file has data (lseek(2), SEEK_DATA and SEEK_HOLE). The driver asks for the ranges from a position on, and has room for
 * one. A server answers with that one and says that there are more; Samba says that the room is too small
 * (STATUS_BUFFER_TOO_SMALL, EIO), so that of a file with two of them nothing was known, and cp(1) failed. So it is asked
 * again with more room. Where even that is too small, all is said to be data, which is always true enough.
 */
#include "cifsglob.h"
#include "smb2pdu.h"
#include "smb2proto.h"

#define ROOM	(32u << 10)	/* one credit's worth is twice as much */

int __real_SMB2_ioctl(const unsigned int xid, struct cifs_tcon *tcon, u64 persistent_fid, u64 volatile_fid,
		      u32 opcode, char *in_data, u32 indatalen, u32 maxoutlen, char **out_data, u32 *plen);
int __wrap_SMB2_ioctl(const unsigned int xid, struct cifs_tcon *tcon, u64 persistent_fid, u64 volatile_fid,
		      u32 opcode, char *in_data, u32 indatalen, u32 maxoutlen, char **out_data, u32 *plen);
int __wrap_SMB2_ioctl(const unsigned int xid, struct cifs_tcon *tcon, u64 persistent_fid, u64 volatile_fid,
		      u32 opcode, char *in_data, u32 indatalen, u32 maxoutlen, char **out_data, u32 *plen)
{
	struct file_allocated_range_buffer *all;
	int err = __real_SMB2_ioctl(xid, tcon, persistent_fid, volatile_fid, opcode, in_data, indatalen, maxoutlen,
				    out_data, plen);

	if (err != -EIO || opcode != FSCTL_QUERY_ALLOCATED_RANGES || maxoutlen != sizeof(*all))
		return err;
	err = __real_SMB2_ioctl(xid, tcon, persistent_fid, volatile_fid, opcode, in_data, indatalen, ROOM, out_data,
				plen);
	if (err != -EIO)
		return err;
	all = kmemdup(in_data, sizeof(*all), GFP_KERNEL);
	if (!all)
		return -ENOMEM;
	le64_add_cpu(&all->length, -le64_to_cpu(all->file_offset));	/* the driver has said the file's length */
	*out_data = (char *)all;
	*plen = sizeof(*all);
	return 0;
}
