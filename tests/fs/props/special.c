// SPDX-License-Identifier: GPL-2.0-only
/*
 * Special files, files without a name, file handles.
 */
#include <sys/sysmacros.h>
#include "../prop.h"

PROPERTY(special_files, "special", "POSIX mknod: type and device number are kept")
{
	static const struct { const char *name; mode_t mode; dev_t dev; } n[] = {
		{ "fifo", S_IFIFO | 0644, 0 }, { "socket", S_IFSOCK | 0600, 0 },
		{ "null", S_IFCHR | 0666, 0x103 }, { "disk", S_IFBLK | 0660, 0x801 },
	};
	struct stat st;
	int i;

	for (i = 0; i < 4; i++)
		OK(t_mknod(n[i].name, n[i].mode, n[i].dev));
	FAILS(t_mknod("fifo", S_IFIFO | 0644, 0), EEXIST);
	t_reopen();
	for (i = 0; i < 4; i++) {
		OK(t_lstat(n[i].name, &st));
		EQ(st.st_mode & S_IFMT, n[i].mode & S_IFMT);
		EQ(st.st_rdev, n[i].dev);
		EQ(st.st_size, 0);
	}
	EQ(entries("."), 4);
}

PROPERTY(large_device_numbers, "special devices32", "Linux mknod(2): majors of 12, minors of 20 bits")
{
	struct stat st;

	OK(t_mknod("c", S_IFCHR | 0600, makedev(259, 70000)));
	t_reopen();
	OK(t_lstat("c", &st));
	EQ(major(st.st_rdev), 259);
	EQ(minor(st.st_rdev), 70000);
}

PROPERTY(mknod_regular_file, "", "POSIX mknod: S_IFREG makes an empty file")
{
	OK(t_mknod("f", S_IFREG | 0644, 0));
	EQ(size_of("f"), 0);
	FAILS(t_mknod("f", S_IFREG | 0644, 0), EEXIST);
	FAILS(t_mknod("d", S_IFDIR | 0755, 0), EPERM);
}

PROPERTY(special_refused, "!special", "POSIX mknod: refused where the file system has no special files")
{
	FAILS2(t_mknod("fifo", S_IFIFO | 0644, 0), EPERM, EOPNOTSUPP);
	FAILS2(t_mknod("null", S_IFCHR | 0644, 0x103), EPERM, EOPNOTSUPP);
	EQ(entries("."), 0);
}

PROPERTY(device_of_user, "special owners modes", "POSIX mknod: EPERM for devices of unprivileged users, FIFOs are theirs")
{
	OK(t_chmod(".", 0777));
	t_become(1001, 1001, 0, NULL);
	FAILS(t_mknod("null", S_IFCHR | 0666, 0x103), EPERM);
	OK(t_mknod("fifo", S_IFIFO | 0644, 0));
	t_become(0, 0, 0, NULL);
}

static void fifo_end(void *arg)
{
	bool writes = *(bool *)arg;
	int fd = OK(t_open("fifo", writes ? O_WRONLY : O_RDONLY, 0));
	char buf[16];

	if (writes) {
		EQ(t_write(fd, "through", 7), 7);
	} else {
		EQ(t_read(fd, buf, sizeof(buf)), 7);
		EQ(t_read(fd, buf, sizeof(buf)), 0);
	}
	OK(t_close(fd));
}

PROPERTY(fifo_carries_data, "special loose", "POSIX mkfifo: what one end writes the other reads")
{
	bool ends[2] = { false, true };

	OK(t_mknod("fifo", S_IFIFO | 0644, 0));
	in_parallel(2, fifo_end, ends, sizeof(bool));
	EQ(size_of("fifo"), 0);
}

PROPERTY(nameless_file, "tmpfile", "Linux open(2), O_TMPFILE: no name until linkat gives one")
{
	int fd = OK(t_open(".", O_TMPFILE | O_RDWR, 0644));
	struct stat st;

	OK(t_write(fd, "hidden", 6));
	OK(t_fstat(fd, &st));
	EQ(st.st_nlink, 0);
	EQ(entries("."), 0);
	OK(t_close(fd));
	t_reopen();
	EQ(entries("."), 0);
}

PROPERTY(nameless_file_gets_name, "tmpfile links process", "Linux open(2), O_TMPFILE: linkat of /proc/self/fd/N")
{
	int fd = OK(t_open(".", O_TMPFILE | O_RDWR, 0644));
	char path[64];

	OK(t_write(fd, "hidden", 6));
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	OK(t_linkat(AT_FDCWD, path, "f", AT_SYMLINK_FOLLOW));
	OK(t_close(fd));
	t_reopen();
	EQ(size_of("f"), 6);
	EQ(nlinks("f"), 1);
	fd = OK(t_open(".", O_TMPFILE | O_EXCL | O_RDWR, 0644));
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	FAILS(t_linkat(AT_FDCWD, path, "g", AT_SYMLINK_FOLLOW), ENOENT);
	OK(t_close(fd));
}

