// SPDX-License-Identifier: GPL-2.0-only
/*
 * Directories.
 */
#include <dirent.h>
#include "../prop.h"

PROPERTY(mkdir_rmdir, "", "POSIX mkdir, rmdir: a directory is empty when made and gone when removed")
{
	OK(t_mkdir("d", 0755));
	CHECK(S_ISDIR(({ struct stat st; OK(t_stat("d", &st)); st.st_mode; })));
	EQ(entries("d"), 0);
	OK(t_rmdir("d"));
	EQ(entries("."), 0);
}

PROPERTY(mkdir_exists, "", "POSIX mkdir: EEXIST, whatever has the name")
{
	OK(t_mkdir("d", 0755));
	touch("f");
	FAILS(t_mkdir("d", 0755), EEXIST);
	FAILS(t_mkdir("f", 0755), EEXIST);
	FAILS(t_mkdir(".", 0755), EEXIST);
	FAILS(t_mkdir("d/..", 0755), EEXIST);
}

PROPERTY(rmdir_not_empty, "", "POSIX rmdir: ENOTEMPTY, and everything stays")
{
	OK(t_mkdir("d", 0755));
	touch("d/f");
	FAILS2(t_rmdir("d"), ENOTEMPTY, EEXIST);
	CHECK(exists("d/f"));
	OK(t_unlink("d/f"));
	OK(t_rmdir("d"));
}

PROPERTY(rmdir_of_dots, "", "POSIX rmdir: EINVAL for dot, ENOTEMPTY for dot-dot")
{
	OK(t_mkdir("d", 0755));
	FAILS(t_rmdir("d/."), EINVAL);
	FAILS2(t_rmdir("d/.."), ENOTEMPTY, EEXIST);
	CHECK(exists("d"));
}

PROPERTY(unlink_of_directory, "", "Linux unlink(2): EISDIR")
{
	OK(t_mkdir("d", 0755));
	FAILS(t_unlink("d"), EISDIR);
	CHECK(exists("d"));
}

PROPERTY(mount_point_stays, "", "POSIX rmdir, rename: EBUSY for the root of a file system")
{
	FAILS2(t_rmdir(fs.dir), EBUSY, ENOTEMPTY);
	FAILS2(t_rename(fs.dir, "d"), EBUSY, EXDEV);
}

PROPERTY(directory_is_no_file, "", "POSIX open, read, write: EISDIR")
{
	char c;
	int fd;

	OK(t_mkdir("d", 0755));
	FAILS(t_open("d", O_WRONLY, 0), EISDIR);
	FAILS(t_open("d", O_RDWR, 0), EISDIR);
	FAILS(t_open("d", O_CREAT | O_RDONLY, 0644), EISDIR);
	FAILS(t_truncate("d", 0), EISDIR);
	fd = OK(t_open("d", O_RDONLY, 0));
	FAILS(t_read(fd, &c, 1), EISDIR);
	FAILS(t_write(fd, &c, 1), EBADF);
	OK(t_close(fd));
}

PROPERTY(many_directories, "", "POSIX mkdir: hundreds of directories, as far as links go")
{
	/* Each has a link to its parent, which has two already. */
	int n = fs.linkmax > 1 && fs.linkmax < 202 ? (fs.linkmax - 2) & ~1 : 200, i;
	char name[32];

	t_trace(0);
	for (i = 0; i < n; i++) {
		snprintf(name, sizeof(name), "dir%d", i);
		OK(t_mkdir(name, 0755));
	}
	EQ(entries("."), n);
	for (i = 0; i < n; i += 2) {
		snprintf(name, sizeof(name), "dir%d", i);
		OK(t_rmdir(name));
	}
	t_reopen();
	EQ(entries("."), n / 2);
	CHECK(exists("dir1") && !exists("dir2"));
	t_trace(1);
}

