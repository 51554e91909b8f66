/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What is mounted is read from mountinfo, the rest is asked of the daemon and of
 * /proc. A mount whose driver does not answer is listed all the same, with what its daemon lets be seen.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>
#include "ask.h"
#include "daemons.h"
#include "message.h"
#include "mountinfo.h"
#include "report.h"

struct facts {
	const struct mount_entry *e;
	struct rumpfs_status st;
	int err;			/* of asking for it */
	bool known;			/* .st: it was answered, or else seen */
	int pids[2];			/* keeper and worker; 0: none, or unknown */
	long long uptime;		/* seconds, -1: unknown */
	long long memory;		/* bytes that are theirs alone, and their parts of shared ones; -1: unknown */
	long long pending;		/* requests, -1: unknown */
};

/* --- finding out ---------------------------------------------------------- */

static long long seconds_of(int pid)
{
	char *path = xasprintf("/proc/%d/stat", pid), *stat = read_file(path), *up, *p;
	unsigned long long started;
	long long seconds = -1;

	free(path);
	up = read_file("/proc/uptime");
	p = stat ? strrchr(stat, ')') : NULL;
	if (p && up && sscanf(p, ") %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %*u %*u %*d %*d %*d %*d "
			      "%*d %*d %llu", &started) == 1)
		seconds = atoll(up) - (long long)(started / sysconf(_SC_CLK_TCK));
	free(up);
	free(stat);
	return seconds;
}

/* "Pss:  123 kB" of a file of /proc, in bytes. */
static unsigned long long memory_of(int pid)
{
	char *path = xasprintf("/proc/%d/smaps_rollup", pid), *text = read_file(path), *p;
	unsigned long long kb = 0;

	free(path);
	p = text ? strstr(text, "\nPss:") : NULL;
	if (p)
		sscanf(p, "\nPss: %llu", &kb);
	free(text);
	return kb * 1024;
}

/* Of the daemon, without our question; of the host's FUSE for one that nothing is known of. */
static long long pending_of(const struct facts *f)
{
	char *path, *text;
	long long n = -1;

	if (f->known)
		return f->st.inflight ? f->st.inflight - 1 : 0;
	/* the kernel's own form of a device number */
	path = xasprintf("/sys/fs/fuse/connections/%u/waiting",
			 (unsigned int)(major(f->e->dev) << 20 | minor(f->e->dev)));
	text = read_file(path);
	if (text)
		n = atoll(text);
	free(text);
	free(path);
	return n;
}

/* Instead of an answer. */
static bool look(struct facts *f)
{
	struct rumpfs_seen *seen = xrealloc(NULL, sizeof(*seen));
	int err = daemons_seen(f->e, seen);

	if (!err)
		f->st = seen->status;
	free(seen);
	/* It is for us to end them. */
	f->st.component[sizeof(f->st.component) - 1] = f->st.fstype[sizeof(f->st.fstype) - 1] = '\0';
	f->st.release[sizeof(f->st.release) - 1] = f->st.options[sizeof(f->st.options) - 1] = '\0';
	return !err;
}

static void find_out(struct facts *f, const struct mount_entry *e)
{
	memset(f, 0, sizeof(*f));
	f->e = e;
	f->err = ask_status(e->target, &f->st);
	f->known = !f->err || (f->err == ETIMEDOUT && look(f));
	if (f->known) {
		f->pids[0] = f->st.keeper;
		f->pids[1] = f->st.worker != f->st.keeper ? f->st.worker : 0;
	} else {
		daemons_find(e, f->pids);
	}
	f->uptime = f->pids[0] ? seconds_of(f->pids[0]) : -1;
	for (int i = 0; i < 2; i++)
		if (f->pids[i])
			f->memory += memory_of(f->pids[i]);
	if (!f->memory)
		f->memory = -1;
	f->pending = pending_of(f);
}

static const char *state(const struct facts *f)
{
	if (!f->err)
		return f->st.rdonly ? "ro" : "rw";
	/* It has read questions, so it is its driver that waits: for a server, a disk. */
	if (f->err == ETIMEDOUT)
		return f->known && f->st.inflight ? "waits" : "stuck";
	return f->err == ENOTCONN ? "dead" :
		f->err == EPERM || f->err == EACCES ? "?" : "error";
}

/* --- telling --------------------------------------------------------------- */

