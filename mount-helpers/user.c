/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * rumpfs-user: the one program of rumpfs that is setuid root. mount(8) and
 * umount(8) run their helpers with the rights of the user; where fstab lets a user
 * mount, mount.rumpfs and umount.rumpfs run this, which looks whether he may and
 * then runs them once more, as root.
 *
 *   rumpfs-user mount SPEC DIR      an entry of fstab with user, users, owner or group
 *   rumpfs-user umount [-lv] DIR    a mount that the user made, or one with users
 *
 * Of the user's nothing is taken but the two words that choose the entry: source,
 * mount point, type and options are those of fstab, the environment is thrown
 * away, and no path is followed through a directory that others than root can change.
 */
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <mntent.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "message.h"
#include "mountinfo.h"
#include "probe.h"
#include "registry.h"
#include "rlimits.h"
#include "source.h"
#include "trusted.h"
#include "utab.h"
#include "util.h"

#define FSTAB	"/etc/fstab"

/* Who asks, noted before it is forgotten. */
struct asker {
	uid_t uid;
	char *name;
	gid_t groups[NGROUPS_MAX + 1];
	int ngroups;
};

static bool ask_who(struct asker *a)
{
	struct passwd *pw = getpwuid(a->uid = getuid());

	/* It goes into options and into libmount's notes. */
	if (!pw || !*pw->pw_name || strpbrk(pw->pw_name, " \t\n\\,=\"")) {
		msg_error("user %u has no name, or a strange one", (unsigned int)a->uid);
		return false;
	}
	a->name = xstrdup(pw->pw_name);
	a->ngroups = getgroups(NGROUPS_MAX, a->groups);
	if (a->ngroups < 0)
		a->ngroups = 0;
	a->groups[a->ngroups++] = getgid();
	return true;
}

/* Root altogether; afterwards the user can neither signal nor trace us. */
static bool become_root(void)
{
	if (setgroups(0, NULL) || setresgid(0, 0, 0) || setresuid(0, 0, 0))
		return false;
	limits_forget();
	for (int sig = 1; sig < NSIG; sig++)
		signal(sig, SIG_DFL);
	return !chdir("/");
}

/* Does not return but with an exit code, said why. */
static int run_as_root(char **argv)
{
	if (!become_root()) {
		msg_error("cannot become root: %s", strerror(errno));
		return EX_SYSERR;
	}
	execv(argv[0], argv);
	msg_error("%s: %s", argv[0], strerror(errno));
	return EX_SYSERR;
}

/* What an entry means; NULL for what is no file and no device. */
static char *resolve(const char *spec)
{
	char *path = source_is_tag(spec) ? probe_tag(spec) : xstrdup(spec);
	char *real = path ? source_path(path) : NULL;

	free(path);
	return real;
}

static bool in_group(const struct asker *a, gid_t gid)
{
	for (int i = 0; i < a->ngroups; i++)
		if (a->groups[i] == gid)
			return true;
	return false;
}

/* As mount(8) has it. @path is the entry's source, resolved. */
static bool may_mount(const struct asker *a, const struct mntent *e, const char *path)
{
	struct stat st;

	if (hasmntopt(e, "nouser") || hasmntopt(e, "nousers"))
		return false;
	if (hasmntopt(e, "user") || hasmntopt(e, "users"))
		return true;
	if (!path || stat(path, &st) || !S_ISBLK(st.st_mode))
		return false;
	return (hasmntopt(e, "owner") && st.st_uid == a->uid) ||
		(hasmntopt(e, "group") && in_group(a, st.st_gid));
}

static bool is_ours(const char *type)
{
	static const char *const prefixes[] = { "fuse.", "fuseblk.", "", NULL };

	for (const char *const *p = prefixes; *p; p++) {
		size_t n = strlen(*p);

		if (!strncmp(type, *p, n) && !strncmp(type + n, "rumpfs", 6) &&
		    (!type[n + 6] || type[n + 6] == '.'))
			return true;
	}
	return false;
}

