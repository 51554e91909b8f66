// SPDX-License-Identifier: GPL-2.0-only
/* The rules of a description about superblocks: see detect.h and fsdrivers/README.md. */
#include <string.h>
#include <unistd.h>
#include "detect.h"

#define SUPER_SIZE	2048	/* fields lie below; generate.py sees to it */

struct superblock {
	const struct fs_super *super;	/* NULL: none of them is there */
	uint64_t base;			/* in the window */
	bool big;			/* byte order */
	unsigned char data[SUPER_SIZE];
};

static uint64_t field(const struct superblock *s, unsigned int offset, unsigned int width)
{
	uint64_t value = 0;

	for (unsigned int i = 0; i < width; i++)
		value |= (uint64_t)s->data[offset + i] << 8 * (s->big ? width - 1 - i : i);
	return value;
}

static bool holds(const struct superblock *s, const struct fs_cond *c)
{
	uint64_t value;

	if (c->op == FS_BIG || c->op == FS_LITTLE)
		return s->big == (c->op == FS_BIG);
	value = field(s, c->offset, c->width);
	switch (c->op) {
	case FS_EQUAL:
		return value == c->value;
	case FS_UNEQUAL:
		return value != c->value;
	case FS_BITS:
		return value & c->value;
	default:
		return value > c->value;
	}
}

static bool all_hold(const struct superblock *s, const struct fs_cond *conds)
{
	for (const struct fs_cond *c = conds; c->op; c++)
		if (!holds(s, c))
			return false;
	return true;
}

/* The first superblock of the description that is there, in the byte order that makes it so. */
static bool find_super(struct superblock *s, int fd, uint64_t offset, const struct fs_driver *d)
{
	for (const struct fs_super *p = d->supers; p->conds; p++) {
		ssize_t n = pread(fd, s->data, SUPER_SIZE, offset + p->base);

		if (n < 0)
			return false;
		if (n < SUPER_SIZE)	/* beyond the end: not there */
			continue;
		for (s->big = false; ; s->big = true) {
			if (all_hold(s, p->conds)) {
				s->super = p;
				s->base = p->base;
				return true;
			}
			if (s->big)
				break;
		}
	}
	s->super = NULL;
	return true;
}

/* The bytes of a field that differ once the rule is applied. */
static void add_mark(struct detected *found, const struct superblock *s, const struct fs_rule *r)
{
	const struct fs_cond *m = r->mark;
	uint64_t clean = field(s, m->offset, m->width);
	uint64_t busy = m->op == FS_BITS ? clean | m->value : m->value;

	for (unsigned int i = 0; i < m->width; i++) {
		unsigned int shift = 8 * (s->big ? m->width - 1 - i : i);

		if ((clean ^ busy) >> shift & 0xff)
			strbuf_addf(&found->marks, "%s%llu:%u:%u", found->marks.len ? " " : "",
				    (unsigned long long)(s->base + m->offset + i),
				    (unsigned int)(busy >> shift & 0xff),
				    (unsigned int)(clean >> shift & 0xff));
	}
}

bool detect(struct detected *found, int fd, uint64_t offset, const struct fs_driver *d,
	    struct options *o)
{
	struct superblock s;

	memset(found, 0, sizeof(*found));
	if (!find_super(&s, fd, offset, d))
		return false;
	for (const struct fs_rule *r = d->rules; s.super && r->conds; r++) {
		if (strcmp(r->super, s.super->name) || !all_hold(&s, r->conds) || (r->unless && options_any(o, r->unless)))
			continue;
		switch (r->what) {
		case FS_OPTION:
			if (!options_word(o, r->text))
				options_keep(o, r->text, r->value);
			break;
		case FS_READONLY:
			if (!found->readonly)
				found->readonly = r->text;
			break;
		case FS_REFUSE:
			if (!found->refused)
				found->refused = r->text;
			break;
		case FS_MARK:
			add_mark(found, &s, r);
			break;
		}
	}
	return true;
}

void detect_free(struct detected *found)
{
	strbuf_free(&found->marks);
}
