// SPDX-License-Identifier: GPL-2.0-only
/*
 * A share that the server ends while its connection lives on (an administrator closes it, or takes it away). The driver
 * marks it as one to connect to again (smb2_is_network_name_deleted()), but as for the state of the share all is well,
 * it does not do that (cifs_tree_connect()), and fails every call from then on, until the connection breaks. So correct the state, and
 * tell who learns of it what the driver tells when a connection breaks.
 *
 * And a share that is not there any more: the driver hands on the server's "no such name", which its callers take for the file's:
 * who compares trees believes that all files have been removed. So say what it says where the server is away.
 */
#include <linux/fs.h>
#include "cifsglob.h"
#include "cifsproto.h"

void __real_cifs_mark_open_files_invalid(struct cifs_tcon *tcon);
void __wrap_cifs_mark_open_files_invalid(struct cifs_tcon *tcon);
int __real_cifs_tree_connect(const unsigned int xid, struct cifs_tcon *tcon, const struct nls_table *nlsc);
int __wrap_cifs_tree_connect(const unsigned int xid, struct cifs_tcon *tcon, const struct nls_table *nlsc);
int __real_map_smb2_to_linux_error(char *buf, bool log_err);
int __wrap_map_smb2_to_linux_error(char *buf, bool log_err);

/* Before the driver connects to a share again. */
void __wrap_cifs_mark_open_files_invalid(struct cifs_tcon *tcon)
{
	spin_lock(&tcon->tc_lock);
	if (tcon->need_reconnect && tcon->status == TID_GOOD)
		tcon->status = TID_NEED_RECON;
	spin_unlock(&tcon->tc_lock);
	__real_cifs_mark_open_files_invalid(tcon);
}

int __wrap_cifs_tree_connect(const unsigned int xid, struct cifs_tcon *tcon, const struct nls_table *nlsc)
{
	int rc = __real_cifs_tree_connect(xid, tcon, nlsc);

	if (rc != -ENOENT)
		return rc;
	return tcon->retry ? -EAGAIN : -EHOSTDOWN;
}

/* EREMCHG: that the share is no more is all that the driver calls so. EREMOTE: a link of DFS, of which a mount would say no more than EOPNOTSUPP. */
int __wrap_map_smb2_to_linux_error(char *buf, bool log_err)
{
	int rc = __real_map_smb2_to_linux_error(buf, log_err);

	if (rc == -EREMOTE)
		pr_err_once("a link of DFS to another share is not followed; mount the share that it names\n");
	return rc == -EREMCHG ? -EAGAIN : rc;
}
