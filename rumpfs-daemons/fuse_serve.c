/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The dispatcher: reads requests, makes each a job of the rump kernel, and
 * sleeps when there is nothing to do. A job finds its operation in the table
 * below, takes on the caller's credentials, runs, and reports an error if the
 * operation did not reply itself.
 */
#include <errno.h>
#include <poll.h>
#include <stddef.h>
#include <string.h>
#include <time.h>
#include "channel.h"
#include "fuse_codec.h"
#include "session.h"

#define OP_SILENT	1u		/* no reply, ever */
#define OP_ROOT		2u		/* the caller's identity does not matter */
#define OP_CHANGE	4u		/* the disk may have something to write afterwards */

#define BURST		64		/* requests between two looks at everything else */
#define SPIN_NS		200000		/* to wait for the next request without sleeping: two slow wake-ups */
#define CALM_MAX	256		/* sleeps without such a wait, after waits in vain */
#define IDLE_MS		2000
#define COMMIT_IDLE_MS	1000		/* after the last change, */
#define COMMIT_BUSY_MS	5000		/* but no later than this after the first */
#define LOOK_MS		10		/* from a caller's signal to the look whether it is being killed, */
#define INTERRUPT_MS	1000		/* and between two such looks */
#define END_MS		1000		/* for requests that still run when the session ends */
#define AGAIN_MS	20		/* between two tries of what a broken connection has ended, and doubled, up to */
#define AGAIN_MAX_MS	1000
#define SPACE_MS	10		/* between two looks whether what was removed is gone, */
#define SPACE_MAX_MS	1000
#define SPACE_LATE_MS	100
#define SPACE_TRIES	10
#define LEAVE_MS	15000		/* for those that a server does not let end even so */

