// SPDX-License-Identifier: GPL-2.0-only
/*
 * When a connection was lost, the first who wants something of the server logs in again, and the others wait until he has
 * done, by a lock for which nobody can be killed: they hang as long as the server is silent, though he who logs in can leave, and
 * often it is a thread of the driver's own. So they wait here, before the driver takes the lock, where they can leave.
 *
 * And who is being killed does not log in: he would ask and not wait for the answer, which the server takes for a mistake
 * of whoever asks next. A reader would try again without an end, and without a sleep (cifs_read()).
 */
#include <linux/mutex.h>
#include <linux/sched/signal.h>
#include "cifsglob.h"
#include "cifsproto.h"

int __real_cifs_wait_for_server_reconnect(struct TCP_Server_Info *server, bool retry);
int __wrap_cifs_wait_for_server_reconnect(struct TCP_Server_Info *server, bool retry);

static bool is_lost(struct cifs_ses *ses, struct TCP_Server_Info *server)
{
	struct cifs_tcon *tcon;
	bool lost;

	spin_lock(&ses->chan_lock);
	lost = cifs_chan_needs_reconnect(ses, server);
	spin_unlock(&ses->chan_lock);
	list_for_each_entry(tcon, &ses->tcon_list, tcon_list)
		lost |= tcon->need_reconnect;
	return lost;
}

/* The session on @server, if its user has to log in, or to connect to the share again. A kernel has one mount, thus one session. */
static struct cifs_ses *lost_session(struct TCP_Server_Info *server)
{
	struct TCP_Server_Info *primary = CIFS_SERVER_IS_CHAN(server) ? server->primary_server : server;
	struct cifs_ses *ses;
	bool lost = false;

	spin_lock(&cifs_tcp_ses_lock);
	ses = list_first_entry_or_null(&primary->smb_ses_list, struct cifs_ses, smb_ses_list);
	if (ses)
		lost = is_lost(ses, server);
	spin_unlock(&cifs_tcp_ses_lock);
	return lost ? ses : NULL;
}

/*
 * Every caller asks this before it takes the lock, never while it has it. When it is free here it still is when the
 * caller comes to it: one CPU, and nothing that sleeps in between.
 */
int __wrap_cifs_wait_for_server_reconnect(struct TCP_Server_Info *server, bool retry)
{
	int rc = __real_cifs_wait_for_server_reconnect(server, retry);
	struct cifs_ses *ses;
	bool waited = false;

	/* A soft mount's callers would be told EAGAIN; it gives up by itself. */
	if (rc || !retry)
		return rc;
	while ((ses = lost_session(server))) {
		if (fatal_signal_pending(current))
			return -ERESTARTSYS;
		if (!mutex_is_locked(&ses->session_mutex))
			return 0;
		/* To be woken. Others may be before him when he goes on. */
		if (!mutex_lock_killable(&ses->session_mutex))
			mutex_unlock(&ses->session_mutex);
		waited = true;
	}
	/* The file that he may mean has another number now: as the driver says after its lock. */
	return waited ? -EAGAIN : 0;
}
