/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * umount.rumpfs: what umount(8) runs for fuse.rumpfs.TYPE and
 * fuseblk.rumpfs.TYPE. Of an image umount(2) does not wait for the daemon, so
 * this does: data is written back before, with an answer, and the command
 * returns when the daemon has closed the image.
 */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <unistd.h>
#include <rumpfs/control.h>
#include "daemons.h"
#include "message.h"
#include "mountinfo.h"
#include "remount.h"
#include "rlimits.h"
#include "target.h"
#include "utab.h"
#include "util.h"

#define NEWS		5	/* seconds between messages */
#define FORCE_LIMIT	10	/* seconds that -f lets a driver write back */
#define STUCK_MS	3000	/* after which one that waits is taken to wait for ever, looked at */
#define LOOK_MS		20	/* every so often */

struct request {
	const char *spec, *ns;
	bool force, lazy, readonly;
	char *target, *source;
	dev_t dev;
	int bdi;		/* folder of the file system in sysfs, -1: unknown */
	bool answered;		/* the daemon has written everything back */
	pid_t asker;		/* the child of flush() that was killed and may still be there, 0: none */
	int pidfd;		/* of the daemon, -1 if there is none to wait for */
};

static int usage(FILE *f, int ret)
{
	fprintf(f, "Usage: umount.rumpfs DIR|SOURCE [-flnrv] [-N NAMESPACE] [-t TYPE]\n"
		"       umount.rumpfs -h | -V\n"
		"See umount.rumpfs(8).\n");
	return ret;
}

static int parse_arguments(struct request *r, int argc, char **argv)
{
	static const struct option longopts[] = {
		{ "help", no_argument, NULL, 'h' },
		{ "version", no_argument, NULL, 'V' },
		{ NULL, 0, NULL, 0 },
	};
	int opt;

	opterr = 0;
	for (;;) {
		opt = getopt_long(argc, argv, "-flnrvt:N:hV", longopts, NULL);
		switch (opt) {
		case -1:
			if (!r->spec && optind < argc)
				r->spec = argv[optind++];	/* behind "--" */
			return r->spec && optind == argc ? -1 : usage(stderr, EX_USAGE);
		case 1:
			if (r->spec)
				return usage(stderr, EX_USAGE);
			r->spec = optarg;
			break;
		case 'f':
			r->force = true;
			break;
		case 'l':
			r->lazy = true;
			break;
		case 'r':
			r->readonly = true;
			break;
		case 'v':
			msg_set_verbose(true);
			break;
		case 'n':
		case 't':
			break;
		case 'N':
			r->ns = optarg;
			break;
		case 'h':
			return usage(stdout, EX_SUCCESS);
		case 'V':
			printf("umount.rumpfs %s\n", VERSION);
			return EX_SUCCESS;
		default:
			return usage(stderr, EX_USAGE);
		}
	}
}

/*
 * The host has a write-back device for each file system, in whatever name space that is
 * mounted. Its folder is opened while the file system is there: afterwards the number may
 * be another one's at once.
 */
static int open_bdi(dev_t dev)
{
	char path[80];

	snprintf(path, sizeof(path), "/sys/class/bdi/%u:%u%s", major(dev), minor(dev),
		 major(dev) ? "-fuseblk" : "");
	return open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
}

static bool is_gone(const struct request *r)
{
	return r->bdi >= 0 && faccessat(r->bdi, "read_ahead_kb", F_OK, 0);
}

/*
 * The mount that is meant: by directory, by device, by image. The directory is
 * taken as it was given first, because realpath(3) cannot pass a dead mount.
 */
static int find(struct request *r)
{
	char *path = realpath(r->spec, NULL);
	const struct mount_entry *e = NULL;
	struct mounts m;
	struct stat st;

	if (!mounts_read(&m)) {
		msg_error("/proc/self/mountinfo: %s", strerror(errno));
		free(path);
		return EX_SYSERR;
	}
	e = mounts_at(&m, r->spec);
	if (!e && path)
		e = mounts_at(&m, path);
	if (!e && path) {
		bool block = !stat(path, &st) && S_ISBLK(st.st_mode);

		e = mounts_of(&m, block ? &st.st_rdev : NULL, path);
	}
	if (!e)		/* on a server */
		e = mounts_of(&m, NULL, r->spec);
	if (e && mount_subtype(e)) {
		r->target = xstrdup(e->target);
		r->source = xstrdup(e->source);
		r->dev = e->dev;
		r->bdi = open_bdi(e->dev);
	} else {
		msg_error("%s: %s", r->spec, e ? "is no mount of rumpfs" : "not mounted");
	}
	mounts_free(&m);
	free(path);
	return r->target ? EX_SUCCESS : EX_FAIL;
}