PROPERTY(nameless_refused, "!tmpfile", "Linux open(2): EOPNOTSUPP where there are no nameless files")
{
	FAILS(t_open(".", O_TMPFILE | O_RDWR, 0644), EOPNOTSUPP);
	EQ(entries("."), 0);
}

struct handle {
	struct file_handle h;
	unsigned char room[128];	/* is h.f_handle */
};

static int handle_of(const char *path, struct handle *h)
{
	int id;

	h->h.handle_bytes = sizeof(h->room);
	return t_name_to_handle_at(AT_FDCWD, path, &h->h, &id, 0);
}

PROPERTY(handle_opens_file, "handles", "Linux open_by_handle_at(2): the file, whatever its name is by now")
{
	int root = OK(t_open(".", O_RDONLY, 0)), fd;
	struct handle h, d;

	put("f", 1000, 1);
	OK(t_mkdir("d", 0755));
	OK(handle_of("f", &h));
	OK(handle_of("d", &d));
	OK(t_rename("f", "d/g"));
	fd = OK(t_open_by_handle_at(root, &h.h, O_RDONLY));
	expect_at(fd, 0, 1000, 1);
	OK(t_close(fd));
	fd = OK(t_open_by_handle_at(root, &d.h, O_RDONLY | O_DIRECTORY));
	OK(t_close(OK(t_openat(fd, "g", O_RDONLY, 0))));
	OK(t_close(fd));
	OK(t_close(root));
}

PROPERTY(handle_outlives_mount, "handles library", "Linux open_by_handle_at(2): valid as long as the file exists")
{
	struct handle h;
	int root, fd;

	put("f", 1000, 1);
	OK(handle_of("f", &h));
	t_reopen();
	root = OK(t_open(".", O_RDONLY, 0));
	fd = OK(t_open_by_handle_at(root, &h.h, O_RDONLY));
	expect_at(fd, 0, 1000, 1);
	OK(t_close(fd));
	OK(t_close(root));
}

PROPERTY(handle_goes_stale, "handles", "Linux open_by_handle_at(2): ESTALE when the file is gone, also if its inode is used anew")
{
	int root = OK(t_open(".", O_RDONLY, 0));
	struct handle h;

	put("f", 1000, 1);
	OK(handle_of("f", &h));
	OK(t_unlink("f"));
	FAILS2(t_open_by_handle_at(root, &h.h, O_RDONLY), ESTALE, ENOENT);
	put("g", 1000, 2);
	FAILS2(t_open_by_handle_at(root, &h.h, O_RDONLY), ESTALE, ENOENT);
	OK(t_close(root));
}

PROPERTY(handle_of_nonsense, "handles loose", "Linux open_by_handle_at(2): ESTALE or EINVAL, whatever the bytes are")
{
	int root = OK(t_open(".", O_RDONLY, 0)), i, j;
	unsigned int r = 1;
	struct handle h;

	put("f", 1000, 1);
	OK(handle_of("f", &h));
	for (i = 0; i < 300; i++) {
		struct handle bad = h;

		for (j = 0; j < (i & 3) + 1; j++) {
			r = r * 1103515245 + 12345;
			bad.room[(r >> 16) % h.h.handle_bytes] ^= r >> 8;
		}
		if (i % 50 == 49)
			bad.h.handle_type = r >> 24;
		j = t_open_by_handle_at(root, &bad.h, O_RDONLY);
		if (j >= 0)
			OK(t_close(j));
		else
			CHECK(errno == ESTALE || errno == EINVAL || errno == ENOENT || errno == EIO ||
			      errno == EISDIR || errno == EACCES || errno == EPERM || errno == ELOOP);
	}
	h.h.handle_bytes = 0;
	FAILS(t_open_by_handle_at(root, &h.h, O_RDONLY), EINVAL);
	OK(t_close(root));
	expect("f", 1000, 1);
}

PROPERTY(handle_too_small, "handles", "Linux name_to_handle_at(2): EOVERFLOW tells the size that is needed")
{
	struct handle h = { .h.handle_bytes = 0 };
	int id;

	touch("f");
	FAILS(t_name_to_handle_at(AT_FDCWD, "f", &h.h, &id, 0), EOVERFLOW);
	CHECK(h.h.handle_bytes > 0 && h.h.handle_bytes <= sizeof(h.room));
	OK(t_name_to_handle_at(AT_FDCWD, "f", &h.h, &id, 0));
}
