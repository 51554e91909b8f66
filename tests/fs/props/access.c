// SPDX-License-Identifier: GPL-2.0-only
/*
 * Who may do what.
 */
#include "../prop.h"

#define ALICE	1001
#define BOB	1002
#define FRIENDS	2001

static void as_alice(void (*fn)(void))
{
	t_become(ALICE, ALICE, 0, NULL);
	fn();
	t_become(0, 0, 0, NULL);
}

PROPERTY(mode_is_kept, "modes", "POSIX chmod: all twelve bits")
{
	static const mode_t modes[] = { 0, 0400, 0222, 0111, 0644, 0777, 01777, 02755, 04711, 07777 };
	char name[16];
	int i;

	for (i = 0; i < 10; i++) {
		snprintf(name, sizeof(name), "f%d", i);
		touch(name);
		OK(t_chmod(name, modes[i]));
		snprintf(name, sizeof(name), "d%d", i);
		OK(t_mkdir(name, 0755));
		OK(t_chmod(name, modes[i]));
	}
	t_reopen();
	for (i = 0; i < 10; i++) {
		snprintf(name, sizeof(name), "f%d", i);
		EQ(mode_of(name), modes[i]);
		*name = 'd';
		EQ(mode_of(name), modes[i]);
	}
}

PROPERTY(umask_counts, "modes", "POSIX open, mkdir: the mode without the bits of the umask")
{
	t_umask(027);
	OK(t_close(OK(t_open("f", O_CREAT | O_WRONLY, 0666))));
	OK(t_mkdir("d", 0777));
	t_umask(0);
	OK(t_close(OK(t_open("g", O_CREAT | O_WRONLY, 0666))));
	t_umask(022);
	EQ(mode_of("f"), 0640);
	EQ(mode_of("d"), 0750);
	EQ(mode_of("g"), 0666);
}

PROPERTY(owner_is_kept, "owners", "POSIX chown: user and group, -1 for neither")
{
	struct stat st;

	touch("f");
	OK(t_chown("f", ALICE, FRIENDS));
	OK(t_chown("f", -1, -1));
	t_reopen();
	OK(t_stat("f", &st));
	EQ(st.st_uid, ALICE);
	EQ(st.st_gid, FRIENDS);
	OK(t_chown("f", -1, 7));
	OK(t_stat("f", &st));
	EQ(st.st_uid, ALICE);
	EQ(st.st_gid, 7);
}

PROPERTY(owners_of_16_bits_and_more, "owners ids32", "Linux: user and group numbers of 32 bits")
{
	struct stat st;

	touch("f");
	OK(t_chown("f", 100000, 4000000));
	t_reopen();
	OK(t_stat("f", &st));
	EQ(st.st_uid, 100000);
	EQ(st.st_gid, 4000000);
}

PROPERTY(owner_of_new_file, "owners modes", "POSIX open, mkdir: the maker's user and group")
{
	struct stat st;

	OK(t_chmod(".", 0777));
	t_become(ALICE, FRIENDS, 0, NULL);
	touch("f");
	OK(t_mkdir("d", 0755));
	t_become(0, 0, 0, NULL);
	OK(t_stat("f", &st));
	EQ(st.st_uid, ALICE);
	EQ(st.st_gid, FRIENDS);
	OK(t_stat("d", &st));
	EQ(st.st_uid, ALICE);
	EQ(st.st_gid, FRIENDS);
}

PROPERTY(owner_refused, "!owners", "POSIX chown: EPERM where the file system knows no owners")
{
	touch("f");
	FAILS(t_chown("f", ALICE, -1), EPERM);
	OK(t_chown("f", 0, 0));
}

static void reads_only(void)
{
	FAILS(t_open("f", O_WRONLY, 0), EACCES);
	FAILS(t_truncate("f", 0), EACCES);
	OK(t_close(OK(t_open("f", O_RDONLY, 0))));
	FAILS(t_open("secret", O_RDONLY, 0), EACCES);
	FAILS(t_chmod("f", 0777), EPERM);
	FAILS(t_chown("f", ALICE, -1), EPERM);
	FAILS(t_utimensat("f", NULL, 0), EACCES);
	FAILS(t_unlink("f"), EACCES);
	FAILS(t_mkdir("d", 0755), EACCES);
	FAILS(t_rename("f", "g"), EACCES);
}

