/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Options that do not depend on the driver: those of mount(8), and the few of
 * the bridge. The struct owns every string in it but those of blkio, locks and
 * readdirplus, which point to constants.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <rump/rumpvfs.h>
#include "message.h"
#include "options.h"

#ifndef MS_NOSYMFOLLOW
#define MS_NOSYMFOLLOW	256
#endif
#ifndef MS_LAZYTIME
#define MS_LAZYTIME	(1 << 25)
#endif

#define ATIME_FLAGS	(MS_NOATIME | MS_RELATIME | MS_STRICTATIME)
#define SECURE		(MS_NOSUID | MS_NODEV | MS_NOEXEC)

/* Options of mount(8) without a value: flags to clear, then flags to set. */
static const struct flag_option {
	const char *name;
	unsigned long clear, set;
} flag_options[] = {
	{ "ro", 0, MS_RDONLY },			{ "rw", MS_RDONLY, 0 },
	{ "nosuid", 0, MS_NOSUID },		{ "suid", MS_NOSUID, 0 },
	{ "nodev", 0, MS_NODEV },		{ "dev", MS_NODEV, 0 },
	{ "noexec", 0, MS_NOEXEC },		{ "exec", MS_NOEXEC, 0 },
	{ "sync", 0, MS_SYNCHRONOUS },		{ "async", MS_SYNCHRONOUS, 0 },
	{ "dirsync", 0, MS_DIRSYNC },
	{ "noatime", ATIME_FLAGS, MS_NOATIME },	{ "atime", MS_NOATIME, 0 },
	{ "relatime", ATIME_FLAGS, MS_RELATIME }, { "norelatime", MS_RELATIME, 0 },
	{ "strictatime", ATIME_FLAGS, MS_STRICTATIME }, { "nostrictatime", MS_STRICTATIME, 0 },
	{ "nodiratime", 0, MS_NODIRATIME },	{ "diratime", MS_NODIRATIME, 0 },
	{ "lazytime", 0, MS_LAZYTIME },		{ "nolazytime", MS_LAZYTIME, 0 },
	{ "mand", 0, MS_MANDLOCK },		{ "nomand", MS_MANDLOCK, 0 },
	{ "silent", 0, MS_SILENT },		{ "loud", MS_SILENT, 0 },
	{ "nosymfollow", 0, MS_NOSYMFOLLOW },	{ "symfollow", MS_NOSYMFOLLOW, 0 },
	/* mount(8) has checked who may; what these imply can be taken back by later options */
	{ "user", 0, SECURE },			{ "users", 0, SECURE },
	{ "owner", 0, MS_NOSUID | MS_NODEV },	{ "group", 0, MS_NOSUID | MS_NODEV },
	{ NULL, 0, 0 },
};

static const struct {
	const char *name;
	unsigned long flag;
} propagation_options[] = {
	{ "shared", MS_SHARED },		{ "rshared", MS_SHARED | MS_REC },
	{ "slave", MS_SLAVE },			{ "rslave", MS_SLAVE | MS_REC },
	{ "private", MS_PRIVATE },		{ "rprivate", MS_PRIVATE | MS_REC },
	{ "unbindable", MS_UNBINDABLE },	{ "runbindable", MS_UNBINDABLE | MS_REC },
	{ NULL, 0 },
};

/* Meant for mount(8), init systems or nobody; nothing to do. */
static const char *const ignored_flags[] = {
	"auto", "noauto", "defaults", "_netdev", "nouser", "nousers", "noowner", "nogroup",
	"iversion", "noiversion", "allow_other", "default_permissions", "seclabel", NULL
};
static const char *const ignored_values[] = {
	"comment", "uhelper", "helper", NULL
};
/* What /proc/mounts shows of a FUSE mount and mount(8) hands back at a remount. */
static const char *const fuse_values[] = {
	"fd", "rootmode", "user_id", "group_id", "max_read", "blksize", "subtype", NULL
};
static const char *const host_values[] = {
	"context", "fscontext", "defcontext", "rootcontext", NULL
};
static const char *const refused_flags[] = {
	"bind", "rbind", "move", NULL
};

static bool listed(const char *const *list, const char *name)
{
	for (; *list; list++)
		if (!strcmp(*list, name))
			return true;
	return false;
}

/* Kept in words[] under a name no option can have, until options_check(). */
#define FUSE_MARK "="

