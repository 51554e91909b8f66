/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The worker's life: give up privileges, boot the rump kernel, make the disk, enter
 * the sandbox, mount the driver, have the keeper attach FUSE, serve, unmount. From the
 * sandbox on everything that touches the disk's contents is inside it.
 *
 * One thread does all that (the dispatcher); steps that are calls into the
 * kernel are jobs which it waits for.
 */
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <malloc.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include "channel.h"
#include "fuse_codec.h"
#include "sandbox.h"
#include "session.h"
#include "util.h"
#include "worker.h"

#define EXIT_SYSTEM	2		/* codes of mount(8) for the status pipe */
#define EXIT_FAIL	32

#define IDLE_CACHE	(4ul << 20)

#define SYNC_MS		15000	/* for a server to take what is left, */
#define FAREWELL_MS	5000	/* and to see us off */
#define UNTIL_HUNG	(-2)	/* however long, but not for a driver that hangs: session_hangs() */
#define HANG_LOOK_MS	1000

struct worker {
	struct rumpfsd_config *cfg;
	struct session s;
	struct rlog log;
	char disk[64];
};

/* For signal handlers. */
static volatile int quit;
static volatile sig_atomic_t asked_to_end;
static int signal_chan;

static void on_signal(int sig)
{
	int err = errno;

	if (sig == SIGQUIT) {
		quit = 1;
		rump_dispatch_kick();
	} else if (!asked_to_end) {
		/* Only the keeper can take the mount off. Without one: stop as we are. */
		asked_to_end = 1;
		if (chan_send(signal_chan, CHAN_TERMINATE, NULL, 0, false) == -EPIPE) {
			quit = 1;
			rump_dispatch_kick();
		}
	}
	errno = err;
}

static void signals(int chan_fd)
{
	struct sigaction sa = { .sa_handler = on_signal, .sa_flags = SA_RESTART };

	signal_chan = chan_fd;
	sigaction(SIGTERM, &sa, NULL);
	sigaction(SIGINT, &sa, NULL);
	sigaction(SIGQUIT, &sa, NULL);
}

/* --- calls into the kernel before and after serving --- */

struct call {
	struct rump_job job;
	struct worker *w;
	int (*fn)(struct worker *w);
	int ret;
	bool done;
};

static void call_run(struct rump_job *job)
{
	struct call *c = (struct call *)((char *)job - offsetof(struct call, job));

	c->ret = c->fn(c->w);
	c->done = true;
}

/*
 * Call @fn, and wait for its end at most @ms milliseconds, -1: however long it takes, or UNTIL_HUNG.
 * -ETIMEDOUT: it goes on by itself, if the kernel is run again.
 */
static int in_kernel_for(struct worker *w, int (*fn)(struct worker *w), int ms)
{
	struct call *c = calloc(1, sizeof(*c));
	int64_t end = now_ms() + ms;
	int ret, left = -1;

	if (!c)
		return -ENOMEM;
	c->job.fn = call_run;
	c->w = w;
	c->fn = fn;
	w->s.rk->job_submit(&c->job);
	rump_dispatch_run();
	while (!c->done) {
		if (ms >= 0) {
			left = end - now_ms();
			if (left <= 0)
				return -ETIMEDOUT;	/* @c is the job's */
		}
		if (ms == UNTIL_HUNG) {
			left = HANG_LOOK_MS;
			if (session_hangs(&w->s))
				return -ETIMEDOUT;
		}
		rump_dispatch_wait(NULL, 0, left);
		rump_dispatch_run();
	}
	ret = c->ret;
	free(c);
	return ret;
}

static int in_kernel(struct worker *w, int (*fn)(struct worker *w))
{
	return in_kernel_for(w, fn, -1);
}

static int attach_disk(struct worker *w)
{
	struct rump_disk_params p = {
		.name = w->cfg->diskname,
		.fd = w->cfg->disk_fd,
		.offset = w->cfg->offset,
		.size = w->cfg->size,
		.readonly = w->cfg->readonly,
		.direct = w->cfg->direct,
	};

	return rump_disk_attach(&p, w->disk);
}