static int mount_entry(const struct asker *a, const struct mntent *e)
{
	char *options = xasprintf("%s,for=%s", e->mnt_opts, a->name), reason[REASON_SIZE];
	const struct fs_name *name;
	const struct fs_driver *driver = registry_find(e->mnt_type, &name);
	char *argv[] = {
		HELPERDIR "/mount.rumpfs", e->mnt_fsname, e->mnt_dir, "-t", e->mnt_type, "-o", options,
		NULL
	};
	char *dir;

	/* Without a type it is looked whether there is such a file. */
	if (!(driver && driver->source != FS_SOURCE_DEVICE) && e->mnt_fsname[0] == '/' && !trusted_path(e->mnt_fsname, reason)) {
		msg_error("%s: users cannot mount it: %s", e->mnt_fsname, reason);
		return EX_USAGE;
	}
	dir = realpath(e->mnt_dir, NULL);
	if (dir && !trusted_path(e->mnt_dir, reason)) {
		msg_error("%s: users cannot mount there: %s", e->mnt_dir, reason);
		return EX_USAGE;
	}
	free(dir);
	return run_as_root(argv);
}

static int run_mount(const struct asker *a, const char *spec, const char *dir)
{
	FILE *f = setmntent(FSTAB, "re");
	bool found = false;
	struct mntent *e;
	int ret = EX_USAGE;

	while (f && (e = getmntent(f))) {
		char *real, *path;
		bool same;

		if (!is_ours(e->mnt_type))
			continue;
		/* The user may choose an entry by what it says, or by what that means (mount(8) does). */
		real = realpath(e->mnt_dir, NULL);
		same = !strcmp(dir, e->mnt_dir) || (real && !strcmp(dir, real));
		free(real);
		if (!same)
			continue;
		path = resolve(e->mnt_fsname);
		same = !strcmp(spec, e->mnt_fsname) || (path && !strcmp(spec, path));
		found |= same;
		same = same && may_mount(a, e, path);
		free(path);
		if (same) {
			ret = mount_entry(a, e);
			goto out;
		}
	}
	if (found)
		msg_error("only root can mount %s on %s", spec, dir);
	else
		msg_error("must be root to mount what is not in %s: %s on %s", FSTAB, spec, dir);
out:
	if (f)
		endmntent(f);
	return ret;
}

/* Of the mount that one sees at @dir. */
static bool may_umount(const struct asker *a, const char *dir)
{
	const struct mount_entry *e = NULL;
	struct mounts m = { 0 };
	char *options = NULL;
	bool may = false;

	if (mounts_read(&m))
		e = mounts_at(&m, dir);
	if (!e || !mount_subtype(e)) {
		msg_error("%s: no rumpfs is mounted there", dir);
		goto out;
	}
	options = utab_options(dir);
	may = options && (utab_has(options, "users", NULL) || utab_has(options, "user", a->name));
	if (!may)
		msg_error("%s: only root, and the user who mounted it, can unmount it", dir);
out:
	mounts_free(&m);
	free(options);
	return may;
}

static int run_umount(const struct asker *a, const char *flag, char *dir)
{
	char *argv[] = { HELPERDIR "/umount.rumpfs", dir, NULL, NULL };

	if (flag)
		argv[2] = !strcmp(flag, "-l") ? "-l" : !strcmp(flag, "-v") ? "-v" : "-lv";
	if (!may_umount(a, dir) || dir[0] != '/')
		return EX_USAGE;
	return run_as_root(argv);
}

static bool flag_ok(const char *s)
{
	return !strcmp(s, "-l") || !strcmp(s, "-v") || !strcmp(s, "-lv");
}

int main(int argc, char **argv)
{
	static char *no_environment[] = { "PATH=/usr/sbin:/usr/bin:/sbin:/bin", NULL };
	extern char **environ;
	struct asker a;

	environ = no_environment;
	/* Standard descriptors must exist, or what is opened gets their numbers. */
	for (int fd = 0; fd <= 2; fd++)
		if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", O_RDWR) < 0)
			return EX_SYSERR;
	close_range(3, ~0U, 0);
	msg_init(argc > 1 && !strcmp(argv[1], "umount") ? "umount.rumpfs" : "mount.rumpfs");
	if (geteuid()) {
		msg_error("must be root (rumpfs-user is not installed setuid root)");
		return EX_USAGE;
	}
	if (!ask_who(&a))
		return EX_USAGE;
	if (argc == 4 && !strcmp(argv[1], "mount"))
		return run_mount(&a, argv[2], argv[3]);
	if (argc == 3 && !strcmp(argv[1], "umount"))
		return run_umount(&a, NULL, argv[2]);
	if (argc == 4 && !strcmp(argv[1], "umount") && flag_ok(argv[2]))
		return run_umount(&a, argv[2], argv[3]);
	msg_error("rumpfs-user is run by mount.rumpfs and umount.rumpfs");
	return EX_USAGE;
}
