// SPDX-License-Identifier: GPL-2.0-only
/*
 * rename(2): every case.
 */
#include "../prop.h"

PROPERTY(rename_file, "", "POSIX rename: the file has the new name and not the old one")
{
	put("a", 5000, 1);
	OK(t_rename("a", "b"));
	CHECK(!exists("a"));
	expect("b", 5000, 1);
	t_reopen();
	CHECK(!exists("a"));
	expect("b", 5000, 1);
}

PROPERTY(rename_over_file, "!busy", "POSIX rename: the target is replaced; who has it open keeps it")
{
	int fd;

	put("a", 5000, 1);
	put("b", 3000, 2);
	fd = OK(t_open("b", O_RDONLY, 0));
	OK(t_rename("a", "b"));
	expect("b", 5000, 1);
	expect_at(fd, 0, 3000, 2);
	OK(t_close(fd));
	EQ(entries("."), 1);
	t_reopen();
	expect("b", 5000, 1);
}

PROPERTY(rename_over_open_file_refused, "busy", "SMB: what is open is not replaced, and can be read; what was to replace it stays")
{
	int fd;

	put("a", 5000, 1);
	put("b", 3000, 2);
	fd = OK(t_open("b", O_RDONLY, 0));
	FAILS2(t_rename("a", "b"), EACCES, EBUSY);
	expect_at(fd, 0, 3000, 2);
	OK(t_close(fd));
	expect("a", 5000, 1);
	OK(t_rename("a", "b"));
	expect("b", 5000, 1);
	EQ(entries("."), 1);
}

PROPERTY(rename_to_itself, "", "POSIX rename: the same name does nothing")
{
	put("a", 100, 1);
	OK(t_mkdir("d", 0755));
	OK(t_rename("a", "a"));
	OK(t_rename("d", "./d"));
	expect("a", 100, 1);
	CHECK(exists("d"));
}

PROPERTY(rename_between_links, "links", "POSIX rename: two names of one file both stay")
{
	put("a", 100, 1);
	OK(t_link("a", "b"));
	OK(t_rename("a", "b"));
	CHECK(exists("a") && exists("b"));
	EQ(nlinks("a"), 2);
}

PROPERTY(rename_missing, "", "POSIX rename: ENOENT")
{
	touch("f");
	FAILS(t_rename("no", "f"), ENOENT);
	FAILS(t_rename("f", "no/f"), ENOENT);
	FAILS(t_rename("f", ""), ENOENT);
	FAILS(t_rename("f/x", "g"), ENOTDIR);
	CHECK(exists("f"));
}

PROPERTY(rename_file_over_directory, "", "POSIX rename: EISDIR")
{
	touch("f");
	OK(t_mkdir("d", 0755));
	FAILS(t_rename("f", "d"), EISDIR);
	CHECK(exists("f") && exists("d"));
}

PROPERTY(rename_directory_over_file, "", "POSIX rename: ENOTDIR")
{
	touch("f");
	OK(t_mkdir("d", 0755));
	FAILS(t_rename("d", "f"), ENOTDIR);
	CHECK(exists("f") && exists("d"));
}

PROPERTY(rename_over_empty_directory, "", "POSIX rename: an empty directory is replaced")
{
	OK(t_mkdir("a", 0755));
	touch("a/f");
	OK(t_mkdir("b", 0755));
	OK(t_rename("a", "b"));
	CHECK(!exists("a") && exists("b/f"));
	t_reopen();
	CHECK(!exists("a") && exists("b/f"));
}

PROPERTY(rename_over_full_directory, "", "POSIX rename: ENOTEMPTY")
{
	OK(t_mkdir("a", 0755));
	OK(t_mkdir("b", 0755));
	touch("b/f");
	FAILS2(t_rename("a", "b"), ENOTEMPTY, EEXIST);
	CHECK(exists("a") && exists("b/f"));
}

PROPERTY(rename_into_itself, "", "POSIX rename: EINVAL for a directory below itself")
{
	OK(t_mkdir("d", 0755));
	OK(t_mkdir("d/e", 0755));
	FAILS(t_rename("d", "d/x"), EINVAL);
	FAILS(t_rename("d", "d/e/x"), EINVAL);
	FAILS2(t_rename("d", "d/e"), EINVAL, ENOTEMPTY);
	FAILS2(t_rename("d/e", "d"), ENOTEMPTY, EEXIST);
	CHECK(exists("d/e"));
}