PROPERTY(links_of_directories, "dirlinks", "Linux inode(7): a directory has a link from each subdirectory")
{
	EQ(nlinks("."), 2);
	OK(t_mkdir("a", 0755));
	OK(t_mkdir("b", 0755));
	EQ(nlinks("."), 4);
	EQ(nlinks("a"), 2);
	OK(t_rename("a", "b/a"));
	EQ(nlinks("."), 3);
	EQ(nlinks("b"), 3);
	OK(t_rmdir("b/a"));
	OK(t_rmdir("b"));
	EQ(nlinks("."), 2);
}

PROPERTY(removed_folder_in_use, "", "POSIX rmdir: a removed directory that is open is empty and takes nothing")
{
	char buf[1024], cwd[4096];
	int home = OK(t_open(".", O_RDONLY, 0));
	struct stat st;
	long n;

	OK(t_mkdir("d", 0755));
	OK(t_chdir("d"));
	OK(t_rmdir("../d"));
	FAILS(t_open("f", O_CREAT | O_WRONLY, 0644), ENOENT);
	FAILS(t_mkdir("s", 0755), ENOENT);
	FAILS(t_getcwd(cwd, sizeof(cwd)), ENOENT);
	OK(t_stat(".", &st));
	n = t_open(".", O_RDONLY, 0);
	if (n >= 0) {
		long got = t_getdents(n, buf, sizeof(buf));

		CHECK(got < 0 ? errno == ENOENT : got <= 48);
		OK(t_close(n));
	}
	OK(t_fchdir(home));
	OK(t_close(home));
	EQ(entries("."), 0);
}

PROPERTY(relative_to_open_folder, "", "POSIX openat: paths relative to a directory that was renamed meanwhile")
{
	int fd;

	OK(t_mkdir("d", 0755));
	fd = OK(t_open("d", O_RDONLY | O_DIRECTORY, 0));
	OK(t_rename("d", "e"));
	OK(t_close(OK(t_openat(fd, "f", O_CREAT | O_WRONLY, 0644))));
	OK(t_mkdirat(fd, "s", 0755));
	CHECK(exists("e/f") && exists("e/s"));
	OK(t_unlinkat(fd, "f", 0));
	OK(t_unlinkat(fd, "s", AT_REMOVEDIR));
	OK(t_close(fd));
	EQ(entries("e"), 0);
}

PROPERTY(dots_are_listed, "", "POSIX readdir: dot and dot-dot, once each, where they exist")
{
	int fd = OK(t_open(".", O_RDONLY, 0)), dots = 0, dotdots = 0;
	struct t_dirent *d;
	char buf[4096];
	long n, off;

	while ((n = OK(t_getdents(fd, buf, sizeof(buf)))))
		for (off = 0; off < n; off += d->reclen) {
			d = (struct t_dirent *)(buf + off);
			dots += !strcmp(d->name, ".");
			dotdots += !strcmp(d->name, "..");
		}
	OK(t_close(fd));
	EQ(dots, 1);
	EQ(dotdots, 1);
}

PROPERTY(types_are_listed, "", "Linux readdir(3): d_type is the type or DT_UNKNOWN")
{
	struct t_dirent *d;
	char buf[4096];
	long n, off;
	int fd;

	touch("f");
	OK(t_mkdir("d", 0755));
	fd = OK(t_open(".", O_RDONLY, 0));
	while ((n = OK(t_getdents(fd, buf, sizeof(buf)))))
		for (off = 0; off < n; off += d->reclen) {
			d = (struct t_dirent *)(buf + off);
			CHECK(d->type == DT_UNKNOWN || d->type == (*d->name == 'f' ? DT_REG : DT_DIR));
		}
	OK(t_close(fd));
}

PROPERTY(inodes_are_listed, "stableino", "POSIX readdir: d_ino is the file's serial number")
{
	struct t_dirent *d;
	char buf[4096];
	long n, off;
	int fd;

	touch("f");
	OK(t_mkdir("d", 0755));
	t_reopen();
	fd = OK(t_open(".", O_RDONLY, 0));
	while ((n = OK(t_getdents(fd, buf, sizeof(buf)))))
		for (off = 0; off < n; off += d->reclen) {
			d = (struct t_dirent *)(buf + off);
			EQ(d->ino, inode(d->name));
		}
	OK(t_close(fd));
}
