/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * sockin inside: a socket of the kernel that is one of the host.
 *
 * Who owns what: the struct sock owns the host's socket from create or accept to
 * release. The host tells news from any thread (sockin.c, sockin_news()); a
 * tasklet takes it to the socket as a network stack would take packets, that
 * is with bottom halves excluded, or leaves it to release_sock() while a
 * process has the socket locked.
 */
#ifndef _SOCKIN_H
#define _SOCKIN_H

#include <linux/ipv6.h>
#include <linux/net.h>
#include <net/inet_sock.h>
#include <net/sock.h>
#include <asm/rump.h>
#include <rump/rumpuser_sock.h>

struct sockin {
	struct inet_sock inet;		/* first: what sunrpc casts a struct sock to */
	struct ipv6_pinfo inet6;	/* inet.pinet6 */
	struct rumpuser_sock host;
	unsigned int late;		/* news that came while the socket was locked */
	/*
	 * What the host said last. Changed by its news and by its refusals only, so
	 * that no call is made that would be refused.
	 */
	bool readable, writable;
	bool corked;			/* hold back what is not a full segment */
	bool held;			/* something may have been */
};

static inline struct sockin *sockin_sk(const struct sock *sk)
{
	return (struct sockin *)sk;
}

static inline bool sockin_is_stream(const struct sock *sk)
{
	return sk->sk_type == SOCK_STREAM;
}

/* sockin.c */
void sockin_lost(struct sock *sk);

/* sockio.c */
int sockin_sendmsg(struct socket *sock, struct msghdr *msg, size_t size);
int sockin_recvmsg(struct socket *sock, struct msghdr *msg, size_t size, int flags);
__poll_t sockin_poll(struct file *file, struct socket *sock, struct poll_table_struct *wait);
bool sockin_memory_free(const struct sock *sk, int wake);

/* sockopt.c */
int sockin_setsockopt(struct socket *sock, int level, int name, sockptr_t val, unsigned int len);
int sockin_getsockopt(struct socket *sock, int level, int name, char __user *val, int __user *len);
void sockin_keepalive(struct sock *sk, int on);
/* What is set by assignment in Linux, not by a call, goes to the host before it matters. */
void sockin_push_options(struct sock *sk, bool binding);

#endif
