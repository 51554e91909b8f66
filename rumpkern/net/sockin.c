// SPDX-License-Identifier: GPL-2.0-only
/*
 * sockin: AF_INET and AF_INET6 without a network stack. A socket of these
 * families is a socket of the host. Here: how sockets begin and end, how they
 * are connected, and what is done with the host's news.
 *
 * The state that those above look at (sk_state, sk_shutdown, sk_err and the
 * callbacks) follows the host's TCP state, which is asked for when news hints
 * at a change, so that neither late nor early news can mislead.
 */
#include <linux/init.h>
#include <linux/interrupt.h>
#include <linux/tcp.h>
#include <net/tcp_states.h>
#include "sockin.h"

static struct rumpuser_sock *news_list;	/* newest first, pushed by the host: atomic */

/* --- news --------------------------------------------------------------------- */

/* Any thread of the host. */
static void sockin_news(struct rumpuser_sock *s, unsigned int events)
{
	__atomic_fetch_or(&s->events, events, __ATOMIC_RELEASE);
	if (!__atomic_exchange_n(&s->queued, 1, __ATOMIC_ACQ_REL)) {
		s->next = __atomic_load_n(&news_list, __ATOMIC_RELAXED);
		while (!__atomic_compare_exchange_n(&news_list, &s->next, s, true,
						    __ATOMIC_RELEASE, __ATOMIC_RELAXED))
			;
	}
	rump_irq_post(RUMP_IRQ_SOCK);
}

/*
 * A call found the connection gone. A network stack would have said so before it let
 * the call fail; the host says it when the CPU idles next, which may be never, as sunrpc
 * tries again for as long as the connection looks alive.
 */
void sockin_lost(struct sock *sk)
{
	sockin_news(&sockin_sk(sk)->host, RUMPUSER_SOCK_HUP);
}

static int host_error(struct sockin *s)
{
	unsigned int len = sizeof(int);
	int err = 0;

	rumpuser_sock_getopt(&s->host, SOL_SOCKET, SO_ERROR, &err, &len);
	return err;
}

/* The TCP state of the host's socket; its numbers are Linux's. */
static int host_state(struct sockin *s)
{
	unsigned int len = sizeof(u8);
	u8 state = TCP_CLOSE;

	rumpuser_sock_getopt(&s->host, IPPROTO_TCP, TCP_INFO, &state, &len);
	return state;
}

static void set_state(struct sock *sk, int state)
{
	smp_store_release(&sk->sk_state, state);
}

/* The connection is no more, by an error or in peace. */
static void stream_closed(struct sock *sk, int err)
{
	if (sk->sk_state == TCP_SYN_SENT && !err)
		err = ECONNREFUSED;
	if (err)
		WRITE_ONCE(sk->sk_err, err);
	set_state(sk, TCP_CLOSE);
	WRITE_ONCE(sk->sk_shutdown, SHUTDOWN_MASK);
	sk->sk_state_change(sk);
	if (err)
		sk_error_report(sk);
}

/* The host's state may have changed. */
static void stream_follow(struct sock *sk)
{
	struct sockin *s = sockin_sk(sk);
	int state = host_state(s), err;

	if (sk->sk_state == TCP_SYN_SENT) {
		if (state == TCP_SYN_SENT || state == TCP_SYN_RECV)
			return;
		if (state != TCP_CLOSE) {
			s->writable = true;
			set_state(sk, TCP_ESTABLISHED);
			sk->sk_state_change(sk);
			sk_wake_async(sk, SOCK_WAKE_IO, POLL_OUT);
		}
	}
	if (state == TCP_CLOSE || state == TCP_TIME_WAIT) {
		stream_closed(sk, host_error(s));
		return;
	}
	if (state != sk->sk_state) {
		if (state == TCP_CLOSE_WAIT || state == TCP_LAST_ACK || state == TCP_CLOSING) {
			WRITE_ONCE(sk->sk_shutdown, sk->sk_shutdown | RCV_SHUTDOWN);
			sock_set_flag(sk, SOCK_DONE);
		}
		set_state(sk, state);
		sk->sk_state_change(sk);
	}
	err = host_error(s);
	if (err) {
		WRITE_ONCE(sk->sk_err, err);
		sk_error_report(sk);
	}
}