static const struct op {
	op_fn fn;
	uint16_t min;			/* bytes after the header */
	uint16_t flags;
} ops[FUSEP_NR_OPS] = {
	[FUSE_LOOKUP]		= { op_lookup, 2, 0 },
	[FUSE_FORGET]		= { op_forget, sizeof(struct fuse_forget_in), OP_SILENT | OP_ROOT },
	[FUSE_GETATTR]		= { op_getattr, sizeof(struct fuse_getattr_in), OP_ROOT },
	[FUSE_SETATTR]		= { op_setattr, sizeof(struct fuse_setattr_in), OP_CHANGE },
	[FUSE_READLINK]		= { op_readlink, 0, 0 },
	[FUSE_SYMLINK]		= { op_symlink, 4, OP_CHANGE },
	[FUSE_MKNOD]		= { op_mknod, sizeof(struct fuse_mknod_in) + 2, OP_CHANGE },
	[FUSE_MKDIR]		= { op_mkdir, sizeof(struct fuse_mkdir_in) + 2, OP_CHANGE },
	[FUSE_UNLINK]		= { op_unlink, 2, OP_CHANGE },
	[FUSE_RMDIR]		= { op_rmdir, 2, OP_CHANGE },
	[FUSE_RENAME]		= { op_rename, sizeof(struct fuse_rename_in) + 4, OP_CHANGE },
	[FUSE_LINK]		= { op_link, sizeof(struct fuse_link_in) + 2, OP_CHANGE },
	[FUSE_OPEN]		= { op_open, sizeof(struct fuse_open_in), 0 },
	[FUSE_READ]		= { op_read, sizeof(struct fuse_read_in), OP_ROOT },
	[FUSE_WRITE]		= { op_write, sizeof(struct fuse_write_in), OP_CHANGE },
	[FUSE_STATFS]		= { op_statfs, 0, OP_ROOT },
	[FUSE_RELEASE]		= { op_release, sizeof(struct fuse_release_in), OP_ROOT },
	[FUSE_FSYNC]		= { op_fsync, sizeof(struct fuse_fsync_in), OP_ROOT },
	[FUSE_SETXATTR]		= { op_setxattr, FUSE_COMPAT_SETXATTR_IN_SIZE + 2, OP_CHANGE },
	[FUSE_GETXATTR]		= { op_getxattr, sizeof(struct fuse_getxattr_in) + 2, 0 },
	[FUSE_LISTXATTR]	= { op_listxattr, sizeof(struct fuse_getxattr_in), 0 },
	[FUSE_REMOVEXATTR]	= { op_removexattr, 2, OP_CHANGE },
	[FUSE_FLUSH]		= { op_flush, sizeof(struct fuse_flush_in), OP_ROOT },
	[FUSE_INIT]		= { op_init, 16, OP_ROOT },
	[FUSE_OPENDIR]		= { op_opendir, sizeof(struct fuse_open_in), 0 },
	[FUSE_READDIR]		= { op_readdir, sizeof(struct fuse_read_in), OP_ROOT },
	[FUSE_RELEASEDIR]	= { op_release, sizeof(struct fuse_release_in), OP_ROOT },
	[FUSE_FSYNCDIR]		= { op_fsync, sizeof(struct fuse_fsync_in), OP_ROOT },
	[FUSE_GETLK]		= { op_getlk, sizeof(struct fuse_lk_in), 0 },
	[FUSE_SETLK]		= { op_setlk, sizeof(struct fuse_lk_in), 0 },
	[FUSE_SETLKW]		= { op_setlkw, sizeof(struct fuse_lk_in), 0 },
	[FUSE_ACCESS]		= { op_access, sizeof(struct fuse_access_in), 0 },
	[FUSE_CREATE]		= { op_create, sizeof(struct fuse_create_in) + 2, OP_CHANGE },
	[FUSE_IOCTL]		= { op_ioctl, sizeof(struct fuse_ioctl_in), 0 },
	[FUSE_BATCH_FORGET]	= { op_batch_forget, sizeof(struct fuse_batch_forget_in),
				    OP_SILENT | OP_ROOT },
	[FUSE_FALLOCATE]	= { op_fallocate, sizeof(struct fuse_fallocate_in), OP_CHANGE },
	[FUSE_READDIRPLUS]	= { op_readdirplus, sizeof(struct fuse_read_in), OP_ROOT },
	[FUSE_RENAME2]		= { op_rename2, sizeof(struct fuse_rename2_in) + 4, OP_CHANGE },
	[FUSE_LSEEK]		= { op_lseek, sizeof(struct fuse_lseek_in), OP_ROOT },
	[FUSE_COPY_FILE_RANGE]	= { op_copy_file_range, sizeof(struct fuse_copy_file_range_in), OP_CHANGE },
	[FUSE_SYNCFS]		= { op_syncfs, 0, OP_ROOT },
	[FUSE_TMPFILE]		= { op_tmpfile, sizeof(struct fuse_create_in), OP_CHANGE },
	[FUSEP_STATX]		= { op_statx, sizeof(struct fusep_statx_in), OP_ROOT },
	[FUSEP_COPY_FILE_RANGE_64] = { op_copy_file_range_64,
				       sizeof(struct fuse_copy_file_range_in), OP_CHANGE },
};

static uint64_t now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000000000ull + ts.tv_nsec;
}

/*
 * Out of the host's cache, which says that root writes it. It is who opened the file, with his quota and no reserve: that is
 * who the driver takes when nobody's identity was entered.
 */
static bool is_write_back(const struct request *r)
{
	return r->in->opcode == FUSE_WRITE &&
	       ((const struct fuse_write_in *)r->arg)->write_flags & FUSE_WRITE_CACHE;
}

/* Where the umask is in what follows the header. */
static unsigned int request_umask(const struct request *r)
{
	switch (r->in->opcode) {
	case FUSE_MKNOD:
		return ((const struct fuse_mknod_in *)r->arg)->umask;
	case FUSE_MKDIR:
		return ((const struct fuse_mkdir_in *)r->arg)->umask;
	case FUSE_CREATE:
	case FUSE_TMPFILE:
		return ((const struct fuse_create_in *)r->arg)->umask;
	}
	return 0;
}

static bool has_groups(const struct request *r)
{
	return r->s->cfg->groups && r->in->pid;
}

