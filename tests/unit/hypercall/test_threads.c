// SPDX-License-Identifier: GPL-2.0-only
/*
 * Library threads in a booted kernel: nobody spins beside a long call, clocks follow
 * the host's, threads come and go. RUMP_LIBDIR says where the component is.
 */
#include <dirent.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>
#include <cmocka.h>
#include <librump.h>

enum { NR_CLOCK_SETTIME = 112, NR_CLOCK_GETTIME = 113, NR_GETTIMEOFDAY = 169, NR_GETPPID = 173 };

static long sys(long nr, const void *a, const void *b)
{
	return rump_syscall(nr, (long)a, (long)b, 0, 0, 0, 0);
}

/* CPU time in ns of our thread of that name. */
static unsigned long long cpu_time(const char *name)
{
	DIR *d = opendir("/proc/self/task");
	unsigned long long ns = 0;
	struct dirent *e;
	char path[300], comm[32];
	FILE *f;

	while ((e = readdir(d))) {
		snprintf(path, sizeof(path), "/proc/self/task/%s/comm", e->d_name);
		f = fopen(path, "r");
		if (!f)
			continue;
		if (!fgets(comm, sizeof(comm), f))
			comm[0] = 0;
		fclose(f);
		comm[strcspn(comm, "\n")] = 0;
		if (strcmp(comm, name))
			continue;
		snprintf(path, sizeof(path), "/proc/self/task/%s/schedstat", e->d_name);
		f = fopen(path, "r");
		assert_non_null(f);
		assert_int_equal(fscanf(f, "%llu", &ns), 1);
		fclose(f);
	}
	closedir(d);
	return ns;
}

static unsigned int inside;		/* atomic */

/* Computes for 300 ms of its own CPU time, in the kernel. */
static long long_call(void *arg)
{
	struct timespec t;

	__atomic_store_n(&inside, 1, __ATOMIC_SEQ_CST);
	do
		clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	while (t.tv_sec == 0 && t.tv_nsec < 300000000);
	return 42;
}

static void *long_thread(void *arg)
{
	return (void *)rump_call(long_call, NULL);
}

static void *short_thread(void *arg)
{
	return (void *)sys(NR_GETPPID, NULL, NULL);
}

static void nobody_spins(void **state)
{
	unsigned long long before, after;
	pthread_t a, b;
	void *ret;

	pthread_create(&a, NULL, long_thread, NULL);
	while (!__atomic_load_n(&inside, __ATOMIC_SEQ_CST))
		usleep(100);
	before = cpu_time("rump/cpu0");
	/* Its request is an interrupt that nobody takes for a while. */
	pthread_create(&b, NULL, short_thread, NULL);
	pthread_join(a, &ret);
	assert_int_equal((long)ret, 42);
	after = cpu_time("rump/cpu0");
	pthread_join(b, &ret);
	assert_int_equal((long)ret, 1);
	print_message("cpu0 used %llu us beside a call of 300 ms\n", (after - before) / 1000);
	assert_true(after - before < 30000000);
}

/* More threads, one after the other, than there may be at once. */
static void threads_end(void **state)
{
	pthread_t id;
	void *ret;
	int i;

	for (i = 0; i < 2000; i++) {
		assert_int_equal(pthread_create(&id, NULL, short_thread, NULL), 0);
		pthread_join(id, &ret);
		assert_int_equal((long)ret, 1);
	}
}

static long follow(void *arg)
{
	rump_kernel_get()->wallclock_set(*(int *)arg);
	return 0;
}

static long difference(void)
{
	struct timespec rump, real;

	assert_int_equal(sys(NR_CLOCK_GETTIME, (void *)CLOCK_REALTIME, &rump), 0);
	clock_gettime(CLOCK_REALTIME, &real);
	return labs(real.tv_sec - rump.tv_sec);
}

static void wall_clock(void **state)
{
	struct timespec mono, past = { .tv_sec = 1000000000 };
	struct timezone tz = { 0 };
	struct timeval tv;
	int west = -90;

	assert_in_range(difference(), 0, 2);
	/* As if the host's had been set: the two differ. */
	assert_int_equal(sys(NR_CLOCK_GETTIME, (void *)CLOCK_MONOTONIC, &mono), 0);
	assert_int_equal(sys(NR_CLOCK_SETTIME, (void *)CLOCK_REALTIME, &past), 0);
	assert_true(difference() > 1000000);
	assert_int_equal(rump_call(follow, &west), 0);
	assert_in_range(difference(), 0, 2);
	assert_int_equal(sys(NR_GETTIMEOFDAY, &tv, &tz), 0);
	assert_int_equal(tz.tz_minuteswest, -90);
}

static int boot(void **state)
{
	struct rump_config cfg = { .component = "fat" };
	char err[256] = "";

	if (rump_boot(&cfg, err, sizeof(err))) {
		fprintf(stderr, "%s\n", err);
		return -1;
	}
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nobody_spins), cmocka_unit_test(threads_end), cmocka_unit_test(wall_clock),
	};

	return cmocka_run_group_tests_name("threads", tests, boot, NULL);
}
