/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * /run/mount/utab. umount(8) asks statfs(2) for the type first, which says
 * "fuse" for every FUSE, and so it finds no helper of ours; unless libmount has
 * a note about the mount, for then it reads mountinfo and finds the whole type.
 * Written as libmount does it: under the lock, and renamed into place. What is noted
 * also tells which user may unmount, for nobody but root can write there.
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

/* Values have no blanks, so a source that is called so is none. */
static bool about(const char *line, const char *target)
{
	const char *t = strncmp(line, "TARGET=", 7) ? strstr(line, " TARGET=") : line;
	size_t n = strlen(target);

	if (!t)
		return false;
	t += *t == ' ' ? 8 : 7;
	return !strncmp(t, target, n) && (t[n] == ' ' || t[n] == '\0');
}

static bool replace(const char *source, const char *target, const char *options)
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
		fprintf(f, "SRC=%s TARGET=%s ROOT=/ OPTS=uhelper=rumpfs%s%s\n", source, target,
			options ? "," : "", options ? options : "");
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

bool utab_note(const char *source, const char *target, const char *options)
{
	char *s, *t, *o;
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
	o = options ? mangle(options) : NULL;
	ok = replace(s, t, o);
	free(s);
	free(t);
	free(o);
	close(lock);
	return ok;
}

char *utab_options(const char *target)
{
	char *text = read_file(DIR "/utab"), *save = NULL, *found = NULL;
	char *t = mangle(target);

	for (char *line = text ? strtok_r(text, "\n", &save) : NULL; line;
	     line = strtok_r(NULL, "\n", &save)) {
		char *o = about(line, t) ? strstr(line, " OPTS=") : NULL;

		if (!o)
			continue;
		o += strlen(" OPTS=");
		free(found);
		found = xstrndup(o, strcspn(o, " "));
	}
	free(t);
	free(text);
	return found;
}

bool utab_has(const char *options, const char *name, const char *value)
{
	size_t n = strlen(name), v = value ? strlen(value) : 0;

	for (const char *p = options; *p; ) {
		size_t len = strcspn(p, ",");

		if (len >= n && !strncmp(p, name, n) &&
		    (value ? len == n + 1 + v && p[n] == '=' && !strncmp(p + n + 1, value, v) : len == n))
			return true;
		p += len + (p[len] == ',');
	}
	return false;
}
