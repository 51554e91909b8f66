/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Configuration of the daemon: "key=value" entries in a file that the helper
 * passes as a descriptor, so that nothing of it shows on a command line. The two
 * programs are installed together, hence an unknown key is an error.
 */
#include <errno.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <librump.h>
#include "config.h"

#define CONFIG_MAX	(256 * 1024)

enum kind {
	K_STRING,
	K_BOOL,
	K_UINT,
	K_U64,
	K_SECONDS,
	K_BLKIO,
	K_LOCKS,
	K_AUTO,
};

#define KEY(name, kind)		{ #name, kind, offsetof(struct rumpfsd_config, name) }

static const struct key {
	const char *name;
	enum kind kind;
	size_t offset;
} keys[] = {
	KEY(component, K_STRING),
	KEY(fstype, K_STRING),
	KEY(subtype, K_STRING),
	KEY(source, K_STRING),
	KEY(target, K_STRING),
	KEY(diskname, K_STRING),
	KEY(devname, K_STRING),
	KEY(server, K_STRING),
	KEY(marks, K_STRING),
	KEY(hostopts, K_STRING),
	KEY(driveropts, K_STRING),
	KEY(tries, K_STRING),
	KEY(blockdev, K_BOOL),
	KEY(network, K_BOOL),
	KEY(readonly, K_BOOL),
	KEY(direct, K_BOOL),
	KEY(writeback, K_BOOL),
	KEY(indexed, K_BOOL),
	KEY(whole_listing, K_BOOL),
	KEY(fsync_all, K_BOOL),
	KEY(groups, K_BOOL),
	KEY(foreground, K_BOOL),
	KEY(debug, K_BOOL),
	KEY(sandbox, K_BOOL),
	KEY(offset, K_U64),
	KEY(size, K_U64),
	KEY(memsize, K_U64),
	KEY(hostflags, K_U64),
	KEY(rumpflags, K_U64),
	KEY(watchdog, K_UINT),
	KEY(max_background, K_UINT),
	KEY(max_read, K_UINT),
	KEY(loglevel, K_UINT),
	KEY(entry_timeout, K_SECONDS),
	KEY(attr_timeout, K_SECONDS),
	KEY(negative_timeout, K_SECONDS),
	KEY(blkio, K_BLKIO),
	KEY(readdirplus, K_AUTO),
	{ "locks", K_LOCKS, offsetof(struct rumpfsd_config, locks_driver) },
};

static int parse_u64(const char *value, uint64_t max, uint64_t *out)
{
	unsigned long long v;
	char *end;

	if (*value < '0' || *value > '9')
		return -EINVAL;
	errno = 0;
	v = strtoull(value, &end, 10);
	if (errno || *end || v > max)
		return -EINVAL;
	*out = v;
	return 0;
}

static int parse_choice(const char *value, const char *const *choices, unsigned int *out)
{
	for (unsigned int i = 0; choices[i]; i++) {
		if (!strcmp(value, choices[i])) {
			*out = i;
			return 0;
		}
	}
	return -EINVAL;
}

static int set_key(struct rumpfsd_config *cfg, const struct key *key, char *value)
{
	static const char *const blkio[] = { "auto", "uring", "pool", NULL };
	static const char *const locks[] = { "host", "driver", NULL };
	static const char *const onoff[] = { "0", "1", "auto", NULL };
	void *field = (char *)cfg + key->offset;
	unsigned int choice;
	uint64_t v;
	double d;
	char *end;
	int err;

	switch (key->kind) {
	case K_STRING:
		*(char **)field = value;
		return 0;
	case K_BOOL:
		err = parse_u64(value, 1, &v);
		if (!err)
			*(bool *)field = v;
		return err;
	case K_UINT:
		err = parse_u64(value, INT_MAX, &v);
		if (!err)
			*(unsigned int *)field = v;
		return err;
	case K_U64:
		return parse_u64(value, LLONG_MAX, field);
	case K_SECONDS:
		d = strtod(value, &end);
		if (end == value || *end || !isfinite(d) || d > 1e9)
			return -EINVAL;
		*(double *)field = d;
		return 0;
	case K_BLKIO:
		return parse_choice(value, blkio, field);
	case K_LOCKS:
		err = parse_choice(value, locks, &choice);
		if (!err)
			*(bool *)field = choice;
		return err;
	case K_AUTO:
		return parse_choice(value, onoff, field);
	}
	return -EINVAL;
}