PROPERTY(rename_of_dots, "", "Linux rename(2): EBUSY or EINVAL for dot and dot-dot")
{
	OK(t_mkdir("d", 0755));
	FAILS2(t_rename(".", "x"), EBUSY, EINVAL);
	FAILS2(t_rename("d/..", "x"), EBUSY, EINVAL);
	FAILS2(t_rename("d", "."), EBUSY, EINVAL);
	FAILS2(t_rename("d", ".."), EBUSY, EINVAL);
}

PROPERTY(rename_across_directories, "", "POSIX rename: a moved directory's dot-dot is its new parent")
{
	OK(t_mkdir("a", 0755));
	OK(t_mkdir("b", 0755));
	OK(t_mkdir("a/s", 0755));
	put("a/s/f", 3000, 1);
	put("a/g", 2000, 2);
	OK(t_rename("a/s", "b/t"));
	OK(t_rename("a/g", "b/g"));
	EQ(inode("b/t/.."), inode("b"));
	EQ(entries("a"), 0);
	t_reopen();
	EQ(inode("b/t/.."), inode("b"));
	expect("b/t/f", 3000, 1);
	expect("b/g", 2000, 2);
	EQ(entries("a"), 0);
}

PROPERTY(rename_of_a_tree, "", "POSIX rename: what lies below moves with it")
{
	OK(t_mkdir("a", 0755));
	OK(t_mkdir("a/b", 0755));
	OK(t_mkdir("a/b/c", 0755));
	put("a/b/c/f", 100, 1);
	OK(t_rename("a", "z"));
	expect("z/b/c/f", 100, 1);
	FAILS(t_open("a/b/c/f", O_RDONLY, 0), ENOENT);
	OK(t_rename("z/b", "b"));
	expect("b/c/f", 100, 1);
}

PROPERTY(rename_with_slashes, "", "POSIX rename: a slash after the name is for directories")
{
	touch("f");
	OK(t_mkdir("d", 0755));
	FAILS(t_rename("f", "g/"), ENOTDIR);
	FAILS(t_rename("f/", "g"), ENOTDIR);
	OK(t_rename("d/", "e/"));
	CHECK(exists("e") && exists("f"));
}

PROPERTY(rename_keeps_open_file, "", "POSIX rename: an open file is the same under its new name")
{
	int fd = OK(t_open("a", O_CREAT | O_RDWR, 0644));
	char buf[64];

	OK(t_write(fd, "one", 3));
	OK(t_rename("a", "b"));
	OK(t_write(fd, "two", 3));
	OK(t_close(fd));
	fd = OK(t_open("b", O_RDONLY, 0));
	EQ(t_read(fd, buf, sizeof(buf)), 6);
	CHECK(!memcmp(buf, "onetwo", 6));
	OK(t_close(fd));
}

PROPERTY(rename_longer_and_shorter, "", "POSIX rename: names of other lengths")
{
	char name[300] = "s";
	unsigned int i;

	put("s", 100, 1);
	for (i = 1; i < fs.namemax; i = i * 3 + 1) {
		char longer[300];

		memset(longer, 'l', i);
		longer[i] = 0;
		OK(t_rename(name, longer));
		strcpy(name, longer);
	}
	OK(t_rename(name, "s"));
	EQ(entries("."), 1);
	expect("s", 100, 1);
}

PROPERTY(rename_noreplace, "noreplace", "Linux renameat2(2): RENAME_NOREPLACE is EEXIST where the target exists")
{
	put("a", 100, 1);
	put("b", 200, 2);
	FAILS(t_rename2("a", "b", RENAME_NOREPLACE_), EEXIST);
	expect("b", 200, 2);
	OK(t_rename2("a", "c", RENAME_NOREPLACE_));
	expect("c", 100, 1);
	CHECK(!exists("a"));
}

