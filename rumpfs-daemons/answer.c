/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Answers of the keeper: whether a caller is being killed, and what number a name has. They tell no more
 * than what every user of the host may ask, and are of use to nobody but the worker's own callers.
 */
#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include "answer.h"

/*
 * The kernel gives SIGKILL to every thread of a process that a signal is about to end, whichever it was
 * (unless it makes a core dump: then the process is not killed in Linux's own file systems either).
 */
static int64_t is_killed(const char *data, size_t len)
{
	unsigned long long pending, killed = 0;
	char path[40], line[256];
	uint32_t pid;
	FILE *f;

	if (len != sizeof(pid))
		return -EINVAL;
	memcpy(&pid, data, sizeof(pid));
	snprintf(path, sizeof(path), "/proc/%u/status", pid);
	f = pid ? fopen(path, "re") : NULL;
	if (!f)
		return -ENOENT;
	while (fgets(line, sizeof(line), f))
		if (sscanf(line, "SigPnd: %llx", &pending) == 1 || sscanf(line, "ShdPnd: %llx", &pending) == 1)
			killed |= pending & 1ull << (SIGKILL - 1);
	fclose(f);
	return killed != 0;
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

int64_t answer(enum chan_type type, const char *data, size_t len)
{
	switch (type) {
	case CHAN_KILLED:
		return is_killed(data, len);
	case CHAN_ID:
		return id_of_name(data, len);
	default:
		return -EINVAL;
	}
}
