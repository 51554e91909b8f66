/* SPDX-License-Identifier: GPL-2.0-only */
/* Where to mount. */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>
#include "message.h"
#include "mountinfo.h"
#include "target.h"
#include "util.h"

/* Its daemon died and nobody has taken it away: "Transport endpoint is not connected". */
static bool detach_dead(const char *path)
{
	struct mounts m;
	const struct mount_entry *e;
	bool ok = false;

	if (!mounts_read(&m))
		return false;
	e = mounts_at(&m, path);
	if (e && mount_subtype(e)) {
		msg_warn("%s: detaching the mount of %s, whose driver has ended", path, e->source);
		ok = !umount2(path, MNT_DETACH | UMOUNT_NOFOLLOW);
	}
	mounts_free(&m);
	return ok;
}

int target_find(char **path, const char *dir, bool fake)
{
	struct stat st;
	int tries = 8;

	*path = realpath(dir, NULL);
	while (*path && stat(*path, &st)) {
		if (errno == ENOTCONN && !fake && tries-- && detach_dead(*path))
			continue;
		free(*path);
		*path = NULL;
	}
	if (!*path) {
		if (!*dir)
			msg_error("an empty name is no mount point");
		else if (errno == ENOENT)
			msg_error("%s: mount point does not exist", dir);
		else
			msg_error("%s: mount point: %s", dir, strerror(errno));
		return EX_FAIL;
	}
	if (!S_ISDIR(st.st_mode)) {
		msg_error("%s: mount point is not a directory", dir);
		free(*path);
		*path = NULL;
		return EX_FAIL;
	}
	return EX_SUCCESS;
}

int target_namespace(const char *ns)
{
	char *path, *here = getcwd(NULL, 0);
	uint64_t pid;
	int fd;

	path = parse_u64(ns, 10, &pid) ? xasprintf("/proc/%s/ns/mnt", ns) : xstrdup(ns);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	free(path);
	if (fd < 0 || setns(fd, CLONE_NEWNS)) {
		msg_error("%s: cannot enter this name space: %s", ns, strerror(errno));
		if (fd >= 0)
			close(fd);
		free(here);
		return EX_SYSERR;
	}
	close(fd);
	/* setns(2) has led us to the root of that name space, where relative paths would be others. */
	if (!here || chdir(here))
		msg_warn("%s: there is no working directory in this name space, relative paths are taken from /", ns);
	free(here);
	return EX_SUCCESS;
}