/* Bottom halves are off, and nobody else has the socket. */
static void deliver(struct sock *sk, unsigned int news)
{
	const unsigned int ends = RUMPUSER_SOCK_EOF | RUMPUSER_SOCK_HUP | RUMPUSER_SOCK_ERR;
	struct sockin *s = sockin_sk(sk);

	if (sock_flag(sk, SOCK_DEAD))
		return;
	if (sockin_is_stream(sk) && sk->sk_state != TCP_LISTEN) {
		if (sk->sk_state == TCP_CLOSE)
			return;		/* not connected yet, or no longer */
		if (sk->sk_state != TCP_ESTABLISHED || news & ends)
			stream_follow(sk);
	} else if (news & RUMPUSER_SOCK_ERR) {
		WRITE_ONCE(sk->sk_err, host_error(s));
		if (sk->sk_err)
			sk_error_report(sk);
	}
	if (news & (RUMPUSER_SOCK_IN | ends)) {
		s->readable = true;
		sk->sk_data_ready(sk);
	}
	if (news & (RUMPUSER_SOCK_OUT | RUMPUSER_SOCK_HUP) && !s->writable) {
		s->writable = true;
		sk->sk_write_space(sk);
	}
}

static void take_news(void)
{
	struct rumpuser_sock *h, *next, *fifo = NULL;
	unsigned int news;
	struct sockin *s;
	struct sock *sk;

	h = __atomic_exchange_n(&news_list, NULL, __ATOMIC_ACQUIRE);
	for (; h; h = next) {
		next = h->next;
		h->next = fifo;
		fifo = h;
	}
	for (; fifo; fifo = next) {
		next = fifo->next;
		__atomic_store_n(&fifo->queued, 0, __ATOMIC_RELEASE);
		news = __atomic_exchange_n(&fifo->events, 0, __ATOMIC_ACQUIRE);
		s = container_of(fifo, struct sockin, host);
		sk = (struct sock *)s;
		bh_lock_sock(sk);
		if (sock_owned_by_user(sk))
			s->late |= news;
		else
			deliver(sk, news);
		bh_unlock_sock(sk);
	}
}

static void news_tasklet_fn(struct tasklet_struct *unused)
{
	take_news();
}
static DECLARE_TASKLET(news_tasklet, news_tasklet_fn);

static irqreturn_t sockin_irq(int irq, void *dev)
{
	tasklet_hi_schedule(&news_tasklet);
	return IRQ_HANDLED;
}

/* In release_sock(). */
static void sockin_release_cb(struct sock *sk)
{
	struct sockin *s = sockin_sk(sk);
	unsigned int news = s->late;

	s->late = 0;
	if (news)
		deliver(sk, news);
}

/* --- begin and end ---------------------------------------------------------------- */

/* Never entered in a table of protocols: an address is found by the host. */
static struct proto sockin_tcp_prot = {
	.name = "TCP",
	.owner = THIS_MODULE,
	.obj_size = sizeof(struct sockin),
	.keepalive = sockin_keepalive,
	.release_cb = sockin_release_cb,
	.stream_memory_free = sockin_memory_free,
};

static struct proto sockin_udp_prot = {
	.name = "UDP",
	.owner = THIS_MODULE,
	.obj_size = sizeof(struct sockin),
	.release_cb = sockin_release_cb,
};

/* With a reference, and without a socket of the host. */
static struct sock *sockin_alloc(struct net *net, struct socket *sock, int family, int protocol, int kern)
{
	bool stream = protocol == IPPROTO_TCP;
	struct sockin *s;
	struct sock *sk;

	sk = sk_alloc(net, family, GFP_KERNEL, stream ? &sockin_tcp_prot : &sockin_udp_prot, kern);
	if (!sk)
		return NULL;
	s = sockin_sk(sk);
	s->host.fd = -1;
	s->inet.pinet6 = &s->inet6;
	sock_init_data(sock, sk);
	sk->sk_protocol = protocol;
	if (stream)
		sk->sk_write_space = sk_stream_write_space;
	else
		s->writable = true;
	return sk;
}

static int sockin_release(struct socket *sock)
{
	struct sock *sk = sock->sk;

	if (!sk)
		return 0;
	lock_sock(sk);
	sock_orphan(sk);
	sock->sk = NULL;
	rumpuser_sock_close(&sockin_sk(sk)->host);
	release_sock(sk);
	/* Off the list of news. */
	local_bh_disable();
	take_news();
	local_bh_enable();
	skb_queue_purge(&sk->sk_receive_queue);
	sock_put(sk);
	return 0;
}

/* --- connecting --------------------------------------------------------------------- */

