/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * /run/mount/utab. umount(8) asks statfs(2) for the type first, which says
 * "fuse" for every FUSE, and so it finds no helper of ours; unless libmount has
 * a note about the mount, for then it reads mountinfo and finds the whole type.
 * Written as libmount does it: under the lock, and renamed into place.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#include "utab.h"
#include "util.h"

#define DIR	"/run/mount"

/* As in /proc/mounts: separators by their octal numbers. */
static char *mangle(const char *s)
{
	char *out = xrealloc(NULL, strlen(s) * 4 + 1), *d = out;

	for (; *s; s++) {
		if (strchr(" \t\n\\", *s))
			d += sprintf(d, "\\%03o", (unsigned char)*s);
		else
			*d++ = *s;
	}
	*d = '\0';
	return out;
}

static bool about(const char *line, const char *target)
{
	const char *t = strstr(line, "TARGET=");
	size_t n = strlen(target);

	if (!t || (t != line && t[-1] != ' '))
		return false;
	t += strlen("TARGET=");
	return !strncmp(t, target, n) && (t[n] == ' ' || t[n] == '\0');
}

static bool replace(const char *source, const char *target)
{
	char *old = read_file(DIR "/utab"), *save = NULL;
	char name[] = DIR "/utab.XXXXXX";
	int fd = mkostemp(name, O_CLOEXEC);
	FILE *f = fd < 0 ? NULL : fdopen(fd, "w");
	bool ok = false;

	if (!f) {
		if (fd >= 0)
			close(fd);
		goto out;
	}
	for (char *line = old ? strtok_r(old, "\n", &save) : NULL; line;
	     line = strtok_r(NULL, "\n", &save))
		if (!about(line, target))
			fprintf(f, "%s\n", line);
	if (source)
		fprintf(f, "SRC=%s TARGET=%s ROOT=/ OPTS=uhelper=rumpfs\n", source, target);
	ok = !ferror(f) && !fchmod(fd, 0644);
	if (fclose(f))
		ok = false;
	if (ok)
		ok = !rename(name, DIR "/utab");
out:
	if (!ok && fd >= 0)
		unlink(name);
	free(old);
	return ok;
}

bool utab_note(const char *source, const char *target)
{
	char *s, *t;
	int lock;
	bool ok;

	if (!source && access(DIR "/utab", F_OK))
		return true;
	if (mkdir(DIR, 0755) && errno != EEXIST)
		return false;
	lock = open(DIR "/utab.lock", O_RDONLY | O_CREAT | O_CLOEXEC, 0644);
	if (lock < 0)
		return false;
	while (flock(lock, LOCK_EX)) {
		if (errno != EINTR) {
			close(lock);
			return false;
		}
	}
	s = source ? mangle(source) : NULL;
	t = mangle(target);
	ok = replace(s, t);
	free(s);
	free(t);
	close(lock);
	return ok;
}
