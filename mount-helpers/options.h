/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The list after -o. Parsed in two steps: options_parse() takes what every
 * mount has and what the bridge has of its own, and keeps the rest;
 * driveropts_make(), when the driver is known, checks the rest against what
 * the driver takes. Both are pure: no system is asked but for the numbers of
 * user and group names.
 */
#ifndef RUMPFS_OPTIONS_H
#define RUMPFS_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "registry.h"
#include "util.h"

/* An option that is left for the driver. value is NULL without "=". */
struct opt_word {
	char *name, *value;
};

struct options {
	unsigned long flags;		/* MS_*, of the mount as a whole */
	unsigned long propagation[4];	/* MS_SHARED and so on, in order */
	unsigned int npropagation;
	bool remount;
	bool nofail;
	bool sloppy;			/* the option, or -s; set by the caller before parsing */
	bool loop;			/* mount(8) made a loop device for us */
	bool users;			/* any user may unmount it */

	/* The bridge's own */
	unsigned int part;		/* 0: none given */
	uint64_t offset, sizelimit, memsize;
	bool has_offset, has_sizelimit;
	const char *blkio;
	bool direct, sandbox, foreground, fusedebug;
	unsigned int watchdog, loglevel, max_background;
	bool has_watchdog, has_loglevel;
	unsigned int retry;		/* minutes in which a server may begin to answer */
	bool has_retry;
	double entry_timeout, attr_timeout, negative_timeout;	/* NAN: not given */
	const char *locks, *readdirplus;			/* NULL: not given */
	int writeback;						/* -1: not given */
	char *names;						/* names=, or NULL */
	char *user;						/* user=: whom a server knows (login.c takes it), else as for= */
	char *mounter;						/* for=: who it is mounted for; NULL: see options_mounter() */

	struct strbuf hostopts;		/* for the FUSE mount: context= and the like */
	struct opt_word *words;
	size_t nwords;
};

/* Nothing is given. options_free() overwrites what may be secret. */
void options_init(struct options *o);
void options_free(struct options *o);

/*
 * Take a list. May be called again: later options win. False with a sentence
 * in @reason (of REASON_SIZE).
 */
bool options_parse(struct options *o, const char *list, char *reason);

/* Replace the user; the old name, which may hold a password, is overwritten. NULL: none. */
void options_set_user(struct options *o, const char *user);

/* Who it is mounted for, and may unmount it; NULL: root. After login_find() has taken what is for a server. */
static inline const char *options_mounter(const struct options *o)
{
	return o->mounter ? o->mounter : o->user;
}

/* Is it an option of ours, or of mount(8), that takes no value? */
bool options_is_flag(const char *name);

/* The last of the driver's options that is called @name, or NULL; and whether one of @names, which ends with NULL, was given. */
const struct opt_word *options_word(const struct options *o, const char *name);
bool options_any(const struct options *o, const char *const *names);

/* Add an option for the driver. */
void options_keep(struct options *o, const char *name, const char *value);

/*
 * After the last options_parse(): conditions between options. @remount options
 * that only a mount which exists already can have are refused otherwise.
 */
bool options_check(struct options *o, char *reason);

/* RUMPVFS_MNT_* for the driver, and MS_* for mount(2) of FUSE. */
unsigned int options_rumpflags(const struct options *o);
unsigned long options_hostflags(const struct options *o);

struct driveropts {
	const char *fstype;		/* of the kernel */
	const char *tries;		/* see struct fs_driver; or NULL */
	struct strbuf list;		/* as the driver shall get it; .s may be NULL */
	struct strbuf shown;		/* the same without secrets */
	struct strbuf ignored;		/* by -s: names, for a message */
	bool refused;			/* it was not made since this build lacks what an option asks for */
};

/* Whom the driver shall take for the one who mounts. */
struct caller {
	unsigned int uid, gid, umask;
};

/*
 * Check the rest of @o against @d, called by its @name, and make the driver's
 * list; with @caller it begins with what the description adds.
 */
bool driveropts_make(struct driveropts *out, const struct options *o, const struct fs_driver *d,
		     const struct fs_name *name, const struct caller *caller, char *reason);
void driveropts_free(struct driveropts *out);

#endif