const struct opt_word *options_word(const struct options *o, const char *name)
{
	for (size_t i = o->nwords; i-- > 0; )
		if (!strcmp(o->words[i].name, name))
			return &o->words[i];
	return NULL;
}

bool options_any(const struct options *o, const char *const *names)
{
	for (; *names; names++)
		if (options_word(o, *names))
			return true;
	return false;
}

void options_keep(struct options *o, const char *name, const char *value)
{
	o->words = xrealloc(o->words, (o->nwords + 1) * sizeof(*o->words));
	o->words[o->nwords].name = xstrdup(name);
	o->words[o->nwords].value = value ? xstrdup(value) : NULL;
	o->nwords++;
}

void options_set_user(struct options *o, const char *value)
{
	if (o->user)
		explicit_bzero(o->user, strlen(o->user));	/* it may hold a password */
	free(o->user);
	o->user = value ? xstrdup(value) : NULL;
}

static void set(char **where, const char *value)
{
	free(*where);
	*where = xstrdup(value);
}

static const char *choose(const char *value, const char *const *list)
{
	for (; *list; list++)
		if (!strcmp(*list, value))
			return *list;
	return NULL;
}

static bool parse_uint(const char *s, unsigned int max, unsigned int *out)
{
	uint64_t v;

	if (!parse_u64(s, 10, &v) || v > max)
		return false;
	*out = v;
	return true;
}

static const char seconds_wanted[] = "seconds, at most 1000000000";

static bool parse_timeout(const char *s, double *out)
{
	return parse_seconds(s, out) && *out <= 1e9;
}

static const struct switch_option {
	const char *name;
	size_t where;
	bool set;
} switches[] = {
	{ "direct", offsetof(struct options, direct), true },
	{ "nodirect", offsetof(struct options, direct), false },
	{ "sandbox", offsetof(struct options, sandbox), true },
	{ "nosandbox", offsetof(struct options, sandbox), false },
	{ "foreground", offsetof(struct options, foreground), true },
	{ "fusedebug", offsetof(struct options, fusedebug), true },
	{ NULL, 0, false },
};

/* 1 taken, 0 not an option of the bridge, -1 not with this value, or without one: @want says which. */
static int bridge_option(struct options *o, const char *name, const char *value, const char **want)
{
	static const char *const blkio[] = { "auto", "uring", "pool", NULL };
	static const char *const locks[] = { "host", "driver", NULL };
	static const char *const plus[] = { "auto", "yes", "no", NULL };
	bool given = value, ok;

	if (!given) {
		for (const struct switch_option *s = switches; s->name; s++) {
			if (!strcmp(s->name, name)) {
				*(bool *)((char *)o + s->where) = s->set;
				return 1;
			}
		}
		value = "";
	}
	if (!strcmp(name, "part")) {
		*want = "a number, from 1 on";
		ok = parse_uint(value, 65535, &o->part) && o->part > 0;
	} else if (!strcmp(name, "offset")) {
		*want = "a multiple of 512";
		ok = parse_size(value, &o->offset) && o->offset % 512 == 0 &&
			o->offset <= INT64_MAX;
		o->has_offset = true;
	} else if (!strcmp(name, "sizelimit")) {
		*want = "a multiple of 512";
		ok = parse_size(value, &o->sizelimit) && o->sizelimit % 512 == 0 &&
			o->sizelimit <= INT64_MAX;
		o->has_sizelimit = true;
	} else if (!strcmp(name, "memsize")) {
		*want = "8M to 64G";
		ok = parse_size(value, &o->memsize) && o->memsize >= 8 << 20 &&
			o->memsize <= 64ULL << 30;
	} else if (!strcmp(name, "blkio")) {
		*want = "auto, uring or pool";
		ok = (o->blkio = choose(value, blkio));
	} else if (!strcmp(name, "locks")) {
		*want = "host or driver";
		ok = (o->locks = choose(value, locks));
	} else if (!strcmp(name, "readdirplus")) {
		*want = "auto, yes or no";
		ok = (o->readdirplus = choose(value, plus));
	} else if (!strcmp(name, "writeback")) {
		*want = "yes or no";
		o->writeback = !strcmp(value, "yes");
		ok = o->writeback || !strcmp(value, "no");
	} else if (!strcmp(name, "watchdog")) {
		*want = "seconds, at most 86400";
		ok = o->has_watchdog = parse_uint(value, 86400, &o->watchdog);
	} else if (!strcmp(name, "retry")) {
		*want = "minutes, at most 1000000";
		ok = o->has_retry = parse_uint(value, 1000000, &o->retry);
	} else if (!strcmp(name, "loglevel")) {
		*want = "0 to 7";
		ok = o->has_loglevel = parse_uint(value, 7, &o->loglevel);
	} else if (!strcmp(name, "max_background")) {
		*want = "1 to 65535";
		ok = parse_uint(value, 65535, &o->max_background) && o->max_background > 0;
	} else if (!strcmp(name, "entry_timeout")) {
		*want = seconds_wanted;
		ok = parse_timeout(value, &o->entry_timeout);
	} else if (!strcmp(name, "attr_timeout")) {
		*want = seconds_wanted;
		ok = parse_timeout(value, &o->attr_timeout);
	} else if (!strcmp(name, "negative_timeout")) {
		*want = seconds_wanted;
		ok = parse_timeout(value, &o->negative_timeout);
	} else if (!strcmp(name, "names")) {
		*want = "long or 8.3";
		set(&o->names, value);
		ok = given;		/* the description knows which there are */
	} else {
		return 0;
	}
	return ok ? 1 : -1;
}

