/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Daemons are found by their titles: "rumpfs.TYPE" and the source. There may be several that are called alike (in other
 * containers, or of one share mounted twice), of which what they show says whose they are.
 */
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "daemons.h"
#include "util.h"

/* 0: a keeper by its title and name, 1: a worker; -1: none of @e's, or a keeper's spare. */
static int role_of(const char *pid, const struct mount_entry *e)
{
	char title[PATH_MAX + 256], *path = xasprintf("/proc/%s/cmdline", pid), *stat, *p;
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? 0 : read(fd, title, sizeof(title) - 2);
	int role = -1;

	free(path);
	if (fd >= 0)
		close(fd);
	if (n <= 0)
		return -1;
	title[n] = title[n + 1] = '\0';
	if (strncmp(title, "rumpfs.", 7) || strcmp(title + 7, mount_subtype(e)) ||
	    strcmp(title + strlen(title) + 1, e->source))
		return -1;
	path = xasprintf("/proc/%s/stat", pid);
	stat = read_file(path);
	free(path);
	p = stat ? strrchr(stat, ')') : NULL;
	if (p) {
		*p = '\0';
		p = strchr(stat, '(');
	}
	if (p && strcmp(p, "(rumpfs-spare"))
		role = strcmp(p, "(rumpfs-keeper") != 0;
	free(stat);
	return role;
}

/* The next process with a part in @e, 0 at the end. */
static int next_process(DIR *d, const struct mount_entry *e, int *role)
{
	struct dirent *entry;

	while (d && (entry = readdir(d))) {
		if (!isdigit((unsigned char)entry->d_name[0]))
			continue;
		*role = role_of(entry->d_name, e);
		if (*role >= 0)
			return atoi(entry->d_name);
	}
	return 0;
}

void daemons_find(const struct mount_entry *e, int pids[2])
{
	DIR *d = opendir("/proc");
	int pid, role;

	pids[0] = pids[1] = 0;
	while ((pid = next_process(d, e, &role)))
		pids[role] = pid;
	if (d)
		closedir(d);
}

static int read_seen(int pid, struct rumpfs_seen *seen)
{
	char *path = xasprintf("/proc/%d/fd/%d", pid, RUMPFSD_FD_SEEN);
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK), err = 0;
	ssize_t n;

	free(path);
	if (fd < 0)
		return errno == ENOENT ? ESRCH : errno;
	n = pread(fd, seen, sizeof(*seen), 0);
	if (n != sizeof(*seen) || seen->magic != RUMPFS_SEEN_MAGIC)
		err = ESRCH;		/* of another version, or no more */
	close(fd);
	return err;
}

int daemons_seen(const struct mount_entry *e, struct rumpfs_seen *seen)
{
	DIR *d = opendir("/proc");
	int pid, role, err = ESRCH;

	while (err && (pid = next_process(d, e, &role))) {
		if (role)
			continue;
		err = read_seen(pid, seen);
		if (!err && seen->dev != e->dev)
			err = ESRCH;
	}
	if (d)
		closedir(d);
	return err;
}
