/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Probing. Only when no type is given, and after a driver has refused, to
 * explain why. libblkid sees but the window that shall be mounted.
 */
#include <blkid/blkid.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "message.h"
#include "probe.h"

static void list_partitions(struct probe *p, blkid_partlist list)
{
	int n = blkid_partlist_numof_partitions(list);

	for (int i = 0; i < n; i++) {
		blkid_partition part = blkid_partlist_get_partition(list, i);
		const char *type;

		if (blkid_partition_is_extended(part))
			continue;
		type = blkid_partition_get_type_string(part);
		strbuf_addf(&p->list, "%spart=%d (", p->list.len ? ", " : "",
			    blkid_partition_get_partno(part));
		if (blkid_partition_get_name(part))
			strbuf_addf(&p->list, "\"%.36s\", ", blkid_partition_get_name(part));
		else if (!type)
			strbuf_addf(&p->list, "type 0x%02x, ", blkid_partition_get_type(part));
		strbuf_addf(&p->list, "%.1f MiB)", blkid_partition_get_size(part) / 2048.0);
	}
}

enum probe_result probe_fs(struct probe *p, int fd, uint64_t offset, uint64_t size)
{
	enum probe_result result = PROBE_ERROR;
	blkid_probe pr = blkid_new_probe();
	const char *type, *usage;
	blkid_partlist list;

	memset(p, 0, sizeof(*p));
	if (!pr || blkid_probe_set_device(pr, fd, offset, size))
		goto out;
	blkid_probe_enable_superblocks(pr, 1);
	blkid_probe_set_superblocks_flags(pr, BLKID_SUBLKS_TYPE | BLKID_SUBLKS_USAGE);
	blkid_probe_enable_partitions(pr, 1);
	switch (blkid_do_safeprobe(pr)) {
	case -2:
		result = PROBE_AMBIVALENT;
		goto out;
	case 0:
		break;
	case 1:
		result = PROBE_NOTHING;
		goto out;
	default:
		goto out;
	}
	if (!blkid_probe_lookup_value(pr, "TYPE", &type, NULL)) {
		p->type = xstrdup(type);
		result = PROBE_FOUND;
		if (!blkid_probe_lookup_value(pr, "USAGE", &usage, NULL) &&
		    strcmp(usage, "filesystem"))
			result = PROBE_OTHER;
	} else if (!blkid_probe_lookup_value(pr, "PTTYPE", &type, NULL)) {
		p->type = xstrdup(type);
		result = PROBE_TABLE;
		blkid_reset_probe(pr);
		blkid_probe_enable_superblocks(pr, 0);
		list = blkid_probe_get_partitions(pr);
		if (list)
			list_partitions(p, list);
	} else {
		result = PROBE_NOTHING;
	}
out:
	if (pr)
		blkid_free_probe(pr);
	return result;
}

bool probe_partition(int fd, unsigned int n, uint64_t *offset, uint64_t *size, char *reason)
{
	blkid_probe pr = blkid_new_probe();
	struct probe found = { 0 };
	blkid_partition part;
	blkid_partlist list;
	bool ok = false;

	if (!pr || blkid_probe_set_device(pr, fd, 0, 0)) {
		snprintf(reason, REASON_SIZE, "cannot look for partitions: %s", strerror(errno));
		goto out;
	}
	blkid_probe_enable_partitions(pr, 1);
	list = blkid_probe_get_partitions(pr);
	if (!list || !blkid_partlist_numof_partitions(list)) {
		snprintf(reason, REASON_SIZE, "there is no partition table, hence no part=%u", n);
		goto out;
	}
	part = blkid_partlist_get_partition_by_partno(list, n);
	if (!part) {
		list_partitions(&found, list);
		snprintf(reason, REASON_SIZE, "there is no partition %u; there are: %.400s", n,
			 found.list.s ? found.list.s : "none");
		goto out;
	}
	*offset = (uint64_t)blkid_partition_get_start(part) * 512;
	*size = (uint64_t)blkid_partition_get_size(part) * 512;
	ok = true;
out:
	probe_free(&found);
	if (pr)
		blkid_free_probe(pr);
	return ok;
}

void probe_free(struct probe *p)
{
	free(p->type);
	strbuf_free(&p->list);
	p->type = NULL;
}

char *probe_tag(const char *spec)
{
	char *device = blkid_evaluate_spec(spec, NULL), *copy;

	if (!device)
		return NULL;
	copy = xstrdup(device);
	free(device);
	return copy;
}
