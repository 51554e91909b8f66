/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The keeper: a small process with privileges and without a file system, next to
 * a worker of which the opposite is true. It makes the FUSE mount when the worker
 * asks for it, passes the worker's messages to syslog, and when the worker
 * dies, sees to it that no dead mount stays. It never reads what comes from the
 * disk. SIGTERM and SIGINT: write back, detach, end.
 *
 * If the keeper itself is killed, its spare goes on in its place: spare.c.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <syslog.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include "answer.h"
#include "channel.h"
#include "keeper.h"
#include "lookup.h"
#include "mountpoint.h"
#include "spare.h"
#include "utab.h"
#include "util.h"

#define GRACE_MS	5000		/* for users of a detached mount to close their files */
#define FINISH_MS	60000		/* for a worker to flush and unmount */
#define SYNC_MS		15000		/* for a server to take what the host has still to write */
#define NO_LIMIT_MS	(1 << 30)

static volatile sig_atomic_t terminate;

static void on_child(int sig)
{
	(void)sig;
}

static void on_terminate(int sig)
{
	(void)sig;
	terminate = 1;
}

void keeper_signals(void)
{
	struct sigaction sa = { .sa_handler = on_terminate };
	sigset_t set;

	sigaction(SIGTERM, &sa, NULL);
	sigaction(SIGINT, &sa, NULL);
	sa.sa_handler = on_child;
	sigaction(SIGCHLD, &sa, NULL);
	sa.sa_handler = SIG_IGN;
	sigaction(SIGHUP, &sa, NULL);
	sigaction(SIGPIPE, &sa, NULL);
	/* Taken in ppoll() only. */
	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGCHLD);
	sigprocmask(SIG_BLOCK, &set, NULL);
}

