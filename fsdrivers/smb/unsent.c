// SPDX-License-Identifier: GPL-2.0-only
/*
 * What was not sent, as the connection broke meanwhile. Who waited for its turn (for credits, for the lock of the connection)
 * has made its question for a session that another has replaced, and the driver finds no key to sign or to seal it by: ENOENT,
 * which callers take for the file's. Or the connection breaks while it is sent: ECONNABORTED, after which, says the driver,
 * its callers ask again, which they do after EAGAIN only. A server carries out no part of a message, so it may be asked again.
 *
 * A connection begins with one credit. What needs more at once, where nothing is under way that would bring them, is EDEADLK to
 * the driver, and to its callers; the login, which comes first when it is asked again, brings some.
 */
#include <linux/delay.h>
#include "cifsglob.h"
#include "cifsproto.h"
#include "smb.h"

int __real_cifs_call_async(struct TCP_Server_Info *server, struct smb_rqst *rqst, mid_receive_t *receive, mid_callback_t *callback,
			   mid_handle_t *handle, void *cbdata, const int flags, const struct cifs_credits *exist_credits);
int __wrap_cifs_call_async(struct TCP_Server_Info *server, struct smb_rqst *rqst, mid_receive_t *receive, mid_callback_t *callback,
			   mid_handle_t *handle, void *cbdata, const int flags, const struct cifs_credits *exist_credits);

#define PAUSE_MS	20	/* for credits: asking again has none */

int smb_unsent(struct TCP_Server_Info *server, int rc)
{
	bool exiting;

	if (rc != -ENOENT && rc != -ECONNABORTED && rc != -EDEADLK)
		return rc;
	spin_lock(&server->srv_lock);
	exiting = server->tcpStatus == CifsExiting;
	spin_unlock(&server->srv_lock);
	if (exiting)
		return rc;
	if (rc == -EDEADLK)
		msleep(PAUSE_MS);
	return -EAGAIN;
}

/* Those who do not wait for the answer: pages read and written. */
int __wrap_cifs_call_async(struct TCP_Server_Info *server, struct smb_rqst *rqst, mid_receive_t *receive, mid_callback_t *callback,
			   mid_handle_t *handle, void *cbdata, const int flags, const struct cifs_credits *exist_credits)
{
	return smb_unsent(server, __real_cifs_call_async(server, rqst, receive, callback, handle, cbdata, flags, exist_credits));
}
