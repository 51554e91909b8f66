/* SPDX-License-Identifier: GPL-2.0-only */
/* What the files of this folder have from one another. */
#ifndef RUMP_SMB_H
#define RUMP_SMB_H

#include <linux/init.h>

struct smb_rqst;
struct TCP_Server_Info;

/* seal.c. Make @to[@n] the same as @from, of memory that is the caller's to kvfree(). NULL: there is none. */
void *seal_copy(struct smb_rqst *to, const struct smb_rqst *from, int n);

/*
 * hangup.c. End the connection at once, as if the server had hung up: who waits for an answer is told EAGAIN, or asks
 * again on the next connection. May be called by anybody. Sleeps.
 */
void smb_hang_up(struct TCP_Server_Info *server);

/*
 * unsent.c. The result of a question to which there was no answer, of which the driver says @rc: EAGAIN where the driver could not
 * send it, since the connection or the session had ended, or is too new to have credits for it. May sleep a moment.
 */
int smb_unsent(struct TCP_Server_Info *server, int rc);

/* reopen.c. Something was opened; 0, or if that was an open file, anew, and it is another now: ESTALE, and it is closed again. */
struct cifs_open_parms;
struct cifs_open_info_data;
int smb_reopened(unsigned int xid, struct cifs_open_parms *oparms, const struct cifs_open_info_data *data);

/* silly.c. The file of @dentry was opened anew. */
struct dentry;
void silly_reopened(struct dentry *dentry);

/* Put @fn in the place of an operation of versions 3.0 and later; the driver's is then @driver. */
#define SMB3_OPERATION(op, fn, driver)					\
static int __init driver##_init(void)					\
{									\
	driver = smb30_operations.op;					\
	smb30_operations.op = fn;					\
	smb311_operations.op = fn;					\
	return 0;							\
}									\
core_initcall(driver##_init)

#endif
