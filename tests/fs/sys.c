// SPDX-License-Identifier: GPL-2.0-only
/*
 * System calls of properties, made where the file system is, and the trace of
 * them: a line a call with what must be the same in every way (syscalls.h).
 */
#include <librump.h>
#include <string.h>
#include "way.h"

enum what { RESULT, DONE, STAT };
#define CALL(name, what) [T_##name] = { #name, what },
static const struct {
	const char *name;
	enum what what;
} calls[] = {
#include "syscalls.h"
};

bool in_rump;
FILE *trace;
static __thread int untraced;
static __thread bool traced_thread;

void t_trace(int on)
{
	untraced += on ? -1 : 1;
}

void trace_this_thread(void)
{
	traced_thread = true;
}

static void note(enum t_call call, long result, int error, long stat_at)
{
	const struct stat *st = (const struct stat *)stat_at;

	if (result < 0) {
		fprintf(trace, "%s: %s\n", calls[call].name, strerrorname_np(error));
		return;
	}
	switch (calls[call].what) {
	case RESULT:
		fprintf(trace, "%s = %ld\n", calls[call].name, result);
		break;
	case DONE:
		fprintf(trace, "%s ok\n", calls[call].name);
		break;
	case STAT:
		fprintf(trace, "%s = %o nlink %lu uid %u gid %u", calls[call].name, st->st_mode,
			(unsigned long)st->st_nlink, st->st_uid, st->st_gid);
		if (S_ISDIR(st->st_mode))
			fprintf(trace, "\n");
		else
			fprintf(trace, " size %lld\n", (long long)st->st_size);
		break;
	}
}

long t_sys(enum t_call call, long a, long b, long c, long d, long e, long f)
{
	long result;
	int error;

	if (in_rump) {
		result = rump_syscall(rump_nr[call], a, b, c, d, e, f);
		error = result < 0 && result > -4096 ? -result : 0;
		result = error ? -1 : result;
	} else {
		result = syscall(host_nr[call], a, b, c, d, e, f);
		error = errno;
	}
	if (trace && traced_thread && !untraced)
		note(call, result, error, call == T_fstat ? b : c);
	if (result < 0)
		errno = error;
	return result;
}

void t_become(uid_t uid, gid_t gid, unsigned int ngroups, const gid_t *groups)
{
	if (!uid)		/* first, to be allowed the rest */
		OK(T(setresuid, -1, 0, -1));
	OK(T(setgroups, ngroups, groups));
	OK(T(setresgid, -1, gid, -1));
	if (uid)
		OK(T(setresuid, -1, uid, -1));
}
