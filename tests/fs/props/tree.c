// SPDX-License-Identifier: GPL-2.0-only
/*
 * What an image was made with (tree.py): for file systems that nothing can be
 * written to, everything else that they promise.
 */
#include "../prop.h"

PROPERTY(tree_contents, "ro tree", "The files have the bytes that mkfs was given")
{
	expect("file", 70001, 1);
	expect("small", 5, 2);
	EQ(size_of("empty"), 0);
	if (!can("flat"))
		expect("dir/sub/deep", 3000, 3);
}

PROPERTY(tree_names_flat, "ro tree flat", "The directory has the names that mkfs was given, once each")
{
	EQ(entries("."), 4);
	CHECK(listed(".", "small") && exists("small") && !exists("no"));
}

PROPERTY(tree_names, "ro tree dirs", "The directories have the names that mkfs was given, once each")
{
	char name[32];
	int i;

	EQ(entries("many"), 300);
	for (i = 0; i < 300; i += 13) {
		snprintf(name, sizeof(name), "many/n%03d", i);
		CHECK(exists(name));
	}
	CHECK(!exists("many/n300") && !exists("no"));
	EQ(entries("dir"), 1);
	EQ(inode("dir/sub/.."), inode("dir"));
	EQ(inode("dir/.."), inode("."));
}

PROPERTY(tree_sparse, "ro tree", "Gaps read as zeros")
{
	int fd = OK(t_open("sparse", O_RDONLY, 0));

	EQ(size_of("sparse"), 1000003);
	expect_zero(fd, 0, 1000000);
	OK(t_close(fd));
}

PROPERTY(tree_symlink, "ro tree symlinks", "Symbolic links have the text that mkfs was given")
{
	char buf[100];

	EQ(t_readlink("link", buf, sizeof(buf)), 12);
	CHECK(!memcmp(buf, "dir/sub/deep", 12));
	expect("link", 3000, 3);
}

PROPERTY(tree_modes, "ro tree modes", "Permissions are those that mkfs was given")
{
	EQ(mode_of("small"), 0640);
	if (!can("flat"))
		EQ(mode_of("dir"), 0750);
}

PROPERTY(tree_again, "ro tree", "Reading changes nothing: all of it once more after a remount")
{
	expect("file", 70001, 1);
	t_reopen();
	expect("file", 70001, 1);
	if (!can("flat"))
		EQ(entries("many"), 300);
}

PROPERTY(tree_random_reads, "ro tree", "POSIX pread: any range of a file")
{
	int fd = OK(t_open("file", O_RDONLY, 0)), i;
	unsigned int r = 1;

	for (i = 0; i < 200; i++) {
		r = r * 1103515245 + 12345;
		expect_at(fd, (r >> 8) % 60000, 1 + (r >> 4) % 10000, 1);
	}
	OK(t_close(fd));
}

PROPERTY(tree_statfs, "ro tree", "POSIX statvfs: a size, and nothing free to write to")
{
	struct statfs st;

	OK(t_statfs(".", &st));
	CHECK(st.f_blocks > 0 && st.f_bsize > 0);
}
