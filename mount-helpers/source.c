/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Opening what shall be mounted. What the path names is looked at through
 * O_PATH before it is opened, so that a FIFO or a tape is never touched.
 *
 * A block device is claimed by O_EXCL, as a mount of the kernel does it. An
 * image has an open-file-description lock on its descriptor, which lives in
 * the daemon as long as the mount.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <linux/loop.h>
#include <linux/major.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>
#include "busy.h"
#include "message.h"
#include "probe.h"
#include "source.h"

#define SECTOR 512

bool source_is_tag(const char *spec)
{
	static const char *const tags[] = { "UUID=", "LABEL=", "PARTUUID=", "PARTLABEL=", NULL };

	for (const char *const *t = tags; *t; t++)
		if (!strncasecmp(spec, *t, strlen(*t)))
			return true;
	return false;
}

/* Device mapper nodes are known by their name in /dev/mapper, to users and to mount(8). */
static char *nice_name(char *path)
{
	char *file, *name, *nice;
	struct stat a, b;

	if (strncmp(path, "/dev/dm-", 8) || strchr(path + 5, '/'))
		return path;
	file = xasprintf("/sys/block/%s/dm/name", path + 5);
	name = read_file(file);
	free(file);
	if (!name)
		return path;
	name[strcspn(name, "\n")] = '\0';
	nice = xasprintf("/dev/mapper/%s", name);
	free(name);
	if (!stat(path, &a) && !stat(nice, &b) && a.st_rdev == b.st_rdev) {
		free(path);
		return nice;
	}
	free(nice);
	return path;
}

char *source_path(const char *path)
{
	char *real = realpath(path, NULL);

	return real ? nice_name(real) : NULL;
}

/* Reported as mount(8) does: a missing device is no failure with nofail. */
static int missing(const char *spec, int err, const struct options *o)
{
	if (o->nofail && (err == ENOENT || err == ENXIO || err == ENOMEDIUM || err == ENODEV)) {
		msg_verbose("%s: %s, ignored because of nofail", spec, strerror(err));
		return EX_SUCCESS;
	}
	if (!*spec)
		msg_error("an empty name is no device and no image");
	else if (err == ENOENT)
		msg_error("%s: special device or image does not exist", spec);
	else
		msg_error("%s: cannot be opened: %s", spec, strerror(err));
	return EX_FAIL;
}

int source_find(struct source *s, const char *spec, const struct options *o)
{
	char *path = NULL;

	memset(s, 0, sizeof(*s));
	s->fd = s->claim = -1;
	if (source_is_tag(spec)) {
		path = probe_tag(spec);
		if (!path && o->nofail)
			return missing(spec, ENOENT, o);
		if (!path) {
			msg_error("%s: no device has that", spec);
			return EX_FAIL;
		}
	}
	s->path = source_path(path ? path : spec);
	free(path);
	if (!s->path)
		return missing(spec, errno, o);
	return EX_SUCCESS;
}

static const char *kind(mode_t mode)
{
	switch (mode & S_IFMT) {
	case S_IFDIR:
		return "a directory";
	case S_IFCHR:
		return "a character device";
	case S_IFIFO:
		return "a FIFO";
	case S_IFSOCK:
		return "a socket";
	}
	return "something else";
}

/* The file of an O_PATH descriptor. -1 with errno. */
static int reopen(int path_fd, int flags)
{
	char name[32];

	snprintf(name, sizeof(name), "/proc/self/fd/%d", path_fd);
	return open(name, flags | O_CLOEXEC | O_NOCTTY);
}

static bool write_protected(int err)
{
	return err == EROFS || err == EACCES || err == EPERM;
}

static int lock_image(const struct source *s)
{
	struct flock lock = {
		.l_type = s->readonly ? F_RDLCK : F_WRLCK,
		.l_whence = SEEK_SET,
	};

	if (!fcntl(s->fd, F_OFD_SETLK, &lock))
		return EX_SUCCESS;
	if (errno == EAGAIN || errno == EACCES) {
		busy_report(s->path, NULL);
		return EX_FAIL;
	}
	/* Some network file systems have no locks. */
	msg_warn("%s cannot be locked against a second mount: %s", s->path, strerror(errno));
	return EX_SUCCESS;
}

