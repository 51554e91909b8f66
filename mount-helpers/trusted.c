/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a path names can change between the look and the use, if somebody else
 * owns a directory on the way. So the way is looked at instead: every directory
 * must be root's, and writable for others only if it is sticky and the next
 * step in it is root's.
 */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "message.h"
#include "trusted.h"

#define LINKS_MAX	32

/* May the step @child in directory @dir be relied on? */
static bool fixed(const struct stat *dir, const struct stat *child)
{
	if (dir->st_uid != 0)
		return false;
	if (!(dir->st_mode & (S_IWGRP | S_IWOTH)))
		return true;
	return (dir->st_mode & S_ISVTX) && child->st_uid == 0;
}

bool trusted_path(const char *path, char *reason)
{
	char done[PATH_MAX] = "", rest[PATH_MAX], link[PATH_MAX];
	struct stat dir, st;
	unsigned int links = 0;

	if (*path != '/' || strlen(path) >= sizeof(rest)) {
		snprintf(reason, REASON_SIZE, "no absolute path, or a very long one");
		return false;
	}
	strcpy(rest, path);
	for (;;) {
		char *step = rest + strspn(rest, "/"), *end;
		size_t len = strlen(done), n = strcspn(step, "/");
		ssize_t target;

		if (!n)
			return true;
		end = step + n;
		if (len + 1 + n >= sizeof(done)) {
			snprintf(reason, REASON_SIZE, "the path is too long");
			return false;
		}
		if (lstat(len ? done : "/", &dir))
			break;
		snprintf(done + len, sizeof(done) - len, "/%.*s", (int)n, step);
		if (lstat(done, &st))
			break;
		if ((n == 2 && !strncmp(step, "..", 2)) || !fixed(&dir, &st)) {
			done[len] = '\0';
			snprintf(reason, REASON_SIZE, "others than root can change what is in %.200s",
				 len ? done : "/");
			return false;
		}
		if (!S_ISLNK(st.st_mode)) {
			memmove(rest, end, strlen(end) + 1);
			continue;
		}
		target = readlink(done, link, sizeof(link) - 1);
		if (target <= 0 || ++links > LINKS_MAX || target + strlen(end) >= sizeof(link)) {
			snprintf(reason, REASON_SIZE, "too many or too long symbolic links");
			return false;
		}
		strcpy(link + target, end);
		strcpy(rest, link);
		done[link[0] == '/' ? 0 : len] = '\0';
	}
	snprintf(reason, REASON_SIZE, "%.200s: %s", done, strerror(errno));
	return false;
}
