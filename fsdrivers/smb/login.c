// SPDX-License-Identifier: GPL-2.0-only
/*
 * A server that falls silent while the driver logs in. The driver gives one up that does not answer its first
 * question within 20 seconds, and one that is in use after three intervals of echo_interval=; but from
 * the first answer to the end of the login it waits for ever, and so would mount(8), or, after a
 * connection broke, whoever uses a soft mount. So the rule of those in use holds during the login too: the connection is
 * given up, and the login fails as it does when the server hangs up.
 *
 * A server that refuses the login when a connection broke, since the password was changed meanwhile: the driver tries again for
 * each call, and servers lock users who do that. So there is a pause between two tries, in which
 * callers are told what the server said.
 *
 * A connection that breaks again while one logs in after a break: the driver tells who logs in that the host is down, also on a
 * hard mount, where the others wait for the connection after. So it is asked again there.
 */
#include <linux/jiffies.h>
#include <linux/workqueue.h>
#include "cifsglob.h"
#include "cifs_debug.h"
#include "cifsproto.h"
#include "smb2proto.h"
#include "smb.h"

#define PAUSE_S		5u
#define PAUSE_MAX_S	300u

int __real_SMB2_sess_setup(const unsigned int xid, struct cifs_ses *ses, struct TCP_Server_Info *server,
			   const struct nls_table *nls);
int __wrap_SMB2_sess_setup(const unsigned int xid, struct cifs_ses *ses, struct TCP_Server_Info *server,
			   const struct nls_table *nls);
int __real_cifs_negotiate_protocol(const unsigned int xid, struct cifs_ses *ses, struct TCP_Server_Info *server);
int __wrap_cifs_negotiate_protocol(const unsigned int xid, struct cifs_ses *ses, struct TCP_Server_Info *server);

/* On the stack of who logs in. */
struct login {
	struct delayed_work work;
	struct TCP_Server_Info *server;
	unsigned long since;		/* nothing was asked before */
};

static void watch(struct work_struct *work)
{
	struct login *l = container_of(to_delayed_work(work), struct login, work);
	struct TCP_Server_Info *server = l->server;
	unsigned long silence = 3 * server->echo_interval, heard = READ_ONCE(server->lstrp), end;

	if (time_before(heard, l->since))
		heard = l->since;
	end = heard + silence;
	if (time_before(jiffies, end)) {
		schedule_delayed_work(&l->work, end - jiffies);
		return;
	}
	cifs_server_dbg(VFS, "has not responded to the login in %lu seconds\n", silence / HZ);
	smb_hang_up(server);
}

/* A kernel has one mount, thus one user. */
static struct {
	int rc;			/* what the server said, or 0 */
	unsigned int seconds;	/* of the pause */
	unsigned long until;
} refused;

/* Who has nothing yet is about to mount, which fails: nobody will try again. */
static bool is_mounting(struct cifs_ses *ses)
{
	bool none;

	spin_lock(&cifs_tcp_ses_lock);
	none = list_empty(&ses->tcon_list);
	spin_unlock(&cifs_tcp_ses_lock);
	return none;
}

static void remember(struct cifs_ses *ses, struct TCP_Server_Info *server, int rc)
{
	refused.rc = rc == -EACCES || rc == -EKEYEXPIRED || rc == -EKEYREVOKED ? rc : 0;
	if (!refused.rc) {
		refused.seconds = 0;
		return;
	}
	refused.seconds = refused.seconds ? min(2 * refused.seconds, PAUSE_MAX_S) : PAUSE_S;
	refused.until = jiffies + refused.seconds * HZ;
	if (!is_mounting(ses))
		cifs_server_dbg(VFS, "refuses the login, next try in %u seconds\n", refused.seconds);
}

int __wrap_SMB2_sess_setup(const unsigned int xid, struct cifs_ses *ses, struct TCP_Server_Info *server,
			   const struct nls_table *nls)
{
	struct login l = { .server = server, .since = jiffies };
	int rc;

	if (refused.rc && time_before(jiffies, refused.until))
		return refused.rc;
	INIT_DELAYED_WORK_ONSTACK(&l.work, watch);
	schedule_delayed_work(&l.work, 3 * server->echo_interval);
	rc = __real_SMB2_sess_setup(xid, ses, server, nls);
	cancel_delayed_work_sync(&l.work);
	destroy_delayed_work_on_stack(&l.work);
	remember(ses, server, rc);
	return rc;
}

static bool is_hard(struct cifs_ses *ses)
{
	struct cifs_tcon *tcon;
	bool hard = false;

	spin_lock(&cifs_tcp_ses_lock);
	list_for_each_entry(tcon, &ses->tcon_list, tcon_list)
		hard |= tcon->retry;
	spin_unlock(&cifs_tcp_ses_lock);
	return hard;
}

/* After a break only: the driver's own call for the first connection, in the same file, comes not by here. */
int __wrap_cifs_negotiate_protocol(const unsigned int xid, struct cifs_ses *ses, struct TCP_Server_Info *server)
{
	int rc = __real_cifs_negotiate_protocol(xid, ses, server);

	return rc == -EHOSTDOWN && is_hard(ses) ? -EAGAIN : rc;
}
