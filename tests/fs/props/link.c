// SPDX-License-Identifier: GPL-2.0-only
/*
 * Links and symbolic links.
 */
#include "../prop.h"

PROPERTY(link_is_same_file, "links", "POSIX link: both names are the same file")
{
	int fd;

	put("a", 100, 1);
	OK(t_link("a", "b"));
	EQ(inode("a"), inode("b"));
	EQ(nlinks("a"), 2);
	fd = OK(t_open("b", O_WRONLY, 0));
	OK(t_pwrite(fd, "x", 1, 200));
	EQ(size_of("a"), 201);
	OK(t_close(fd));
	t_reopen();
	EQ(inode("a"), inode("b"));
	EQ(nlinks("b"), 2);
	OK(t_unlink("a"));
	EQ(nlinks("b"), 1);
	EQ(size_of("b"), 201);
}

PROPERTY(link_one_goes, "links", "POSIX unlink, rename: the names that a file has left are the file, at once, whichever went")
{
	put("a", 100, 1);
	OK(t_link("a", "b"));
	OK(t_link("b", "c"));
	OK(t_link("c", "d"));
	EQ(nlinks("a"), 4);
	OK(t_unlink("d"));		/* the one that was known last */
	EQ(nlinks("a"), 3);
	expect("a", 100, 1);
	put("f", 50, 2);
	OK(t_rename("f", "c"));
	OK(t_chmod("a", 0600));
	EQ(nlinks("b"), 2);
	OK(t_unlink("a"));
	OK(t_truncate("b", 10));
	expect("b", 10, 1);
	expect("c", 50, 2);
	OK(t_rename("b", "e"));
	EQ(nlinks("e"), 1);
	expect("e", 10, 1);
}

PROPERTY(link_open_by_both, "links", "POSIX link: a file that is open by one name can be opened by another, and is the same")
{
	char got[8];
	int a, b;

	put("a", 100, 1);
	OK(t_link("a", "b"));
	a = OK(t_open("a", O_RDWR, 0));
	EQ(t_pwrite(a, "one", 3, 0), 3);
	b = OK(t_open("b", O_RDWR, 0));
	EQ(t_pread(b, got, 3, 0), 3);
	CHECK(!memcmp(got, "one", 3));
	EQ(t_pwrite(b, "two", 3, 100), 3);
	EQ(t_pread(a, got, 3, 100), 3);
	CHECK(!memcmp(got, "two", 3));
	EQ(size_of("a"), 103);
	OK(t_close(OK(t_open("b", O_RDONLY, 0))));
	OK(t_unlink("a"));
	EQ(t_pwrite(a, "six", 3, 103), 3);
	EQ(t_pread(b, got, 3, 103), 3);
	CHECK(!memcmp(got, "six", 3));
	OK(t_close(a));
	OK(t_close(b));
	EQ(size_of("b"), 106);
}

PROPERTY(link_errors, "links", "POSIX link: EEXIST, ENOENT, and EPERM for directories")
{
	touch("f");
	touch("g");
	OK(t_mkdir("d", 0755));
	FAILS(t_link("f", "g"), EEXIST);
	FAILS(t_link("f", "d"), EEXIST);
	FAILS(t_link("no", "n"), ENOENT);
	FAILS(t_link("f", "no/n"), ENOENT);
	FAILS(t_link("d", "e"), EPERM);
	EQ(nlinks("f"), 1);
}

PROPERTY(link_refused, "!links", "POSIX link: EPERM where the file system has no links")
{
	touch("f");
	FAILS2(t_link("f", "g"), EPERM, EOPNOTSUPP);
	EQ(entries("."), 1);
}

PROPERTY(link_across_directories, "links", "POSIX link: names in several directories")
{
	OK(t_mkdir("d", 0755));
	put("d/a", 3000, 1);
	OK(t_link("d/a", "b"));
	OK(t_unlink("d/a"));
	OK(t_rmdir("d"));
	t_reopen();
	expect("b", 3000, 1);
}

PROPERTY(linkmax, "links linkmax library", "POSIX link: LINK_MAX names, then EMLINK")
{
	unsigned int i;
	char name[32];

	t_trace(0);
	touch("f");
	for (i = 1; i < fs.linkmax; i++) {
		/* In many directories: some drivers read one from its start for each name. */
		snprintf(name, sizeof(name), "d%u", i / 512);
		if (i == 1 || i % 512 == 0)
			OK(t_mkdir(name, 0755));
		snprintf(name, sizeof(name), "d%u/l%u", i / 512, i);
		OK(t_link("f", name));
	}
	EQ(nlinks("f"), fs.linkmax);
	FAILS(t_link("f", "more"), EMLINK);
	OK(t_unlink("d0/l1"));
	OK(t_link("f", "more"));
	/* Checkers take minutes for a file of so many names, or count them in 8 bits. */
	for (i = 2; i < fs.linkmax; i++) {
		snprintf(name, sizeof(name), "d%u/l%u", i / 512, i);
		OK(t_unlink(name));
	}
	EQ(nlinks("f"), 2);
	t_trace(1);
}

PROPERTY(link_of_open_unlinked, "links", "Linux open(2): what was unlinked has no way back")
{
	char path[64];
	int fd = OK(t_open("f", O_CREAT | O_RDWR, 0644));

	OK(t_unlink("f"));
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	FAILS(t_linkat(AT_FDCWD, path, "g", AT_SYMLINK_FOLLOW), ENOENT);
	OK(t_close(fd));
}

