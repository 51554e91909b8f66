/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Notifications to the host kernel, written by a thread of their own: to drop a
 * name it takes the lock of the directory, which somebody may hold who waits
 * for the dispatcher; and to drop data, it first writes back what is changed. The queue is the
 * only thing shared; who makes an entry is the dispatcher, who frees it the thread.
 */
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include "session.h"

#define QUEUE_MAX	16384

struct note {
	struct note *next;
	uint32_t code;
	uint64_t unique;		/* of the request that this answers; 0: a notification */
	struct request *then;		/* to be run again when the host has done it, or NULL */
	uint32_t len;			/* of what follows the header */
	char data[];
};

struct notifier {
	pthread_mutex_t lock;
	pthread_cond_t more;
	struct note *first, **last;
	unsigned int n;
	int fuse_fd;
	const struct rump_kernel *rk;
};

static void *notifier_main(void *arg)
{
	struct notifier *q = arg;

	for (;;) {
		struct fuse_out_header out = { 0 };
		struct iovec iov[2];
		struct note *note;
		ssize_t n;

		pthread_mutex_lock(&q->lock);
		while (!q->first)
			pthread_cond_wait(&q->more, &q->lock);
		note = q->first;
		q->first = note->next;
		if (!q->first)
			q->last = &q->first;
		q->n--;
		pthread_mutex_unlock(&q->lock);

		out.len = sizeof(out) + note->len;
		out.error = note->code;
		out.unique = note->unique;
		iov[0] = (struct iovec){ &out, sizeof(out) };
		iov[1] = (struct iovec){ note->data, note->len };
		n = writev(q->fuse_fd, iov, 2);
		(void)n;		/* ENOENT: it was not cached */
		if (note->then) {
			q->rk->job_submit(&note->then->job);
			rump_dispatch_kick();
		}
		free(note);
	}
	return NULL;
}

int notifier_start(struct session *s)
{
	struct notifier *q = calloc(1, sizeof(*q));
	sigset_t all, old;
	pthread_attr_t attr;
	pthread_t thread;
	int err;

	if (!q)
		return -ENOMEM;
	pthread_mutex_init(&q->lock, NULL);
	pthread_cond_init(&q->more, NULL);
	q->last = &q->first;
	q->fuse_fd = s->fuse_fd;
	q->rk = s->rk;
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &old);
	pthread_attr_init(&attr);
	pthread_attr_setstacksize(&attr, 64 * 1024);
	err = pthread_create(&thread, &attr, notifier_main, q);
	pthread_attr_destroy(&attr);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	if (err) {
		free(q);
		return -err;
	}
	pthread_detach(thread);
	s->notifier = q;
	return 0;
}

/* @must: what is doubted must be said, however much it is. */
static struct note *make(struct session *s, uint32_t code, const void *head, size_t headlen, const void *tail,
			 size_t taillen, bool must)
{
	struct notifier *q = s->notifier;
	struct note *note;

	if (!q || !s->inited || (q->n >= QUEUE_MAX && !must))
		return NULL;
	note = calloc(1, sizeof(*note) + headlen + taillen);
	if (!note)
		return NULL;
	note->code = code;
	note->len = headlen + taillen;
	memcpy(note->data, head, headlen);
	memcpy(note->data + headlen, tail, taillen);
	return note;
}

/* False without @note. */
static bool enqueue(struct session *s, struct note *note)
{
	struct notifier *q = s->notifier;

	if (!note)
		return false;
	pthread_mutex_lock(&q->lock);
	*q->last = note;
	q->last = &note->next;
	q->n++;
	pthread_cond_signal(&q->more);
	pthread_mutex_unlock(&q->lock);
	return true;
}

static void inval_entry(struct session *s, uint64_t parent, const char *name, uint32_t namelen,
			uint32_t flags)
{
	struct fuse_notify_inval_entry_out out = { .parent = parent, .namelen = namelen, .flags = flags };
	char text[RUMPVFS_NAME_MAX + 1];

	if (namelen > RUMPVFS_NAME_MAX)
		return;
	memcpy(text, name, namelen);
	text[namelen] = 0;		/* goes along, is not counted */
	enqueue(s, make(s, FUSE_NOTIFY_INVAL_ENTRY, &out, sizeof(out), text, namelen + 1, flags));
}

void notify_prune(void *ctx, unsigned long long parent, unsigned long long node,
		  const char *name, unsigned int namelen)
{
	struct session *s = ctx;
	struct fusep_prune_out out = { .count = 1 };
	uint64_t id = node;

	/* Leaves alone what is somebody's working directory, which the older way does not. */
	if (s->minor >= FUSEP_PRUNE_MINOR)
		enqueue(s, make(s, FUSEP_NOTIFY_PRUNE, &out, sizeof(out), &id, sizeof(id), false));
	else
		inval_entry(s, parent, name, namelen, 0);
}

void notify_stale(void *ctx, unsigned long long parent, const char *name, unsigned int namelen)
{
	inval_entry(ctx, parent, name, namelen, 0);
}

/* Forget what is cached of @node, all of it. */
static struct note *make_changed(struct session *s, uint64_t node)
{
	struct fuse_notify_inval_inode_out out = { .ino = node };

	return make(s, FUSE_NOTIFY_INVAL_INODE, &out, sizeof(out), "", 0, false);
}

void notify_changed(void *ctx, unsigned long long node)
{
	enqueue(ctx, make_changed(ctx, node));
}

void notify_attr(const struct session *s, uint64_t node)
{
	struct fuse_notify_inval_inode_out out = { .ino = node, .off = -1 };
	struct fuse_out_header head = { .len = sizeof(head) + sizeof(out), .error = FUSE_NOTIFY_INVAL_INODE };
	struct iovec iov[2] = { { &head, sizeof(head) }, { &out, sizeof(out) } };
	ssize_t n = writev(s->fuse_fd, iov, 2);

	(void)n;		/* ENOENT: it knows nothing of it */
}

/* Will the host learn the attributes of @node soon? It would take what comes for older than our word. */
static bool asked_for(const struct session *s, uint64_t node)
{
	const struct request *r;

	for (r = s->inflight.next; r != &s->inflight; r = r->next)
		if (r->in->nodeid == node && (r->in->opcode == FUSE_GETATTR || r->in->opcode == FUSEP_STATX))
			return true;
	return false;
}

/* What is being looked up meanwhile is not to be believed either: entry_believed(). */
void notify_doubt(void *ctx, unsigned long long parent, const char *name, unsigned int namelen)
{
	struct session *s = ctx;

	if (name) {
		s->nr_doubts++;
		inval_entry(s, parent, name, namelen, FUSE_EXPIRE_ONLY);
	} else if (s->inited && !asked_for(s, parent)) {
		notify_attr(s, parent);
	}
}

bool notify_changed_reply(struct request *r)
{
	struct note *note;

	notify_changed(r->s, r->in->nodeid);
	note = make(r->s, 0, "", 0, "", 0, false);
	if (note)
		note->unique = r->in->unique;
	r->replied = enqueue(r->s, note);
	return r->replied;
}

int notify_write_back(struct request *r)
{
	struct session *s = r->s;
	struct note *note;

	/* Also without a cache of its own for that the host has what was changed by mmap(2). */
	if (!(s->writeback || s->cfg->network) || r->written_back || s->vfs->is_written(s->mnt, r->in->nodeid) <= 0)
		return 0;
	note = make_changed(s, r->in->nodeid);
	if (!note)
		return -ENOMEM;
	note->then = r;
	r->written_back = r->parked = true;
	s->nr_parked++;
	enqueue(s, note);
	return REQUEST_PARKED;
}