static void say(struct keeper *k, int level, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

static void say(struct keeper *k, int level, const char *fmt, ...)
{
	va_list ap, again;

	va_start(ap, fmt);
	va_copy(again, ap);
	vsyslog(level, fmt, ap);
	if (k->cfg->foreground) {
		fprintf(stderr, "rumpfs: %s: ", k->cfg->source);
		vfprintf(stderr, fmt, again);
		fputc('\n', stderr);
	}
	va_end(again);
	va_end(ap);
}

static void close_fd(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

static void relay_log(char *text, ssize_t len)
{
	int level = text[0] - '0';

	if (len < 2 || level < 0 || level > 7)
		return;
	/* It may quote a hostile disk. */
	for (ssize_t i = 1; i < len; i++)
		if ((unsigned char)text[i] < ' ' || text[i] == 0x7f)
			text[i] = '?';
	syslog(level, "%s", text + 1);
}

/* In two steps: see cgroup.h. */
static void enter_scope(struct keeper *k, bool finish)
{
	const pid_t pids[] = { getpid(), k->worker };
	int ret;

	if (!k->want_scope)
		return;
	ret = finish ? scope_finish(k->scope_fd) : scope_begin(k->cfg, pids, 2);
	k->want_scope = !finish && ret >= 0;
	k->scope_fd = ret;
	if (ret < 0)
		say(k, LOG_WARNING, "no scope of systemd for %s, it may end with who mounted it: %s",
		    k->cfg->target, strerror(-ret));
}

static void attach(struct keeper *k, const char *data, ssize_t len)
{
	uint32_t rdonly = 0;
	int32_t res = EPERM;

	/* Once, and only as the configuration says. */
	if (!k->attached && k->fuse_fd >= 0 && len == sizeof(rdonly)) {
		memcpy(&rdonly, data, sizeof(rdonly));
		res = -mountpoint_attach(k->cfg, k->fuse_fd, rdonly || k->cfg->readonly, &k->dev);
		if (!res) {
			k->attached = true;
			k->cfg->seen->dev = k->dev;
		}
		close_fd(&k->fuse_fd);
		enter_scope(k, true);
		/*
		 * Not before: autofs lets only the process group of the automounter, which
		 * ours was, pass to a mount point that everybody else waits for.
		 */
		if (!k->cfg->foreground)
			setsid();
	}
	chan_send(k->chan_fd, CHAN_ATTACHED, &res, sizeof(res), true);
}

/* The helper's note about the mount, which umount(8) would take away; but not that of the next one there. */
static void forget(const struct keeper *k)
{
	dev_t next;

	if (!mountinfo_top("/proc/self/mountinfo", k->cfg->target, &next))
		utab_note(NULL, k->cfg->target, NULL);
}

static void detach(struct keeper *k, const char *why)
{
	int err;

	if (!k->attached)
		return;
	k->attached = false;
	err = mountpoint_detach(k->cfg, k->dev);
	forget(k);
	if (!err)
		say(k, LOG_NOTICE, "%s%s detached", why, k->cfg->target);
	else if (err != -ENOENT)
		say(k, LOG_ERR, "cannot detach %s: %s", k->cfg->target, strerror(-err));
}

static void signal_worker(struct keeper *k, int sig)
{
	if (k->worker_fd >= 0)
		spare_signal(k->worker_fd, sig);
	else
		kill(k->worker, sig);
}

static void __attribute__((noreturn)) write_back(struct keeper *k, int out)
{
	int fd, err;
	ssize_t n;

	/* To those who look for keepers it is none. */
	prctl(PR_SET_NAME, "rumpfs-spare");
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	fd = mountpoint_sync(k->cfg, k->dev);
	err = fd < 0 ? fd : 0;
	n = write(out, &err, sizeof(err));
	(void)n;
	/* Who closes the last file of a mount that is off its directory waits for it. */
	for (;;)
		pause();
}

/*
 * Host's caches to the worker, then the mount off its directory. The worker serves meanwhile, and may have questions, and
 * its server may be silent: so a child asks for it. For how many ms to wait for that.
 */
static int start_termination(struct keeper *k)
{
	int p[2];

	if (!k->attached) {
		signal_worker(k, SIGQUIT);
		return 0;
	}
	if (pipe2(p, O_CLOEXEC))
		return 0;
	k->writer = fork();
	if (!k->writer)
		write_back(k, p[1]);
	close(p[1]);
	k->writer_fd = p[0];
	return k->writer < 0 ? 0 : k->cfg->network ? SYNC_MS : NO_LIMIT_MS;
}

static void written_back(struct keeper *k)
{
	int err = 0;

	if (k->writer_fd >= 0 && read(k->writer_fd, &err, sizeof(err)) != sizeof(err))
		err = -EIO;
	if (err && err != -ENOENT)
		say(k, LOG_ERR, "cannot write back %s: %s", k->cfg->target, strerror(-err));
}

static void finish_termination(struct keeper *k)
{
	detach(k, "terminated: ");
	if (k->writer > 0)
		kill(k->writer, SIGKILL);
	close_fd(&k->writer_fd);
}

/* Returns twice, the second time in the spare that has become the keeper: with a spare of its own. */
static void make_spare(struct keeper *k)
{
	while (spare_start(k)) {
		__atomic_store_n(&k->cfg->seen->status.keeper, getpid(), __ATOMIC_RELAXED);
		__atomic_add_fetch(&k->cfg->seen->status.survived, 1, __ATOMIC_RELAXED);
		say(k, LOG_WARNING, "the keeper of %s was killed, its spare goes on", k->cfg->target);
	}
}

/* To a question. Who asked does not wait for long, so neither do we. */
static void reply(struct keeper *k, enum chan_type type, const char *data, ssize_t len)
{
	struct chan_answer a = { 0 };

	if (len < (ssize_t)sizeof(a.serial))
		return;
	memcpy(&a.serial, data, sizeof(a.serial));
	answer(type, data + sizeof(a.serial), len - sizeof(a.serial), &a);
	chan_send(k->chan_fd, CHAN_ANSWER, &a, chan_answer_len(&a, type), false);
}

/* One message. False at the end of the worker. */
static bool serve(struct keeper *k)
{
	char msg[CHAN_MAX];
	ssize_t n;

	n = chan_recv(k->chan_fd, msg);
	if (n <= 0)
		return n == -EAGAIN;
	switch (msg[0]) {
	case CHAN_LOG:
		relay_log(msg + 1, n - 1);
		break;
	case CHAN_ATTACH:
		attach(k, msg + 1, n - 1);
		break;
	case CHAN_KILLED:
	case CHAN_ID:
	case CHAN_GROUPS:
		reply(k, msg[0], msg + 1, n - 1);
		break;
	case CHAN_USABLE:
		close_fd(&k->status_fd);
		make_spare(k);
		break;
	case CHAN_UNMOUNTED:
		k->attached = false;
		k->cfg->seen->dev = 0;
		break;
	case CHAN_TERMINATE:
		terminate = 1;
		break;
	case CHAN_LOOKUP:
		if (k->lookup_fd >= 0)
			lookup_begin(k->cfg->server, k->lookup_fd, &k->lookup);
		break;
	default:
		break;
	}
	return true;
}

/* How a worker ended that is nobody's child here cannot be known; a panic it has told us. */
static int ended_somehow(struct keeper *k)
{
	spare_wait(k->worker_fd);
	if (!k->attached || !mountpoint_is_ours(k->cfg, k->dev))
		return 0;
	say(k, LOG_CRIT, "worker %d ended", (int)k->worker);
	detach(k, "worker ended: ");
	return 1;
}

static int ended(struct keeper *k, int status)
{
	char why[96];

	if (WIFEXITED(status)) {
		/* It unmounted the driver itself; the result is its own to report. */
		if (WEXITSTATUS(status))
			detach(k, "");
		else if (k->attached && mountpoint_is_ours(k->cfg, k->dev))
			detach(k, "worker ended: ");
		return WEXITSTATUS(status);
	}
	snprintf(why, sizeof(why), "worker died (signal %d%s): ", WTERMSIG(status),
		 WTERMSIG(status) == SIGSYS ? ", a system call that the sandbox forbids" : "");
	say(k, LOG_CRIT, "worker %d died (signal %d, %s)", (int)k->worker, WTERMSIG(status),
	       strsignal(WTERMSIG(status)));
	detach(k, why);
	return 128 + WTERMSIG(status);
}

int keeper_run(struct keeper *k)
{
	struct pollfd pfd[3] = { { .fd = k->chan_fd, .events = POLLIN }, { .events = POLLIN }, { .events = POLLIN } };
	int stage = 0, status;
	int64_t deadline = 0;
	struct timespec ts;
	sigset_t none;

	enter_scope(k, false);
	sigemptyset(&none);
	for (;;) {
		int64_t left = stage ? deadline - now_ms() : 0;
		int n;

		if (terminate && !stage) {
			stage = 1;
			deadline = now_ms() + start_termination(k);
			continue;
		}
		if (stage == 1 && left <= 0) {
			if (k->writer > 0)
				say(k, LOG_ERR, "cannot write back %s: its server is silent", k->cfg->target);
			finish_termination(k);
			stage = 2;
			deadline = now_ms() + GRACE_MS;
			continue;
		}
		if (stage && left <= 0) {
			/* Somebody keeps files open, or the worker is stuck. */
			signal_worker(k, stage++ == 2 ? SIGQUIT : SIGKILL);
			deadline = now_ms() + FINISH_MS;
			continue;
		}
		ts.tv_sec = left / 1000;
		ts.tv_nsec = left % 1000 * 1000000L;
		pfd[1].fd = k->spare_fd;
		pfd[2].fd = k->writer_fd;
		n = ppoll(pfd, 3, stage ? &ts : NULL, &none);
		lookup_reap(&k->lookup);
		if (n > 0 && pfd[0].revents && !serve(k))
			break;
		if (n > 0 && pfd[1].revents && !stage) {
			spare_end(k);
			make_spare(k);
		}
		if (n > 0 && pfd[2].revents) {
			written_back(k);
			finish_termination(k);
			stage = 2;
			deadline = now_ms() + GRACE_MS;
		}
	}
	if (k->writer > 0)
		kill(k->writer, SIGKILL);

	if (k->orphan) {
		status = ended_somehow(k);
	} else {
		while (waitpid(k->worker, &status, 0) < 0)
			if (errno != EINTR)
				return 1;
		status = ended(k, status);
	}
	spare_end(k);
	/* Now that nothing is left behind the helper may learn of it. */
	close_fd(&k->status_fd);
	cgroup_leave(&k->cgroup);
	return status;
}