static int open_blockdev(struct source *s, int path_fd, const struct options *o, bool fake)
{
	int protect = 0;

	s->claim = reopen(path_fd, O_RDONLY | (fake ? 0 : O_EXCL));
	if (s->claim < 0) {
		if (errno != EBUSY)
			return missing(s->path, errno, o);
		busy_report(s->path, &s->rdev);
		return EX_FAIL;
	}
	if (ioctl(s->claim, BLKGETSIZE64, &s->length) || !s->length) {
		msg_error("%s: no medium, or an empty one", s->path);
		return o->nofail ? EX_SUCCESS : EX_FAIL;
	}
	if (ioctl(s->claim, BLKROGET, &protect))
		protect = 0;
	/* Also for ro: a journal may have to be replayed, and remount,rw be possible. */
	if (!protect)
		s->fd = reopen(path_fd, fake ? O_RDONLY : O_RDWR);
	if (protect || (s->fd < 0 && write_protected(errno))) {
		s->readonly = true;
		s->protected = !(o->flags & MS_RDONLY);
		s->fd = reopen(path_fd, O_RDONLY);
	}
	if (s->fd < 0)
		return missing(s->path, errno, o);
	if (!fake && busy_backing(s->path, s->rdev, s->readonly))
		return EX_FAIL;
	return EX_SUCCESS;
}

static int open_image(struct source *s, int path_fd, const struct options *o, bool fake)
{
	s->readonly = o->flags & MS_RDONLY;
	s->fd = reopen(path_fd, s->readonly ? O_RDONLY : O_RDWR);
	if (s->fd < 0 && !s->readonly && write_protected(errno)) {
		s->readonly = s->protected = true;
		s->fd = reopen(path_fd, O_RDONLY);
	}
	if (s->fd < 0)
		return missing(s->path, errno, o);
	if (!s->length) {
		msg_error("%s: is empty", s->path);
		return EX_FAIL;
	}
	if (fake)
		return EX_SUCCESS;
	if (!s->readonly && busy_loop(s->path))
		return EX_FAIL;
	return lock_image(s);
}

int source_open(struct source *s, const struct options *o, bool fake)
{
	struct stat st;
	int path_fd, ret;

	path_fd = open(s->path, O_PATH | O_CLOEXEC);
	if (path_fd < 0)
		return missing(s->path, errno, o);
	if (access("/proc/self/fd", F_OK)) {
		msg_error("%s: cannot be opened, since /proc is not mounted", s->path);
		close(path_fd);
		return EX_SYSERR;
	}
	if (fstat(path_fd, &st)) {
		ret = missing(s->path, errno, o);
	} else if (S_ISBLK(st.st_mode)) {
		s->blockdev = true;
		s->rdev = st.st_rdev;
		ret = open_blockdev(s, path_fd, o, fake);
	} else if (S_ISREG(st.st_mode)) {
		s->length = st.st_size;
		ret = open_image(s, path_fd, o, fake);
	} else {
		msg_error("%s: is %s, neither a block device nor an image", s->path, kind(st.st_mode));
		ret = EX_FAIL;
	}
	close(path_fd);
	if (ret)
		source_close(s);
	return ret;
}

/* mount(8) turns offset= and sizelimit= into a loop device, and passes them on all the same. */
static bool done_by_loop(const struct source *s, const struct options *o)
{
	struct loop_info64 info;

	return s->blockdev && major(s->rdev) == LOOP_MAJOR && (o->has_offset || o->has_sizelimit) &&
		!ioctl(s->fd, LOOP_GET_STATUS64, &info) && info.lo_offset == o->offset &&
		(!o->has_sizelimit || info.lo_sizelimit == o->sizelimit);
}

int source_window(struct source *s, const struct options *o)
{
	char reason[REASON_SIZE];

	s->offset = s->size = 0;
	if (o->part) {
		if (!probe_partition(s->fd, o->part, &s->offset, &s->size, reason)) {
			msg_error("%s: %s", s->path, reason);
			return EX_FAIL;
		}
	} else if ((o->has_offset || o->has_sizelimit) && !done_by_loop(s, o)) {
		s->offset = o->offset;
		s->size = o->sizelimit;
	}
	if (!s->size && s->offset >= s->length) {
		msg_error("%s: offset=%llu reaches beyond the end at %llu", s->path,
			  (unsigned long long)s->offset, (unsigned long long)s->length);
		return EX_FAIL;
	}
	if (s->offset >= s->length || s->size > s->length - s->offset) {
		msg_error("%s: the part to be mounted (%llu bytes at %llu) reaches beyond the end at %llu",
			  s->path, (unsigned long long)s->size, (unsigned long long)s->offset,
			  (unsigned long long)s->length);
		return EX_FAIL;
	}
	if ((s->size ? s->size : s->length - s->offset) < SECTOR) {
		msg_error("%s: is smaller than a sector of %d bytes", s->path, SECTOR);
		return EX_FAIL;
	}
	return EX_SUCCESS;
}

void source_close(struct source *s)
{
	if (s->fd >= 0)
		close(s->fd);
	if (s->claim >= 0)
		close(s->claim);
	s->fd = s->claim = -1;
}

void source_free(struct source *s)
{
	source_close(s);
	for (unsigned int i = 0; i < s->naddresses; i++)
		free(s->addresses[i]);
	free(s->addresses);
	free(s->host);
	free(s->devname);
	free(s->path);
}