PROPERTY(others_read_only, "owners modes", "POSIX file access permissions: of others")
{
	put("f", 10, 1);
	put("secret", 10, 1);
	OK(t_chmod("secret", 0640));
	as_alice(reads_only);
	expect("f", 10, 1);
}

static void asks(void)
{
	/* access(2) is about the real user. */
	OK(T(setgroups, 0, NULL));
	OK(T(setresgid, ALICE, -1, -1));
	OK(T(setresuid, ALICE, -1, -1));
	OK(t_access("secret", F_OK));
	FAILS(t_access("secret", R_OK), EACCES);
	OK(t_access("f", R_OK));
	FAILS(t_access("f", R_OK | W_OK), EACCES);
	FAILS(t_access("f", X_OK), EACCES);
	OK(t_access("tool", R_OK | X_OK));
	OK(t_access("shut", F_OK));
	FAILS(t_access("shut/f", F_OK), EACCES);
	FAILS(t_access("no", R_OK), ENOENT);
	OK(T(setresuid, 0, -1, -1));
	OK(T(setresgid, 0, -1, -1));
}

PROPERTY(access_asks, "owners modes", "POSIX access: what the caller may do; root all, but run what nobody may run")
{
	put("f", 10, 1);
	put("secret", 10, 1);
	put("tool", 10, 1);
	OK(t_chmod("secret", 0640));
	OK(t_chmod("tool", 0755));
	OK(t_mkdir("shut", 0700));
	touch("shut/f");
	asks();
	OK(t_access("secret", R_OK | W_OK));
	OK(t_access("shut/f", R_OK));
	FAILS(t_access("f", X_OK), EACCES);
	OK(t_access("tool", X_OK));
}

static void sets_times(void)
{
	struct timespec ts[2] = { { 1000000000 }, { 1000000000 } };

	OK(t_utimensat("f", NULL, 0));
	FAILS(t_utimensat("f", ts, 0), EPERM);
	FAILS(t_utimensat("shut", NULL, 0), EACCES);
}

PROPERTY(times_of_others, "owners modes", "POSIX utimensat: who may write may set the time to now, to others only the owner")
{
	touch("f");
	touch("shut");
	OK(t_chmod("f", 0666));
	as_alice(sets_times);
}

static void owns(void)
{
	FAILS(t_open("f", O_RDONLY, 0), EACCES);
	OK(t_chmod("f", 0600));
	OK(t_close(OK(t_open("f", O_RDWR, 0))));
	OK(t_utimensat("f", NULL, 0));
	FAILS(t_chown("f", BOB, -1), EPERM);
	FAILS(t_chown("f", -1, FRIENDS), EPERM);
	OK(t_chown("f", ALICE, ALICE));
}

PROPERTY(owner_has_own_bits, "owners modes", "POSIX file access permissions: the owner's bits count alone; chown is root's")
{
	touch("f");
	OK(t_chown("f", ALICE, ALICE));
	OK(t_chmod("f", 0077));
	as_alice(owns);
}

PROPERTY(groups_count, "owners modes", "POSIX file access permissions: group and supplementary groups")
{
	gid_t groups[2] = { 5, FRIENDS };

	put("f", 10, 1);
	OK(t_chown("f", BOB, FRIENDS));
	OK(t_chmod("f", 0640));
	t_become(ALICE, ALICE, 0, NULL);
	FAILS(t_open("f", O_RDONLY, 0), EACCES);
	t_become(0, 0, 0, NULL);
	t_become(ALICE, ALICE, 2, groups);
	OK(t_close(OK(t_open("f", O_RDONLY, 0))));
	FAILS(t_open("f", O_WRONLY, 0), EACCES);
	t_become(0, 0, 0, NULL);
}

PROPERTY(group_of_own, "owners modes", "POSIX chown: the owner may give a file to a group of his")
{
	gid_t groups[1] = { FRIENDS };
	struct stat st;

	touch("f");
	OK(t_chown("f", ALICE, ALICE));
	t_become(ALICE, ALICE, 1, groups);
	OK(t_chown("f", -1, FRIENDS));
	t_become(0, 0, 0, NULL);
	OK(t_stat("f", &st));
	EQ(st.st_gid, FRIENDS);
}

