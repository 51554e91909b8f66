/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * mount.rumpfs: what mount(8) runs for the types rumpfs, rumpfs.TYPE,
 * fuse.rumpfs.TYPE and fuseblk.rumpfs.TYPE. Parse, look, claim, start the
 * daemon, and say how it went.
 */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>
#include "daemon.h"
#include "detect.h"
#include "login.h"
#include "message.h"
#include "mountinfo.h"
#include "netsource.h"
#include "options.h"
#include "probe.h"
#include "registry.h"
#include "remount.h"
#include "rlimits.h"
#include "source.h"
#include "status.h"
#include "target.h"
#include "utab.h"

#define RETRY_MS	10000		/* between tries at most, for retry= */

struct invocation {
	const char *spec, *dir;
	const char *type;		/* without prefixes; "" for none */
	const char *ns;
	struct strbuf list;		/* all -o, joined */
	bool fake, sloppy;
};

static int usage(FILE *f, int ret)
{
	fprintf(f, "Usage: mount.rumpfs SOURCE DIR [-sfnvrw] [-o OPTIONS] [-t TYPE] [-N NAMESPACE]\n"
		"       mount.rumpfs -h | -V\n"
		"SOURCE is a block device, an image, UUID=, LABEL=, PARTUUID=, PARTLABEL=,\n"
		"or on a server SERVER:/PATH, //SERVER/SHARE.\n"
		"See mount.rumpfs(8); rumpfs --list shows the types.\n");
	return ret;
}

/* Standard descriptors must exist, or the first file that is opened gets their numbers. */
static void sanitize_fds(void)
{
	for (int fd = 0; fd <= 2; fd++)
		if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", O_RDWR) < 0)
			_exit(EX_SYSERR);
}

static void add_list(struct strbuf *b, const char *text)
{
	strbuf_addf(b, "%s%s", b->len ? "," : "", text);
}

/* Our arguments are for everybody to read, and there may be a password in this one. */
static void hide(char *list)
{
	if (strstr(list, "pass") || strchr(list, '%'))
		memset(list, '*', strlen(list));
}

/* mount.rumpfs.vfat: "vfat" */
static const char *type_of_program(const char *argv0)
{
	const char *base = strrchr(argv0, '/');

	base = base ? base + 1 : argv0;
	return !strncmp(base, "mount.", 6) ? registry_strip(base + 6) : "";
}

static bool take_word(struct invocation *in, const char *word)
{
	if (!in->spec)
		in->spec = word;
	else if (!in->dir)
		in->dir = word;
	else
		return false;
	return true;
}

/* -1: go on; else exit code. */
static int parse_arguments(struct invocation *in, int argc, char **argv)
{
	static const struct option longopts[] = {
		{ "help", no_argument, NULL, 'h' },
		{ "version", no_argument, NULL, 'V' },
		{ NULL, 0, NULL, 0 },
	};
	int opt;

	in->type = type_of_program(argc ? argv[0] : "");
	opterr = 0;
	for (;;) {
		/* "-": other words come as option 1, wherever they stand */
		opt = getopt_long(argc, argv, "-sfnvrwo:t:N:hV", longopts, NULL);
		switch (opt) {
		case -1:
			while (optind < argc)	/* behind "--" */
				if (!take_word(in, argv[optind++]))
					return usage(stderr, EX_USAGE);
			return in->spec && in->dir ? -1 : usage(stderr, EX_USAGE);
		case 1:
			if (!take_word(in, optarg))
				return usage(stderr, EX_USAGE);
			break;
		case 's':
			in->sloppy = true;
			break;
		case 'f':
			in->fake = true;
			break;
		case 'n':
			break;
		case 'v':
			msg_set_verbose(true);
			break;
		case 'r':
			add_list(&in->list, "ro");
			break;
		case 'w':
			add_list(&in->list, "rw");
			break;
		case 'o':
			add_list(&in->list, optarg);
			hide(optarg);
			break;
		case 't':
			in->type = registry_strip(optarg);
			break;
		case 'N':
			in->ns = optarg;
			break;
		case 'h':
			return usage(stdout, EX_SUCCESS);
		case 'V':
			printf("mount.rumpfs %s\n", VERSION);
			return EX_SUCCESS;
		default:
			return usage(stderr, EX_USAGE);
		}
	}
}

static int unknown_type(const char *type)
{
	char names[1024];

	msg_error("unknown type \"%s\"; known are: %s", type,
		  registry_names(names, sizeof(names)));
	return EX_FAIL;
}

