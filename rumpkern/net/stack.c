// SPDX-License-Identifier: GPL-2.0-only
/*
 * The few things of a real stack that are used: datagrams as sunrpc takes them,
 * where it counts them, the kind of name space that its kobjects
 * have, and tables that are looked into and are empty.
 */
#include <linux/netdevice.h>
#include <linux/kobject_ns.h>
#include <linux/skbuff.h>
#include <net/ip.h>
#include <net/net_namespace.h>
#include <net/protocol.h>
#include <net/udp.h>
#include "sockin.h"

DEFINE_PER_CPU_ALIGNED(struct softnet_data, softnet_data);
struct net_protocol __rcu *inet_protos[MAX_INET_PROTOS];

/* --- datagrams ------------------------------------------------------------------ */

/* What lies behind skb_recv_udp(): a datagram in a buffer of its own. */
struct sk_buff *__skb_recv_udp(struct sock *sk, unsigned int flags, int *off, int *err)
{
	struct sockin *s = sockin_sk(sk);
	struct rumpuser_msg m = { .flags = MSG_PEEK | MSG_TRUNC };
	struct rumpuser_iov iov;
	struct sk_buff *skb;
	long n;

	*err = sock_error(sk);
	if (*err)
		return NULL;
	n = s->readable ? rumpuser_sock_recv(&s->host, &m) : -EAGAIN;
	if (n < 0)
		goto fail;
	skb = alloc_skb(n, GFP_KERNEL);
	if (!skb) {
		*err = -ENOMEM;
		return NULL;
	}
	m = (struct rumpuser_msg){ .iov = &iov, .niov = 1 };
	iov.base = skb_put(skb, n);
	iov.len = n;
	n = rumpuser_sock_recv(&s->host, &m);
	if (n < 0) {
		kfree_skb(skb);
		goto fail;
	}
	skb_trim(skb, n);
	skb->ip_summed = CHECKSUM_UNNECESSARY;	/* the host has looked */
	return skb;
fail:
	if (n == -EAGAIN)
		s->readable = false;
	*err = n;
	return NULL;
}

/* A server's wish to know which of its addresses was meant. */
void ip_sock_set_pktinfo(struct sock *sk)
{
	int on = 1;

	rumpuser_sock_setopt(&sockin_sk(sk)->host, IPPROTO_IP, IP_PKTINFO, &on, sizeof(on));
}

static int __init count_init(void)
{
	init_net.mib.udp_statistics = alloc_percpu(struct udp_mib);
	init_net.mib.udp_stats_in6 = alloc_percpu(struct udp_mib);
	if (!init_net.mib.udp_statistics || !init_net.mib.udp_stats_in6)
		panic("sockin: no memory\n");
	return 0;
}
subsys_initcall(count_init);

/* --- the name space of kobjects, which sunrpc has --------------------------------------- */

static bool may_mount(void)
{
	return true;
}

static void *the_ns(void)
{
	return &init_net;
}

static const void *initial_ns(void)
{
	return &init_net;
}

static const void *netlink_ns(struct sock *sk)
{
	return sock_net(sk);
}

static void drop_ns(void *ns)
{
}

const struct kobj_ns_type_operations net_ns_type_operations = {
	.type = KOBJ_NS_TYPE_NET,
	.current_may_mount = may_mount,
	.grab_current_ns = the_ns,
	.netlink_ns = netlink_ns,
	.initial_ns = initial_ns,
	.drop_ns = drop_ns,
};

static int __init ns_init(void)
{
	return kobj_ns_type_register(&net_ns_type_operations);
}
subsys_initcall(ns_init);
