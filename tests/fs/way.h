/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The ways to a file system, inside the test program: mount(8) with rumpfs, mount(8)
 * with the host's own driver, and the rump kernel in this process.
 */
#ifndef FS_WAY_H
#define FS_WAY_H

#include "prop.h"

struct way {
	const char *name;
	void (*start)(void);			/* once */
	int (*mount)(bool readonly);		/* to fs.dir; 0 or -1 and errno */
	int (*umount)(void);
	int (*remount)(bool readonly);
	void (*crash_point)(int step);
};
extern const struct way way_mount, way_host, way_rump, way_crash;

extern bool in_rump;			/* calls go to the rump kernel of this process */
extern FILE *trace;			/* NULL: none */
extern const char *crash_out;		/* where recordings go */
void trace_this_thread(void);

/* The recorder of crash.c: the image in memory, and its log. */
void recorder_start(const char *image);
void recorder_mark(int step);
void recorder_save(const char *path);

#endif
