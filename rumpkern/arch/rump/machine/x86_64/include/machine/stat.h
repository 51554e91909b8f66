/* SPDX-License-Identifier: GPL-2.0-only WITH Linux-syscall-note */
/*
 * Field for field what the host's libc calls struct stat on x86-64, so that a
 * host program can hand its own to the stat system calls.
 */
#define STAT_HAVE_NSEC 1
struct stat {
	unsigned long st_dev;
	unsigned long st_ino;
	unsigned long st_nlink;
	unsigned int st_mode;
	unsigned int st_uid;
	unsigned int st_gid;
	unsigned int __pad0;
	unsigned long st_rdev;
	long st_size;
	long st_blksize;
	long st_blocks;
	unsigned long st_atime;
	unsigned long st_atime_nsec;
	unsigned long st_mtime;
	unsigned long st_mtime_nsec;
	unsigned long st_ctime;
	unsigned long st_ctime_nsec;
	long __unused[3];
};
