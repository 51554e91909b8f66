// SPDX-License-Identifier: GPL-2.0-only
/*
 * The end of a connection that is not to be used any more. The driver marks it, and the connection's own thread makes the
 * next one when it gets to that: it waits for news of this one, or for seven seconds. So there must be some.
 */
#include <linux/net.h>
#include "cifsglob.h"
#include "cifsproto.h"
#include "smb.h"

void smb_hang_up(struct TCP_Server_Info *server)
{
	bool own = server->tsk == current;

	cifs_signal_cifsd_for_reconnect(server, false);
	/* Who holds the lock instead of us is sending, which brings news too. */
	if (!own && !mutex_trylock(&server->_srv_mutex))
		return;
	if (server->ssocket)
		kernel_sock_shutdown(server->ssocket, SHUT_RDWR);
	if (!own)
		mutex_unlock(&server->_srv_mutex);
}
