/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What found no room when the host wrote it back, and who hears of it.
 *
 * write(2) fills the host's cache, and what becomes of that the host keeps for fsync(2) and close(2): who does
 * nothing but write would fill a disk for ever. So the host shall not know the file's mode any more, which it wants to before a
 * write, and its question for it is answered with the error, once. (NFS of the kernel has its writers
 * hear of earlier writes, too.) Hosts before FUSEP_MASK_MINOR, and those without a cache, ask before a read, too.
 *
 * Where a file cannot be larger than its disk (exFAT, NTFS) the host, which has gone on behind what found no room, gets
 * to where it is too large; of more than one error it tells its callers EIO.
 */
#include <errno.h>
#include "session.h"

static struct unfit *unfit_find(struct session *s, uint64_t node)
{
	for (unsigned int i = 0; i < SESSION_UNFIT; i++)
		if (s->unfit[i].node == node)
			return &s->unfit[i];
	return NULL;
}

int unfit_note(struct request *r, int err)
{
	struct session *s = r->s;
	uint64_t node = r->in->nodeid;
	struct rumpvfs_statfs st = { 0 };
	struct unfit *u;

	if ((err != -ENOSPC && err != -EDQUOT && err != -EFBIG) || s->cfg->network || s->vfs->statfs(s->mnt, node, &st))
		return err;
	u = unfit_find(s, node);
	/* What is under way may fill it yet. */
	if (err == -EFBIG && ((u && u->full) || st.bavail * st.frsize <= (uint64_t)s->nr_inflight * SESSION_MAX_WRITE))
		err = -ENOSPC;
	if (!u)
		u = &s->unfit[s->next_unfit++ % SESSION_UNFIT];
	*u = (struct unfit){ .node = node, .err = err, .full = err == -ENOSPC, .bavail = st.bavail };
	if (s->writeback && s->minor >= FUSEP_MASK_MINOR)
		notify_attr(s, node);
	else
		u->err = 0;
	return err;
}

int unfit_take(struct session *s, uint64_t node)
{
	struct unfit *u = unfit_find(s, node), was;
	struct rumpvfs_statfs st;

	if (!u || !u->err)
		return 0;
	was = *u;
	u->err = 0;
	/* Where somebody has made room the next write finds it. */
	if (was.err != -EFBIG && (s->vfs->statfs(s->mnt, node, &st) || st.bavail > was.bavail))
		return 0;
	return was.err;
}

/*
 * The host believes that the file has what it could not write, and would go on to: a download that goes on at its end leaves a
 * hole then. It takes the size from us when it sees the file for the first time, so it forgets it.
 */
void unfit_closed(struct session *s, uint64_t node)
{
	if (unfit_find(s, node))
		s->vfs->forget_name(s->mnt, node);
}
