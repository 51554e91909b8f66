/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef RUMP_SMB_SEAL_H
#define RUMP_SMB_SEAL_H

struct smb_rqst;

/* Make @to[@n] the same as @from, of memory that is the caller's to kvfree(). NULL: there is none. */
void *seal_copy(struct smb_rqst *to, const struct smb_rqst *from, int n);

#endif