PROPERTY(rename_exchange, "exchange", "Linux renameat2(2): RENAME_EXCHANGE swaps, whatever the two are")
{
	put("a", 100, 1);
	OK(t_mkdir("s", 0755));
	OK(t_mkdir("s/d", 0755));
	put("s/d/f", 200, 2);
	OK(t_rename2("a", "s/d", RENAME_EXCHANGE_));
	expect("s/d", 100, 1);
	expect("a/f", 200, 2);
	EQ(inode("a/.."), inode("."));
	FAILS(t_rename2("a", "no", RENAME_EXCHANGE_), ENOENT);
	t_reopen();
	expect("s/d", 100, 1);
	expect("a/f", 200, 2);
}

PROPERTY(rename_flags_refused, "!exchange", "Linux renameat2(2): EINVAL where the file system has no such rename")
{
	touch("a");
	touch("b");
	FAILS(t_rename2("a", "b", RENAME_EXCHANGE_), EINVAL);
	FAILS(t_rename2("a", "b", 1 << 10), EINVAL);
	CHECK(exists("a") && exists("b"));
}

PROPERTY(rename_whiteout, "whiteout special", "Linux renameat2(2): RENAME_WHITEOUT leaves a device 0/0")
{
	struct stat st;

	put("a", 100, 1);
	OK(t_rename2("a", "b", RENAME_WHITEOUT_));
	expect("b", 100, 1);
	OK(t_lstat("a", &st));
	CHECK(S_ISCHR(st.st_mode) && st.st_rdev == 0);
}

static void to_and_fro(void *arg)
{
	const char *const *name = arg;
	int i;

	for (i = 0; i < 150; i++)
		if (t_rename(name[0], name[1]))
			CHECK(errno == ENOENT);
}

PROPERTY(rename_race, "loose", "POSIX rename: atomic; of two that race one wins and nothing is lost")
{
	static const char *const names[4][2] = { { "a", "b" }, { "b", "a" }, { "a", "c" }, { "c", "a" } };

	put("a", 1000, 1);
	in_parallel(4, to_and_fro, (void *)names, sizeof(names[0]));
	EQ(entries("."), 1);
	expect(exists("a") ? "a" : exists("b") ? "b" : "c", 1000, 1);
}

static void one_into_other(void *arg)
{
	const char *const *name = arg;
	char inside[16];
	int i;

	snprintf(inside, sizeof(inside), "%s/x", name[1]);
	for (i = 0; i < 100; i++) {
		if (!t_rename(name[0], inside))
			OK(t_rename(inside, name[0]));
		else
			CHECK(errno == EINVAL || errno == ENOENT || errno == ELOOP);
	}
}

PROPERTY(rename_cycles, "loose", "POSIX rename: two directories never end up in each other")
{
	static const char *const names[2][2] = { { "d", "e" }, { "e", "d" } };

	OK(t_mkdir("d", 0755));
	OK(t_mkdir("e", 0755));
	in_parallel(2, one_into_other, (void *)names, sizeof(names[0]));
	OK(t_rmdir("d"));
	OK(t_rmdir("e"));
	EQ(entries("."), 0);
}

static bool over;

static void reader(void)
{
	char buf[16];
	int fd;

	while (!__atomic_load_n(&over, __ATOMIC_ACQUIRE)) {
		fd = OK(t_open("conf", O_RDONLY, 0));
		EQ(t_read(fd, buf, sizeof(buf)), 8);
		OK(t_close(fd));
	}
}

static void writer(void)
{
	int i, fd;

	for (i = 0; i < 60; i++) {
		fd = OK(t_open("new", O_CREAT | O_TRUNC | O_WRONLY, 0644));
		EQ(t_write(fd, "contents", 8), 8);
		OK(t_close(fd));
		OK(t_rename("new", "conf"));
	}
	__atomic_store_n(&over, true, __ATOMIC_RELEASE);
}

static void either(void *arg)
{
	(*(void (**)(void))arg)();
}

PROPERTY(rename_replaces_atomically, "loose !busy", "POSIX rename: the target exists all the time, old or new")
{
	void (*fn[2])(void) = { reader, writer };

	OK(t_close(OK(t_open("conf", O_CREAT | O_WRONLY, 0644))));
	put("conf", 8, 1);
	in_parallel(2, either, fn, sizeof(fn[0]));
	EQ(entries("."), 1);
}