static void set_defaults(struct rumpfsd_config *cfg)
{
	memset(cfg, 0, sizeof(*cfg));
	cfg->disk_fd = cfg->claim_fd = -1;
	cfg->hostopts = "";
	cfg->diskname = "disk";
	cfg->marks = "";
	cfg->blkio = RUMP_BLKIO_AUTO;
	cfg->readdirplus = CONFIG_AUTO;
	cfg->writeback = true;
	cfg->sandbox = true;
	cfg->max_background = 64;
	cfg->loglevel = 5;
	cfg->entry_timeout = 86400;
	cfg->attr_timeout = 86400;
	cfg->negative_timeout = -1;
}

static int check(const struct rumpfsd_config *cfg, char *err, size_t errsize)
{
	const struct {
		const char *name, *value;
	} required[] = {
		{ "component", cfg->component },
		{ "fstype", cfg->fstype },
		{ "subtype", cfg->subtype },
		{ "source", cfg->source },
		{ "target", cfg->target },
	};

	for (size_t i = 0; i < sizeof(required) / sizeof(required[0]); i++) {
		if (!required[i].value || !*required[i].value) {
			snprintf(err, errsize, "configuration: no %s", required[i].name);
			return -EINVAL;
		}
	}
	if (strchr(cfg->component, '/') || cfg->target[0] != '/') {
		snprintf(err, errsize, "configuration: bad component or target");
		return -EINVAL;
	}
	if (cfg->offset % 512) {
		snprintf(err, errsize, "the offset must be a multiple of 512");
		return -EINVAL;
	}
	return 0;
}

int config_parse(struct rumpfsd_config *cfg, char *buf, size_t len, char *err, size_t errsize)
{
	char *p = buf, *end = buf + len;

	set_defaults(cfg);
	cfg->buf = buf;
	cfg->len = len;

	while (p < end) {
		char *stop = memchr(p, 0, end - p), *eq;
		const struct key *key = NULL;

		if (!stop) {
			snprintf(err, errsize, "configuration: the last entry is not terminated");
			return -EINVAL;
		}
		eq = strchr(p, '=');
		if (eq) {
			*eq = 0;
			for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
				if (!strcmp(p, keys[i].name))
					key = &keys[i];
		}
		if (!key) {
			snprintf(err, errsize, "configuration: unknown key \"%.40s\"", p);
			return -EINVAL;
		}
		if (set_key(cfg, key, eq + 1)) {
			snprintf(err, errsize, "configuration: bad value for %s: \"%.40s\"",
				 key->name, key->kind == K_STRING ? "" : eq + 1);
			return -EINVAL;
		}
		p = stop + 1;
	}
	return check(cfg, err, errsize);
}

int config_read(struct rumpfsd_config *cfg, int fd, char *err, size_t errsize)
{
	size_t len = 0;
	struct stat st;
	char *buf;

	if (fstat(fd, &st)) {
		snprintf(err, errsize, "no configuration: %s", strerror(errno));
		return -errno;
	}
	if (st.st_size <= 0 || st.st_size > CONFIG_MAX) {
		snprintf(err, errsize, "configuration: strange size");
		return -EINVAL;
	}
	buf = malloc(st.st_size);
	if (!buf)
		return -ENOMEM;
	while (len < (size_t)st.st_size) {
		ssize_t n = pread(fd, buf + len, st.st_size - len, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0) {
			snprintf(err, errsize, "cannot read the configuration");
			free(buf);
			return -EIO;
		}
		len += n;
	}
	return config_parse(cfg, buf, len, err, errsize);
}

void config_wipe(struct rumpfsd_config *cfg)
{
	if (cfg->driveropts)
		explicit_bzero(cfg->driveropts, strlen(cfg->driveropts));
}

void config_free(struct rumpfsd_config *cfg)
{
	if (cfg->buf)
		explicit_bzero(cfg->buf, cfg->len);
	free(cfg->buf);
	cfg->buf = NULL;
}