static void json_string(const char *name, const char *s)
{
	printf("\"%s\": \"", name);
	for (; *s; s++) {
		unsigned char c = *s;

		if (c == '"' || c == '\\')
			printf("\\%c", c);
		else if (c < ' ' || c == 0x7f)
			printf("\\u%04x", c);
		else
			putchar(c);
	}
	printf("\"");
}

static void print_json(const struct facts *f, bool first)
{
	printf("%s\n  {", first ? "" : ",");
	json_string("target", f->e->target);
	printf(", ");
	json_string("source", f->e->source);
	printf(", ");
	json_string("type", mount_subtype(f->e));
	printf(", ");
	json_string("state", !f->err ? "serving" : state(f));
	printf(",\n   \"keeper\": %d, \"worker\": %d, \"uptime\": %lld, \"memory\": %lld, \"pending\": %lld",
	       f->pids[0], f->pids[1], f->uptime, f->memory, f->pending);
	if (f->known) {
		printf(",\n   \"readonly\": %s, ", f->st.rdonly ? "true" : "false");
		json_string("component", f->st.component);
		printf(", ");
		json_string("fstype", f->st.fstype);
		printf(", ");
		json_string("linux", f->st.release);
		printf(", ");
		json_string("options", f->st.options);
		if (f->st.abi >= 2)
			printf(", \"survived\": %u", f->st.survived);
		printf(",\n   \"requests\": %llu", (unsigned long long)f->st.requests);
	}
	if (!f->err)
		printf(", \"kernel_memory\": {\"size\": %llu, \"free\": %llu, \"cache\": %llu}",
		       (unsigned long long)f->st.mem_size, (unsigned long long)f->st.mem_free,
		       (unsigned long long)f->st.mem_cache);
	printf("}");
}

static void print_span(char *buf, size_t size, long long s)
{
	if (s < 0)
		snprintf(buf, size, "-");
	else if (s < 3600)
		snprintf(buf, size, "%lld:%02lld", s / 60, s % 60);
	else if (s < 86400)
		snprintf(buf, size, "%lldh%02lld", s / 3600, s / 60 % 60);
	else
		snprintf(buf, size, "%lldd%02lldh", s / 86400, s / 3600 % 24);
}

/* Names come from disks and other people: nothing of them reaches the terminal raw. */
static void print_name(const char *s, int width)
{
	int n = 0;

	for (; *s; s++, n++)
		putchar((unsigned char)*s < ' ' || *s == 0x7f ? '?' : *s);
	printf("%*s ", n < width ? width - n : 0, "");
}

static void print_line(const struct facts *f, int wide_target, int wide_source)
{
	char up[32], memory[32], pending[32], crashes[16], driver[80];

	print_span(up, sizeof(up), f->uptime);
	snprintf(memory, sizeof(memory), f->memory > 0 ? "%.1fM" : "-", f->memory / 1048576.0);
	snprintf(pending, sizeof(pending), f->pending < 0 ? "-" : "%lld", f->pending);
	snprintf(crashes, sizeof(crashes), !f->known || f->st.abi < 2 ? "-" : "%u", f->st.survived);
	snprintf(driver, sizeof(driver), !f->known ? "-" : "%s of Linux %s", f->st.fstype, f->st.release);
	print_name(f->e->target, wide_target);
	print_name(f->e->source, wide_source);
	printf("%-8s %-5s %7d %7s %8s %7s %7s  %s\n", mount_subtype(f->e), state(f),
	       f->pids[1] ? f->pids[1] : f->pids[0], up, memory, pending, crashes, driver);
}

/* One file system may be mounted at many places; it is told of once. */
static bool seen_before(const struct mounts *m, const struct mount_entry *e)
{
	for (const struct mount_entry *p = m->entries; p < e; p++)
		if (p->dev == e->dev && mount_subtype(p))
			return true;
	return false;
}

static bool is_meant(const struct mount_entry *e, const char *where, const char *real, dev_t rdev)
{
	return !where || !strcmp(e->target, where) || !strcmp(e->source, where) ||
		(real && (!strcmp(e->target, real) || !strcmp(e->source, real))) ||
		(rdev && e->dev == rdev);
}

static unsigned int mark(const struct mounts *m, const char *where, const char *real, dev_t rdev, bool *meant)
{
	unsigned int n = 0;

	for (unsigned int i = 0; i < m->n; i++) {
		const struct mount_entry *e = &m->entries[i];

		meant[i] = mount_subtype(e) && is_meant(e, where, real, rdev) &&
			(where || !seen_before(m, e));
		n += meant[i];
	}
	return n;
}

