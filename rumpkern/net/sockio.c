// SPDX-License-Identifier: GPL-2.0-only
/*
 * Data. A message is handed to the host where it lies: pages of the page cache
 * or of a reply are what its segments point to.
 *
 * Nothing here sleeps between looking at a socket and the host's answer, and nobody
 * else runs meanwhile, so the one array of segments needs no lock, nor does the
 * data path take lock_sock().
 */
#include <linux/poll.h>
#include <linux/uio.h>
#include <net/tcp_states.h>
#include "sockin.h"

#define SEGS	1024			/* of one call, the host's limit */

static struct rumpuser_iov segs[SEGS];

/* The next piece of @it, in memory. 0 if it has none. */
static size_t piece(const struct iov_iter *it, void **base)
{
	const struct bio_vec *bv;
	size_t len, off = it->iov_offset;

	if (iov_iter_is_bvec(it)) {
		bv = it->bvec;
		*base = page_address(bv->bv_page) + bv->bv_offset + off;
		len = bv->bv_len - off;
	} else if (iov_iter_is_kvec(it)) {
		*base = it->kvec->iov_base + off;
		len = it->kvec->iov_len - off;
	} else if (iter_is_iovec(it)) {
		*base = (void __force *)it->iov->iov_base + off;
		len = it->iov->iov_len - off;
	} else if (iter_is_ubuf(it)) {
		*base = (void __force *)it->ubuf + off;
		len = it->count;
	} else {
		WARN_ONCE(1, "sockin: memory of kind %d\n", it->iter_type);
		return 0;
	}
	return min(len, it->count);
}

/* Point segs[] to what @from covers; *@total: how much that is. Returns their number. */
static unsigned int gather(const struct iov_iter *from, size_t *total)
{
	struct iov_iter it = *from;
	unsigned int n = 0;
	void *base;
	size_t len;

	*total = 0;
	while (it.count) {
		len = piece(&it, &base);
		if (len && n && segs[n - 1].base + segs[n - 1].len == base) {
			segs[n - 1].len += len;
		} else if (len) {
			if (n == SEGS)
				break;
			segs[n].base = base;
			segs[n++].len = len;
		} else if (!iov_iter_is_kvec(&it) && !iter_is_iovec(&it) && !iov_iter_is_bvec(&it)) {
			break;
		}
		*total += len;
		if (len) {
			iov_iter_advance(&it, len);
		} else {		/* an empty segment: advance() stops at nothing */
			it.iov_offset = 0;
			it.nr_segs--;
			if (iov_iter_is_bvec(&it))
				it.bvec++;
			else
				it.kvec++;
		}
	}
	return n;
}

/* --- sending --------------------------------------------------------------------- */

static bool may_send(struct sock *sk)
{
	return sockin_sk(sk)->writable || sk->sk_err || sk->sk_shutdown & SEND_SHUTDOWN;
}

static long send_once(struct sock *sk, struct msghdr *msg)
{
	struct sockin *s = sockin_sk(sk);
	struct rumpuser_msg m = {
		.name = msg->msg_name,
		.namelen = msg->msg_namelen,
		.flags = msg->msg_flags & (MSG_MORE | MSG_OOB | MSG_DONTROUTE | MSG_CONFIRM | MSG_EOR),
		.iov = segs,
	};
	size_t want;
	long n;

	m.niov = gather(&msg->msg_iter, &want);
	if (sockin_is_stream(sk)) {
		m.name = NULL;
		/* More than one call can take, or corked. */
		if (want < msg_data_left(msg) || s->corked)
			m.flags |= MSG_MORE;
	} else if (want < msg_data_left(msg)) {
		return -EMSGSIZE;
	}
	n = rumpuser_sock_send(&s->host, &m);
	if (n < 0) {
		if (n == -EAGAIN)
			s->writable = false;
		else if (sockin_is_stream(sk))
			sockin_lost(sk);
		return n;
	}
	if (sockin_is_stream(sk)) {
		s->held = m.flags & MSG_MORE;
		if (n < want)
			s->writable = false;
	}
	iov_iter_advance(&msg->msg_iter, n);
	return n;
}

int sockin_sendmsg(struct socket *sock, struct msghdr *msg, size_t size)
{
	struct sock *sk = sock->sk;
	long timeo = sock_sndtimeo(sk, msg->msg_flags & MSG_DONTWAIT), n;
	int sent = 0;

	/* A stream may be used while it is connected, as Linux allows it. */
	if (sk->sk_state == TCP_SYN_SENT && timeo &&
	    wait_event_interruptible_timeout(*sk_sleep(sk), sk->sk_state != TCP_SYN_SENT, timeo) < 0)
		return sock_intr_errno(timeo);
	for (;;) {
		if (sk->sk_err) {
			n = sock_error(sk);
			break;
		}
		n = -EPIPE;
		if (sk->sk_shutdown & SEND_SHUTDOWN)
			break;
		n = send_once(sk, msg);
		if (n >= 0) {
			sent += n;
			if (!msg_data_left(msg) || !sockin_is_stream(sk))
				return sent;
			if (sockin_sk(sk)->writable)
				continue;
			n = -EAGAIN;
		}
		if (n != -EAGAIN)
			break;
		set_bit(SOCK_NOSPACE, &sock->flags);
		if (!timeo)
			break;
		timeo = wait_event_interruptible_timeout(*sk_sleep(sk), may_send(sk), timeo);
		if (timeo < 0) {
			n = sock_intr_errno(timeo);
			break;
		}
	}
	return sent ?: n;
}

