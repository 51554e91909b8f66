// SPDX-License-Identifier: GPL-2.0-only
/*
 * How a path becomes a file.
 */
#include "../prop.h"

PROPERTY(dot_and_dotdot, "", "POSIX 4.13 pathname resolution: dot is the directory, dot-dot its parent")
{
	OK(t_mkdir("d", 0755));
	EQ(inode("d/."), inode("d"));
	EQ(inode("d/.."), inode("."));
	EQ(inode("d/./../d/.."), inode("."));
	EQ(inode("../w"), inode("."));
}

PROPERTY(missing, "", "POSIX open, stat, unlink: ENOENT")
{
	struct stat st;

	FAILS(t_stat("no", &st), ENOENT);
	FAILS(t_open("no", O_RDONLY, 0), ENOENT);
	FAILS(t_open("no/f", O_CREAT | O_WRONLY, 0644), ENOENT);
	FAILS(t_unlink("no"), ENOENT);
	FAILS(t_rmdir("no"), ENOENT);
	FAILS(t_mkdir("no/d", 0755), ENOENT);
	FAILS(t_stat("", &st), ENOENT);
}

PROPERTY(file_is_no_directory, "", "POSIX 4.13: a component that is no directory is ENOTDIR")
{
	struct stat st;

	touch("f");
	FAILS(t_stat("f/x", &st), ENOTDIR);
	FAILS(t_stat("f/", &st), ENOTDIR);
	FAILS(t_stat("f/.", &st), ENOTDIR);
	FAILS(t_stat("f/..", &st), ENOTDIR);
	FAILS(t_open("f/x", O_CREAT | O_WRONLY, 0644), ENOTDIR);
	FAILS(t_open("f", O_RDONLY | O_DIRECTORY, 0), ENOTDIR);
	FAILS(t_rmdir("f"), ENOTDIR);
	FAILS(t_chdir("f"), ENOTDIR);
}

PROPERTY(made_after_missed, "", "POSIX open, unlink: a name is there from its creation to its removal")
{
	CHECK(!exists("f"));
	touch("f");
	CHECK(exists("f"));
	OK(t_unlink("f"));
	CHECK(!exists("f"));
	OK(t_mkdir("f", 0755));
	CHECK(exists("f"));
	OK(t_rmdir("f"));
	CHECK(!exists("f"));
}

PROPERTY(slashes, "", "POSIX 4.13: several slashes are one; after a directory's name they change nothing")
{
	struct stat st;

	OK(t_mkdir("d/", 0755));
	touch("d//f");
	EQ(inode("d///f"), inode("d/f"));
	OK(t_stat("d/", &st));
	OK(t_stat("d//.//", &st));
	FAILS(t_open("n/", O_CREAT | O_WRONLY, 0644), EISDIR);
	CHECK(!exists("n"));
	FAILS2(t_unlink("d/f/"), ENOTDIR, EISDIR);
	OK(t_unlink("d/f"));
	OK(t_rmdir("d/"));
}

static void name_of(char *name, unsigned int units, const char *c)
{
	*name = 0;
	while (units--)
		name = stpcpy(name, c);
}

PROPERTY(longest_name, "", "POSIX limits NAME_MAX: names up to it, not beyond (ENAMETOOLONG)")
{
	char name[300];

	name_of(name, fs.namemax, "n");
	touch(name);
	CHECK(exists(name) && listed(".", name));
	t_reopen();
	CHECK(exists(name) && listed(".", name));
	name[fs.namemax - 1] = 'm';
	CHECK(!exists(name));
	OK(t_mkdir(name, 0755));
	OK(t_rmdir(name));
	name_of(name, fs.namemax + 1, "n");
	FAILS(t_open(name, O_CREAT | O_WRONLY, 0644), ENAMETOOLONG);
	FAILS(t_mkdir(name, 0755), ENAMETOOLONG);
	FAILS(t_open(name, O_RDONLY, 0), ENAMETOOLONG);
}

PROPERTY(longest_name_utf16, "utf16", "The format counts UTF-16 units: a name of 255 is one, of more bytes too")
{
	char name[800];

	name_of(name, fs.namemax, "\xe6\x97\xa5");
	touch(name);
	t_reopen();
	CHECK(exists(name) && listed(".", name));
	OK(t_unlink(name));
	name_of(name, fs.namemax + 1, "\xc3\xbc");
	FAILS(t_open(name, O_CREAT | O_WRONLY, 0644), ENAMETOOLONG);
}

PROPERTY(longest_path, "", "Linux path_resolution(7): PATH_MAX is 4096 with the final NUL")
{
	char path[4200];
	unsigned int i;

	for (i = 0; i < 4094; i += 2)
		memcpy(path + i, "./", 2);
	strcpy(path + 4094, "f");
	touch(path);
	CHECK(exists("f") && exists(path));
	memcpy(path + 4094, "./f", 4);
	FAILS(t_open(path, O_RDONLY, 0), ENAMETOOLONG);
}

PROPERTY(deep_tree, "", "POSIX 4.13: no limit to the depth but that of the path's length")
{
	char path[128] = "";
	unsigned int i;

	t_trace(0);
	for (i = 0; i < 40; i++) {
		strcat(path, i ? "/d" : "d");
		OK(t_mkdir(path, 0755));
	}
	strcat(path, "/f");
	put(path, 100, 1);
	t_reopen();
	expect(path, 100, 1);
	OK(t_unlink(path));
	for (i = 0; i < 40; i++) {
		path[strlen(path) - 2] = 0;
		OK(t_rmdir(path));
	}
	EQ(entries("."), 0);
	t_trace(1);
}

