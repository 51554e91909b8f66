/* SPDX-License-Identifier: GPL-2.0-only */
/* What is on a device or image, by libblkid. */
#ifndef RUMPFS_PROBE_H
#define RUMPFS_PROBE_H

#include <stdbool.h>
#include <stdint.h>
#include "util.h"

enum probe_result {
	PROBE_FOUND,		/* .type is libblkid's name */
	PROBE_NOTHING,
	PROBE_AMBIVALENT,	/* signatures of several */
	PROBE_TABLE,		/* a partition table and no file system; .list tells what is in it */
	PROBE_OTHER,		/* no file system, .type says what: swap, LUKS, RAID member */
	PROBE_ERROR,		/* errno */
};

struct probe {
	char *type;
	struct strbuf list;
};

/* Look at @size bytes (0: to the end) from @offset on. */
enum probe_result probe_fs(struct probe *p, int fd, uint64_t offset, uint64_t size);

/* Where partition @n lies. False with a sentence in @reason. */
bool probe_partition(int fd, unsigned int n, uint64_t *offset, uint64_t *size, char *reason);

void probe_free(struct probe *p);

/* The device of UUID=, LABEL=, PARTUUID=, PARTLABEL=; NULL if there is none. */
char *probe_tag(const char *spec);

#endif