/* For a user: rumpfs-user sees whether he may, and runs this as root. Exit code. */
static int as_user(struct request *r)
{
	const char *flags = r->lazy && msg_is_verbose() ? "-lv" : r->lazy ? "-l" : "-v";
	int ret;

	if (r->force || r->readonly || r->ns) {
		msg_error("must be root for -f, -r and -N");
		return EX_USAGE;
	}
	ret = find(r);
	if (ret)
		return ret;
	if (r->lazy || msg_is_verbose())
		execl(PKGLIBDIR "/rumpfs-user", "rumpfs-user", "umount", flags, r->target, NULL);
	else
		execl(PKGLIBDIR "/rumpfs-user", "rumpfs-user", "umount", r->target, NULL);
	msg_error("must be root to unmount (" PKGLIBDIR "/rumpfs-user: %s)", strerror(errno));
	return EX_USAGE;
}

/* What the child of flush() finds out. */
struct answer {
	int keeper, worker;	/* process ids, 0: unknown */
	int err;
	int lost;		/* an error that was there and went */
};

/*
 * A descriptor of process @pid if it is a daemon of ours, else -1. The keeper may
 * have been killed, and its number, or its child's parent, be anybody.
 */
static int daemon_fd(int pid)
{
	char *path, *name;
	int fd;

	if (pid <= 0 || (fd = syscall(SYS_pidfd_open, pid, 0)) < 0)
		return -1;
	path = xasprintf("/proc/%d/cmdline", pid);
	name = read_file(path);
	free(path);
	if (!name || strncmp(name, "rumpfs.", 7)) {
		close(fd);
		fd = -1;
	}
	free(name);
	return fd;
}

/* 0 or an errno. */
static int sync_once(int fd)
{
	return syncfs(fd) || ioctl(fd, RUMPFS_IOC_SYNC) ? errno : 0;
}