/* Neither of two namespaces is known: there are no attributes at all. */
static bool lacks_xattr(struct session *s)
{
	return s->vfs->getxattr(s->mnt, RUMPVFS_ROOT, "user.none", NULL, 0) == -EOPNOTSUPP &&
	       s->vfs->getxattr(s->mnt, RUMPVFS_ROOT, "trusted.none", NULL, 0) == -EOPNOTSUPP;
}

/*
 * The options, with one of cfg->tries where there are any: versions of a protocol
 * from the highest down. The server says if it does not know one.
 */
static int mount_some_version(struct worker *w, struct rumpvfs_mount_args *a)
{
	const char *opts = a->options, *p = w->cfg->tries, *end;
	char *list;
	int err;

	if (!p)
		return w->s.vfs->mount(a, &w->s.mnt);
	list = malloc(strlen(opts) + strlen(p) + 2);
	if (!list)
		return -ENOMEM;
	a->options = list;
	do {
		end = strchrnul(p, ' ');
		sprintf(list, "%s%s%.*s", opts, *opts ? "," : "", (int)(end - p), p);
		err = w->s.vfs->mount(a, &w->s.mnt);
		p = end + 1;
	} while (*end && (err == -EPROTONOSUPPORT || err == -EPFNOSUPPORT));
	explicit_bzero(list, strlen(list));
	free(list);
	return err;
}

/* The helper's list; it has been made from a description, so it is no hostile one. */
static unsigned int parse_marks(const char *text, struct rumpvfs_mark *marks)
{
	unsigned int n = 0, busy, clean;
	int len;

	for (; n < RUMPVFS_MARKS && sscanf(text, " %llu:%u:%u%n", &marks[n].offset, &busy, &clean,
					   &len) == 3; text += len, n++) {
		marks[n].busy = busy;
		marks[n].clean = clean;
	}
	return n;
}

static int mount_driver(struct worker *w)
{
	struct rumpvfs_mark marks[RUMPVFS_MARKS];
	struct session *s = &w->s;
	struct rumpvfs_mount_args a = {
		.fstype = w->cfg->fstype,
		.source = w->disk[0] ? w->disk : w->cfg->devname ? w->cfg->devname : w->cfg->source,
		.options = w->cfg->driveropts ? w->cfg->driveropts : "",
		.flags = w->cfg->rumpflags,
		.indexed = w->cfg->indexed,
		.whole_listing = w->cfg->whole_listing,
		.fsync_all = w->cfg->fsync_all,
		.marks = marks,
		.nr_marks = parse_marks(w->cfg->marks, marks),
		.prune = notify_prune,
		.stale = notify_stale,
		.changed = w->cfg->network ? notify_changed : NULL,
		.doubt = w->cfg->network ? notify_doubt : NULL,
		.ctx = s,
	};
	struct rumpvfs_attr root;
	int err;

	if (w->cfg->readonly)
		a.flags |= RUMPVFS_MNT_RDONLY;
	err = mount_some_version(w, &a);
	if (err)
		return err;
	err = s->vfs->info(s->mnt, &s->info);
	/* A server may have a file by that name, which cannot be put on a directory. */
	if (!err && !s->vfs->getattr(s->mnt, RUMPVFS_ROOT, &root) && !S_ISDIR(root.mode))
		err = -ENOTDIR;
	if (err) {
		s->vfs->umount(s->mnt);
		return err;
	}
	s->rdonly = s->info.rdonly;
	s->no_xattr = lacks_xattr(s);
	return 0;
}

static int sync_driver(struct worker *w)
{
	return w->s.vfs->syncfs(w->s.mnt);
}

static int umount_driver(struct worker *w)
{
	return w->s.vfs->umount(w->s.mnt);
}

static int trim_kernel(struct worker *w)
{
	unsigned long avail, cache;

	/* File data that the host caches too; what is less than this is worth keeping. */
	w->s.rk->mem_stat(&avail, &cache);
	if (cache > IDLE_CACHE)
		w->s.rk->mem_trim();
	return 0;
}