PROPERTY(names_in_unicode, "unicode", "UTF-8 names come back as they were given")
{
	static const char *const names[] = { "\xc3\xa4\xc3\xb6\xc3\xbc", "\xe6\x97\xa5\xe6\x9c\xac",
					     "\xd0\xba\xd0\xbe\xd1\x82", "\xce\xb1\xce\xb2" };
	unsigned int i;

	for (i = 0; i < 4; i++)
		touch(names[i]);
	t_reopen();
	for (i = 0; i < 4; i++)
		CHECK(exists(names[i]) && listed(".", names[i]));
	EQ(entries("."), 4);
}

PROPERTY(names_beyond_the_bmp, "bmp+", "Unicode: characters above U+FFFF are two units of UTF-16")
{
	touch("\xf0\x9f\x98\x80.txt");
	t_reopen();
	CHECK(listed(".", "\xf0\x9f\x98\x80.txt") && exists("\xf0\x9f\x98\x80.txt"));
}

PROPERTY(names_of_any_bytes, "charset:bytes", "Linux path_resolution(7): all bytes but slash and NUL")
{
	char name[12];
	int i;

	t_trace(0);
	for (i = 1; i < 256; i++) {
		if (i == '/')
			continue;
		snprintf(name, sizeof(name), "b%c", i);
		OK(t_close(OK(t_open(name, O_CREAT | O_EXCL | O_WRONLY, 0644))));
	}
	t_trace(1);
	EQ(entries("."), 254);
	CHECK(listed(".", "b\xff") && listed(".", "b\n"));
}

PROPERTY(names_in_latin1, "charset:latin1", "ISO 8859-1: all characters but control characters (EINVAL)")
{
	char name[12];
	int i, n = 0;

	t_trace(0);
	for (i = 1; i < 256; i++) {
		if (i == '/')
			continue;
		snprintf(name, sizeof(name), "b%02x%c", i, i);
		if (i < 32 || (i >= 127 && i < 160) || strchr(fs.refuses, i)) {
			FAILS(t_open(name, O_CREAT | O_EXCL | O_WRONLY, 0644), EINVAL);
			continue;
		}
		OK(t_close(OK(t_open(name, O_CREAT | O_EXCL | O_WRONLY, 0644))));
		n++;
	}
	t_trace(1);
	t_reopen();
	EQ(entries("."), n);
	CHECK(listed(".", "bff\xff") && exists("be4\xe4") && !exists("be4\xe5"));
}

PROPERTY(names_in_utf8_only, "charset:utf8", "What is no UTF-8 is refused, not stored as something else")
{
	FAILS2(t_open("bad\xff\xfe", O_CREAT | O_WRONLY, 0644), EINVAL, EILSEQ);
	EQ(entries("."), 0);
}

PROPERTY(refused_characters, "refuses", "The format has no such names: EINVAL, and nothing is made")
{
	const char *c;
	char name[8];

	for (c = fs.refuses; *c; c++) {
		snprintf(name, sizeof(name), "a%cb", *c);
		FAILS(t_open(name, O_CREAT | O_WRONLY, 0644), EINVAL);
		FAILS(t_mkdir(name, 0755), EINVAL);
	}
	EQ(entries("."), 0);
}

PROPERTY(odd_names, "", "POSIX: spaces, leading dots and dashes are nothing special")
{
	static const char *const names[] = { "a b", ".hidden", "-f", "a.b.c", "~", "#1", "noext", "X.TXT" };
	unsigned int i;

	for (i = 0; i < 8; i++)
		put(names[i], 10 + i, i);
	t_reopen();
	EQ(entries("."), 8);
	for (i = 0; i < 8; i++)
		expect(names[i], 10 + i, i);
}

PROPERTY(case_sensitive, "case:sensitive", "POSIX 4.13: names match byte by byte")
{
	touch("Name");
	CHECK(!exists("name"));
	touch("name");
	CHECK(inode("name") != inode("Name"));
	EQ(entries("."), 2);
}

PROPERTY(case_preserving, "case:preserving", "Names match in any case and keep the one they were made with")
{
	CHECK(!exists("NAME"));
	put("Name", 10, 1);
	expect("nAME", 10, 1);
	CHECK(listed(".", "Name") && entries(".") == 1);
	FAILS(t_open("NAME", O_CREAT | O_EXCL | O_WRONLY, 0644), EEXIST);
	FAILS(t_mkdir("name", 0755), EEXIST);
	t_reopen();
	expect("NaMe", 10, 1);
	CHECK(listed(".", "Name"));
	OK(t_unlink("NAME"));
	CHECK(!exists("Name") && !exists("NAME"));
}

PROPERTY(case_renamed, "case:preserving", "POSIX rename: nothing happens where both names are the same file")
{
	put("name", 10, 1);
	OK(t_rename("name", "NAME"));
	EQ(entries("."), 1);
	expect("name", 10, 1);
	t_reopen();
	expect("NAME", 10, 1);
	EQ(entries("."), 1);
}

PROPERTY(bad_address, "", "Linux open(2), stat(2): EFAULT for a path outside the address space")
{
	struct stat st;

	FAILS(t_stat((char *)16, &st), EFAULT);
	FAILS(t_mkdir((char *)16, 0755), EFAULT);
	FAILS(t_stat(".", (struct stat *)16), EFAULT);
}