static void in_directories(void)
{
	struct stat st;
	int fd;

	FAILS(t_stat("noexec/f", &st), EACCES);
	fd = OK(t_open("noexec", O_RDONLY, 0));
	OK(t_close(fd));
	FAILS(t_open("noread", O_RDONLY, 0), EACCES);
	OK(t_stat("noread/f", &st));
	FAILS(t_open("nowrite/g", O_CREAT | O_WRONLY, 0644), EACCES);
	FAILS(t_unlink("nowrite/f"), EACCES);
	FAILS(t_chdir("noexec"), EACCES);
	OK(t_close(OK(t_open("all/g", O_CREAT | O_WRONLY, 0644))));
	OK(t_unlink("all/f"));
}

PROPERTY(directory_permissions, "owners modes", "POSIX 4.5: read to list, write to change, search to pass")
{
	static const struct { const char *name, *file; mode_t mode; } d[] = {
		{ "noexec", "noexec/f", 0644 }, { "noread", "noread/f", 0711 },
		{ "nowrite", "nowrite/f", 0755 }, { "all", "all/f", 0777 } };
	int i;

	for (i = 0; i < 4; i++) {
		OK(t_mkdir(d[i].name, 0755));
		touch(d[i].file);
		OK(t_chmod(d[i].name, d[i].mode));
	}
	as_alice(in_directories);
}

static void in_sticky(void)
{
	FAILS2(t_unlink("tmp/bobs"), EPERM, EACCES);
	FAILS2(t_rename("tmp/bobs", "tmp/x"), EPERM, EACCES);
	FAILS2(t_rename("tmp/mine", "tmp/bobs"), EPERM, EACCES);
	FAILS2(t_rmdir("tmp/dir"), EPERM, EACCES);
	OK(t_rename("tmp/mine", "tmp/still"));
	OK(t_unlink("tmp/still"));
}

PROPERTY(sticky_directory, "owners modes", "POSIX 4.5, S_ISVTX: only the owner of a file may remove or rename it")
{
	OK(t_mkdir("tmp", 0777));
	OK(t_chmod("tmp", 01777));
	touch("tmp/bobs");
	OK(t_chown("tmp/bobs", BOB, BOB));
	OK(t_mkdir("tmp/dir", 0755));
	OK(t_chown("tmp/dir", BOB, BOB));
	touch("tmp/mine");
	OK(t_chown("tmp/mine", ALICE, ALICE));
	as_alice(in_sticky);
	EQ(entries("tmp"), 2);
}

PROPERTY(group_directory, "owners modes", "Linux inode(7): S_ISGID on a directory gives its group to what is made in it")
{
	struct stat st;

	OK(t_mkdir("d", 0755));
	OK(t_chown("d", ALICE, FRIENDS));
	OK(t_chmod("d", 02777));
	t_become(BOB, BOB, 0, NULL);
	touch("d/f");
	OK(t_mkdir("d/s", 0755));
	t_become(0, 0, 0, NULL);
	OK(t_stat("d/f", &st));
	EQ(st.st_gid, FRIENDS);
	OK(t_stat("d/s", &st));
	EQ(st.st_gid, FRIENDS);
	CHECK(st.st_mode & S_ISGID);
}

PROPERTY(chown_clears_suid, "owners modes", "Linux chown(2): set-user-ID and set-group-ID are cleared")
{
	touch("f");
	OK(t_chmod("f", 06755));
	OK(t_chown("f", ALICE, ALICE));
	EQ(mode_of("f"), 0755);
	OK(t_chmod("f", 06755));
	t_become(ALICE, ALICE, 0, NULL);
	OK(t_chown("f", ALICE, ALICE));
	t_become(0, 0, 0, NULL);
	EQ(mode_of("f"), 0755);
}

static void write_one(void)
{
	int fd = OK(t_open("f", O_WRONLY, 0));

	OK(t_write(fd, "x", 1));
	OK(t_close(fd));
}

/* In S_ISGID without S_IXGRP no group ID is set: it was for locks that bind, and a member keeps it. */
static void keeps_sgid(void)
{
	OK(t_chown("own", ALICE, ALICE));
	OK(t_truncate("cut", 3));
	OK(t_close(OK(t_open("emptied", O_WRONLY | O_TRUNC, 0))));
}

PROPERTY(member_keeps_sgid, "owners modes", "Linux chown(2): S_ISGID of a file that its group may not execute is for locks")
{
	static const char *const names[] = { "own", "cut", "emptied" };

	for (int i = 0; i < 3; i++) {
		put(names[i], 10, 1);
		OK(t_chown(names[i], ALICE, ALICE));
		OK(t_chmod(names[i], 06644));
	}
	as_alice(keeps_sgid);
	for (int i = 0; i < 3; i++)
		EQ(mode_of(names[i]), 02644);
}

