/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Supplementary groups of callers. FUSE tells uid and gid with a request, and the host checks modes itself, with all
 * that it knows; but a server that is told the caller's groups (AUTH_SYS of NFS) decides by them, and would
 * refuse what the host allowed. The keeper finds them in /proc, which the worker's cage has not.
 *
 * Asking takes longer than most servers do, so what was found holds for VALID_MS. A process number given out again
 * that soon, for the same user and group, is one of the same login; a process that changes its groups was root, and
 * as a rule changes its user as well. If it has more of them now, it will be refused, and then is looked at again.
 */
#include <string.h>
#include "channel.h"
#include "session.h"
#include "util.h"

#define VALID_MS	100

static struct caller *find(struct callers *c, const struct fuse_in_header *in)
{
	for (struct caller *k = c->known; k < c->known + CALLERS; k++)
		if (k->pid == in->pid && k->uid == in->uid && k->gid == in->gid)
			return k;
	return NULL;
}

/* To @k, which is forgotten if nobody knows. */
static int ask(struct session *s, const struct fuse_in_header *in, struct caller *k)
{
	struct chan_answer a;
	int64_t n;

	n = chan_ask(s->chan_fd, &s->questions, CHAN_GROUPS, &in->pid, sizeof(in->pid), &a, CHAN_ASK_MS);
	if (n < 0) {
		k->pid = 0;
		return n;
	}
	*k = (struct caller){ in->pid, in->uid, in->gid, .ngroups = n, .until = now_ms() + VALID_MS };
	memcpy(k->groups, a.groups, n * sizeof(a.groups[0]));
	return 0;
}

int caller_groups(struct session *s, const struct fuse_in_header *in, uint32_t *groups)
{
	struct caller *k = find(&s->callers, in);
	int err;

	if (!k || now_ms() >= k->until) {
		if (!k)
			k = &s->callers.known[s->callers.next++ % CALLERS];
		err = ask(s, in, k);
		if (err)
			return err;
	}
	memcpy(groups, k->groups, k->ngroups * sizeof(groups[0]));
	return k->ngroups;
}

bool caller_changed(struct session *s, const struct fuse_in_header *in)
{
	struct caller *k = find(&s->callers, in), old;

	if (!k)
		return false;
	old = *k;
	return !ask(s, in, k) && (k->ngroups != old.ngroups ||
				  memcmp(k->groups, old.groups, old.ngroups * sizeof(old.groups[0])));
}
