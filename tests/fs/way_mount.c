// SPDX-License-Identifier: GPL-2.0-only
/*
 * Mounted by mount(8): with rumpfs, or by the driver of the host's kernel on a
 * loop device. Properties call the host's kernel.
 */
#include <stdarg.h>
#include <sys/wait.h>
#include "way.h"

/* Its messages go where ours go. 0, or -1 and EIO. */
static int run(const char *program, ...)
{
	const char *argv[16] = { program };
	int n = 1, status;
	va_list ap;
	pid_t pid;

	va_start(ap, program);
	do {
		argv[n] = va_arg(ap, const char *);
		if (argv[n] && !*argv[n])
			continue;
	} while (argv[n++]);
	va_end(ap);
	fflush(NULL);
	pid = fork();
	if (!pid) {
		if (chdir("/"))
			_exit(126);
		execvp(program, (char **)argv);
		_exit(127);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		return -1;
	if (!WIFEXITED(status) || WEXITSTATUS(status)) {
		fprintf(stderr, "%s ended with %#x\n", program, status);
		errno = EIO;
		return -1;
	}
	return 0;
}

static void start(void)
{
	/* The runner made fs.dir. */
}

static int mount_with(const char *type, const char *more, bool readonly)
{
	char options[4096];

	snprintf(options, sizeof(options), "%s%s%s%s", readonly ? "ro" : "rw", more,
		 *fs.options ? "," : "", fs.options);
	return run("mount", "-t", type, "-o", options, fs.image, fs.dir, NULL);
}

static int mount_rumpfs(bool readonly)
{
	return mount_with(fs.type, "", readonly);
}

static int mount_host(bool readonly)
{
	return mount_with(fs.fstype, ",loop", readonly);
}

static int unmount(void)
{
	return run("umount", fs.dir, NULL);
}

static int remount(bool readonly)
{
	return run("mount", "-o", readonly ? "remount,ro" : "remount,rw", fs.dir, NULL);
}

/* What fsync() promised is in the image now, whatever becomes of the daemon. */
static void copy_image(int step)
{
	char copy[4096];

	snprintf(copy, sizeof(copy), "%s.%d", crash_out, step);
	OK(run("cp", "--sparse=always", fs.image, copy, NULL));
}

const struct way way_mount = { "mount", start, mount_rumpfs, unmount, remount, copy_image };
const struct way way_host = { "host", start, mount_host, unmount, remount, copy_image };
