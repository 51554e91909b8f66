// SPDX-License-Identifier: GPL-2.0-only
/* statloop FILE COUNT: nanoseconds of a stat(2) of FILE, as the median of ten rounds. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>

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

int main(int argc, char **argv)
{
	double round[ROUNDS], start;
	struct stat st;
	int i, r, n;

	if (argc != 3 || (n = atoi(argv[2])) < 1)
		return 1;
	for (r = 0; r < ROUNDS; r++) {
		start = now_ns();
		for (i = 0; i < n; i++) {
			if (stat(argv[1], &st)) {
				perror(argv[1]);
				return 1;
			}
		}
		round[r] = (now_ns() - start) / n;
	}
	qsort(round, ROUNDS, sizeof(round[0]), by_value);
	printf("%.0f\n", round[ROUNDS / 2]);
	return 0;
}
