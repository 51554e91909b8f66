/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Attaching the FUSE mount to its directory and taking it off again. A dead
 * mount answers every system call with ENOTCONN, so what is mounted where is
 * read from mountinfo and never asked of the file system.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>
#include "mountpoint.h"

#ifndef UMOUNT_NOFOLLOW
#define UMOUNT_NOFOLLOW	8
#endif

/* Files of the host's cache for this mount; failure costs speed only. */
static void write_bdi(dev_t dev, const char *name, const char *value)
{
	char path[80];
	ssize_t n;
	int fd;

	snprintf(path, sizeof(path), "/sys/class/bdi/%u:%u%s/%s", major(dev), minor(dev),
		 major(dev) ? "-fuseblk" : "", name);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return;
	n = write(fd, value, strlen(value));
	(void)n;
	close(fd);
}

/*
 * A FUSE mount may by default hold 1 % of the dirty memory, since a server
 * that nobody trusts could hoard it, and read 128 KiB ahead. Ours is trusted.
 */
static void tune(dev_t dev, bool network)
{
	/* From a server four requests of the largest size at a time: each takes longer than from a disk. */
	write_bdi(dev, "read_ahead_kb", network ? "4096" : "1024");
	write_bdi(dev, "max_ratio", "40");
	write_bdi(dev, "strict_limit", "0");
}

int mountpoint_attach(const struct rumpfsd_config *cfg, int fuse_fd, bool rdonly, dev_t *dev)
{
	unsigned long flags = cfg->hostflags;
	char type[80], opts[1024], reads[32] = "";
	struct statx stx;
	int n;

	if (rdonly)
		flags |= MS_RDONLY;
	snprintf(type, sizeof(type), "%s.rumpfs.%s", cfg->blockdev ? "fuseblk" : "fuse",
		 cfg->subtype);
	if (cfg->max_read)
		snprintf(reads, sizeof(reads), ",max_read=%u", cfg->max_read);
	n = snprintf(opts, sizeof(opts),
		     "fd=%d,rootmode=40000,user_id=0,group_id=0,default_permissions,allow_other%s%s%s%s",
		     fuse_fd, cfg->blockdev ? ",blksize=4096" : "", reads, *cfg->hostopts ? "," : "",
		     cfg->hostopts);
	if (n < 0 || n >= (int)sizeof(opts))
		return -EINVAL;
	if (mount(cfg->source, cfg->target, type, flags, opts))
		return -errno;
	/* The cached attributes suffice: nobody serves requests yet. */
	if (statx(AT_FDCWD, cfg->target, AT_STATX_DONT_SYNC | AT_NO_AUTOMOUNT, 0, &stx)) {
		n = -errno;
		umount2(cfg->target, MNT_DETACH | UMOUNT_NOFOLLOW);
		return n;
	}
	*dev = makedev(stx.stx_dev_major, stx.stx_dev_minor);
	tune(*dev, cfg->network);
	return 0;
}

/* Undo the octal escapes of mountinfo, in place. */
static void unescape(char *s)
{
	char *out = s;

	while (*s) {
		if (s[0] == '\\' && s[1] >= '0' && s[1] <= '3' && s[2] >= '0' && s[2] <= '7' &&
		    s[3] >= '0' && s[3] <= '7') {
			*out++ = (s[1] - '0') << 6 | (s[2] - '0') << 3 | (s[3] - '0');
			s += 4;
		} else {
			*out++ = *s++;
		}
	}
	*out = 0;
}

bool mountinfo_top(const char *path, const char *target, dev_t *dev)
{
	bool found = false;
	size_t size = 0;
	char *line = NULL;
	FILE *f;

	f = fopen(path, "re");
	if (!f)
		return false;
	while (getline(&line, &size, f) > 0) {
		char *field = line, *save = NULL;
		unsigned int maj = 0, min = 0;

		/* id parent major:minor root mountpoint ... */
		field = strtok_r(line, " ", &save);
		for (int i = 0; field && i < 4; i++) {
			field = strtok_r(NULL, " ", &save);
			if (i == 1 && field && sscanf(field, "%u:%u", &maj, &min) != 2)
				field = NULL;
		}
		if (!field)
			continue;
		unescape(field);
		if (!strcmp(field, target)) {
			*dev = makedev(maj, min);
			found = true;
		}
	}
	free(line);
	fclose(f);
	return found;
}

bool mountpoint_is_ours(const struct rumpfsd_config *cfg, dev_t dev)
{
	dev_t top;

	return mountinfo_top("/proc/self/mountinfo", cfg->target, &top) && top == dev;
}

int mountpoint_detach(const struct rumpfsd_config *cfg, dev_t dev)
{
	if (!mountpoint_is_ours(cfg, dev))
		return -ENOENT;
	if (umount2(cfg->target, MNT_DETACH | UMOUNT_NOFOLLOW))
		return -errno;
	return 0;
}

int mountpoint_sync(const struct rumpfsd_config *cfg, dev_t dev)
{
	struct stat st;
	int fd, err;

	if (!mountpoint_is_ours(cfg, dev))
		return -ENOENT;
	fd = open(cfg->target, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	if (fstat(fd, &st) || st.st_dev != dev) {
		close(fd);
		return -ENOENT;
	}
	if (syncfs(fd)) {
		err = -errno;
		close(fd);
		return err;
	}
	return fd;
}
