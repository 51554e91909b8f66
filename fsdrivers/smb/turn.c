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
bool __real_cifs_chan_needs_reconnect(struct cifs_ses *ses, struct TCP_Server_Info *server);
bool __wrap_cifs_chan_needs_reconnect(struct cifs_ses *ses, struct TCP_Server_Info *server);

static bool is_lost(struct cifs_ses *ses, struct TCP_Server_Info *server)
{
	struct cifs_tcon *tcon;
	bool lost;

	spin_lock(&ses->chan_lock);
	lost = __real_cifs_chan_needs_reconnect(ses, server);
	spin_unlock(&ses->chan_lock);
	list_for_each_entry(tcon, &ses->tcon_list, tcon_list)
		lost |= tcon->need_reconnect;
	return lost;
}

/*
 * The session on @server, if its user has to log in, or to connect to the share again. A kernel has one mount, thus one session, and
 * who asks for something has a share of it, so that it stays.
 */
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
 * Who waited here goes on as if he had waited for the lock: the driver knows better than this what its caller may be told, which is
 * EAGAIN if he means a file that has another number now. So he is told that there is work, takes the lock, and finds it done.
 */
static struct task_struct *waited;

bool __wrap_cifs_chan_needs_reconnect(struct cifs_ses *ses, struct TCP_Server_Info *server)
{
	bool needs = __real_cifs_chan_needs_reconnect(ses, server);

	if (waited != current)
		return needs;
	waited = NULL;
	return true;
}

/*
 * Every caller asks this before it takes the lock, never while it has it, and then what is above. When the lock is free here it
 * still is when the caller comes to it: one CPU, and nothing that sleeps in between.
 */
int __wrap_cifs_wait_for_server_reconnect(struct TCP_Server_Info *server, bool retry)
{
	int rc = __real_cifs_wait_for_server_reconnect(server, retry);
	struct cifs_ses *ses = rc ? NULL : lost_session(server);
	bool turns = false;

	/* Of version 1.0, see below, a soft mount's callers would be told EAGAIN; it gives up by itself. */
	if (!ses || (is_smb1(server) && !retry))
		return rc;
	for (;;) {
		if (fatal_signal_pending(current))
			return -ERESTARTSYS;
		if (!mutex_is_locked(&ses->session_mutex))
			break;
		/* To be woken. Others may be before him when he goes on. */
		if (!mutex_lock_killable(&ses->session_mutex))
			mutex_unlock(&ses->session_mutex);
		turns = true;
	}
	if (!turns)
		return 0;
	/* Version 1.0 would ask again before it takes the lock, and be content with no other answer than the first. */
	if (is_smb1(server))
		return -EAGAIN;
	waited = current;
	return 0;
}