/* No type was given: what is there? */
static int find_driver(const struct source *s, const struct fs_driver **driver, const struct fs_name **name)
{
	enum probe_result result;
	char names[1024];
	struct probe p;
	int ret = EX_FAIL;

	result = probe_fs(&p, s->fd, s->offset, s->size);
	switch (result) {
	case PROBE_FOUND:
	case PROBE_OTHER:
		*driver = registry_find_blkid(p.type, name);
		if (*driver)
			ret = EX_SUCCESS;
		else
			msg_error("%s: holds %s, for which there is no driver; there are: %s", s->path,
				  p.type, registry_names(names, sizeof(names)));
		break;
	case PROBE_AMBIVALENT:
		msg_error("%s: has marks of more than one file system; name one with -t rumpfs.TYPE "
			  "(wipefs(8) shows and removes them)", s->path);
		break;
	case PROBE_TABLE:
		msg_error("%s: has a partition table (%s); choose a partition with -o: %s", s->path,
			  p.type, p.list.s ? p.list.s : "there is none");
		break;
	case PROBE_NOTHING:
		msg_error("%s: no known file system was found; types are: %s", s->path,
			  registry_names(names, sizeof(names)));
		break;
	case PROBE_ERROR:
		msg_error("%s: cannot be read to find out what it holds: %s", s->path,
			  strerror(errno));
		break;
	}
	probe_free(&p);
	return ret;
}

/*
 * What the description's rules say about this file system. One that must not
 * be written to is as good as write-protected, so that remount,rw is refused too.
 */
static int heed(struct detected *found, struct source *s, struct options *o,
		const struct fs_driver *driver)
{
	if (!detect(found, s->fd, s->offset, driver, o)) {
		msg_error("%s: its superblock cannot be read: %s", s->path, strerror(errno));
		return EX_FAIL;
	}
	if (found->refused) {
		msg_error("%s: %s", s->path, found->refused);
		return EX_FAIL;
	}
	if (found->readonly) {
		if (!(o->flags & MS_RDONLY))
			msg_warn("%s: mounted read-only: %s", s->path, found->readonly);
		s->readonly = true;
	}
	return EX_SUCCESS;
}

/* The driver has refused what the user took for its kind: perhaps it is something else. */
static void hint(const char *path, const struct source *window, const struct fs_driver *driver)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	const struct fs_driver *other;
	const struct fs_name *name;
	enum probe_result result;
	struct probe p;

	if (fd < 0)
		return;
	result = probe_fs(&p, fd, window->offset, window->size);
	if (result == PROBE_FOUND || result == PROBE_OTHER) {
		other = registry_find_blkid(p.type, &name);
		if (other && other != driver)
			msg_error("%s: seems to hold %s: -t rumpfs.%s", path, p.type, name->name);
		else if (!other)
			msg_error("%s: seems to hold %s", path, p.type);
	} else if (result == PROBE_TABLE) {
		msg_error("%s: has a partition table (%s); choose a partition with -o: %s", path,
			  p.type, p.list.s ? p.list.s : "there is none");
	}
	probe_free(&p);
	close(fd);
}

/* mount(2) takes one kind of propagation a call, and none together with a mount. */
static int propagate(const struct options *o, const char *target)
{
	for (unsigned int i = 0; i < o->npropagation; i++) {
		if (mount("none", target, NULL, o->propagation[i], NULL)) {
			msg_error("%s: is mounted, but its propagation cannot be set: %s", target,
				  strerror(errno));
			return EX_FAIL;
		}
	}
	return EX_SUCCESS;
}

/* What the daemon warns of. That it is read-only is no news to one who asked for that. */
static void warn(const struct mount_job *job, const struct status *st)
{
	const char *path = job->source->path;

	for (unsigned int i = 0; i < st->nwarnings; i++) {
		const char *text = status_text(st->warnings[i], path);

		if (!(job->opts->flags & MS_RDONLY) || !strstr(text, "read-only"))
			msg_warn("%s: %s", path, text);
	}
}

static bool note(const struct mount_job *job)
{
	const char *name = options_mounter(job->opts);
	char *who = job->opts->users ? xstrdup("users") : name ? xasprintf("user=%s", name) : NULL;
	bool ok = utab_note(job->source->path, job->target, who);

	free(who);
	return ok;
}