PROPERTY(write_clears_suid, "owners modes", "POSIX write: set-user-ID goes when somebody writes")
{
	touch("f");
	OK(t_chmod("f", 06777));
	as_alice(write_one);
	EQ(mode_of("f"), 0777);
	OK(t_chmod("f", 06777));
	t_become(ALICE, ALICE, 0, NULL);
	OK(t_truncate("f", 0));
	t_become(0, 0, 0, NULL);
	EQ(mode_of("f"), 0777);
}

static void write_directly(void)
{
	char *buf = aligned_alloc(4096, 4096);
	int fd = OK(t_open("f", O_WRONLY | O_DIRECT, 0));

	CHECK(buf);
	memset(buf, 'x', 4096);
	EQ(t_pwrite(fd, buf, 4096, 0), 4096);
	OK(t_close(fd));
	free(buf);
}

PROPERTY(direct_write_clears_suid, "owners modes direct process", "POSIX write: set-user-ID goes, also past all caches")
{
	put("f", 10, 1);
	OK(t_chmod("f", 06777));
	EQ(mode_of("f"), 06777);
	as_alice(write_directly);
	EQ(mode_of("f"), 0777);
	t_reopen();
	EQ(mode_of("f"), 0777);
}

static void allocates(void)
{
	int fd = OK(t_open("f", O_WRONLY, 0));

	OK(t_fallocate(fd, 0, 0, 5000));
	OK(t_close(fd));
}

PROPERTY(fallocate_clears_suid, "owners modes fallocate process", "Linux fallocate(2): set-user-ID goes, as by a write")
{
	put("f", 10, 1);
	OK(t_chmod("f", 06777));
	allocates();
	EQ(mode_of("f"), 06777);
	as_alice(allocates);
	EQ(mode_of("f"), 0777);
	t_reopen();
	EQ(mode_of("f"), 0777);
}

static void copies(void)
{
	int in = OK(t_open("from", O_RDONLY, 0)), out = OK(t_open("f", O_WRONLY, 0));

	EQ(t_copy_file_range(in, NULL, out, NULL, 10), 10);
	OK(t_close(in));
	OK(t_close(out));
}

PROPERTY(copy_clears_suid, "owners modes splice process", "Linux copy_file_range(2): set-user-ID goes, as by a write")
{
	put("from", 10, 2);
	put("f", 10, 1);
	OK(t_chmod("f", 06777));
	as_alice(copies);
	EQ(mode_of("f"), 0777);
	t_reopen();
	EQ(mode_of("f"), 0777);
	expect("f", 10, 2);
}

PROPERTY(chmod_sgid_of_foreign_group, "owners modes", "POSIX chmod: who is not in the group cannot set S_ISGID")
{
	touch("f");
	OK(t_chown("f", ALICE, FRIENDS));
	t_become(ALICE, ALICE, 0, NULL);
	OK(t_chmod("f", 02755));
	t_become(0, 0, 0, NULL);
	EQ(mode_of("f"), 0755);
}

PROPERTY(write_without_read, "owners modes", "POSIX open: permission to write is enough to write")
{
	int fd;

	touch("f");
	OK(t_chmod("f", 0222));
	t_become(ALICE, ALICE, 0, NULL);
	FAILS(t_open("f", O_RDONLY, 0), EACCES);
	fd = OK(t_open("f", O_WRONLY, 0));
	OK(t_pwrite(fd, "x", 1, 5000));
	OK(t_pwrite(fd, "y", 1, 10));
	OK(t_close(fd));
	t_become(0, 0, 0, NULL);
	EQ(size_of("f"), 5001);
}

PROPERTY(created_without_rights, "modes owners", "POSIX open: the maker has the file open, whatever its mode is")
{
	int fd;

	OK(t_chmod(".", 0777));
	t_become(ALICE, ALICE, 0, NULL);
	fd = OK(t_open("f", O_CREAT | O_RDWR, 0));
	OK(t_write(fd, "x", 1));
	OK(t_close(fd));
	FAILS(t_open("f", O_RDONLY, 0), EACCES);
	t_become(0, 0, 0, NULL);
	OK(t_close(OK(t_open("f", O_RDONLY, 0))));
}
