// SPDX-License-Identifier: GPL-2.0-only
/*
 * boot LIBDIR [COMPONENT]: boot a rump kernel with the FAT driver, or another, and 64 MiB
 * once, then time the null call. Prints "boot_ms null_ns host_ns"; bench/run takes
 * medians. With a component it then waits for the end of its input, to be looked at.
 */
#include <stdio.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>
#include <librump.h>

#define CALLS		1000000
#define RUMP_GETPPID	173		/* of asm-generic's table */

static double now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1e9 + t.tv_nsec;
}

static void drop(void *ctx, int level, const char *text, size_t len)
{
}

int main(int argc, char **argv)
{
	struct rump_config cfg = { .component = "fat", .memsize = 64 << 20, .log = drop };
	double start, boot, null, host;
	char err[256];
	int i;

	if (argc < 2 || argc > 3) {
		fprintf(stderr, "usage: boot LIBDIR [COMPONENT]\n");
		return 1;
	}
	cfg.libdir = argv[1];
	if (argc == 3)
		cfg.component = argv[2];
	start = now_ns();
	if (rump_boot(&cfg, err, sizeof(err))) {
		fprintf(stderr, "boot: %s\n", err);
		return 1;
	}
	boot = now_ns() - start;

	rump_syscall(RUMP_GETPPID, 0, 0, 0, 0, 0, 0);	/* makes the proxy */
	start = now_ns();
	for (i = 0; i < CALLS; i++)
		rump_syscall(RUMP_GETPPID, 0, 0, 0, 0, 0, 0);
	null = (now_ns() - start) / CALLS;
	start = now_ns();
	for (i = 0; i < CALLS; i++)
		syscall(SYS_getppid);
	host = (now_ns() - start) / CALLS;
	printf("%.3f %.1f %.1f\n", boot / 1e6, null, host);
	if (argc == 3) {
		fflush(stdout);
		while (getchar() != EOF)
			;
	}
	return 0;
}
