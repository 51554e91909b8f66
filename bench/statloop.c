// SPDX-License-Identifier: GPL-2.0-only
/*
 * statloop FILE COUNT [CLIENTS]: nanoseconds of a stat(2) of FILE, as the median
 * of ten rounds of COUNT. With several clients, which call at the same
 * time, the time of a round is divided by the calls of all.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define ROUNDS	10

static double now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1e9 + t.tv_nsec;
}

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* 0, or 1 after saying why. */
static int calls(const char *file, int n)
{
	struct stat st;

	while (n--) {
		if (stat(file, &st)) {
			perror(file);
			return 1;
		}
	}
	return 0;
}

static int round_of(const char *file, int n, int clients)
{
	int status, failed = 0;

	if (clients == 1)
		return calls(file, n);
	for (int i = 0; i < clients; i++) {
		pid_t pid = fork();

		if (pid < 0)
			return 1;
		if (!pid)
			_exit(calls(file, n));
	}
	while (wait(&status) > 0)
		failed |= status;
	return failed;
}

int main(int argc, char **argv)
{
	double round[ROUNDS], start;
	int n, clients;

	if (argc < 3 || (n = atoi(argv[2])) < 1)
		return 1;
	clients = argc > 3 ? atoi(argv[3]) : 1;
	for (int r = 0; r < ROUNDS; r++) {
		start = now_ns();
		if (round_of(argv[1], n, clients))
			return 1;
		round[r] = (now_ns() - start) / n / clients;
	}
	qsort(round, ROUNDS, sizeof(round[0]), by_value);
	printf("%.0f\n", round[ROUNDS / 2]);
	return 0;
}
