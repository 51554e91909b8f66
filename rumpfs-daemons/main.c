/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * rumpfsd: the process of one mount. Started by the mount helper with its
 * descriptors prepared (config.h) and nothing but names on the command line. Reads the
 * configuration, divides itself into keeper and worker, and becomes the keeper.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <syslog.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>
#include "channel.h"
#include "config.h"
#include "keeper.h"
#include "worker.h"

/* Nobody else writes to the status pipe as early as this. */
static int fail(int code, const char *text)
{
	char line[600];
	int n;

	n = snprintf(line, sizeof(line), "E%d %s\n", code, text);
	if (n > 0 && write(RUMPFSD_FD_STATUS, line, n) < 0)
		fprintf(stderr, "rumpfsd: %s\n", text);
	return code;
}

static void protect(void)
{
	struct rlimit none = { 0, 0 };
	ssize_t n;
	int fd;

	setrlimit(RLIMIT_CORE, &none);
	prctl(PR_SET_DUMPABLE, 0);
	umask(0);
	/* A mount that the out-of-memory killer ends takes unsaved data along. */
	fd = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
	if (fd >= 0) {
		n = write(fd, "-500", 4);
		(void)n;
		close(fd);
	}
}

static bool fd_open(int fd)
{
	return fcntl(fd, F_GETFD) >= 0;
}

/* Out of the way of the numbers that mean something, which may be free. */
static int fd_high(int fd)
{
	int high;

	if (fd < 0)
		return fd;
	high = fcntl(fd, F_DUPFD_CLOEXEC, RUMPFSD_FD_SEEN + 1);
	close(fd);
	return high;
}

static int open_fuse(char *err, size_t errsize)
{
	int fd;

	fd = open("/dev/fuse", O_RDWR | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0) {
		snprintf(err, errsize, "cannot open /dev/fuse: %s%s", strerror(errno),
			 errno == ENOENT || errno == ENODEV ? " (modprobe fuse)" : "");
		return -1;
	}
	return fd_high(fd);
}

/* rumpfs/seen.h; NULL and errno. */
static struct rumpfs_seen *make_seen(void)
{
	struct rumpfs_seen *seen;
	int fd = memfd_create("rumpfs-seen", MFD_CLOEXEC | MFD_ALLOW_SEALING);

	if (fd < 0 || (fd != RUMPFSD_FD_SEEN && dup3(fd, RUMPFSD_FD_SEEN, O_CLOEXEC) < 0) ||
	    ftruncate(RUMPFSD_FD_SEEN, sizeof(*seen)) ||
	    fcntl(RUMPFSD_FD_SEEN, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL))
		return NULL;
	if (fd != RUMPFSD_FD_SEEN)
		close(fd);
	seen = mmap(NULL, sizeof(*seen), PROT_READ | PROT_WRITE, MAP_SHARED, RUMPFSD_FD_SEEN, 0);
	if (seen == MAP_FAILED)
		return NULL;
	seen->magic = RUMPFS_SEEN_MAGIC;
	seen->status.keeper = getpid();
	return seen;
}

int main(int argc, char **argv)
{
	char err[512] = "", ident[320];
	struct rumpfsd_config cfg;
	struct keeper keeper;
	int chan[2], lookup[2] = { -1, -1 }, fuse_fd;

	(void)argv;
	if (argc < 1 || !fd_open(RUMPFSD_FD_CONFIG) || !fd_open(RUMPFSD_FD_STATUS)) {
		fprintf(stderr, "rumpfsd is started by mount.rumpfs\n");
		return 1;
	}
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN);	/* a limit that could not be raised is an error, and no reason to die */
	if (config_read(&cfg, RUMPFSD_FD_CONFIG, err, sizeof(err)))
		return fail(1, err);
	close(RUMPFSD_FD_CONFIG);
	/* Before anything else gets these numbers. */
	if (fd_open(RUMPFSD_FD_DISK))
		cfg.disk_fd = RUMPFSD_FD_DISK;
	if (fd_open(RUMPFSD_FD_CLAIM))
		cfg.claim_fd = RUMPFSD_FD_CLAIM;

	if (chdir("/"))
		return fail(2, "cannot change to /");
	protect();
	fuse_fd = open_fuse(err, sizeof(err));
	if (fuse_fd < 0)
		return fail(2, err);
	if (chan_pair(chan) || (cfg.server && chan_pair(lookup))) {
		snprintf(err, sizeof(err), "socketpair: %s", strerror(errno));
		return fail(2, err);
	}
	chan[0] = fd_high(chan[0]);
	chan[1] = fd_high(chan[1]);
	lookup[0] = fd_high(lookup[0]);
	lookup[1] = fd_high(lookup[1]);
	if (cfg.server)
		fcntl(lookup[1], F_SETFL, O_NONBLOCK);

	cfg.seen = make_seen();
	if (!cfg.seen) {
		snprintf(err, sizeof(err), "cannot make a memory file: %s", strerror(errno));
		return fail(2, err);
	}
	keeper = (struct keeper){
		.cfg = &cfg,
		.chan_fd = chan[0],
		.lookup_fd = lookup[0],
		.fuse_fd = fuse_fd,
		.status_fd = RUMPFSD_FD_STATUS,
		.worker_fd = -1,
		.spare_fd = -1,
		.writer_fd = -1,
	};
	/* In the foreground it belongs to who started it. */
	if (!cfg.foreground) {
		keeper.want_scope = scope_wanted();
		if (!keeper.want_scope)
			cgroup_enter(&keeper.cgroup);
	}
	keeper_signals();
	keeper.worker = fork();
	if (keeper.worker < 0) {
		snprintf(err, sizeof(err), "fork: %s", strerror(errno));
		return fail(2, err);
	}
	if (!keeper.worker) {
		close(chan[0]);
		close(lookup[0]);
		close(RUMPFSD_FD_SEEN);
		if (!cfg.foreground)
			setsid();
		_exit(worker_main(&cfg, chan[1], lookup[1], fuse_fd));
	}

	close(chan[1]);
	close(lookup[1]);
	if (cfg.disk_fd >= 0)
		close(cfg.disk_fd);
	if (cfg.claim_fd >= 0)
		close(cfg.claim_fd);
	config_wipe(&cfg);
	prctl(PR_SET_NAME, "rumpfs-keeper");
	snprintf(ident, sizeof(ident), "rumpfs.%s[%s]", cfg.subtype, cfg.source);
	openlog(ident, LOG_NDELAY, LOG_DAEMON);
	if (!cfg.foreground) {
		/* The worker keeps the helper's stderr until the mount is made. */
		dup2(STDIN_FILENO, STDOUT_FILENO);
		dup2(STDIN_FILENO, STDERR_FILENO);
	}
	return keeper_run(&keeper);
}