static int run_as_caller(struct request *r, const struct op *op)
{
	const struct fuse_in_header *in = r->in;
	unsigned int groups[CALLER_GROUPS];
	struct rumpvfs_cred cred = {
		.uid = in->uid,
		.gid = in->gid,
		.umask = request_umask(r),
		.groups = groups,
	};
	int err, n;

	if (in->total_extlen) {
		n = codec_groups((const char *)r->arg + r->arglen, in->total_extlen * 8u,
				 groups, CALLER_GROUPS);
		if (n < 0)
			return n;
		cred.ngroups = n;
	}
	if (has_groups(r)) {
		n = caller_groups(r->s, in, groups);
		if (n >= 0)
			cred.ngroups = n;
	}
	/* What the host kernel does on its own account has no user. */
	if (cred.uid == (uint32_t)-1)
		cred.uid = cred.gid = 0;
	err = r->s->vfs->enter(r->s->mnt, &cred);
	if (err)
		return err;
	err = op->fn(r, r->arg, r->arglen);
	r->s->vfs->leave(r->s->mnt);
	return err;
}

/* Is a server that is away waited for? The driver says so. */
static bool is_hard(const struct session *s)
{
	const char *opts = s->info.options, *p;

	for (p = opts; (p = strstr(p, "hard")); p++)
		if ((p == opts || p[-1] == ',') && (!p[4] || p[4] == ','))
			return true;
	return false;
}

/* The last of a removed file, which makes room. */
static bool is_removal(const struct request *r)
{
	return r->in->opcode == FUSE_FORGET || r->in->opcode == FUSE_BATCH_FORGET || r->in->opcode == FUSE_RELEASE;
}

static bool removes(const struct session *s)
{
	struct request *r;

	for (r = s->inflight.next; r != &s->inflight; r = r->next)
		if (is_removal(r))
			return true;
	return false;
}

/*
 * No room, or the end of a quota: a removed file is gone when the host forgets it, of which it tells us
 * beside what follows the removal. Who removes first and makes then is to find the room. So let come what is
 * on its way, and wait for what is under way; but try again only if something has gone since @removed were, or lately,
 * for to find no room takes some drivers long.
 */
static bool room(struct request *r, int err, uint64_t removed, unsigned int *tries)
{
	struct session *s = r->s;
	unsigned int ms;

	if ((err != -ENOSPC && err != -EDQUOT) || r->replied || s->stop || s->cfg->network || ++*tries > SPACE_TRIES)
		return false;
	if (s->vfs->pause(1))
		return false;
	for (ms = 0; s->nr_removed == removed && removes(s) && ms < SPACE_MAX_MS; ms += SPACE_MS)
		if (s->vfs->pause(SPACE_MS))
			return false;
	if (s->nr_removed != removed)
		return true;
	/* A driver may see to it later (XFS). */
	return s->removed_at && now_ns() - s->removed_at < SPACE_LATE_MS * 1000000ull && !s->vfs->pause(SPACE_MS);
}

/*
 * EAGAIN: the connection broke while the driver asked, which it tells its caller (cifs does). On a hard
 * mount callers are not to notice. What the server may have done the first time it is asked to do
 * once more, as it would be by NFS; what cannot be done twice knows of it (request.again). Only an attempt to get a lock has
 * an EAGAIN of its own.
 */
static bool again(struct request *r, int err, unsigned int *ms)
{
	struct session *s = r->s;

	if (err != -EAGAIN || r->replied || s->stop || r->in->opcode == FUSE_SETLK || !s->cfg->network ||
	    !is_hard(s))
		return false;
	r->again = true;
	*ms = !*ms ? AGAIN_MS : *ms * 2 < AGAIN_MAX_MS ? *ms * 2 : AGAIN_MAX_MS;
	return !s->vfs->pause(*ms);
}

/* Refused for groups that the caller has no more, or had not yet. */
static bool regrouped(struct request *r, const struct op *op, int err)
{
	return (err == -EACCES || err == -EPERM) && !r->replied && !(op->flags & OP_ROOT) && has_groups(r) &&
	       caller_changed(r->s, r->in);
}

