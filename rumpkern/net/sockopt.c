// SPDX-License-Identifier: GPL-2.0-only
/*
 * Options: those of a kernel socket become those of the host's. Users in the
 * kernel set some by functions of the TCP that is not here, which are here
 * instead, and some by assignment, which are passed on before they matter.
 */
#include <linux/tcp.h>
#include <net/ipv6.h>
#include <net/tcp_states.h>
#include "sockin.h"

static int set_int(struct sock *sk, int level, int name, int val)
{
	return rumpuser_sock_setopt(&sockin_sk(sk)->host, level, name, &val, sizeof(val));
}

void sockin_keepalive(struct sock *sk, int on)
{
	set_int(sk, SOL_SOCKET, SO_KEEPALIVE, on);
}

void sockin_push_options(struct sock *sk, bool binding)
{
	/* Twice as much as was asked for is what Linux keeps. */
	if (sk->sk_userlocks & SOCK_SNDBUF_LOCK)
		set_int(sk, SOL_SOCKET, SO_SNDBUF, sk->sk_sndbuf / 2);
	if (sk->sk_userlocks & SOCK_RCVBUF_LOCK)
		set_int(sk, SOL_SOCKET, SO_RCVBUF, sk->sk_rcvbuf / 2);
	if (sk->sk_family == AF_INET6 && inet6_sk(sk)->srcprefs)
		set_int(sk, IPPROTO_IPV6, IPV6_ADDR_PREFERENCES, inet6_sk(sk)->srcprefs);
	if (sock_flag(sk, SOCK_BROADCAST))
		set_int(sk, SOL_SOCKET, SO_BROADCAST, 1);
	if (!binding)
		return;
	if (sk->sk_reuse)
		set_int(sk, SOL_SOCKET, SO_REUSEADDR, 1);
	if (sk->sk_reuseport)
		set_int(sk, SOL_SOCKET, SO_REUSEPORT, 1);
	if (sk->sk_family == AF_INET6 && sk->sk_ipv6only)
		set_int(sk, IPPROTO_IPV6, IPV6_V6ONLY, 1);
}

/* --- of system calls: SOL_SOCKET is the socket layer's --------------------------------------------------------------- */

int sockin_setsockopt(struct socket *sock, int level, int name, sockptr_t val, unsigned int len)
{
	char buf[64];

	if (len > sizeof(buf))
		return -EINVAL;
	if (copy_from_sockptr(buf, val, len))
		return -EFAULT;
	return rumpuser_sock_setopt(&sockin_sk(sock->sk)->host, level, name, buf, len);
}

int sockin_getsockopt(struct socket *sock, int level, int name, char __user *val, int __user *len)
{
	char buf[256];
	unsigned int n;
	int room, err;

	if (get_user(room, len))
		return -EFAULT;
	if (room < 0)
		return -EINVAL;
	n = min_t(unsigned int, room, sizeof(buf));
	err = rumpuser_sock_getopt(&sockin_sk(sock->sk)->host, level, name, buf, &n);
	if (err)
		return err;
	if (put_user(n, len) || copy_to_user(val, buf, n))
		return -EFAULT;
	return 0;
}

/* --- of the kernel's users of TCP ---------------------------------------------------- */

void tcp_sock_set_nodelay(struct sock *sk)
{
	set_int(sk, IPPROTO_TCP, TCP_NODELAY, 1);
}

/*
 * Corked means that what is sent has more to come. So nothing need be told to the
 * host but the end, and that only if the last piece said so.
 */
void tcp_sock_set_cork(struct sock *sk, bool on)
{
	struct sockin *s = sockin_sk(sk);

	s->corked = on;
	if (!on && s->held) {
		s->held = false;
		set_int(sk, IPPROTO_TCP, TCP_CORK, 0);	/* sends what was held back */
	}
}

void tcp_sock_set_user_timeout(struct sock *sk, u32 ms)
{
	set_int(sk, IPPROTO_TCP, TCP_USER_TIMEOUT, min_t(u32, ms, INT_MAX));
}

int tcp_sock_set_keepidle(struct sock *sk, int seconds)
{
	return set_int(sk, IPPROTO_TCP, TCP_KEEPIDLE, seconds);
}

int tcp_sock_set_keepintvl(struct sock *sk, int seconds)
{
	return set_int(sk, IPPROTO_TCP, TCP_KEEPINTVL, seconds);
}

int tcp_sock_set_keepcnt(struct sock *sk, int n)
{
	return set_int(sk, IPPROTO_TCP, TCP_KEEPCNT, n);
}
