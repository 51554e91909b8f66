// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the base refers to of the network, for components without the part
 * "net": no file is a socket.
 *
 * What is only ever pointed at is small here; hence no header that knows its type.
 */
#include <linux/errno.h>
#include <linux/init.h>
#include <linux/types.h>

struct socket;
struct file;

const long init_net;
unsigned int sysctl_net_busy_poll;

void __init net_ns_init(void);
void __init net_ns_init(void)
{
}

struct socket *sock_from_file(struct file *file);
struct socket *sock_from_file(struct file *file)
{
	return NULL;
}

void __receive_sock(struct file *file);
void __receive_sock(struct file *file)
{
}

void napi_busy_loop(unsigned int id, bool (*end)(void *, unsigned long), void *arg, bool prefer,
		    u16 budget);
void napi_busy_loop(unsigned int id, bool (*end)(void *, unsigned long), void *arg, bool prefer,
		    u16 budget)
{
}

/* The crypto API would describe itself in netlink's terms; nobody can ask. */
int nla_put(void *skb, int type, int len, const void *data);
int nla_put(void *skb, int type, int len, const void *data)
{
	return -EMSGSIZE;
}
