// SPDX-License-Identifier: GPL-2.0-only
/*
 * The rump kernel in this process, as any library client has it: the file system
 * is mounted at /mnt of its own name space and used by system calls.
 *
 * What the driver complains of on the way is a failure, too: kernel warnings are
 * looked at in the end, but for those whose call trace has a function of warns=.
 */
#include <librump.h>
#include <sys/mount.h>
#include "way.h"

static char device[64];
static bool warned, in_trace, trace_known;

/* A line of a call trace: " FUNCTION+0x2a/0x4a". */
static bool is_known(const char *text, size_t len)
{
	const char *plus = memchr(text, '+', len), *p;
	size_t n;

	if (*text != ' ' || !plus)
		return false;
	for (p = fs.warns; p && *p; p += n + (p[n] == ',')) {
		n = strcspn(p, ",");
		if (n == (size_t)(plus - text - 1) && !memcmp(p, text + 1, n))
			return true;
	}
	return false;
}

static void log_line(void *ctx, int level, const char *text, size_t len)
{
	if (len >= 8 && !memcmp(text, "WARNING:", 8)) {
		warned |= in_trace;
		in_trace = true;
		trace_known = false;
	} else if (len >= 5 && !memcmp(text, "BUG: ", 5)) {
		warned = true;
	} else if (in_trace && is_known(text, len)) {
		trace_known = true;
	} else if (in_trace && len >= 14 && !memcmp(text, "---[ end trace", 14)) {
		in_trace = false;
		warned |= !trace_known;
		if (trace_known)
			fprintf(stderr, "a known warning\n");
	}
	if (level <= 4 || getenv("FS_VERBOSE"))
		fprintf(stderr, "<%d>%.*s\n", level, (int)len, text);
}

static long attach(void *arg)
{
	struct rump_disk_params p = { .name = "test", .fd = *(int *)arg, .readonly = fs.readonly };

	return rump_disk_attach(&p, device);
}

static void start(void)
{
	struct rump_config cfg = { .component = fs.component, .log = log_line };
	char err[256];
	static int fd;
	long r;

	fd = open(fs.image, fs.readonly ? O_RDONLY : O_RDWR);
	if (fd < 0)
		fail(__FILE__, __LINE__, "%s: %s", fs.image, strerror(errno));
	if (rump_boot(&cfg, err, sizeof(err)))
		fail(__FILE__, __LINE__, "boot: %s", err);
	in_rump = true;
	r = rump_call(attach, &fd);
	if (r)
		fail(__FILE__, __LINE__, "disk: %s", strerror(-r));
	fs.dir = "/mnt";
	OK(t_mkdir(fs.dir, 0755));
}

static void start_recorded(void)
{
	recorder_start(fs.image);
	start();
}

static int mount_fs(bool readonly)
{
	return T(mount, device, fs.dir, fs.fstype, MS_NOSUID | MS_NODEV | (readonly ? MS_RDONLY : 0),
		 fs.options);
}

static int unmount(void)
{
	int r = T(umount2, fs.dir, 0);

	if (!r && (warned || in_trace))
		fail(__FILE__, __LINE__, "the kernel warned, see above");
	return r;
}

static int remount(bool readonly)
{
	return T(mount, device, fs.dir, fs.fstype,
		 MS_REMOUNT | MS_NOSUID | MS_NODEV | (readonly ? MS_RDONLY : 0), fs.options);
}

static void nothing(int step)
{
}

const struct way way_rump = { "rump", start, mount_fs, unmount, remount, nothing };
const struct way way_crash = { "crash", start_recorded, mount_fs, unmount, remount, recorder_mark };
