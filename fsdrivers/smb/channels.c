// SPDX-License-Identifier: GPL-2.0-only
/*
 * multichannel, max_channels=: more connections for one session. The driver opens them when it mounts, but only where
 * referrals of DFS are built in (cifs_mount() of the two that it has); in the other case it forgets them without a word.
 *
 * When one of them is lost, it is for the driver the one with the least to do, to which it thus gives all that comes
 * (cifs_pick_channel()), which waits there as if all were lost. So take one that is not, while there is one. The lost one's own thread
 * connects it again.
 */
#include "cifsglob.h"
#include "cifsproto.h"
#include "cifs_fs_sb.h"

struct TCP_Server_Info *__real_cifs_pick_channel(struct cifs_ses *ses);
struct TCP_Server_Info *__wrap_cifs_pick_channel(struct cifs_ses *ses);
int __real_cifs_mount(struct cifs_sb_info *cifs_sb, struct smb3_fs_context *ctx);
int __wrap_cifs_mount(struct cifs_sb_info *cifs_sb, struct smb3_fs_context *ctx);

int __wrap_cifs_mount(struct cifs_sb_info *cifs_sb, struct smb3_fs_context *ctx)
{
	int rc = __real_cifs_mount(cifs_sb, ctx);

	/* Without them all is well too: the driver says in its log why there are none. */
	if (!rc)
		cifs_try_adding_channels(cifs_sb, cifs_sb_master_tcon(cifs_sb)->ses);
	return rc;
}

static bool is_good(struct TCP_Server_Info *server)
{
	return server && !server->terminate && server->tcpStatus == CifsGood;
}

struct TCP_Server_Info *__wrap_cifs_pick_channel(struct cifs_ses *ses)
{
	struct TCP_Server_Info *server = __real_cifs_pick_channel(ses);
	int i;

	if (!ses || is_good(server))
		return server;
	spin_lock(&ses->chan_lock);
	for (i = 0; i < ses->chan_count; i++) {
		if (is_good(ses->chans[i].server) && !CIFS_CHAN_NEEDS_RECONNECT(ses, i)) {
			server = ses->chans[i].server;
			break;
		}
	}
	spin_unlock(&ses->chan_lock);
	return server;
}
