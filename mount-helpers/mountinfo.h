/* SPDX-License-Identifier: GPL-2.0-only */
/* What is mounted: /proc/self/mountinfo. */
#ifndef RUMPFS_MOUNTINFO_H
#define RUMPFS_MOUNTINFO_H

#include <stdbool.h>
#include <sys/types.h>

struct mount_entry {
	dev_t dev;
	char *root, *target, *options, *fstype, *source;
};

/* A copy that the caller frees with mounts_free(). False with errno. */
struct mounts {
	struct mount_entry *entries;
	unsigned int n;
	char *text;
};
bool mounts_read(struct mounts *m);
/* Parse @text, which is taken over. Lines that do not look right are left out. */
void mounts_parse(struct mounts *m, char *text);
void mounts_free(struct mounts *m);

/* What one sees at @target: the last that was mounted there. NULL: no mount. */
const struct mount_entry *mounts_at(const struct mounts *m, const char *target);
/* The last mount whose device is @dev or whose source is @source. NULL for either: ignored. */
const struct mount_entry *mounts_of(const struct mounts *m, const dev_t *dev, const char *source);

/* fuse.rumpfs.X, fuseblk.rumpfs.X: X; else NULL. */
const char *mount_subtype(const struct mount_entry *e);
/* The per-mount MS_* of an entry. */
unsigned long mount_flags(const struct mount_entry *e);

#endif