static void request_run(struct rump_job *job)
{
	struct request *r = (struct request *)((char *)job - offsetof(struct request, job));
	const struct op *op = &ops[r->in->opcode];
	unsigned int ms = 0, tries = 0;
	uint64_t removed;
	int err;

	if (r->parked) {
		r->parked = false;
		r->s->nr_parked--;
		if (r->replied) {		/* whose caller was killed meanwhile */
			request_free(r);
			return;
		}
	}
	/* What was written is to be seen. Nearly always it is: to keep it the driver seldom sleeps. */
	while (r->s->early && !r->s->vfs->pause(1))
		;
	r->doubts = r->s->nr_doubts;
	do {
		removed = r->s->nr_removed;
		if (op->flags & OP_ROOT || is_write_back(r))
			err = op->fn(r, r->arg, r->arglen);
		else
			err = run_as_caller(r, op);
	} while (again(r, err, &ms) || room(r, err, removed, &tries) || regrouped(r, op, err));
	if (err == REQUEST_PARKED)
		return;
	if (op->flags & OP_CHANGE)
		r->s->commit.changed = true;
	if (err < 0 && is_write_back(r))
		err = unfit_note(r, err);
	if (is_removal(r)) {
		r->s->nr_removed++;
		r->s->removed_at = now_ns();
	}
	if (!r->replied && !(op->flags & OP_SILENT))
		reply_err(r, err);
	request_free(r);
}

/* Look then whether to interrupt @r. */
static void look_at(struct session *s, struct request *r, uint64_t when)
{
	r->interrupt_at = when;
	if (!s->next_interrupt || when < s->next_interrupt)
		s->next_interrupt = when;
}

/*
 * Between two resumes of the kernel, so a job that is found is queued, runs or waits.
 *
 * The host tells of every signal, also of those that have a handler or come from its
 * freezing of tasks, and only of the first, while nothing but a mortal one may end what waits for a
 * disk or a server. Which one it was the keeper sees, if the request is not soon done anyway. Waiting for a
 * lock is what any signal ends.
 */
static void interrupt(struct session *s, const struct fuse_interrupt_in *in)
{
	struct request *r;

	for (r = s->inflight.next; r != &s->inflight; r = r->next) {
		if (r->in->unique != in->unique || r->in->opcode == FUSE_INTERRUPT || r->replied)
			continue;
		if (r->in->opcode == FUSE_SETLKW && !r->parked)
			s->rk->job_interrupt(&r->job);
		else if (!r->interrupt_at)
			look_at(s, r, now_ns() + LOOK_MS * 1000000ull);
		return;
	}
	/* Answered already: interrupts are sent only for requests that we have read. */
}

/* Nobody knows any more: as if. Whoever cannot say now (the keeper may wait for us) is asked once more. */
static bool being_killed(struct session *s, struct request *r)
{
	uint32_t pid = r->in->pid;
	struct chan_answer a;
	int64_t ret = chan_ask(s->chan_fd, &s->questions, CHAN_KILLED, &pid, sizeof(pid), &a, CHAN_ASK_MS);

	if (ret == -ETIMEDOUT || ret == -EAGAIN) {
		ret = r->looked;
		r->looked = true;
	}
	return ret != 0;
}

/*
 * The caller of @r is being killed. What is parked has no job yet: its caller goes, and it is thrown away when the
 * host has done what it waits for.
 */
static void end_call(struct session *s, struct request *r)
{
	r->interrupt_at = 0;
	if (!r->parked)
		s->rk->job_interrupt(&r->job);
	else if (!r->replied)
		reply_err(r, -EINTR);
}

/* Those that are due. Milliseconds until the next, or -1. */
static int interrupts_due(struct session *s)
{
	uint64_t now, next = 0;
	struct request *r;

	if (!s->next_interrupt)
		return -1;
	now = now_ns();
	if (now < s->next_interrupt)
		return (s->next_interrupt - now) / 1000000 + 1;
	for (r = s->inflight.next; r != &s->inflight; r = r->next) {
		if (r->interrupt_at && r->interrupt_at <= now) {
			if (being_killed(s, r)) {
				end_call(s, r);
				continue;
			}
			r->interrupt_at = now + INTERRUPT_MS * 1000000ull;
		}
		if (r->interrupt_at && (!next || r->interrupt_at < next))
			next = r->interrupt_at;
	}
	s->next_interrupt = next;
	return 0;
}

