/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Without systemd: the hierarchies that serve to find processes, which are version 2
 * and named ones of version 1. Controllers of version 1 are left alone. Where
 * the daemon is in the root group already there is nothing to escape from.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "cgroup.h"

#define GROUP	"rumpfs"

static bool join(const char *dir)
{
	char *path = NULL;
	bool ok = false;
	int fd;

	if (asprintf(&path, "%s/cgroup.procs", dir) < 0)
		return false;
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd >= 0) {
		ok = write(fd, "0", 1) == 1;
		close(fd);
	}
	free(path);
	return ok;
}

/*
 * Where the hierarchy is mounted whole: version 2 for an empty @name, else the one of
 * version 1 with the option name=@name. The caller frees.
 */
static char *hierarchy(const char *name)
{
	FILE *f = fopen("/proc/self/mountinfo", "re");
	char *line = NULL, *found = NULL;
	size_t size = 0;

	while (f && !found && getline(&line, &size, f) > 0) {
		char root[256], mnt[256], type[32], opts[512];
		char *sep = strstr(line, " - ");

		if (!sep || sscanf(line, "%*s %*s %*s %255s %255s", root, mnt) != 2 ||
		    sscanf(sep + 3, "%31s %*s %511s", type, opts) != 2 || strcmp(root, "/"))
			continue;
		if (!*name ? !strcmp(type, "cgroup2") : !strcmp(type, "cgroup") && strstr(opts, name))
			found = strdup(mnt);
	}
	free(line);
	if (f)
		fclose(f);
	return found;
}

/* Groups of daemons that were killed. A group with processes in it cannot be removed. */
static void remove_empty(const char *dir)
{
	DIR *d = opendir(dir);
	struct dirent *e;

	while (d && (e = readdir(d)))
		if (e->d_type == DT_DIR && e->d_name[0] != '.')
			unlinkat(dirfd(d), e->d_name, AT_REMOVEDIR);
	if (d)
		closedir(d);
}

static bool move(const char *root)
{
	char *dir = NULL, *own = NULL;
	bool ok = false;

	if (asprintf(&dir, "%s/" GROUP, root) < 0 || asprintf(&own, "%s/%d", dir, (int)getpid()) < 0)
		goto out;
	if (mkdir(dir, 0755) && errno != EEXIST)
		goto out;
	remove_empty(dir);
	if (mkdir(own, 0755))
		goto out;
	ok = join(own);
	if (!ok) {
		rmdir(own);
		rmdir(dir);
	}
out:
	free(dir);
	free(own);
	return ok;
}

void cgroup_enter(struct cgroup *cg)
{
	FILE *f = fopen("/proc/self/cgroup", "re");
	unsigned int n = 0;
	char *line = NULL;
	size_t size = 0;

	while (f && n < CGROUP_HIERARCHIES && getline(&line, &size, f) > 0) {
		/* 7:name=elogind:/2 or 0::/user */
		char *name = strchr(line, ':'), *path = name ? strchr(++name, ':') : NULL, *root;

		if (!path)
			continue;
		*path++ = '\0';
		if ((*name && strncmp(name, "name=", 5)) || !strcmp(path, "/\n"))
			continue;
		root = hierarchy(name);
		if (root && move(root))
			cg->root[n++] = root;
		else
			free(root);
	}
	free(line);
	if (f)
		fclose(f);
}

void cgroup_leave(struct cgroup *cg)
{
	for (unsigned int i = 0; i < CGROUP_HIERARCHIES && cg->root[i]; i++) {
		char *dir = NULL;

		if (join(cg->root[i]) &&
		    asprintf(&dir, "%s/" GROUP "/%d", cg->root[i], (int)getpid()) > 0) {
			rmdir(dir);
			*strrchr(dir, '/') = '\0';
			rmdir(dir);	/* the last one */
		}
		free(dir);
		free(cg->root[i]);
		cg->root[i] = NULL;
	}
}