static void write_back(const struct request *r, int out)
{
	struct rumpfs_status status = { 0 };
	struct answer a = { 0 };
	ssize_t n;
	int fd;

	fd = open(r->target, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
	if (fd >= 0) {
		if (!ioctl(fd, RUMPFS_IOC_STATUS, &status)) {
			a.keeper = status.keeper;
			a.worker = status.worker;
		}
		a.err = sync_once(fd);
		/*
		 * Dead: there is nobody to ask. Read-only, or no bridge of ours: nothing to
		 * write. An error of the past is reported once, and what it was about is
		 * lost already: only one that stays is a reason to stay mounted. EINTR the
		 * host makes up itself when a caller is killed before it has sent the times of
		 * a file; data is not concerned, and no daemon answers so to what is written back.
		 */
		if (a.err == ENOTCONN || a.err == EROFS || a.err == ENOTTY) {
			a.err = 0;
		} else if (a.err && !sync_once(fd)) {
			a.lost = a.err == EINTR ? 0 : a.err;
			a.err = 0;
		}
		close(fd);
	}
	n = write(out, &a, sizeof(a));
	_exit(n == sizeof(a) ? 0 : 1);
}

/*
 * Write back, and find the daemon. In a child, since a driver that is stuck
 * cannot be waited for forever when the user said -f, and whoever asks it holds a
 * file of the mount.
 */
static int flush(struct request *r)
{
	struct answer a = { 0 };
	unsigned int seconds = 0;
	struct pollfd pfd;
	int p[2], n;
	pid_t pid;

	if (pipe2(p, O_CLOEXEC) || (pid = fork()) < 0) {
		msg_error("cannot start a process: %s", strerror(errno));
		return EX_SYSERR;
	}
	if (!pid)
		write_back(r, p[1]);
	close(p[1]);
	pfd = (struct pollfd){ .fd = p[0], .events = POLLIN };
	while ((n = poll(&pfd, 1, NEWS * 1000)) <= 0) {
		if (n < 0 && errno != EINTR)
			break;
		if (n == 0)
			msg_error("writing data to %s (%u s)", r->source, seconds += NEWS);
		if (r->force && seconds >= FORCE_LIMIT) {
			kill(pid, SIGKILL);
			break;
		}
	}
	if (n > 0 && read(p[0], &a, sizeof(a)) != sizeof(a))
		a = (struct answer){ 0 };
	close(p[0]);
	if (n > 0)
		waitpid(pid, NULL, 0);
	else
		r->asker = pid;
	r->pidfd = daemon_fd(a.keeper);
	if (r->pidfd < 0)
		r->pidfd = daemon_fd(a.worker);
	if (a.lost)
		msg_warn("%s: data that was written before could not be stored on %s: %s", r->target,
			 r->source, strerror(a.lost));
	r->answered = n > 0 && a.keeper && !a.err;
	if (!a.err)
		return EX_SUCCESS;
	msg_error("%s: data could not be written to %s: %s%s", r->target, r->source, strerror(a.err),
		  r->force ? "" : "; still mounted (umount -f gives it up)");
	return EX_FAIL;
}

/* Does the file system go on, at another directory? Then its daemon does. */
static bool mounted_elsewhere(const struct request *r)
{
	const struct mount_entry *e = NULL;
	struct mounts m;
	bool found;

	if (!mounts_read(&m))
		return false;
	e = mounts_of(&m, &r->dev, NULL);
	found = e && !is_gone(r);
	if (found)
		msg_verbose("%s: still mounted on %s", r->source, e->target);
	mounts_free(&m);
	return found;
}

static void wait_daemon(struct request *r)
{
	struct pollfd pfd = { .fd = r->pidfd, .events = POLLIN };
	unsigned int seconds = 0;

	if (r->pidfd < 0 || mounted_elsewhere(r))
		return;
	for (;;) {
		int n = poll(&pfd, 1, NEWS * 1000);

		if (n > 0 || (n < 0 && errno != EINTR))
			return;
		if (n == 0 && r->bdi >= 0 && !is_gone(r)) {
			msg_error("%s: still in use in another mount name space, not waiting for that",
				  r->source);
			return;
		}
		if (n == 0)
			msg_error("writing data to %s (%u s)", r->source, seconds += NEWS);
		if (r->force && seconds >= FORCE_LIMIT)
			return;
	}
}

/* Callers wait for the driver, and go on waiting, though it has answered us. */
static bool keeps_waiting(const struct request *r)
{
	long long end = now_ms() + STUCK_MS;
	bool waits = true, known = true;
	struct rumpfs_seen seen;

	while (waits && known && now_ms() < end) {
		const struct mount_entry *e;
		struct mounts m;

		if (!mounts_read(&m))
			break;
		e = mounts_of(&m, &r->dev, NULL);
		known = e && !daemons_seen(e, &seen);
		waits = !known || seen.status.inflight > seen.status.lock_waits;
		mounts_free(&m);
		if (waits && known)
			usleep(LOOK_MS * 1000);
	}
	return waits;
}

/* 0 or an errno. */
static int detach(struct request *r, int flags)
{
	/*
	 * Force ends the connection to the host, and does so before the host looks whether the mount is in use:
	 * what is open would be lost, and the mount be there still. So it is for a driver that keeps callers waiting.
	 */
	if (r->force && r->answered) {
		if (!umount2(r->target, flags & ~MNT_FORCE))
			return 0;
		if (errno != EBUSY || !keeps_waiting(r))
			return errno;
	}
	if (!umount2(r->target, flags))
		return 0;
	if (errno != EBUSY || !r->force || !r->asker)
		return errno;
	/*
	 * It may be our own child, killed, that has the mount open. Force has ended what
	 * it waits for.
	 */
	waitpid(r->asker, NULL, 0);
	return umount2(r->target, flags) ? errno : 0;
}

static int run(struct request *r)
{
	int flags = UMOUNT_NOFOLLOW, ret, err, lost = EX_SUCCESS;

	ret = find(r);
	if (ret)
		return ret;
	if (r->lazy)
		flags |= MNT_DETACH;
	if (r->force)
		flags |= MNT_FORCE;
	if (!r->lazy)
		lost = flush(r);
	if (lost && !r->force)
		return lost;
	err = detach(r, flags);
	if (err) {
		if (err == EBUSY && r->readonly) {
			msg_error("%s: target is busy, trying read-only", r->target);
			return remount_run(r->target, "remount,ro", false, false);
		}
		msg_error("%s: %s", r->target, err == EBUSY ? "target is busy" : strerror(err));
		return EX_FAIL;
	}
	utab_note(NULL, r->target, NULL);
	wait_daemon(r);
	msg_verbose("%s: unmounted from %s", r->source, r->target);
	return lost;
}

int main(int argc, char **argv)
{
	struct request r = { .pidfd = -1, .bdi = -1 };
	int ret;

	msg_init("umount.rumpfs");
	ret = parse_arguments(&r, argc, argv);
	if (ret >= 0)
		return ret;
	if (geteuid())
		return as_user(&r);
	limits_forget();
	if (r.ns && (ret = target_namespace(r.ns)))
		return ret;
	ret = run(&r);
	free(r.target);
	free(r.source);
	if (r.pidfd >= 0)
		close(r.pidfd);
	if (r.bdi >= 0)
		close(r.bdi);
	return ret;
}