static int sockin_bind(struct socket *sock, struct sockaddr *addr, int len)
{
	struct sock *sk = sock->sk;
	struct sockin *s = sockin_sk(sk);
	struct sockaddr_storage own;
	unsigned int ownlen = sizeof(own);
	int err;

	lock_sock(sk);
	sockin_push_options(sk, true);
	err = rumpuser_sock_bind(&s->host, addr, len);
	if (!err && !rumpuser_sock_name(&s->host, 0, &own, &ownlen)) {
		/* Both families have the port at the same place. */
		s->inet.inet_sport = ((struct sockaddr_in *)&own)->sin_port;
		s->inet.inet_num = ntohs(s->inet.inet_sport);
	}
	release_sock(sk);
	return err;
}

static int sockin_connect_stream(struct socket *sock, struct sockaddr *addr, int len, int flags)
{
	struct sock *sk = sock->sk;
	long timeo = sock_sndtimeo(sk, flags & O_NONBLOCK), left;
	int err;

	lock_sock(sk);
	switch (sock->state) {
	case SS_UNCONNECTED:
		err = -EISCONN;
		if (sk->sk_state != TCP_CLOSE)
			goto out;
		sockin_push_options(sk, false);
		/* Before the host begins, for news may be quick. */
		set_state(sk, TCP_SYN_SENT);
		WRITE_ONCE(sk->sk_shutdown, 0);
		err = rumpuser_sock_connect(&sockin_sk(sk)->host, addr, len);
		if (err && err != -EINPROGRESS) {
			set_state(sk, TCP_CLOSE);
			goto out;
		}
		sock->state = SS_CONNECTING;
		if (!err) {
			sockin_sk(sk)->writable = true;
			set_state(sk, TCP_ESTABLISHED);
			sk->sk_state_change(sk);
		}
		err = -EINPROGRESS;
		break;
	case SS_CONNECTING:
		err = -EALREADY;
		break;
	case SS_CONNECTED:
		err = -EISCONN;
		goto out;
	default:
		err = -EINVAL;
		goto out;
	}
	while (sk->sk_state == TCP_SYN_SENT) {
		if (!timeo)
			goto out;
		release_sock(sk);
		left = wait_event_interruptible_timeout(*sk_sleep(sk),
							sk->sk_state != TCP_SYN_SENT, timeo);
		lock_sock(sk);
		if (left < 0) {
			err = sock_intr_errno(timeo);
			goto out;
		}
		timeo = left;
	}
	if (sk->sk_state == TCP_CLOSE) {
		err = sock_error(sk) ?: -ECONNABORTED;
		sock->state = SS_UNCONNECTED;
		goto out;
	}
	sock->state = SS_CONNECTED;
	err = 0;
out:
	release_sock(sk);
	return err;
}

static int sockin_connect_dgram(struct socket *sock, struct sockaddr *addr, int len, int flags)
{
	struct sock *sk = sock->sk;
	int err;

	lock_sock(sk);
	sockin_push_options(sk, false);
	err = rumpuser_sock_connect(&sockin_sk(sk)->host, addr, len);
	if (!err)
		set_state(sk, addr->sa_family == AF_UNSPEC ? TCP_CLOSE : TCP_ESTABLISHED);
	release_sock(sk);
	return err;
}

static int sockin_listen(struct socket *sock, int backlog)
{
	struct sock *sk = sock->sk;
	int err;

	lock_sock(sk);
	sockin_push_options(sk, true);
	err = rumpuser_sock_listen(&sockin_sk(sk)->host, backlog);
	if (!err) {
		sk->sk_max_ack_backlog = backlog;
		set_state(sk, TCP_LISTEN);
	}
	release_sock(sk);
	return err;
}

static int sockin_accept(struct socket *sock, struct socket *newsock, int flags, bool kern)
{
	struct sock *sk = sock->sk, *newsk;
	long timeo = sock_rcvtimeo(sk, flags & O_NONBLOCK), left;
	struct sockin *s = sockin_sk(sk);
	int err;

	newsk = sockin_alloc(sock_net(sk), newsock, sk->sk_family, IPPROTO_TCP, kern);
	if (!newsk)
		return -ENOMEM;
	for (;;) {
		err = -EINVAL;
		if (sk->sk_state != TCP_LISTEN)
			break;
		err = rumpuser_sock_accept(&s->host, &sockin_sk(newsk)->host);
		if (!err)
			break;
		if (err != -EAGAIN)
			break;
		s->readable = false;
		if (!timeo)
			break;
		left = wait_event_interruptible_timeout(*sk_sleep(sk),
				s->readable || sk->sk_state != TCP_LISTEN, timeo);
		if (left < 0) {
			err = sock_intr_errno(timeo);
			break;
		}
		timeo = left;
	}
	if (err) {
		sock_orphan(newsk);
		newsock->sk = NULL;
		sock_put(newsk);
		return err;
	}
	set_state(newsk, TCP_ESTABLISHED);
	sockin_sk(newsk)->readable = sockin_sk(newsk)->writable = true;
	newsock->state = SS_CONNECTED;
	return 0;
}