PROPERTY(symlink_is_kept, "symlinks", "POSIX symlink, readlink: the text, byte by byte, and its length as the size")
{
	static const int lengths[] = { 1, 14, 40, 59, 60, 61, 99, 254, 255, 256, 500 };
	char text[512], got[600], name[16];
	char c;
	unsigned int i;

	for (i = 0; i < sizeof(text); i++)	/* no longer than any name may be */
		text[i] = i % 100 == 99 ? '/' : 't';
	for (i = 0; i < 11; i++) {
		snprintf(name, sizeof(name), "l%d", lengths[i]);
		c = text[lengths[i]];
		text[lengths[i]] = 0;
		if (lengths[i] <= (int)fs.symlinkmax)
			OK(t_symlink(text, name));
		else
			FAILS(t_symlink(text, name), ENAMETOOLONG);
		text[lengths[i]] = c;
	}
	t_reopen();
	for (i = 0; i < 11 && lengths[i] <= (int)fs.symlinkmax; i++) {
		snprintf(name, sizeof(name), "l%d", lengths[i]);
		EQ(t_readlink(name, got, sizeof(got)), lengths[i]);
		CHECK(!memcmp(got, text, lengths[i]));
		EQ(size_of(name), lengths[i]);
	}
}

PROPERTY(symlink_limits, "symlinks", "Linux symlink(2): ENOENT for an empty text, ENAMETOOLONG for one too long")
{
	char text[4200], got[4];

	memset(text, 't', sizeof(text));
	text[4096] = 0;
	FAILS(t_symlink("", "l"), ENOENT);
	FAILS(t_symlink(text, "l"), ENAMETOOLONG);
	touch("f");
	FAILS(t_symlink("x", "f"), EEXIST);
	FAILS(t_readlink("f", got, 4), EINVAL);
	OK(t_symlink("abcdefgh", "l"));
	EQ(t_readlink("l", got, 4), 4);
	FAILS(t_readlink("l", got, 0), EINVAL);
}

PROPERTY(symlink_is_followed, "symlinks", "POSIX 4.13: a symbolic link stands for what it names")
{
	OK(t_mkdir("d", 0755));
	put("d/f", 100, 1);
	OK(t_symlink("d", "s"));
	OK(t_symlink("s/f", "t"));
	OK(t_symlink("../d/f", "d/u"));
	expect("s/f", 100, 1);
	expect("t", 100, 1);
	expect("s/u", 100, 1);
	EQ(inode("s/."), inode("d"));
	CHECK(inode("s") != inode("d"));
}

PROPERTY(symlink_to_root, "symlinks", "POSIX 4.13: a text that begins with a slash starts at the root")
{
	struct stat a, b;

	OK(t_symlink("/", "r"));
	t_trace(0);			/* each way has a root of its own */
	OK(t_stat("r", &a));
	OK(t_stat("/", &b));
	EQ(a.st_ino, b.st_ino);
	EQ(a.st_dev, b.st_dev);
	OK(t_stat("r/", &a));
	EQ(a.st_ino, b.st_ino);
}

PROPERTY(symlink_loops, "symlinks", "POSIX 4.13: ELOOP")
{
	struct stat st;

	OK(t_symlink("b", "a"));
	OK(t_symlink("a", "b"));
	OK(t_symlink("me/x", "me"));
	FAILS(t_stat("a", &st), ELOOP);
	FAILS(t_open("a", O_CREAT | O_WRONLY, 0644), ELOOP);
	FAILS(t_stat("me", &st), ELOOP);
	OK(t_lstat("a", &st));
}

PROPERTY(symlink_dangles, "symlinks", "POSIX open: O_CREAT makes what a link names, O_EXCL is EEXIST, O_NOFOLLOW ELOOP")
{
	OK(t_symlink("target", "l"));
	FAILS(t_open("l", O_RDONLY, 0), ENOENT);
	FAILS(t_open("l", O_CREAT | O_EXCL | O_WRONLY, 0644), EEXIST);
	FAILS(t_open("l", O_RDONLY | O_NOFOLLOW, 0), ELOOP);
	OK(t_close(OK(t_open("l", O_CREAT | O_WRONLY, 0644))));
	CHECK(exists("target"));
	OK(t_unlink("l"));
	CHECK(exists("target"));
}

PROPERTY(link_of_symlink, "symlinks links", "Linux link(2): of the link itself, unless AT_SYMLINK_FOLLOW")
{
	struct stat st;

	put("f", 100, 1);
	OK(t_symlink("f", "s"));
	OK(t_link("s", "t"));
	OK(t_lstat("t", &st));
	CHECK(S_ISLNK(st.st_mode));
	EQ(nlinks("s"), 2);
	OK(t_linkat(AT_FDCWD, "s", "g", AT_SYMLINK_FOLLOW));
	EQ(inode("g"), inode("f"));
}

PROPERTY(symlink_renamed, "symlinks", "POSIX rename: the link itself is renamed and replaced")
{
	put("f", 100, 1);
	OK(t_symlink("f", "s"));
	OK(t_rename("s", "t"));
	expect("t", 100, 1);
	put("g", 50, 2);
	OK(t_rename("g", "t"));
	expect("t", 50, 2);
	expect("f", 100, 1);
}

PROPERTY(symlink_refused, "!symlinks", "POSIX symlink: EPERM where the file system has none")
{
	FAILS2(t_symlink("f", "s"), EPERM, EOPNOTSUPP);
	EQ(entries("."), 0);
}