/*
 * prot->stream_memory_free: is it worth while to send? Asked before each
 * message by those that, when refused against expectation, wait for a
 * quarter of a second.
 */
bool sockin_memory_free(const struct sock *sk, int wake)
{
	struct sockin *s = sockin_sk(sk);

	if (s->writable && !rumpuser_sock_writable(&s->host))
		s->writable = false;
	return s->writable;
}

/* --- receiving --------------------------------------------------------------------- */

/* There may be data, or the reason why there will be none. */
static bool may_receive(struct sock *sk)
{
	return sockin_sk(sk)->readable || sk->sk_err || sk->sk_shutdown & RCV_SHUTDOWN ||
	       (sockin_is_stream(sk) && sk->sk_state == TCP_CLOSE);
}

static long recv_once(struct sock *sk, struct msghdr *msg, int flags)
{
	struct sockin *s = sockin_sk(sk);
	struct rumpuser_msg m = {
		.name = sockin_is_stream(sk) ? NULL : msg->msg_name,
		.namelen = sizeof(struct sockaddr_storage),
		.flags = flags & (MSG_PEEK | MSG_TRUNC | MSG_OOB),
		.iov = segs,
	};
	size_t want = msg_data_left(msg);
	long n;

	if (iov_iter_is_discard(&msg->msg_iter)) {
		/* The host's TCP takes this for "throw away". */
		segs[0].base = NULL;
		segs[0].len = want;
		m.niov = 1;
		m.flags |= MSG_TRUNC;
	} else {
		m.niov = gather(&msg->msg_iter, &want);
	}
	n = rumpuser_sock_recv(&s->host, &m);
	if (n < 0) {
		if (n == -EAGAIN)
			s->readable = false;
		else if (sockin_is_stream(sk))
			sockin_lost(sk);
		return n;
	}
	if (sockin_is_stream(sk)) {
		/* Less than asked for: that was all. At the end there stays something to read: the end. */
		if (n < want && !(sk->sk_shutdown & RCV_SHUTDOWN) && n)
			s->readable = false;
	} else {
		msg->msg_flags |= m.flags & (MSG_TRUNC | MSG_CTRUNC | MSG_OOB);
		if (msg->msg_name)
			msg->msg_namelen = m.namelen;
	}
	if (!(flags & MSG_PEEK) || !sockin_is_stream(sk))
		iov_iter_advance(&msg->msg_iter, min_t(size_t, n, want));
	return n;
}

int sockin_recvmsg(struct socket *sock, struct msghdr *msg, size_t size, int flags)
{
	struct sock *sk = sock->sk;
	long timeo = sock_rcvtimeo(sk, flags & MSG_DONTWAIT), n;
	int target = sock_rcvlowat(sk, flags & MSG_WAITALL, size), got = 0;

	if (sockin_is_stream(sk)) {
		msg->msg_namelen = 0;
		if (sk->sk_state == TCP_LISTEN)
			return -ENOTCONN;
	}
	for (;;) {
		n = may_receive(sk) ? recv_once(sk, msg, flags) : -EAGAIN;
		if (n > 0) {
			got += n;
			if (!sockin_is_stream(sk) || got >= target || flags & MSG_PEEK)
				return got;
			continue;
		}
		/* What the host says after an error was taken from it says less. */
		if (sk->sk_err && !got && n != -EFAULT) {
			n = sock_error(sk);
			break;
		}
		if (!n || n != -EAGAIN || sk->sk_shutdown & RCV_SHUTDOWN) {
			if (n == -EAGAIN)
				n = 0;
			break;
		}
		if (sockin_is_stream(sk) && sk->sk_state == TCP_CLOSE) {
			n = sock_flag(sk, SOCK_DONE) ? 0 : -ENOTCONN;
			break;
		}
		if (got && !(flags & MSG_WAITALL))
			break;
		if (!timeo)
			break;
		timeo = wait_event_interruptible_timeout(*sk_sleep(sk), may_receive(sk), timeo);
		if (timeo < 0) {
			n = sock_intr_errno(timeo);
			break;
		}
	}
	return got ?: n;
}

__poll_t sockin_poll(struct file *file, struct socket *sock, struct poll_table_struct *wait)
{
	struct sock *sk = sock->sk;
	struct sockin *s = sockin_sk(sk);
	__poll_t mask = 0;

	sock_poll_wait(file, sock, wait);
	if (sk->sk_state == TCP_LISTEN)
		return s->readable ? EPOLLIN | EPOLLRDNORM : 0;
	if (sk->sk_err)
		mask |= EPOLLERR;
	if (sk->sk_shutdown == SHUTDOWN_MASK ||
	    (sockin_is_stream(sk) && sk->sk_state == TCP_CLOSE))
		mask |= EPOLLHUP;
	if (sk->sk_shutdown & RCV_SHUTDOWN)
		mask |= EPOLLIN | EPOLLRDNORM | EPOLLRDHUP;
	if (sk->sk_state == TCP_SYN_SENT)
		return mask;
	if (s->readable)
		mask |= EPOLLIN | EPOLLRDNORM;
	if (may_send(sk))
		mask |= EPOLLOUT | EPOLLWRNORM;
	else
		set_bit(SOCK_NOSPACE, &sock->flags);
	return mask;
}
