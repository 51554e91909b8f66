/* SPDX-License-Identifier: GPL-2.0-only */
/* What the helpers say to the user, and with what code they exit. */
#ifndef RUMPFS_MESSAGE_H
#define RUMPFS_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>

/* Exit codes of mount(8). */
enum {
	EX_SUCCESS = 0,
	EX_USAGE = 1,		/* incorrect invocation or permissions */
	EX_SYSERR = 2,		/* system error: out of memory, cannot fork ... */
	EX_SOFTWARE = 4,	/* bug in the program */
	EX_USER = 8,		/* interrupted by the user */
	EX_FILEIO = 16,
	EX_FAIL = 32,		/* the mount failed */
};

/* The name in front of every message. */
void msg_init(const char *program);
void msg_set_verbose(bool on);
bool msg_is_verbose(void);

/* "PROGRAM: TEXT" on standard error, control characters made harmless. */
void msg_error(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void msg_warn(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
/* Only with -v, on standard output. */
void msg_verbose(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* Reasons are collected in buffers of this size by functions that only parse. */
#define REASON_SIZE 512

#endif