/*
 * The mounts that @where means, as flags beside those of @m. A mount whose server is silent does not let itself be
 * looked at, and that is when one wants to know: so names are taken as they are first. Returns how many.
 */
static unsigned int choose(const struct mounts *m, const char *where, bool *meant)
{
	unsigned int n = mark(m, where, NULL, 0, meant);
	struct stat st;
	char *real;

	if (!where || n)
		return n;
	real = realpath(where, NULL);
	if (real)
		n = mark(m, where, real, 0, meant);
	if (real && !n && !stat(real, &st) && S_ISBLK(st.st_mode))
		n = mark(m, where, real, st.st_rdev, meant);
	free(real);
	return n;
}

int report_status(const char *where, bool json)
{
	int wide_target = 6, wide_source = 6, len;
	struct mounts m;
	bool first = true;
	unsigned int n;
	bool *meant;

	if (!mounts_read(&m)) {
		msg_error("/proc/self/mountinfo: %s", strerror(errno));
		return EX_SYSERR;
	}
	meant = xrealloc(NULL, m.n);
	n = choose(&m, where, meant);
	if (where && !n)
		msg_error("%s: no rumpfs is mounted there", where);
	for (unsigned int i = 0; i < m.n; i++) {
		if (!meant[i])
			continue;
		if ((len = strlen(m.entries[i].target)) > wide_target)
			wide_target = len;
		if ((len = strlen(m.entries[i].source)) > wide_source)
			wide_source = len;
	}
	if (json)
		printf("[");
	else if (n)
		printf("%-*s %-*s %-8s %-5s %7s %7s %8s %7s %7s  %s\n", wide_target, "TARGET", wide_source,
		       "SOURCE", "TYPE", "STATE", "PID", "UPTIME", "MEMORY", "PENDING", "CRASHES", "DRIVER");
	for (unsigned int i = 0; i < m.n; i++) {
		struct facts f;

		if (!meant[i])
			continue;
		fflush(stdout);
		find_out(&f, &m.entries[i]);
		if (json)
			print_json(&f, first);
		else
			print_line(&f, wide_target, wide_source);
		first = false;
	}
	if (json)
		printf("%s]\n", n ? "\n" : "");
	free(meant);
	mounts_free(&m);
	return where && !n ? EX_USAGE : EX_SUCCESS;
}

/* As dmesg(1) shows it. Names in it come from disks and other people. */
static void print_log_line(const struct rumpfs_log *log, const struct rumpfs_log_line *l)
{
	unsigned int len = l->len < sizeof(l->text) ? l->len : sizeof(l->text);

	printf("[%12.6f] ", l->us > log->began ? (l->us - log->began) / 1e6 : 0.0);
	for (const char *c = l->text; c < l->text + len; c++)
		putchar(((unsigned char)*c < ' ' && *c != '\t') || *c == 0x7f ? '?' : *c);
	putchar('\n');
}

/* The oldest may be overwritten while it is copied. */
static void print_log(const struct rumpfs_log *log)
{
	__u32 n = log->head < RUMPFS_LOG_LINES ? log->head : RUMPFS_LOG_LINES - 1;

	for (__u32 i = log->head - n; i != log->head; i++)
		print_log_line(log, &log->line[i % RUMPFS_LOG_LINES]);
}

int report_log(const char *where)
{
	const struct mount_entry *e = NULL;
	struct rumpfs_seen *seen;
	struct mounts m;
	bool *meant;
	int err;

	if (!mounts_read(&m)) {
		msg_error("/proc/self/mountinfo: %s", strerror(errno));
		return EX_SYSERR;
	}
	meant = xrealloc(NULL, m.n);
	choose(&m, where, meant);
	for (unsigned int i = 0; i < m.n; i++)
		if (meant[i])
			e = &m.entries[i];
	free(meant);
	if (!e) {
		msg_error("%s: no rumpfs is mounted there", where);
		mounts_free(&m);
		return EX_USAGE;
	}
	seen = xrealloc(NULL, sizeof(*seen));
	err = daemons_seen(e, seen);
	if (err)
		msg_error("%s: %s", e->target, err == ESRCH ? "its daemon is not to be found; see the system log" :
			  err == EPERM || err == EACCES ? "must be root to see its log" : strerror(err));
	else
		print_log(&seen->log);
	free(seen);
	mounts_free(&m);
	return err ? EX_FAIL : EX_SUCCESS;
}
