/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A scope of systemd, asked for on the manager's private socket: that is there
 * from the first moment on, before any bus, when fstab is mounted. One message
 * of the D-Bus protocol is written by hand for it: StartTransientUnit. Without
 * DefaultDependencies, else a shutdown would end the daemon with the services
 * that still use its mount; it ends when its mount unit is stopped.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>
#include "cgroup.h"
#include "util.h"

#define MANAGER		"/run/systemd/private"
#define PATIENCE_MS	10000	/* without it the daemon ends with whatever mounted; at boot process 1 is busy */

/* A message being written. What does not fit sets @full. */
struct message {
	unsigned char buf[4096];
	size_t len;
	bool full;
};

static void put(struct message *m, const void *data, size_t len)
{
	if (len > sizeof(m->buf) - m->len) {
		m->full = true;
		return;
	}
	memcpy(m->buf + m->len, data, len);
	m->len += len;
}

static void align(struct message *m, size_t to)
{
	while (m->len % to && !m->full)
		put(m, "", 1);
}

static void put_u32(struct message *m, uint32_t v)
{
	align(m, 4);
	put(m, &v, sizeof(v));
}

static void put_string(struct message *m, const char *s)
{
	put_u32(m, strlen(s));
	put(m, s, strlen(s) + 1);
}

static void put_signature(struct message *m, const char *s)
{
	unsigned char len = strlen(s);

	put(m, &len, 1);
	put(m, s, len + 1);
}

/* The length of an array, known afterwards. */
static size_t array_begin(struct message *m, size_t element)
{
	size_t at;

	put_u32(m, 0);
	at = m->len - 4;
	align(m, element);
	return at;
}

static void array_end(struct message *m, size_t at, size_t element)
{
	size_t start = (at + 4 + element - 1) / element * element;
	uint32_t len = m->len - start;

	if (!m->full)
		memcpy(m->buf + at, &len, sizeof(len));
}

static void header_field(struct message *m, unsigned char code, const char *type, const char *value)
{
	align(m, 8);
	put(m, &code, 1);
	put_signature(m, type);
	if (*type == 'g')
		put_signature(m, value);
	else
		put_string(m, value);
}

static void property(struct message *m, const char *name, const char *type, const void *value)
{
	align(m, 8);
	put_string(m, name);
	put_signature(m, type);
	if (*type == 's')
		put_string(m, value);
	else
		put_u32(m, *(const uint32_t *)value);	/* b */
}

static void compose_body(struct message *m, const char *what, const pid_t *pids, unsigned int n)
{
	const uint32_t no = 0;
	size_t properties, list;
	char unit[64];

	snprintf(unit, sizeof(unit), "rumpfs-%d.scope", (int)pids[0]);
	put_string(m, unit);
	put_string(m, "fail");
	properties = array_begin(m, 8);
	property(m, "Description", "s", what);
	property(m, "Slice", "s", "system.slice");
	property(m, "DefaultDependencies", "b", &no);
	property(m, "CollectMode", "s", "inactive-or-failed");
	align(m, 8);
	put_string(m, "PIDs");
	put_signature(m, "au");
	list = array_begin(m, 4);
	for (unsigned int i = 0; i < n; i++)
		put_u32(m, pids[i]);
	array_end(m, list, 4);
	array_end(m, properties, 8);
	put_u32(m, 0);			/* no auxiliary units */
	align(m, 8);
}

static void compose(struct message *m, const char *what, const pid_t *pids, unsigned int n)
{
	static const unsigned char start[] = {
		__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__ ? 'B' : 'l', 1 /* a call */, 0, 1 /* version */
	};
	struct message body = { .len = 0 };
	size_t fields;

	compose_body(&body, what, pids, n);
	m->len = 0;
	m->full = body.full;
	put(m, start, sizeof(start));
	put_u32(m, body.len);
	put_u32(m, 1);			/* serial */
	fields = array_begin(m, 8);
	header_field(m, 1, "o", "/org/freedesktop/systemd1");
	header_field(m, 2, "s", "org.freedesktop.systemd1.Manager");
	header_field(m, 3, "s", "StartTransientUnit");
	header_field(m, 6, "s", "org.freedesktop.systemd1");
	header_field(m, 8, "g", "ssa(sv)a(sa(sv))");
	array_end(m, fields, 8);
	align(m, 8);
	put(m, body.buf, body.len);
}

