/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Parser of mountinfo. Fields are cut in place: all strings of an entry point
 * into the text.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/sysmacros.h>
#include "mountinfo.h"
#include "util.h"

/* \040 and the like. In place. */
static void unescape(char *s)
{
	char *d = s;

	while (*s) {
		if (s[0] == '\\' && s[1] >= '0' && s[1] <= '3' && s[2] >= '0' && s[2] <= '7' &&
		    s[3] >= '0' && s[3] <= '7') {
			*d++ = (s[1] - '0') << 6 | (s[2] - '0') << 3 | (s[3] - '0');
			s += 4;
		} else {
			*d++ = *s++;
		}
	}
	*d = '\0';
}

/* 36 35 98:0 /root /target rw,noatime shared:1 - type source superoptions */
static bool parse_line(char *line, struct mount_entry *e)
{
	char *word, *fields[6], *after[2], *save;
	unsigned int maj, min;

	for (int i = 0; i < 6; i++) {
		fields[i] = strtok_r(i ? NULL : line, " ", &save);
		if (!fields[i])
			return false;
	}
	do {
		word = strtok_r(NULL, " ", &save);
	} while (word && strcmp(word, "-"));
	if (!word)
		return false;
	for (int i = 0; i < 2; i++) {
		after[i] = strtok_r(NULL, " ", &save);
		if (!after[i])
			return false;
	}
	if (sscanf(fields[2], "%u:%u", &maj, &min) != 2)
		return false;
	e->dev = makedev(maj, min);
	e->root = fields[3];
	e->target = fields[4];
	e->options = fields[5];
	e->fstype = after[0];
	e->source = after[1];
	unescape(e->root);
	unescape(e->target);
	unescape(e->fstype);
	unescape(e->source);
	return true;
}

void mounts_parse(struct mounts *m, char *text)
{
	char *save, *line;

	memset(m, 0, sizeof(*m));
	m->text = text;
	for (line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		struct mount_entry e;

		if (!parse_line(line, &e))
			continue;
		if (m->n % 32 == 0)
			m->entries = xrealloc(m->entries, (m->n + 32) * sizeof(e));
		m->entries[m->n++] = e;
	}
}

bool mounts_read(struct mounts *m)
{
	char *text = read_file("/proc/self/mountinfo");

	if (!text)
		return false;
	mounts_parse(m, text);
	return true;
}

void mounts_free(struct mounts *m)
{
	free(m->entries);
	free(m->text);
	memset(m, 0, sizeof(*m));
}

const struct mount_entry *mounts_at(const struct mounts *m, const char *target)
{
	for (unsigned int i = m->n; i-- > 0; )
		if (!strcmp(m->entries[i].target, target))
			return &m->entries[i];
	return NULL;
}

const struct mount_entry *mounts_of(const struct mounts *m, const dev_t *dev, const char *source)
{
	for (unsigned int i = m->n; i-- > 0; ) {
		const struct mount_entry *e = &m->entries[i];

		if ((dev && e->dev == *dev) || (source && !strcmp(e->source, source)))
			return e;
	}
	return NULL;
}

const char *mount_subtype(const struct mount_entry *e)
{
	if (!strncmp(e->fstype, "fuse.rumpfs.", 12))
		return e->fstype + 12;
	if (!strncmp(e->fstype, "fuseblk.rumpfs.", 15))
		return e->fstype + 15;
	return NULL;
}

unsigned long mount_flags(const struct mount_entry *e)
{
	static const struct {
		const char *name;
		unsigned long flag;
	} map[] = {
		{ "ro", MS_RDONLY }, { "nosuid", MS_NOSUID }, { "nodev", MS_NODEV },
		{ "noexec", MS_NOEXEC }, { "noatime", MS_NOATIME },
		{ "nodiratime", MS_NODIRATIME }, { "relatime", MS_RELATIME },
		{ "nosymfollow", 256 },
	};
	unsigned long flags = 0;

	for (const char *p = e->options; *p; ) {
		size_t len = strcspn(p, ",");

		for (size_t i = 0; i < sizeof(map) / sizeof(map[0]); i++)
			if (strlen(map[i].name) == len && !strncmp(map[i].name, p, len))
				flags |= map[i].flag;
		p += len + (p[len] == ',');
	}
	return flags;
}