static int tell(const struct mount_job *job, const struct status *st, int ret)
{
	const struct source *s = job->source;

	warn(job, st);
	switch (ret) {
	case EX_SUCCESS:
		if (s->protected)
			msg_warn("%s: source write-protected, mounted read-only.", job->target);
		if (!note(job))
			msg_verbose("umount(8) will not wait for the daemon: /run/mount/utab: %s", strerror(errno));
		msg_verbose("%s mounted on %s, type %s, driver %s, process %d", s->path, job->target,
			    job->name->name, job->driveropts->fstype, (int)job->pid);
		return propagate(job->opts, job->target);
	case EX_USER:
		msg_error("%s: interrupted; nothing is mounted", s->path);
		return ret;
	default:
		if (ret == EX_SYSERR && !st->error)
			return ret;
		status_explain(st, s->path, job->diskname);
		if (st->error == EX_FAIL && !s->network)
			hint(s->path, s, job->driver);
		return ret;
	}
}

/* An option that says how a disk is used, of what has none. */
static int no_disk(const struct options *o)
{
	const char *name = o->part ? "part" : o->has_offset ? "offset" : o->has_sizelimit ?
		"sizelimit" : o->blkio ? "blkio" : NULL;

	if (!name)
		return EX_SUCCESS;
	msg_error("option \"%s\" is for devices and images", name);
	return EX_USAGE;
}

/*
 * A share twice on one directory is a mistake which a disk, that is claimed, does not let happen; so the kernel's own clients
 * refuse it.
 */
static int mounted_there(const struct source *s, const char *target)
{
	const struct mount_entry *e;
	struct mounts m;
	bool same;

	if (!mounts_read(&m))
		return EX_SUCCESS;
	e = mounts_at(&m, target);
	same = e && mount_subtype(e) && !strcmp(e->source, s->path);
	mounts_free(&m);
	if (!same)
		return EX_SUCCESS;
	msg_error("%s: is already mounted on %s", s->path, target);
	return EX_FAIL;
}

static int no_server(const struct options *o)
{
	if (!o->has_retry)
		return EX_SUCCESS;
	msg_error("option \"retry\" is for servers");
	return EX_USAGE;
}

/* The address did not answer, or not for this: another of the server's may. */
static bool elsewhere(const struct status *st)
{
	switch (st->err) {
	case ECONNREFUSED:
	case ECONNRESET:
	case ECONNABORTED:
	case EHOSTDOWN:
	case EHOSTUNREACH:
	case ENETUNREACH:
	case ETIMEDOUT:
	case EAFNOSUPPORT:
	case EADDRNOTAVAIL:
	case EAGAIN:
		return true;
	}
	return false;
}

/* By one of the addresses, until retry= has passed. */
static int start(struct mount_job *job, struct status *st)
{
	const struct source *s = job->source;
	long long end = now_ms() + job->opts->retry * 60000LL;
	unsigned int i = 0, pause = 1000;
	int ret;

	for (;;) {
		job->address = i < s->naddresses ? s->addresses[i] : NULL;
		ret = daemon_mount(job, st);
		if (ret != EX_FAIL || !s->network || !elsewhere(st))
			return ret;
		if (++i >= s->naddresses) {
			if (now_ms() + pause > end)
				return ret;
			msg_verbose("%s: %s; trying again", s->path, strerror(st->err));
			if (!daemon_pause(pause))
				return EX_USER;
			pause = pause < RETRY_MS / 2 ? 2 * pause : RETRY_MS;
			i = 0;
		} else {
			msg_verbose("%s: %s: %s; trying %s", s->path, job->address, strerror(st->err),
				    s->addresses[i]);
		}
		status_free(st);
	}
}

/* Nothing of a device, image or server is left undecided after this, or the exit code says so. */
static int find_source(const struct invocation *in, struct options *o, struct source *s,
		       char **target, const struct fs_driver **driver, const struct fs_name **name)
{
	int ret;

	if (*in->type && !(*driver = registry_find(in->type, name)))
		return unknown_type(in->type);
	if (!*driver && access(in->spec, F_OK))
		*driver = netsource_driver(in->spec, name);
	if (*driver && (*driver)->source != FS_SOURCE_DEVICE) {
		ret = no_disk(o);
		if (!ret)
			ret = netsource_find(s, in->spec, *driver, o);
		if (!ret)
			ret = target_find(target, in->dir, in->fake) ?: mounted_there(s, *target);
		if (!ret && (*driver)->login)
			ret = login_find(o, *driver, in->spec, !in->fake);
		return ret;
	}
	ret = no_server(o) ?: source_find(s, in->spec, o);
	if (ret || !s->path)
		return ret;
	ret = target_find(target, in->dir, in->fake);
	if (!ret)
		ret = source_open(s, o, in->fake);
	if (ret || s->fd < 0)
		return ret;
	ret = source_window(s, o);
	if (!ret && !*driver)
		ret = find_driver(s, driver, name);
	return ret;
}