bool options_is_flag(const char *name)
{
	for (const struct flag_option *f = flag_options; f->name; f++)
		if (!strcmp(f->name, name))
			return true;
	for (size_t i = 0; propagation_options[i].name; i++)
		if (!strcmp(propagation_options[i].name, name))
			return true;
	for (const struct switch_option *s = switches; s->name; s++)
		if (!strcmp(s->name, name))
			return true;
	return listed(ignored_flags, name) || !strcmp(name, "remount") || !strcmp(name, "nofail");
}

/* @raw: as the user wrote it, quotes and all. */
static bool take(struct options *o, const char *name, const char *value, const char *raw,
		 char *reason)
{
	const char *want = "";

	if (!strncasecmp(name, "x-", 2))
		return true;
	if (!strcmp(name, "users") && !value)
		o->users = true;
	if (!value) {
		for (const struct flag_option *f = flag_options; f->name; f++) {
			if (!strcmp(f->name, name)) {
				o->flags = (o->flags & ~f->clear) | f->set;
				return true;
			}
		}
		for (size_t i = 0; propagation_options[i].name; i++) {
			if (strcmp(propagation_options[i].name, name))
				continue;
			if (o->npropagation == sizeof(o->propagation) / sizeof(o->propagation[0])) {
				snprintf(reason, REASON_SIZE, "too many propagation options");
				return false;
			}
			o->propagation[o->npropagation++] = propagation_options[i].flag;
			return true;
		}
		if (listed(ignored_flags, name))
			return true;
		if (listed(refused_flags, name)) {
			snprintf(reason, REASON_SIZE, "option \"%s\" is mount(8)'s, without a type",
				 name);
			return false;
		}
	}
	if (!strcmp(name, "remount") && !value)
		o->remount = true;
	else if (!strcmp(name, "nofail") && !value)
		o->nofail = true;
	else if (!strcmp(name, "sloppy") && !value)
		o->sloppy = true;
	else if (!strcmp(name, "loop"))
		o->loop = true;
	else if (value && !strcmp(name, "user"))
		options_set_user(o, value);
	else if (value && !strcmp(name, "for"))
		set(&o->mounter, value);
	else if (value && listed(ignored_values, name))
		;
	else if (value && listed(fuse_values, name))
		options_keep(o, FUSE_MARK, name);
	else if (value && listed(host_values, name))
		strbuf_addf(&o->hostopts, "%s%s", o->hostopts.len ? "," : "", raw);
	else
		switch (bridge_option(o, name, value, &want)) {
		case 0:
			options_keep(o, name, value);
			break;
		case -1:
			snprintf(reason, REASON_SIZE, value ? "bad value in option \"%.200s\" (%s)" :
				 "option \"%.200s\" needs a value (%s)", raw, want);
			return false;
		}
	return true;
}

/*
 * The end of the first word of @p: a comma outside of double quotes and not
 * behind a backslash, as libmount has it. NULL: a quote is left open.
 */
static const char *word_end(const char *p)
{
	const char *start = p;
	bool quoted = false;

	for (; *p; p++) {
		if (*p == '"')
			quoted = !quoted;
		else if (*p == ',' && !quoted && (p == start || p[-1] != '\\'))
			break;
	}
	return quoted ? NULL : p;
}