static int sockin_shutdown(struct socket *sock, int how)
{
	struct sock *sk = sock->sk;
	int err;

	if (how < SHUT_RD || how > SHUT_RDWR)
		return -EINVAL;
	lock_sock(sk);
	err = rumpuser_sock_shutdown(&sockin_sk(sk)->host, how);
	WRITE_ONCE(sk->sk_shutdown, sk->sk_shutdown | (how + 1));
	if (sockin_is_stream(sk)) {
		switch (sk->sk_state) {
		case TCP_SYN_SENT:
		case TCP_LISTEN:
			set_state(sk, TCP_CLOSE);
			sock->state = SS_UNCONNECTED;
			break;
		case TCP_ESTABLISHED:
			if (sk->sk_shutdown & SEND_SHUTDOWN)
				set_state(sk, TCP_FIN_WAIT1);
			break;
		case TCP_CLOSE_WAIT:
			if (sk->sk_shutdown & SEND_SHUTDOWN)
				set_state(sk, TCP_LAST_ACK);
			break;
		}
	}
	sk->sk_state_change(sk);
	release_sock(sk);
	return err;
}

static int sockin_getname(struct socket *sock, struct sockaddr *addr, int peer)
{
	unsigned int len = sizeof(struct sockaddr_storage);
	int err = rumpuser_sock_name(&sockin_sk(sock->sk)->host, peer, addr, &len);

	return err ?: len;
}

/* --- the families --------------------------------------------------------------------- */

#define SOCKIN_OPS						\
	.owner = THIS_MODULE,					\
	.release = sockin_release,				\
	.bind = sockin_bind,					\
	.socketpair = sock_no_socketpair,			\
	.getname = sockin_getname,				\
	.poll = sockin_poll,					\
	.ioctl = sock_no_ioctl,					\
	.shutdown = sockin_shutdown,				\
	.setsockopt = sockin_setsockopt,			\
	.getsockopt = sockin_getsockopt,			\
	.sendmsg = sockin_sendmsg,				\
	.recvmsg = sockin_recvmsg,				\
	.mmap = sock_no_mmap

static const struct proto_ops sockin_stream_ops = {
	.family = PF_INET,
	.connect = sockin_connect_stream,
	.listen = sockin_listen,
	.accept = sockin_accept,
	SOCKIN_OPS,
};

static const struct proto_ops sockin_dgram_ops = {
	.family = PF_INET,
	.connect = sockin_connect_dgram,
	.listen = sock_no_listen,
	.accept = sock_no_accept,
	SOCKIN_OPS,
};

static int create(struct net *net, struct socket *sock, int family, int protocol, int kern)
{
	struct sock *sk;
	int want, err;

	switch (sock->type) {
	case SOCK_STREAM:
		want = IPPROTO_TCP;
		sock->ops = &sockin_stream_ops;
		break;
	case SOCK_DGRAM:
		want = IPPROTO_UDP;
		sock->ops = &sockin_dgram_ops;
		break;
	default:
		return -ESOCKTNOSUPPORT;
	}
	if (protocol && protocol != want)
		return -EPROTONOSUPPORT;
	sk = sockin_alloc(net, sock, family, want, kern);
	if (!sk)
		return -ENOMEM;
	err = rumpuser_sock_open(&sockin_sk(sk)->host, family, sock->type, want);
	if (err) {
		sock_orphan(sk);
		sock->sk = NULL;
		sock_put(sk);
	}
	return err;
}

static int create_inet(struct net *net, struct socket *sock, int protocol, int kern)
{
	return create(net, sock, PF_INET, protocol, kern);
}

static int create_inet6(struct net *net, struct socket *sock, int protocol, int kern)
{
	return create(net, sock, PF_INET6, protocol, kern);
}

static const struct net_proto_family sockin_families[] = {
	{ .family = PF_INET, .create = create_inet, .owner = THIS_MODULE },
	{ .family = PF_INET6, .create = create_inet6, .owner = THIS_MODULE },
};

static int __init sockin_init(void)
{
	int i, err;

	err = rumpuser_sock_init(sockin_news);
	if (!err)
		err = request_irq(RUMP_IRQ_SOCK, sockin_irq, 0, "sockin", NULL);
	for (i = 0; i < ARRAY_SIZE(sockin_families) && !err; i++)
		err = sock_register(&sockin_families[i]);
	return err;
}
fs_initcall(sockin_init);