/* All @len bytes before @end (monotonic ms). 0 or -errno. */
static int receive(int fd, void *buf, size_t len, int64_t end)
{
	struct pollfd pfd = { .fd = fd, .events = POLLIN };
	int64_t left;
	ssize_t n;

	for (char *to = buf; len; to += n, len -= n) {
		n = 0;
		left = end - now_ms();
		if (left <= 0)
			return -ETIMEDOUT;
		if (poll(&pfd, 1, left) <= 0)
			continue;
		n = read(fd, to, len);
		if (n <= 0)
			return n ? -errno : -EPIPE;
	}
	return 0;
}

/*
 * "OK guid\r\n" for the authentication; then messages, of which the first that is a reply is ours. Signals come before it: whoever is
 * connected here hears of whatever happens.
 */
static int answer(int fd)
{
	int64_t end = now_ms() + PATIENCE_MS;
	struct {
		unsigned char order, type, flags, version;
		uint32_t body, serial, fields;
	} head;
	char c = 0, word[3], skip[512];
	int err;

	err = receive(fd, word, sizeof(word), end);
	if (!err && memcmp(word, "OK ", sizeof(word)))
		err = -EACCES;
	while (!err && c != '\n')
		err = receive(fd, &c, 1, end);
	while (!err) {
		err = receive(fd, &head, sizeof(head), end);
		if (err || head.type == 2)
			return err;
		if (head.type == 3)
			return -ECONNREFUSED;
		for (size_t n, rest = ((size_t)head.fields + 7) / 8 * 8 + head.body; !err && rest; rest -= n) {
			n = rest < sizeof(skip) ? rest : sizeof(skip);
			err = receive(fd, skip, n, end);
		}
	}
	return err;
}

bool scope_wanted(void)
{
	return !access("/run/systemd/system", F_OK) && !access(MANAGER, W_OK);
}

int scope_begin(const struct rumpfsd_config *cfg, const pid_t *pids, unsigned int n)
{
	static const char hello[] = "\0AUTH EXTERNAL 30\r\nBEGIN\r\n";	/* 30: "0", for root */
	struct sockaddr_un addr = { .sun_family = AF_UNIX, .sun_path = MANAGER };
	struct message m;
	char what[512];
	int fd;

	/* Strings of D-Bus are UTF-8. */
	snprintf(what, sizeof(what), "rumpfs.%s %s on %s", cfg->subtype, cfg->source, cfg->target);
	for (char *c = what; *c; c++)
		if ((unsigned char)*c < ' ' || (unsigned char)*c > '~')
			*c = '?';
	compose(&m, what, pids, n);
	if (m.full)
		return -E2BIG;
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -errno;
	if (connect(fd, (struct sockaddr *)&addr, sizeof(addr)) ||
	    send(fd, hello, sizeof(hello) - 1, MSG_NOSIGNAL) != sizeof(hello) - 1 ||
	    send(fd, m.buf, m.len, MSG_NOSIGNAL) != (ssize_t)m.len) {
		int err = -errno;

		close(fd);
		return err;
	}
	return fd;
}

/* The answer only says that it will be done. */
static bool moved(void)
{
	char text[4096], unit[64];
	int fd = open("/proc/self/cgroup", O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? 0 : read(fd, text, sizeof(text) - 1);

	if (fd >= 0)
		close(fd);
	text[n > 0 ? n : 0] = '\0';
	snprintf(unit, sizeof(unit), "/rumpfs-%d.scope", (int)getpid());
	return strstr(text, unit);
}

int scope_finish(int fd)
{
	const struct timespec pause = { .tv_nsec = 500000 };
	int err = answer(fd);

	close(fd);
	for (int ms2 = 0; !err && !moved(); ms2++) {
		if (ms2 == 2 * PATIENCE_MS)
			err = -ETIMEDOUT;
		nanosleep(&pause, NULL);
	}
	return err;
}