void request_start(struct request *r)
{
	const struct fuse_in_header *in = r->in;
	struct session *s = r->s;
	uint32_t ext = in->total_extlen * 8u, len = in->len - sizeof(*in);
	const struct op *op;

	r->arg = in + 1;
	if (ext > len) {
		reply_err(r, -EINVAL);
		request_free(r);
		return;
	}
	r->arglen = len - ext;

	switch (in->opcode) {
	case FUSE_INTERRUPT:
		if (r->arglen >= sizeof(struct fuse_interrupt_in))
			interrupt(s, r->arg);
		request_free(r);
		return;
	case FUSE_DESTROY:
		s->destroy_unique = in->unique;
		s->stop = true;
		request_free(r);
		return;
	}
	op = in->opcode < FUSEP_NR_OPS ? &ops[in->opcode] : NULL;
	if (!op || !op->fn || r->arglen < op->min || (!s->inited && in->opcode != FUSE_INIT)) {
		int err = !op || !op->fn ? -ENOSYS : s->inited ? -EINVAL : -EIO;

		if (in->opcode != FUSE_FORGET && in->opcode != FUSE_BATCH_FORGET)
			reply_err(r, err);
		request_free(r);
		return;
	}
	r->job.fn = request_run;
	s->rk->job_submit(&r->job);
}

/* Whether to wait for a request before sleeping. */
struct spin {
	unsigned int vain;		/* a measure of the last waits, 0: they paid */
	unsigned int calm;		/* sleeps until the next try */
};

/*
 * A reply often brings the next request at once, from a client that ran in
 * our place, or soon, from one on another CPU, sooner than a sleep and a
 * wake-up take. So look for it, and then wait for it as long as such waits pay:
 * each in vain doubles the number of sleeps until the next one. 1: there is
 * something to run, 0: sleep, or -errno.
 */
static int spin(struct session *s, struct spin *sp)
{
	uint64_t end;
	int ret;

	if (rump_dispatch_poll())
		return 1;
	ret = session_read(s);
	if (ret)
		return ret;
	if (sp->calm) {
		sp->calm--;
		return 0;
	}
	end = now_ns() + SPIN_NS;
	do {
		if (rump_dispatch_poll())
			return 1;
		ret = session_read(s);
		if (ret) {
			sp->vain = 0;
			return ret;
		}
	} while (now_ns() < end);
	sp->vain = sp->vain ? sp->vain * 2 : 1;
	if (sp->vain > CALM_MAX)
		sp->vain = CALM_MAX;
	sp->calm = sp->vain;
	return 0;
}

/*
 * Nobody waits for what still runs (a read ahead whose reader was killed is
 * not interrupted by the host kernel): after a while it shall give up too.
 */
static void hurry(struct session *s, uint64_t *deadline)
{
	struct request *r;
	uint64_t now = now_ns();

	if (!*deadline) {
		*deadline = now + END_MS * 1000000ull;
		s->leave = now + LEAVE_MS * 1000000ull;
	}
	if (now < *deadline)
		return;
	*deadline = now + END_MS * 1000000ull;
	for (r = s->inflight.next; r != &s->inflight; r = r->next)
		if (!r->parked && r != s->early)
			s->rk->job_interrupt(&r->job);
}

/*
 * Commits. The host tells a server of plain FUSE nothing of sync(2) and syncfs(2):
 * it writes its cached data to us, and that is all. So whatever was changed
 * is made durable soon by itself.
 */
static void commit_run(struct rump_job *job)
{
	struct session *s = (struct session *)((char *)job - offsetof(struct session, commit.job));
	int err = s->vfs->syncfs(s->mnt);

	if (err) {
		log_msg(s->log, LOG_L_ERR, "data could not be written: %s", strerror(-err));
		s->commit.err = err;
	}
	s->commit.running = false;
}

