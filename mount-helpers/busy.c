/* SPDX-License-Identifier: GPL-2.0-only */
/* Only read when something is in the way, except for busy_loop() and busy_backing(). */
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysmacros.h>
#include <unistd.h>
#include "busy.h"
#include "message.h"
#include "mountinfo.h"
#include "util.h"

static bool is_swap(const char *path)
{
	char *text = read_file("/proc/swaps"), *save;
	bool found = false;

	if (!text)
		return false;
	for (char *line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save))
		if (!strncmp(line, path, strlen(path)) && strchr(" \t", line[strlen(path)]))
			found = true;
	free(text);
	return found;
}

/* Device mapper and RAID devices on top of it. */
static char *holder(dev_t rdev)
{
	char *dir = xasprintf("/sys/dev/block/%u:%u/holders", major(rdev), minor(rdev));
	DIR *d = opendir(dir);
	struct dirent *e;
	char *name = NULL;

	free(dir);
	if (!d)
		return NULL;
	while (!name && (e = readdir(d)))
		if (e->d_name[0] != '.')
			name = xstrdup(e->d_name);
	closedir(d);
	return name;
}

void busy_report(const char *path, const dev_t *rdev)
{
	const struct mount_entry *e = NULL;
	struct mounts m = { 0 };
	char *above = NULL;

	if (mounts_read(&m))
		e = mounts_of(&m, rdev, path);
	if (e)
		msg_error("%s: already mounted on %s", path, e->target);
	else if (is_swap(path))
		msg_error("%s: is in use as swap space", path);
	else if (rdev && (above = holder(*rdev)))
		msg_error("%s: is in use by %s", path, above);
	else
		msg_error("%s: is in use (%s)", path, rdev ?
			  "claimed by another mount, program or device" :
			  "mounted already, or locked by another program");
	free(above);
	mounts_free(&m);
}

bool busy_loop(const char *path)
{
	DIR *d = opendir("/sys/block");
	struct dirent *e;
	bool found = false;

	if (!d)
		return false;
	while (!found && (e = readdir(d))) {
		char *file, *backing;

		if (strncmp(e->d_name, "loop", 4))
			continue;
		file = xasprintf("/sys/block/%s/loop/backing_file", e->d_name);
		backing = read_file(file);
		free(file);
		if (!backing)
			continue;
		backing[strcspn(backing, "\n")] = '\0';
		if (!strcmp(backing, path)) {
			msg_error("%s: is attached to /dev/%s; mount that or detach it", path, e->d_name);
			found = true;
		}
		free(backing);
	}
	closedir(d);
	return found;
}

bool busy_backing(const char *path, dev_t rdev, bool readonly)
{
	struct flock lock = {
		.l_type = readonly ? F_RDLCK : F_WRLCK,
		.l_whence = SEEK_SET,
	};
	char *file = xasprintf("/sys/dev/block/%u:%u/loop/backing_file", major(rdev), minor(rdev));
	char *image = read_file(file);
	bool locked = false;
	int fd;

	free(file);
	if (!image)
		return false;
	image[strcspn(image, "\n")] = '\0';
	fd = open(image, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	if (fd >= 0) {
		locked = !fcntl(fd, F_OFD_GETLK, &lock) && lock.l_type != F_UNLCK;
		close(fd);
	}
	if (locked) {
		msg_error("%s: is a loop device on an image in use:", path);
		busy_report(image, NULL);
	}
	free(image);
	return locked;
}