static bool find_caller(struct caller *c, const struct options *o, char *reason)
{
	const char *name = options_mounter(o);
	struct passwd *pw = name ? getpwnam(name) : NULL;

	if (name && !pw) {
		snprintf(reason, REASON_SIZE, "option \"%s=%.100s\": no such user", o->mounter ? "for" : "user", name);
		return false;
	}
	c->uid = pw ? pw->pw_uid : 0;
	c->gid = pw ? pw->pw_gid : 0;
	c->umask = umask(0);
	return true;
}

static int run(const struct invocation *in, struct options *o)
{
	const struct fs_driver *driver = NULL;
	const struct fs_name *name = NULL;
	struct driveropts d = { 0 };
	struct detected found = { 0 };
	struct source s = { .fd = -1, .claim = -1 };
	struct status st = { 0 };
	struct mount_job job = { .opts = o, .source = &s, .driveropts = &d };
	char *target = NULL, reason[REASON_SIZE];
	struct caller caller = { 0 };
	int ret;

	ret = find_source(in, o, &s, &target, &driver, &name);
	if (ret || (!s.network && s.fd < 0))
		goto out;
	if (!s.network && (ret = heed(&found, &s, o, driver)))
		goto out;
	if (!find_caller(&caller, o, reason) ||
	    !driveropts_make(&d, o, driver, name, &caller, reason)) {
		msg_error("%s", reason);
		/* Nothing is wrong with what was asked for, it is not there. */
		ret = d.refused ? EX_FAIL : EX_USAGE;
		goto out;
	}
	if (d.ignored.len)
		msg_verbose("ignored because of -s: %s", d.ignored.s);
	if (driver->readonly && !(o->flags & MS_RDONLY))
		msg_warn("%s: the driver cannot write, mounted read-only.", target);
	s.readonly |= driver->readonly;
	if (s.readonly)
		o->flags |= MS_RDONLY;
	msg_verbose("%s: %s, kernel type %s, options \"%s\"%s", s.path, driver->title, d.fstype,
		    d.shown.s ? d.shown.s : "", s.readonly ? ", read-only" : "");
	if (in->fake)
		goto out;
	job.driver = driver;
	job.name = name;
	job.target = target;
	job.marks = found.marks.s;
	job.diskname = s.network ? NULL : strrchr(s.path, '/') + 1;
	ret = start(&job, &st);
	ret = tell(&job, &st, ret);
	driveropts_free(&d);		/* with the password, if there is one */
	if (!ret && o->foreground)
		ret = daemon_follow(&job);
out:
	source_free(&s);
	status_free(&st);
	driveropts_free(&d);
	detect_free(&found);
	free(target);
	return ret;
}

/* For a user: rumpfs-user sees whether fstab lets him, and runs this as root. Exit code. */
static int as_user(const struct invocation *in, const struct options *o)
{
	if (in->fake || in->ns || o->remount) {
		msg_error("must be root for -f, -N and remount");
		return EX_USAGE;
	}
	execl(PKGLIBDIR "/rumpfs-user", "rumpfs-user", "mount", in->spec, in->dir, NULL);
	msg_error("must be root to mount (" PKGLIBDIR "/rumpfs-user: %s)", strerror(errno));
	return EX_USAGE;
}

int main(int argc, char **argv)
{
	struct invocation in = { 0 };
	char reason[REASON_SIZE];
	struct options o;
	int ret;

	sanitize_fds();
	signal(SIGCHLD, SIG_DFL);	/* who ignores that hears nothing of a child's end */
	signal(SIGXFSZ, SIG_IGN);
	if (!geteuid())
		limits_forget();
	msg_init("mount.rumpfs");
	ret = parse_arguments(&in, argc, argv);
	if (ret >= 0)
		goto out_list;
	options_init(&o);
	o.sloppy = in.sloppy;
	if (!options_parse(&o, in.list.s ? in.list.s : "", reason) || !options_check(&o, reason)) {
		msg_error("%s", reason);
		ret = EX_USAGE;
	} else if (geteuid()) {
		ret = as_user(&in, &o);
	} else if (in.ns && (ret = target_namespace(in.ns))) {
		;
	} else if (o.remount) {
		ret = remount_run(in.dir, in.list.s, in.sloppy, in.fake);
	} else {
		ret = run(&in, &o);
	}
	options_free(&o);
out_list:
	if (in.list.s)
		explicit_bzero(in.list.s, in.list.len);
	strbuf_free(&in.list);
	return ret;
}