/* Quotes and the backslash before a comma are syntax. In place. */
static void unquote(char *s)
{
	char *d = s;

	for (; *s; s++) {
		if (*s == '"' || (*s == '\\' && s[1] == ','))
			continue;
		*d++ = *s;
	}
	*d = '\0';
}

bool options_parse(struct options *o, const char *list, char *reason)
{
	for (const char *p = list; ; p++) {
		const char *end = word_end(p);
		char *raw, *name, *value;
		bool ok = true;

		if (!end) {
			snprintf(reason, REASON_SIZE, "unbalanced quotes in the options: %.200s", p);
			return false;
		}
		raw = xstrndup(p, end - p);
		name = xstrdup(raw);
		value = strchr(name, '=');
		if (value) {
			*value++ = '\0';
			unquote(value);
		}
		for (const char *c = raw; *c; c++) {
			if ((unsigned char)*c < ' ' || *c == 0x7f) {
				/* the name only: the value may be secret */
				snprintf(reason, REASON_SIZE, "control character in option \"%.200s\"",
					 name);
				ok = false;
			}
		}
		if (ok && value && !*name) {
			snprintf(reason, REASON_SIZE, "option without a name: \"%.200s\"", raw);
			ok = false;
		}
		if (ok && *name)
			ok = take(o, name, value, raw, reason);
		if (value)
			explicit_bzero(value, strlen(value));
		explicit_bzero(raw, strlen(raw));
		free(name);
		free(raw);
		if (!ok)
			return false;
		p = end;
		if (!*p)
			return true;
	}
}

bool options_check(struct options *o, char *reason)
{
	size_t n = 0;
	bool ok = true;

	for (size_t i = 0; i < o->nwords; i++) {
		if (strcmp(o->words[i].name, FUSE_MARK)) {
			o->words[n++] = o->words[i];
			continue;
		}
		if (!o->remount && !o->sloppy) {
			snprintf(reason, REASON_SIZE,
				 "option \"%s\" is set by the daemon, not by the user",
				 o->words[i].value);
			ok = false;
		}
		free(o->words[i].name);
		free(o->words[i].value);
	}
	o->nwords = n;
	if (ok && o->part && (o->has_offset || o->has_sizelimit)) {
		snprintf(reason, REASON_SIZE, "part= does not go with offset= and sizelimit=");
		ok = false;
	}
	return ok;
}

unsigned int options_rumpflags(const struct options *o)
{
	static const struct {
		unsigned long ms;
		unsigned int rump;
	} map[] = {
		{ MS_RDONLY, RUMPVFS_MNT_RDONLY },
		{ MS_SYNCHRONOUS, RUMPVFS_MNT_SYNC },
		{ MS_DIRSYNC, RUMPVFS_MNT_DIRSYNC },
		{ MS_LAZYTIME, RUMPVFS_MNT_LAZYTIME },
		{ MS_NOATIME, RUMPVFS_MNT_NOATIME },
		{ MS_MANDLOCK, RUMPVFS_MNT_MANDLOCK },
		{ MS_NODIRATIME, RUMPVFS_MNT_NODIRATIME },
		{ MS_STRICTATIME, RUMPVFS_MNT_STRICTATIME },
	};
	unsigned int flags = 0;

	for (size_t i = 0; i < sizeof(map) / sizeof(map[0]); i++)
		if (o->flags & map[i].ms)
			flags |= map[i].rump;
	return flags;
}

unsigned long options_hostflags(const struct options *o)
{
	/* FUSE refuses mandatory locks, and lazy times are kept by the driver. */
	return o->flags & ~(MS_MANDLOCK | MS_LAZYTIME);
}

void options_init(struct options *o)
{
	memset(o, 0, sizeof(*o));
	o->direct = o->sandbox = true;
	o->entry_timeout = o->attr_timeout = o->negative_timeout = NAN;
	o->writeback = -1;
}

void options_free(struct options *o)
{
	for (size_t i = 0; i < o->nwords; i++) {
		if (o->words[i].value)
			explicit_bzero(o->words[i].value, strlen(o->words[i].value));
		free(o->words[i].name);
		free(o->words[i].value);
	}
	free(o->words);
	free(o->names);
	free(o->mounter);
	options_set_user(o, NULL);
	strbuf_free(&o->hostopts);
}
