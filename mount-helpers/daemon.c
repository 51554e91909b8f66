/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The daemon's start. It gets its configuration in a memory file and nothing
 * but names on its command line; descriptors 0 to 6 have fixed meanings and no
 * other is passed. The daemon is our child until the helper exits.
 */
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>
#include "daemon.h"
#include "message.h"
#include "mountinfo.h"

#define PATIENCE_MS	10000	/* before the user is told what takes so long */
#define GRACE_MS	3000	/* for a daemon to end on SIGTERM */
#define WATCHDOG	30	/* seconds; the default */

enum {
	FD_CONFIG = 3,
	FD_STATUS,
	FD_SOURCE,
	FD_CLAIM,
	FD_HIGH = 16,
};

static void entry(struct strbuf *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

static void entry(struct strbuf *b, const char *fmt, ...)
{
	va_list ap;
	char *p;

	va_start(ap, fmt);
	p = xvasprintf(fmt, ap);
	va_end(ap);
	strbuf_add(b, p, strlen(p) + 1);
	explicit_bzero(p, strlen(p));		/* it may hold a password */
	free(p);
}

static double given(double user, double described)
{
	return isnan(user) ? described : user;
}

static void configure(struct strbuf *b, const struct mount_job *job)
{
	const struct fs_driver *d = job->driver;
	const struct options *o = job->opts;
	const struct source *s = job->source;
	const char *plus = o->readdirplus ? o->readdirplus : d->readdirplus;

	entry(b, "component=%s", d->component);
	entry(b, "fstype=%s", job->driveropts->fstype);
	entry(b, "subtype=%s", job->name->name);
	entry(b, "source=%s", s->path);
	entry(b, "target=%s", job->target);
	entry(b, "blockdev=%d", s->blockdev);
	if (s->network) {
		entry(b, "network=1");
		entry(b, "devname=%s", s->devname);
		if (job->address)
			entry(b, "server=%s", s->host);
		if (job->driveropts->tries)
			entry(b, "tries=%s", job->driveropts->tries);
	} else {
		entry(b, "diskname=%s", job->diskname);
	}
	entry(b, "offset=%llu", (unsigned long long)s->offset);
	entry(b, "size=%llu", (unsigned long long)s->size);
	entry(b, "readonly=%d", s->readonly);
	entry(b, "marks=%s", job->marks ? job->marks : "");
	entry(b, "hostflags=%lu", options_hostflags(o));
	entry(b, "hostopts=%s", o->hostopts.s ? o->hostopts.s : "");
	entry(b, "rumpflags=%u", options_rumpflags(o));
	entry(b, "driveropts=%s%s%s%s%s", job->address ? d->address : "", job->address ? "=" : "",
	      job->address ? job->address : "", job->address && job->driveropts->list.len ? "," : "",
	      job->driveropts->list.s ? job->driveropts->list.s : "");
	if (o->memsize)
		entry(b, "memsize=%llu", (unsigned long long)o->memsize);
	if (o->blkio)
		entry(b, "blkio=%s", o->blkio);
	entry(b, "direct=%d", o->direct);
	entry(b, "watchdog=%u", o->has_watchdog ? o->watchdog : WATCHDOG);
	entry(b, "entry_timeout=%g", given(o->entry_timeout, d->entry_timeout));
	entry(b, "attr_timeout=%g", given(o->attr_timeout, d->attr_timeout));
	entry(b, "negative_timeout=%g", given(o->negative_timeout, d->negative_timeout));
	entry(b, "locks=%s", o->locks ? o->locks : d->locks);
	entry(b, "writeback=%d", o->writeback >= 0 ? o->writeback : d->writeback);
	entry(b, "indexed=%d", d->indexed);
	entry(b, "whole_listing=%d", d->whole_listing);
	entry(b, "fsync_all=%d", d->fsync_all);
	entry(b, "groups=%d", d->groups);
	entry(b, "max_read=%u", d->max_read);
	entry(b, "readdirplus=%s", !strcmp(plus, "yes") ? "1" : !strcmp(plus, "no") ? "0" : "auto");
	if (o->max_background)
		entry(b, "max_background=%u", o->max_background);
	entry(b, "foreground=%d", o->foreground);
	entry(b, "debug=%d", o->fusedebug);
	if (o->has_loglevel)
		entry(b, "loglevel=%u", o->loglevel);
	entry(b, "sandbox=%d", o->sandbox);
}

static int config_file(const struct mount_job *job)
{
	struct strbuf b = { 0 };
	size_t done = 0;
	int fd;

	configure(&b, job);
	fd = memfd_create("rumpfs-config", MFD_CLOEXEC);
	while (fd >= 0 && done < b.len) {
		ssize_t n = write(fd, b.s + done, b.len - done);

		if (n <= 0) {
			close(fd);
			fd = -1;
			break;
		}
		done += n;
	}
	explicit_bzero(b.s, b.len);	/* it may hold a password */
	strbuf_free(&b);
	return fd;
}

/* What the daemon may know of our environment. */
static char **environment(void)
{
	static const char *const passed[] = {
		"TZ", "RUMPFS_LIBDIR", "RUMP_LIBDIR", "ASAN_OPTIONS", "UBSAN_OPTIONS",
		"LSAN_OPTIONS", NULL
	};
	char **env = xrealloc(NULL, 8 * sizeof(char *));
	unsigned int n = 0;

	env[n++] = xstrdup("PATH=/usr/sbin:/usr/bin:/sbin:/bin");
	for (const char *const *p = passed; *p; p++) {
		const char *value = getuid() ? NULL : secure_getenv(*p);

		if (value)
			env[n++] = xasprintf("%s=%s", *p, value);
	}
	env[n] = NULL;
	return env;
}

static void free_list(char **list)
{
	for (char **p = list; *p; p++)
		free(*p);
	free(list);
}

static char *daemon_path(void)
{
	const char *dir = getuid() ? NULL : secure_getenv("RUMPFS_LIBDIR");

	return xasprintf("%s/rumpfsd", dir ? dir : PKGLIBDIR);
}

/* In the child, which has a copy of everything and needs but seven descriptors. */
static void __attribute__((noreturn)) become(const struct mount_job *job, const char *path,
					     char **argv, char **env, int config, int status)
{
	int from[] = { config, status, job->source->fd, job->source->claim };
	char text[600];
	sigset_t none;
	ssize_t n;
	int len;

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	for (int i = 0; i < 4; i++)
		if (from[i] >= 0)
			from[i] = fcntl(from[i], F_DUPFD_CLOEXEC, FD_HIGH);
	for (int i = 0; i < 4; i++) {
		if (from[i] >= 0)
			dup2(from[i], FD_CONFIG + i);
		else
			close(FD_CONFIG + i);
	}
	dup2(STDERR_FILENO, STDOUT_FILENO);
	n = open("/dev/null", O_RDWR | O_CLOEXEC);
	if (n >= 0)
		dup2(n, STDIN_FILENO);
	close_range(FD_CLAIM + 1, ~0U, 0);
	execve(path, argv, env);
	len = snprintf(text, sizeof(text), "E%d cannot start %s: %s\n", EX_SYSERR, path, strerror(errno));
	n = write(FD_STATUS, text, len < (int)sizeof(text) ? len : (int)sizeof(text) - 1);
	(void)n;
	_exit(EX_SYSERR);
}

/* Returns the reading end of the status pipe, or -1 after saying why. */
static int start(struct mount_job *job)
{
	char *argv[] = { xasprintf("rumpfs.%s", job->name->name), job->source->path, NULL };
	char *path = daemon_path(), **env = environment();
	int config = config_file(job), status[2] = { -1, -1 };

	if (config < 0 || pipe2(status, O_CLOEXEC)) {
		msg_error("cannot prepare the daemon: %s", strerror(errno));
		goto out;
	}
	job->pid = fork();
	if (!job->pid)
		become(job, path, argv, env, config, status[1]);
	if (job->pid < 0) {
		msg_error("fork: %s", strerror(errno));
		close(status[0]);
		status[0] = -1;
	}
out:
	if (status[1] >= 0)
		close(status[1]);
	if (config >= 0)
		close(config);
	free_list(env);
	free(path);
	free(argv[0]);
	return status[0];
}

/* Until the daemon, our child, has ended. False: it has not, in @ms (-1: no limit). */
static bool reap(pid_t pid, int ms)
{
	struct timespec ts = { .tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000L };
	sigset_t chld;

	if (ms < 0)
		return waitpid(pid, NULL, 0) == pid;
	sigemptyset(&chld);
	sigaddset(&chld, SIGCHLD);
	for (;;) {
		pid_t got = waitpid(pid, NULL, WNOHANG);

		if (got)
			return true;
		/* SIGCHLD is blocked since before the fork, hence pending if it came */
		if (sigtimedwait(&chld, NULL, &ts) < 0 && errno == EAGAIN)
			return waitpid(pid, NULL, WNOHANG) == pid;
	}
}

/* A mount that a killed daemon left. */
static void clear_target(const struct mount_job *job)
{
	const struct mount_entry *e;
	struct mounts m;

	if (!mounts_read(&m))
		return;
	e = mounts_at(&m, job->target);
	if (e && mount_subtype(e) && !strcmp(e->source, job->source->path))
		umount2(job->target, MNT_DETACH | UMOUNT_NOFOLLOW);
	mounts_free(&m);
}

/* The worker would survive its keeper. */
static void kill_both(pid_t keeper)
{
	char *path = xasprintf("/proc/%d/task/%d/children", (int)keeper, (int)keeper);
	char *children = read_file(path);
	int worker = children ? atoi(children) : 0;

	kill(keeper, SIGKILL);
	if (worker > 0)
		kill(worker, SIGKILL);
	free(children);
	free(path);
}

static void end_daemon(const struct mount_job *job)
{
	kill(job->pid, SIGTERM);
	if (!reap(job->pid, GRACE_MS)) {
		kill_both(job->pid);
		reap(job->pid, -1);
	}
	clear_target(job);
}

static void block_signals(sigset_t *set)
{
	sigemptyset(set);
	sigaddset(set, SIGINT);
	sigaddset(set, SIGTERM);
	sigaddset(set, SIGHUP);
	sigaddset(set, SIGQUIT);
	sigaddset(set, SIGCHLD);
	sigprocmask(SIG_BLOCK, set, NULL);
	sigdelset(set, SIGCHLD);
}

/* Feed @st until OK, a reason, or the end of the pipe. EX_USER: a signal came. */
static int listen_to(struct mount_job *job, struct status *st, int status_fd, int signal_fd)
{
	struct pollfd fds[2] = {
		{ .fd = status_fd, .events = POLLIN },
		{ .fd = signal_fd, .events = POLLIN },
	};
	long long begin = now_ms(), told = begin;
	char buf[8192];

	while (!st->ok) {
		int ready = poll(fds, 2, PATIENCE_MS);
		ssize_t n;

		if (ready < 0 && errno != EINTR)
			return EX_SYSERR;
		if (ready > 0 && fds[1].revents)
			return EX_USER;
		if (now_ms() - told >= PATIENCE_MS) {
			told = now_ms();
			msg_error("%s: still mounting (%lld s)", job->source->path,
				  (told - begin) / 1000);
		}
		if (ready <= 0 || !fds[0].revents)
			continue;
		n = read(status_fd, buf, sizeof(buf));
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			break;
		status_feed(st, buf, n);
	}
	return EX_SUCCESS;
}

int daemon_mount(struct mount_job *job, struct status *st)
{
	int status_fd, signal_fd, ret;
	sigset_t set;

	memset(st, 0, sizeof(*st));
	block_signals(&set);
	signal_fd = signalfd(-1, &set, SFD_CLOEXEC);
	status_fd = start(job);
	source_close(job->source);
	if (status_fd < 0)
		return EX_SYSERR;
	ret = listen_to(job, st, status_fd, signal_fd);
	if (ret) {
		end_daemon(job);
	} else if (!st->ok) {
		/* The pipe has ended, the daemon is about to. */
		if (!reap(job->pid, GRACE_MS))
			end_daemon(job);
		clear_target(job);
		ret = st->error ? st->error : EX_FAIL;
	}
	close(status_fd);
	if (signal_fd >= 0)
		close(signal_fd);
	return ret;
}

bool daemon_pause(unsigned int ms)
{
	struct timespec ts = { .tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000L };
	sigset_t set;

	block_signals(&set);
	return sigtimedwait(&set, NULL, &ts) < 0;
}

int daemon_follow(struct mount_job *job)
{
	int sig, status;
	sigset_t set;

	block_signals(&set);
	sigaddset(&set, SIGCHLD);
	while (!sigwait(&set, &sig)) {
		if (sig != SIGCHLD)
			kill(job->pid, SIGTERM);
		else if (waitpid(job->pid, &status, WNOHANG) == job->pid)
			return WIFEXITED(status) && !WEXITSTATUS(status) ? EX_SUCCESS : EX_FAIL;
	}
	return EX_SYSERR;
}