/* Milliseconds until the next commit, after starting one if it is due; -1: nothing to do. */
static int commit_wait(struct session *s)
{
	struct commit *c = &s->commit;
	uint64_t now, due;

	if (!c->changed && !c->first)
		return -1;
	now = now_ns();
	if (c->changed) {
		c->changed = false;
		c->last = now;
		if (!c->first)
			c->first = now;
	}
	if (c->running)
		return -1;
	due = c->last + COMMIT_IDLE_MS * 1000000ull;
	if (due > c->first + COMMIT_BUSY_MS * 1000000ull)
		due = c->first + COMMIT_BUSY_MS * 1000000ull;
	if (now < due)
		return (due - now) / 1000000 + 1;
	c->first = 0;
	c->running = true;
	c->job.fn = commit_run;
	s->rk->job_submit(&c->job);
	return 0;
}

int session_sync(struct session *s)
{
	int err = s->vfs->syncfs(s->mnt);

	if (!err)
		err = s->commit.err;
	s->commit.err = 0;
	return err;
}

/* The sooner of two times in milliseconds, -1 being for ever. */
static int sooner(int a, int b)
{
	return a < 0 || (b >= 0 && b < a) ? b : a;
}

/* How long to sleep: for the end, for a commit, an interrupt, until it is time to trim, or for ever. */
static int sleep_ms(struct session *s, bool resting)
{
	int ms = s->stop ? END_MS : resting ? -1 : IDLE_MS;
	int commit = s->stop || s->rdonly || s->cfg->disk_fd < 0 ? -1 : commit_wait(s);

	return sooner(sooner(ms, commit), interrupts_due(s));
}

/* The end of reading, or of everything. */
static void lost(struct session *s, int err)
{
	if (err != -ENODEV)
		log_msg(s->log, LOG_L_ERR, "reading /dev/fuse: %s", strerror(-err));
	else	/* Now: the number of its device may soon be another's. */
		chan_send(s->chan_fd, CHAN_UNMOUNTED, NULL, 0, true);
	s->gone = true;
	s->stop = true;
}

bool session_hangs(struct session *s)
{
	uint64_t now = now_ns();
	bool idle;
	unsigned long n;

	if (s->cfg->network || !s->cfg->watchdog)
		return false;
	n = rump_disk_requests(&idle);
	if (n == s->disk_requests && idle && s->disk_since)
		return now - s->disk_since > 2ull * s->cfg->watchdog * 1000000000;
	s->disk_requests = n;
	s->disk_since = now;
	return false;
}

void session_serve(struct session *s, const volatile int *quit, void (*idle)(struct session *s))
{
	struct pollfd pfd = { .events = POLLIN };
	struct spin sp = { 0 };
	uint64_t deadline = 0, since = 0;	/* since when there is no request, if not 0 */
	bool resting = false;
	unsigned int burst = 0;
	int n, ret;

	for (;;) {
		rump_dispatch_run();
		if (*quit)
			s->stop = true;
		if (s->stop && !s->nr_inflight && !s->commit.running)
			return;
		if (s->stop && session_hangs(s))
			return;
		/* What waits for a silent server, and nobody for it. */
		if (s->gone && s->cfg->network && s->leave && now_ns() > s->leave)
			return;
		ret = resting || burst == BURST || !session_can_read(s) ? 0 : spin(s, &sp);
		if (ret)
			since = 0;
		burst++;
		if (!ret) {
			burst = 0;
			if (s->stop)
				hurry(s, &deadline);
			control_show_requests(s);
			if (s->nr_inflight)
				since = 0;
			else if (!since)
				since = now_ns();
			pfd.fd = session_can_read(s) ? s->fuse_fd : -1;
			n = rump_dispatch_wait(&pfd, 1, sleep_ms(s, resting));
			if (n > 0 && pfd.revents) {
				resting = false;
				since = 0;
				ret = session_read(s);
			} else if (since && !resting && !s->commit.first && s->bufs_dirty &&
				   now_ns() - since >= IDLE_MS * 1000000ull) {
				/* Not as soon as a server answers a writer who prepares his next request. */
				resting = true;
				idle(s);
			}
		}
		if (ret < 0)
			lost(s, ret);
	}
}
