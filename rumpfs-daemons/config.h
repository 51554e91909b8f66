/* SPDX-License-Identifier: GPL-2.0-only */
/* What the mount helper asks for. */
#ifndef _RUMPFSD_CONFIG_H
#define _RUMPFSD_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <rumpfs/seen.h>

/* File descriptors at exec. */
enum rumpfsd_fd {
	RUMPFSD_FD_CONFIG = 3,
	RUMPFSD_FD_STATUS = 4,
	RUMPFSD_FD_DISK = 5,
	RUMPFSD_FD_CLAIM = 6,
	/* RUMPFSD_FD_SEEN = 7: not at exec, but made by it */
};

enum config_auto {
	CONFIG_OFF,
	CONFIG_ON,
	CONFIG_AUTO,
};

struct rumpfsd_config {
	/* strings point into buf */
	const char *component;
	const char *fstype;
	const char *subtype;
	const char *source;
	const char *target;
	const char *diskname;
	const char *devname;		/* source as the driver wants it; NULL: the disk, or source */
	const char *server;		/* name of the server, whose address is in driveropts; NULL: the user gave that */
	const char *marks;		/* bytes of the disk, "OFFSET:BUSY:CLEAN ..."; see rumpvfs.h */
	const char *hostopts;
	char *driveropts;		/* may hold a password: see config_wipe() */
	const char *tries;		/* options: the first that the server knows is added; or NULL */
	uint64_t offset, size;
	uint64_t memsize;
	uint64_t hostflags, rumpflags;
	unsigned int blkio;		/* enum rump_blkio */
	unsigned int watchdog;
	unsigned int max_background;
	unsigned int max_read;		/* bytes; 0: the host's own limit */
	unsigned int loglevel;
	unsigned int readdirplus;	/* enum config_auto */
	bool blockdev, readonly, direct;
	bool network;			/* source is on a server */
	bool locks_driver;
	bool writeback;
	bool indexed, whole_listing, fsync_all;	/* see rumpvfs.h */
	bool groups;			/* the driver tells a server the caller's supplementary groups */
	bool foreground, debug, sandbox;
	double entry_timeout, attr_timeout, negative_timeout;

	/* Shared by keeper and worker, and shown; set by main(). */
	struct rumpfs_seen *seen;

	/* descriptors, -1 where there is none; set by main() */
	int disk_fd, claim_fd;

	char *buf;
	size_t len;
};

/*
 * Parse @len bytes of "key=value" entries, each ended by NUL. Takes over @buf
 * (from malloc), also on failure. 0, or -EINVAL with a sentence in @err.
 */
int config_parse(struct rumpfsd_config *cfg, char *buf, size_t len, char *err, size_t errsize);

/* Read @fd from its start and parse that. */
int config_read(struct rumpfsd_config *cfg, int fd, char *err, size_t errsize);

/* Overwrite the driver's options. */
void config_wipe(struct rumpfsd_config *cfg);

void config_free(struct rumpfsd_config *cfg);

#endif
