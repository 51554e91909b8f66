/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The file system drivers that were built in, as their descriptions in
 * fsdrivers/ tell. The table itself is made by fsdrivers/generate.py;
 * everything in it is constant.
 */
#ifndef RUMPFS_REGISTRY_H
#define RUMPFS_REGISTRY_H

#include <stdbool.h>
#include <stddef.h>

enum fs_kind {
	FS_FLAG,		/* no value */
	FS_STRING,
	FS_SECRET,		/* a string that is shown to nobody */
	FS_INT,
	FS_UINT,
	FS_NTTIME,		/* 100 ns since 1601, or @GMT-YYYY.MM.DD-HH.MM.SS */
	FS_OCTAL,
	FS_MODE,		/* octal, which the driver believes if it begins with 0 */
	FS_UID,			/* number or name of a user */
	FS_GID,
	FS_CHOICE,		/* one of .choices */
};

/* One form of an option that the kernel's driver takes. */
struct fs_option {
	const char *name;
	enum fs_kind kind;
	bool optional;		/* the value may be left out */
	unsigned int fstypes;	/* bit n: .fstypes[n] of the driver takes it */
	const char *const *choices;
};

/* Added for the user unless he gave one of .unless, and if the last that he gave of .given is one of them; NULL: in any case. */
struct fs_default {
	const char *text;	/* "%umask", "%uid", "%gid": of the caller */
	unsigned int fstypes;
	const char *const *unless;
	const char *const *given;	/* "option" or "option=value" */
};

struct fs_name {
	const char *name;	/* after "rumpfs." */
	const char *fstype;	/* of the kernel */
};

/* A kernel type that is chosen by an option of the bridge. */
struct fs_variant {
	const char *option, *value;
	const char *fstype;
};

/* What the driver would take, or a user may try, and we do not do. */
struct fs_refusal {
	const char *option;
	const char *value;	/* NULL: any or none */
	const char *why;	/* a sentence for the user */
};

/* What SPEC is. */
enum fs_source {
	FS_SOURCE_DEVICE,	/* a block device or an image */
	FS_SOURCE_EXPORT,	/* HOST:/PATH */
	FS_SOURCE_UNC,		/* //HOST/SHARE[/PATH] */
};

/* A condition on a field of a superblock; .op 0 ends a list. */
struct fs_cond {
	enum { FS_EQUAL = 1, FS_UNEQUAL, FS_BITS, FS_ABOVE, FS_BIG, FS_LITTLE } op;
	unsigned int offset, width;	/* bytes */
	unsigned long long value;
};

/* A place where a superblock may be, and what must hold there in one byte order. */
struct fs_super {
	const char *name;
	unsigned long long base;
	const struct fs_cond *conds;	/* NULL ends the list */
};

/* What follows for the superblock of that name when all conditions hold. */
struct fs_rule {
	const char *super;
	const struct fs_cond *conds;	/* NULL ends the list */
	const char *const *unless;	/* options with one of which it does not follow; NULL: none */
	enum { FS_OPTION, FS_READONLY, FS_REFUSE, FS_MARK } what;
	const char *text, *value;	/* the reason; name and value of an option */
	const struct fs_cond *mark;	/* FS_EQUAL: becomes; FS_BITS: is added */
};

/* Lists end with NULL or an entry whose first member is NULL. */
struct fs_driver {
	const char *component;
	const char *title;
	const struct fs_name *names;
	const char *const *fstypes;
	const char *const *blkid;
	bool readonly;		/* the driver cannot write */
	const struct fs_variant *variants;
	const struct fs_option *options;
	const struct fs_default *defaults;
	const struct fs_refusal *refusals;
	const struct fs_super *supers;
	const struct fs_rule *rules;
	const struct fs_default *tries;	/* .text: options of which the first is taken that the server knows */
	enum fs_source source;
	const char *address;	/* option that takes the server's address; NULL: device */
	const char *const *otherhost;	/* option that names another host, option for its address; NULL: none */
	const char *const *ipv4, *const *ipv6;	/* "option=value" for which it must be an address of that kind */
	const char *const *login;	/* options for user, password, domain; NULL: no login */
	bool double_commas;	/* a comma in a value is written twice, else impossible */
	double entry_timeout, attr_timeout, negative_timeout;
	bool indexed;		/* looking a name up does not read the directory */
	bool whole_listing;	/* positions in a directory move when it changes */
	bool fsync_all;		/* the driver's fsync leaves out what a file needs */
	bool groups;		/* the driver tells a server the caller's supplementary groups */
	const char *locks, *readdirplus;
	bool writeback;
	unsigned int max_read;		/* bytes the host asks for at most in one read; 0: as many as it can */
};

extern const struct fs_driver fs_drivers[];

/*
 * The driver that answers to @type, with or without the prefixes that mount(8)
 * and /proc/mounts put before it ("rumpfs.", "fuse.rumpfs.",
 * "fuseblk.rumpfs."). The matching name is stored in *@name. NULL: unknown.
 */
const struct fs_driver *registry_find(const char *type, const struct fs_name **name);

/* The same by the type that libblkid reports. */
const struct fs_driver *registry_find_blkid(const char *type, const struct fs_name **name);

/* @type without those prefixes; "" if it is nothing but a prefix, or "auto". */
const char *registry_strip(const char *type);

/* All names, separated by ", ". Returns @buf. */
char *registry_names(char *buf, size_t size);

#endif
