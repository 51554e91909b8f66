/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Two file systems change: the FUSE mount of the host and the driver's. To
 * become read-only the host goes first, so that its dirty pages reach a driver
 * that still writes; to become writable the driver goes first, so that nobody
 * writes to one that would refuse. If the second fails the first is undone.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <unistd.h>
#include <rump/rumpvfs.h>
#include <rumpfs/control.h>
#include "message.h"
#include "mountinfo.h"
#include "options.h"
#include "remount.h"

struct change {
	const char *target;
	int fd;			/* of its root directory */
	unsigned long before, after;	/* MS_* of the host's mount */
	struct rumpfs_remount driver;
};

static int host(const struct change *c, unsigned long flags)
{
	return mount("none", c->target, NULL, MS_REMOUNT | flags, NULL);
}

static int to_readonly(struct change *c)
{
	if (host(c, c->after)) {
		msg_error("%s: cannot become read-only: %s", c->target, errno == EBUSY ?
			  "files are open for writing" : strerror(errno));
		return EX_FAIL;
	}
	c->driver.rdonly = 1;
	if (ioctl(c->fd, RUMPFS_IOC_REMOUNT, &c->driver)) {
		msg_error("%s: the driver refused to remount: %s", c->target, strerror(errno));
		host(c, c->before);
		return EX_FAIL;
	}
	return EX_SUCCESS;
}

static int to_writable(struct change *c)
{
	if (ioctl(c->fd, RUMPFS_IOC_REMOUNT, &c->driver)) {
		msg_error("%s: the driver refused to remount: %s", c->target,
			  errno == EROFS || errno == EACCES ?
			  "the device or image is write-protected, or was opened read-only" :
			  strerror(errno));
		return EX_FAIL;
	}
	if (host(c, c->after)) {
		msg_error("%s: cannot remount: %s", c->target, strerror(errno));
		c->driver.rdonly = !!(c->before & MS_RDONLY);
		c->driver.options[0] = '\0';
		ioctl(c->fd, RUMPFS_IOC_REMOUNT, &c->driver);
		return EX_FAIL;
	}
	return EX_SUCCESS;
}

/* Options of @o for the driver of @e, into @c. */
static int prepare(struct change *c, struct options *o, const struct mount_entry *e)
{
	const struct fs_driver *driver;
	const struct fs_name *name;
	struct driveropts d = { 0 };
	char reason[REASON_SIZE];
	int ret = EX_USAGE;

	driver = registry_find(mount_subtype(e), &name);
	if (!driver) {
		msg_error("%s: no driver for %s is built in", c->target, e->fstype);
		return EX_FAIL;
	}
	if (!driveropts_make(&d, o, driver, name, NULL, reason)) {
		msg_error("%s: %s", c->target, reason);
	} else if (d.list.len >= sizeof(c->driver.options)) {
		msg_error("%s: too many options for the driver", c->target);
	} else {
		memcpy(c->driver.options, d.list.s ? d.list.s : "", d.list.len);
		c->driver.flags = options_rumpflags(o) & ~RUMPVFS_MNT_RDONLY;
		c->after = options_hostflags(o);
		ret = EX_SUCCESS;
	}
	driveropts_free(&d);
	return ret;
}

int remount_run(const char *dir, const char *list, bool sloppy, bool fake)
{
	char *target = realpath(dir, NULL), reason[REASON_SIZE];
	const struct mount_entry *e = NULL;
	struct change c = { .fd = -1 };
	struct mounts m = { 0 };
	struct options o;
	int ret = EX_FAIL;

	options_init(&o);
	o.sloppy = sloppy;
	if (target && mounts_read(&m))
		e = mounts_at(&m, target);
	if (!e || !mount_subtype(e)) {
		msg_error("%s: no rumpfs is mounted there", dir);
		goto out;
	}
	c.target = target;
	c.before = o.flags = mount_flags(e);
	if (!options_parse(&o, list, reason) || !options_check(&o, reason)) {
		msg_error("%s", reason);
		ret = EX_USAGE;
		goto out;
	}
	ret = prepare(&c, &o, e);
	if (ret || fake)
		goto out;
	ret = EX_FAIL;
	c.fd = open(target, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (c.fd < 0) {
		msg_error("%s: %s", dir, errno == ENOTCONN ? "its driver has ended" : strerror(errno));
		goto out;
	}
	ret = c.after & MS_RDONLY ? to_readonly(&c) : to_writable(&c);
	if (!ret)
		msg_verbose("%s: remounted %s", target, c.after & MS_RDONLY ? "read-only" : "read-write");
out:
	if (c.fd >= 0)
		close(c.fd);
	mounts_free(&m);
	options_free(&o);
	free(target);
	return ret;
}
