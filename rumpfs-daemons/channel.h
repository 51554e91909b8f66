/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What keeper and worker have to say to each other: messages on a
 * SOCK_SEQPACKET pair, one byte of type and the rest. End of file on the keeper's
 * end means that the worker is no more, whatever ended it.
 */
#ifndef _RUMPFSD_CHANNEL_H
#define _RUMPFSD_CHANNEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define CHAN_MAX	1152		/* longest message, type included */
#define CHAN_ASK_MS	200		/* for what the keeper finds in /proc: chan_ask() */
#define CHAN_GROUPS_MAX	32		/* NFS has room for 16 */

enum chan_type {
	/* worker to keeper */
	CHAN_LOG = 'L',			/* level as a digit, text: for syslog */
	CHAN_ATTACH = 'M',		/* uint32_t rdonly: mount FUSE; answered by CHAN_ATTACHED */
	CHAN_USABLE = 'U',		/* the helper has been told */
	CHAN_UNMOUNTED = 'D',		/* the host has taken the mount off: there is none to detach */
	CHAN_TERMINATE = 'T',		/* a signal asks for the end: sync and detach */
	CHAN_LOOKUP = 'W',		/* where is the server now? Answered on a line of its own: lookup.h */
	/* questions, by chan_ask() */
	CHAN_KILLED = 'K',		/* uint32_t pid: is that process being killed? 0 or 1 */
	CHAN_ID = 'I',			/* 'u' or 'g' and a name: its number */
	CHAN_GROUPS = 'G',		/* uint32_t pid: how many supplementary groups, uint32_t each, in ascending order */
	/* keeper to worker */
	CHAN_ATTACHED = 'm',		/* int32_t: 0 or errno */
	CHAN_ANSWER = 'a',		/* struct chan_answer */
};

/* A question begins with its serial number, which the answer repeats: one that comes too late is passed over. */
struct chan_answer {
	uint32_t serial;
	uint32_t unused;
	int64_t value;			/* >= 0, or -errno */
	uint32_t groups[CHAN_GROUPS_MAX];	/* of CHAN_GROUPS, .value of them; of others none is sent */
};

/* @fd: the keeper's end and the worker's, which waits for a slow keeper, but not for ever. 0 or -errno. */
int chan_pair(int fd[2]);

/* 0 or -errno. Without @wait -EAGAIN when the other side is slow. */
int chan_send(int fd, enum chan_type type, const void *data, size_t len, bool wait);

/*
 * The worker asks, and waits for the answer, but no longer than @ms milliseconds: the keeper may itself be
 * waiting for the worker. The answer's value, or -errno (-ETIMEDOUT, -EPIPE). @serial is the last one used.
 */
int64_t chan_ask(int fd, uint32_t *serial, enum chan_type type, const void *data, size_t len,
		 struct chan_answer *a, int ms);

/* Bytes of @a that are sent. */
size_t chan_answer_len(const struct chan_answer *a, enum chan_type type);

/* Length of the message in @buf (of CHAN_MAX bytes, terminated), 0 at the end, or -errno. */
ssize_t chan_recv(int fd, char *buf);

#endif
