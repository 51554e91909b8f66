// SPDX-License-Identifier: GPL-2.0-only
/*
 * Read-only mounts, and the change to and fro.
 */
#include "../prop.h"

static void refused(const char *file, const char *folder)
{
	FAILS(t_open("new", O_CREAT | O_WRONLY, 0644), EROFS);
	FAILS(t_open(file, O_WRONLY, 0), EROFS);
	FAILS(t_open(file, O_RDONLY | O_TRUNC, 0), EROFS);
	FAILS(t_truncate(file, 0), EROFS);
	FAILS(t_mkdir("folder", 0755), EROFS);
	FAILS(t_unlink(file), EROFS);
	FAILS(t_rmdir(folder), EROFS);
	FAILS(t_rename(file, "g"), EROFS);
	FAILS2(t_link(file, "g"), EROFS, EPERM);
	FAILS2(t_symlink("x", "g"), EROFS, EPERM);
	FAILS(t_chmod(file, 0600), EROFS);
	FAILS(t_chown(file, 1, 1), EROFS);
	FAILS(t_utimensat(file, NULL, 0), EROFS);
	FAILS2(t_setxattr(file, "user.a", "b", 1, 0), EROFS, EOPNOTSUPP);
	FAILS(t_access(file, W_OK), EROFS);
	OK(t_access(file, R_OK));
}

PROPERTY(read_only_mount, "", "Linux mount(2), MS_RDONLY: all reading works, all writing is EROFS")
{
	put("f", 10000, 1);
	OK(t_mkdir("d", 0755));
	t_reopen_ro();
	refused("f", "d");
	expect("f", 10000, 1);
	EQ(entries("."), 2);
	t_reopen();
	expect("f", 10000, 1);
	touch("g");
}

PROPERTY(remount_read_only, "", "Linux mount(2), MS_REMOUNT: read-only and back")
{
	put("f", 10000, 1);
	OK(t_mkdir("d", 0755));
	OK(t_remount(1));
	refused("f", "d");
	expect("f", 10000, 1);
	OK(t_remount(0));
	touch("g");
	OK(t_rmdir("d"));
	t_reopen();
	EQ(entries("."), 2);
	expect("f", 10000, 1);
}

PROPERTY(remount_with_writer, "", "Linux mount(2): EBUSY for read-only while a file is open for writing")
{
	int fd = OK(t_open("f", O_CREAT | O_WRONLY, 0644));

	CHECK(t_remount(1) < 0);
	EQ(t_write(fd, "x", 1), 1);
	OK(t_close(fd));
	OK(t_remount(1));
	FAILS(t_open("f", O_WRONLY, 0), EROFS);
	OK(t_remount(0));
}

PROPERTY(read_only_driver, "ro tree", "Linux mount(2): where nothing can be written all of it is EROFS")
{
	refused("file", "dir");
}
