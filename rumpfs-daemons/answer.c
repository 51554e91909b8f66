/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Answers of the keeper: whether a caller is being killed, which groups it has, and what number a name has. They
 * tell no more than what every user of the host may ask, and are of use to nobody but the worker's own callers.
 */
#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include "answer.h"

#define PF_EXITING	4	/* of the flags in proc(5), stat */

/* proc(5): a file about the process, or thread, of which @data tells the number. */
static FILE *open_proc(const char *data, size_t len, const char *name)
{
	char path[40];
	uint32_t pid;

	if (len != sizeof(pid))
		return NULL;
	memcpy(&pid, data, sizeof(pid));
	snprintf(path, sizeof(path), "/proc/%u/%s", pid, name);
	return pid ? fopen(path, "re") : NULL;
}

/* It has ended by a signal, and what it had is being given up. The last number is what wait(2) will say of it. */
static bool ends_by_signal(const char *data, size_t len)
{
	FILE *f = open_proc(data, len, "stat");
	unsigned int flags = 0, status = 0;
	char line[1024], *p;

	if (!f)
		return false;
	if (fgets(line, sizeof(line), f) && (p = strrchr(line, ')')) &&
	    sscanf(p, ") %*c %*d %*d %*d %*d %*d %u", &flags) == 1 && (p = strrchr(p, ' ')))
		status = strtoul(p, NULL, 10);
	fclose(f);
	return flags & PF_EXITING && WIFSIGNALED(status);
}

/*
 * The kernel gives SIGKILL to every thread of a process that a signal is about to end, whichever it was
 * (unless it makes a core dump: then the process is not killed in Linux's own file systems either).
 */
static int64_t is_killed(const char *data, size_t len)
{
	FILE *f = open_proc(data, len, "status");
	unsigned long long pending, killed = 0;
	char line[256];

	if (!f)
		return -ENOENT;
	while (fgets(line, sizeof(line), f))
		if (sscanf(line, "SigPnd: %llx", &pending) == 1 || sscanf(line, "ShdPnd: %llx", &pending) == 1)
			killed |= pending & 1ull << (SIGKILL - 1);
	fclose(f);
	return killed || ends_by_signal(data, len);
}

/* The kernel keeps and shows them sorted: of too many, those with the lowest numbers, as its NFS client does. */
static int64_t groups(const char *data, size_t len, uint32_t *to)
{
	FILE *f = open_proc(data, len, "status");
	char *line = NULL, *p, *end;
	int64_t n = -ENOENT;
	size_t size = 0;

	if (!f)
		return -ENOENT;
	while (n < 0 && getline(&line, &size, f) > 0) {
		if (strncmp(line, "Groups:", 7))
			continue;
		for (n = 0, p = line + 7; n < CHAN_GROUPS_MAX; n++, p = end) {
			to[n] = strtoul(p, &end, 10);
			if (end == p)
				break;
		}
	}
	free(line);
	fclose(f);
	return n;
}

/* "name@domain": who shares an export shares its users, so the domain does not matter. */
static int64_t id_of_name(const char *data, size_t len)
{
	char name[256];
	struct passwd *pw;
	struct group *gr;

	if (len < 2 || len > sizeof(name) || memchr(data + 1, 0, len - 1))
		return -ENOENT;
	memcpy(name, data + 1, len - 1);
	name[len - 1] = 0;
	name[strcspn(name, "@")] = 0;
	if (data[0] == 'g') {
		gr = getgrnam(name);
		return gr ? (int64_t)gr->gr_gid : -ENOENT;
	}
	pw = getpwnam(name);
	return pw ? (int64_t)pw->pw_uid : -ENOENT;
}

void answer(enum chan_type type, const char *data, size_t len, struct chan_answer *a)
{
	switch (type) {
	case CHAN_KILLED:
		a->value = is_killed(data, len);
		break;
	case CHAN_ID:
		a->value = id_of_name(data, len);
		break;
	case CHAN_GROUPS:
		a->value = groups(data, len, a->groups);
		break;
	default:
		a->value = -EINVAL;
	}
}
