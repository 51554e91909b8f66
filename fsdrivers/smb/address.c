// SPDX-License-Identifier: GPL-2.0-only
/*
 * A server that has another address than at the mount. Before each try to connect again the driver asks where the server is, by
 * way of the key service, of which there is none here; the mount would try the old address for ever. So the host is asked
 * (rump/rumpuser_name.h).
 *
 * Of a name with several addresses the one in use is kept while the name has it, since it was the first that worked; when that does not
 * answer the next is tried. Where nothing can be learnt the old address stays.
 */
#include <linux/delay.h>
#include <linux/jiffies.h>
#include <linux/slab.h>
#include <rump/rumpuser_name.h>
#include "cifsglob.h"
#include "cifs_debug.h"
#include "cifsproto.h"
#include "dns_resolve.h"

#define PATIENCE	(2 * HZ)	/* what is learnt later serves the next try */
#define LOOK_MS		5

int __real_dns_resolve_server_name_to_ip(const char *unc, char **ip, time64_t *expiry);
int __wrap_dns_resolve_server_name_to_ip(const char *unc, char **ip, time64_t *expiry);

union address {
	struct sockaddr sa;
	struct sockaddr_in6 in6;
};

static bool address_in_use(const char *host, struct sockaddr_storage *address)
{
	struct TCP_Server_Info *server;
	bool found = false;

	spin_lock(&cifs_tcp_ses_lock);
	list_for_each_entry(server, &cifs_tcp_ses_list, tcp_ses_list) {
		if (!server->hostname || strcmp(server->hostname, host))
			continue;
		spin_lock(&server->srv_lock);
		*address = server->dstaddr;
		spin_unlock(&server->srv_lock);
		found = true;
		break;
	}
	spin_unlock(&cifs_tcp_ses_lock);
	return found;
}

/* Nobody has called since a connection was made. A kernel has one mount, thus one server with a name. */
static bool is_first_try(void)
{
	static int connections = -1;
	int now = atomic_read(&tcpSesReconnectCount);
	bool first = now != connections;

	connections = now;
	return first;
}

/* Which of @list[@n] to try, when @used did not answer, or may yet; -1: stay there. */
static int choose(union address *list, int n, struct sockaddr_storage *used)
{
	int i;

	for (i = 0; i < n; i++)
		if (list[i].sa.sa_family == used->ss_family && cifs_match_ipaddr((struct sockaddr *)used, &list[i].sa))
			break;
	if (i == n)
		return 0;
	return is_first_try() || n == 1 ? -1 : (i + 1) % n;
}

/* The addresses of the server, or an error. Sleeps. */
static int ask(union address *list, int max)
{
	unsigned long end = jiffies + PATIENCE;
	int n;

	n = rumpuser_server_ask();
	while (!n) {
		n = rumpuser_server_addresses(list, max);
		if (n != -EAGAIN || time_after(jiffies, end))
			break;
		n = 0;
		msleep(LOOK_MS);
	}
	return n;
}

/* An error lets the caller stay with the address that it has. */
int __wrap_dns_resolve_server_name_to_ip(const char *unc, char **ip, time64_t *expiry)
{
	union address list[RUMPUSER_SERVER_MAX];
	struct sockaddr_storage used;
	const char *host = unc + 2;
	int n, i;

	BUILD_BUG_ON(sizeof(*list) != RUMPUSER_SOCKADDR);
	if (cifs_convert_address((struct sockaddr *)&used, host, strlen(host)) > 0)
		return __real_dns_resolve_server_name_to_ip(unc, ip, expiry);
	if (!address_in_use(host, &used))
		return -ENOENT;
	n = ask(list, ARRAY_SIZE(list));
	if (n < 0)
		return n;
	i = choose(list, n, &used);
	if (i < 0)
		return -EALREADY;
	*ip = kasprintf(GFP_KERNEL, "%pIScs", &list[i].sa);
	if (!*ip)
		return -ENOMEM;
	pr_notice("connecting to %s at %s\n", host, *ip);
	return strlen(*ip);
}
