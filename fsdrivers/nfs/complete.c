// SPDX-License-Identifier: GPL-2.0-only
/*
 * RECLAIM_COMPLETE. A client of NFS 4.1 that gets a new client id has to say when it has claimed what it had, if only
 * that there is nothing, and is refused to make files until then (NFS4ERR_GRACE; RFC 8881, 18.51.3). The
 * driver means to say it whenever the id is new, but looks for that at the flag that CREATE_SESSION has just
 * set (nfs4_update_session()); and where the old lease is known to have expired (the server's answer to SEQUENCE
 * was NFS4ERR_EXPIRED, as nfs-ganesha's is until it has cleared up) nothing else reminds it. Who makes a file then
 * waits for ever. So it is reminded here. To say it twice is no harm.
 */
#include <linux/nfs_fs.h>
#include "nfs4_fs.h"

int __real_nfs41_init_clientid(struct nfs_client *clp, const struct cred *cred);
int __wrap_nfs41_init_clientid(struct nfs_client *clp, const struct cred *cred);
int __wrap_nfs41_init_clientid(struct nfs_client *clp, const struct cred *cred)
{
	int err = __real_nfs41_init_clientid(clp, cred);

	if (!err)
		set_bit(NFS4CLNT_RECLAIM_REBOOT, &clp->cl_state);
	return err;
}