static void on_idle(struct session *s)
{
	session_trim(s);
	malloc_trim(0);
	in_kernel((struct worker *)((char *)s - offsetof(struct worker, s)), trim_kernel);
}

/* --- steps --- */

/* The daemon and the libraries are installed together; in a build tree librump knows. */
static const char *library_dir(const char *component, char *dir, size_t size)
{
	char path[PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", dir, size - 1);
	char *slash;

	if (n <= 0)
		return NULL;
	dir[n] = 0;
	slash = strrchr(dir, '/');
	if (!slash)
		return NULL;
	*slash = 0;
	n = snprintf(path, sizeof(path), "%s/librumpkern-%s.so", dir, component);
	if (n >= (int)sizeof(path) || access(path, R_OK))
		return NULL;
	return dir;
}

/*
 * To a server each mount is a client of its own, whose name must be no other's: it
 * is by that name that the server knows what the client holds. The host's name is
 * in front for those who look.
 */
static void client_name(char *buf, size_t size)
{
	char host[40] = "";
	uint64_t salt = 0;

	gethostname(host, sizeof(host) - 1);
	for (char *c = host; *c; c++)
		if (!isalnum((unsigned char)*c) && *c != '.')
			*c = '-';
	if (getrandom(&salt, sizeof(salt), 0) != sizeof(salt))
		salt = (uint64_t)time(NULL) << 32 | (uint32_t)getpid();
	snprintf(buf, size, "hostname=%s-%016llx", host[0] ? host : "rump", (unsigned long long)salt);
}

static int boot(struct worker *w)
{
	const struct rumpfsd_config *cfg = w->cfg;
	char dir[PATH_MAX], err[300] = "", name[80];
	struct rump_config rc = {
		.component = cfg->component,
		.libdir = library_dir(cfg->component, dir, sizeof(dir)),
		.memsize = cfg->memsize,
		.blkio = cfg->blkio,
		.dispatcher = true,
		.watchdog = cfg->watchdog,
		.log = log_kernel_line,
		.panicked = log_panicked,
		.log_ctx = &w->log,
	};
	int ret;

	if (cfg->network) {
		client_name(name, sizeof(name));
		rc.cmdline = name;
		names_of_host(&w->s, &rc);
	}
	ret = rump_boot(&rc, err, sizeof(err));
	if (ret) {
		log_status(&w->log, "E%d cannot boot the rump kernel: %s", EXIT_SYSTEM,
			   err[0] ? err : strerror(-ret));
		return ret;
	}
	w->log.booted = true;
	w->log.from = w->log.ring->head;
	log_status(&w->log, "B");
	w->s.rk = rump_kernel_get();
	w->s.vfs = w->s.rk->vfs;
	return 0;
}

static int enter_sandbox(struct worker *w)
{
	const char *what = "";
	int err;

	if (!w->cfg->foreground) {
		dup2(STDIN_FILENO, STDOUT_FILENO);
		dup2(STDIN_FILENO, STDERR_FILENO);
	}
	if (!w->cfg->sandbox)
		return 0;
	err = sandbox_enter(&w->log, w->cfg->network, w->cfg->debug, &what);
	if (err)
		log_status(&w->log, "E%d cannot enter the sandbox (%s): %s", EXIT_SYSTEM, what,
			   strerror(-err));
	return err;
}

static void report_network_error(struct worker *w, int err)
{
	const char *what = "";

	/* The driver gave up a connection that nobody had answered. */
	if (err == -EINPROGRESS)
		err = -ETIMEDOUT;
	switch (err) {
	case -EACCES:
	case -EPERM:
		what = "the server refuses this user, password or client: ";
		break;
	case -ENOENT:
		what = "the server does not have that: ";
		break;
	case -EINVAL:
		what = "an option, or the version of the protocol, is not accepted: ";
		break;
	case -ECONNREFUSED:
	case -ECONNRESET:
	case -ECONNABORTED:
	case -EHOSTUNREACH:
	case -ENETUNREACH:
	case -ETIMEDOUT:
	case -EAGAIN:
		what = "the server does not answer: ";
		break;
	case -EHOSTDOWN:	/* cifs: hung up in the middle, as one does that is too old */
		what = "the server does not answer, or not in a version of the protocol that was asked for (vers=): ";
		break;
	case -ENODEV:
		log_status(&w->log, "E%d the %s component has no file system %s", EXIT_FAIL,
			   w->cfg->component, w->cfg->fstype);
		return;
	}
	log_status(&w->log, "E%d %s: %s%s", EXIT_FAIL, w->cfg->source, what, strerror(-err));
}

static void report_mount_error(struct worker *w, int err)
{
	const char *source = w->cfg->source;

	log_status(&w->log, "N%d", -err);
	if (w->cfg->network) {
		report_network_error(w, err);
		return;
	}
	switch (err) {
	case -EINVAL:
		log_status(&w->log, "E%d %s: wrong file system type, bad option or bad superblock",
			   EXIT_FAIL, source);
		break;
	case -ENODEV:
		log_status(&w->log, "E%d the %s component has no file system %s", EXIT_FAIL,
			   w->cfg->component, w->cfg->fstype);
		break;
	case -EROFS:
	case -EACCES:
		log_status(&w->log, "E%d %s: cannot be mounted read-write", EXIT_FAIL, source);
		break;
	default:
		log_status(&w->log, "E%d %s: %s", EXIT_FAIL, source, strerror(-err));
	}
}

/* Asks the host what the device can do, so outside the sandbox; reads nothing of it. */
static int make_disk(struct worker *w)
{
	int err;

	if (w->cfg->disk_fd < 0)
		return 0;
	err = in_kernel(w, attach_disk);
	if (err)
		log_status(&w->log, "E%d %s: cannot be used as a disk: %s", EXIT_FAIL,
			   w->cfg->source, strerror(-err));
	return err;
}

static int mount_disk(struct worker *w)
{
	int err;

	err = in_kernel(w, mount_driver);
	config_wipe(w->cfg);
	if (err) {
		report_mount_error(w, err);
		return err;
	}
	if (w->s.rdonly && !w->cfg->readonly)
		log_status(&w->log, "W %s: the driver mounted it read-only", w->cfg->source);
	return 0;
}

static int attach_fuse(struct worker *w)
{
	uint32_t rdonly = w->s.rdonly;
	char msg[CHAN_MAX];
	int32_t res;
	ssize_t n;
	int err;

	/* The host's fuseblk claims the device for itself. */
	if (w->cfg->claim_fd >= 0)
		close(w->cfg->claim_fd);
	err = chan_send(w->s.chan_fd, CHAN_ATTACH, &rdonly, sizeof(rdonly), true);
	if (!err) {
		n = chan_recv(w->s.chan_fd, msg);
		if (n == 1 + sizeof(res) && msg[0] == CHAN_ATTACHED) {
			memcpy(&res, msg + 1, sizeof(res));
			err = -res;
		} else {
			err = -EPIPE;
		}
	}
	if (err == -EBUSY)
		log_status(&w->log, "E%d %s already mounted or %s busy", EXIT_FAIL, w->cfg->source,
			   w->cfg->target);
	else if (err)
		log_status(&w->log, "E%d cannot mount on %s: %s", EXIT_FAIL, w->cfg->target,
			   strerror(-err));
	return err;
}

static void setup_session(struct worker *w, int chan_fd, int lookup_fd, int fuse_fd)
{
	const struct rumpfsd_config *cfg = w->cfg;
	struct session *s = &w->s;

	s->cfg = cfg;
	s->log = &w->log;
	s->fuse_fd = fuse_fd;
	s->chan_fd = chan_fd;
	s->lookup_fd = lookup_fd;
	s->max_inflight = cfg->max_background + 64;
	if (s->max_inflight > 240)	/* fibers that librump gives by default, less our own */
		s->max_inflight = 240;
	codec_timeout(cfg->entry_timeout, &s->entry_sec, &s->entry_nsec);
	codec_timeout(cfg->attr_timeout, &s->attr_sec, &s->attr_nsec);
	codec_timeout(cfg->negative_timeout, &s->negative_sec, &s->negative_nsec);
	session_init(s);
}

/*
 * A server may be silent for ever, and who closed his files and unmounted has had its word for
 * all of his data. So it is given some time for what is left, and some to answer our farewell,
 * which it will do without when the connection ends.
 */
static int leave_server(struct worker *w)
{
	int err = in_kernel_for(w, sync_driver, SYNC_MS);

	/* Not while a call on the mount still runs. */
	if (err != -ETIMEDOUT && !w->s.nr_inflight &&
	    in_kernel_for(w, umount_driver, FAREWELL_MS) == -ETIMEDOUT)
		log_msg(&w->log, LOG_L_INFO, "%s: the server does not answer, left without its farewell",
			w->cfg->source);
	return err;
}

/*
 * A damaged disk may have made the driver wait for itself. Nothing but our end will end that. It is not
 * unmounted under a call that still runs, but what can be written is.
 */
static int leave_disk(struct worker *w)
{
	bool runs = w->s.nr_inflight;
	int err = in_kernel_for(w, runs ? sync_driver : umount_driver, UNTIL_HUNG);

	if (runs || err == -ETIMEDOUT) {
		log_msg(&w->log, LOG_L_CRIT, "%s: the driver hangs, and is given up", w->cfg->source);
		err = -EIO;
	}
	return err;
}

/* Everything is flushed here; afterwards nobody can be told but by the log. */
static int finish(struct worker *w)
{
	struct flock unlock = { .l_type = F_UNLCK, .l_whence = SEEK_SET };
	struct session *s = &w->s;
	int err = w->cfg->network ? leave_server(w) : leave_disk(w);

	if (!err)
		err = s->commit.err;
	/*
	 * The helper's lock on an image would end with the last reference to the
	 * open file, and io_uring may hold one for a while after the process is gone.
	 */
	fcntl(RUMPFSD_FD_DISK, F_OFD_SETLK, &unlock);
	if (err)
		log_msg(&w->log, LOG_L_ERR, "%s: data could not be written: %s", w->cfg->source,
			strerror(-err));
	if (s->destroy_unique && !s->gone)
		reply_unique(s, s->destroy_unique, err);
	return err;
}

int worker_main(struct rumpfsd_config *cfg, int chan_fd, int lookup_fd, int fuse_fd)
{
	struct worker *w = calloc(1, sizeof(*w));
	struct session *s;
	sigset_t none;

	if (!w)
		return EXIT_SYSTEM;
	s = &w->s;
	w->cfg = cfg;
	w->log = (struct rlog){
		.status_fd = RUMPFSD_FD_STATUS,
		.chan_fd = chan_fd,
		.level = cfg->debug ? LOG_L_DEBUG : (int)cfg->loglevel,
		.foreground = cfg->foreground,
		.ring = &cfg->seen->log,
	};
	signal(SIGTERM, SIG_DFL);
	signal(SIGINT, SIG_DFL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	mallopt(M_ARENA_MAX, 1);
	if (cfg->sandbox && sandbox_privileges(cfg->network)) {
		log_status(&w->log, "E%d cannot drop privileges", EXIT_SYSTEM);
		return EXIT_SYSTEM;
	}
	setup_session(w, chan_fd, lookup_fd, fuse_fd);

	if (boot(w))
		return EXIT_SYSTEM;
	if (notifier_start(s)) {
		log_status(&w->log, "E%d cannot start a thread", EXIT_SYSTEM);
		return EXIT_SYSTEM;
	}
	if (make_disk(w))
		return EXIT_FAIL;
	if (enter_sandbox(w))
		return EXIT_SYSTEM;
	if (mount_disk(w))
		return EXIT_FAIL;
	s->negative = s->info.casefold ? false : cfg->negative_timeout > 0;
	control_show(s);
	signals(chan_fd);
	if (attach_fuse(w)) {
		in_kernel(w, umount_driver);
		return EXIT_FAIL;
	}

	session_serve(s, &quit, on_idle);

	return finish(w) ? WORKER_LOST_DATA : 0;
}
