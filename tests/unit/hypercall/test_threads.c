// SPDX-License-Identifier: GPL-2.0-only
/*
 * Library threads in a booted kernel: nobody spins beside a long call, clocks follow
 * the host's, threads come and go. RUMP_LIBDIR says where the component is.
 */
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

static unsigned long long cpu_time(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return t.tv_sec * 1000000000ull + t.tv_nsec;
}

static unsigned int inside;		/* atomic */

/* Computes for 300 ms, in the kernel, and says how long it really did: some thread does, maybe not the caller's. */
static long long_call(void *arg)
{
	unsigned long long start = cpu_time(CLOCK_THREAD_CPUTIME_ID), *used = arg;

	__atomic_store_n(&inside, 1, __ATOMIC_SEQ_CST);
	do
		*used = cpu_time(CLOCK_THREAD_CPUTIME_ID) - start;
	while (*used < 300000000);
	return 42;
}

static void *long_thread(void *arg)
{
	return (void *)rump_call(long_call, arg);
}

static void *short_thread(void *arg)
{
	return (void *)sys(NR_GETPPID, NULL, NULL);
}

static void nobody_spins(void **state)
{
	unsigned long long before, all, used;
	pthread_t a, b;
	void *ret;

	pthread_create(&a, NULL, long_thread, &used);
	while (!__atomic_load_n(&inside, __ATOMIC_SEQ_CST))
		usleep(100);
	before = cpu_time(CLOCK_PROCESS_CPUTIME_ID);
	/* Its request is an interrupt that nobody takes for a while. */
	pthread_create(&b, NULL, short_thread, NULL);
	pthread_join(a, &ret);
	assert_int_equal((long)ret, 42);
	all = cpu_time(CLOCK_PROCESS_CPUTIME_ID) - before;
	pthread_join(b, &ret);
	assert_int_equal((long)ret, 1);
	print_message("all threads used %llu us, the call %llu of them\n", all / 1000, used / 1000);
	assert_true(all < used + 30000000);
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
