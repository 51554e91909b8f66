// SPDX-License-Identifier: GPL-2.0-only
/*
 * Extended attributes, access control lists, and the flags of chattr(1).
 */
#include <linux/fs.h>
#include <linux/posix_acl.h>
#include <linux/posix_acl_xattr.h>
#include <sys/xattr.h>
#include "../prop.h"

PROPERTY(xattr_is_kept, "xattrs", "Linux xattr(7): set, got, listed, removed; also after a remount")
{
	char buf[2000], big[1000];
	struct stat st;

	touch("f");
	OK(t_mkdir("d", 0755));
	memset(big, 'b', sizeof(big));
	OK(t_setxattr("f", "user.one", "1234", 4, 0));
	OK(t_setxattr("f", "user.empty", "", 0, 0));
	OK(t_setxattr("f", "user.big", big, sizeof(big), 0));
	OK(t_setxattr("d", "user.dir", "x", 1, 0));
	t_reopen();
	EQ(t_getxattr("f", "user.one", buf, sizeof(buf)), 4);
	CHECK(!memcmp(buf, "1234", 4));
	EQ(t_getxattr("f", "user.empty", buf, sizeof(buf)), 0);
	EQ(t_getxattr("f", "user.big", buf, sizeof(buf)), 1000);
	CHECK(!memcmp(buf, big, 1000));
	EQ(t_getxattr("d", "user.dir", NULL, 0), 1);
	EQ(t_listxattr("f", buf, sizeof(buf)), 9 + 11 + 9);
	OK(t_removexattr("f", "user.one"));
	FAILS(t_getxattr("f", "user.one", buf, sizeof(buf)), ENODATA);
	EQ(t_listxattr("f", NULL, 0), 11 + 9);
	OK(t_stat("f", &st));
	EQ(st.st_size, 0);
}

PROPERTY(xattr_create_and_replace, "xattrs", "Linux setxattr(2): XATTR_CREATE, XATTR_REPLACE")
{
	char buf[10];

	touch("f");
	FAILS(t_setxattr("f", "user.a", "1", 1, XATTR_REPLACE), ENODATA);
	OK(t_setxattr("f", "user.a", "1", 1, XATTR_CREATE));
	FAILS(t_setxattr("f", "user.a", "2", 1, XATTR_CREATE), EEXIST);
	OK(t_setxattr("f", "user.a", "22", 2, XATTR_REPLACE));
	EQ(t_getxattr("f", "user.a", buf, sizeof(buf)), 2);
}

PROPERTY(xattr_errors, "xattrs", "Linux getxattr(2), setxattr(2): ERANGE, ENODATA, EOPNOTSUPP")
{
	char name[300], buf[10];

	touch("f");
	OK(t_setxattr("f", "user.a", "12345", 5, 0));
	FAILS(t_getxattr("f", "user.a", buf, 3), ERANGE);
	FAILS(t_listxattr("f", buf, 3), ERANGE);
	FAILS(t_getxattr("f", "user.no", buf, 10), ENODATA);
	FAILS(t_removexattr("f", "user.no"), ENODATA);
	FAILS(t_setxattr("f", "nonsense.a", "1", 1, 0), EOPNOTSUPP);
	memset(name, 'n', sizeof(name));
	memcpy(name, "user.", 5);
	name[256] = 0;
	FAILS(t_setxattr("f", name, "1", 1, 0), ERANGE);
	name[255] = 0;
	OK(t_setxattr("f", name, "1", 1, 0));
}

PROPERTY(xattr_rights, "xattrs owners modes", "Linux xattr(7): user attributes follow the permissions of the file")
{
	char buf[10];

	touch("f");
	OK(t_setxattr("f", "user.a", "1", 1, 0));
	t_become(1001, 1001, 0, NULL);
	OK(t_getxattr("f", "user.a", buf, sizeof(buf)));
	FAILS(t_setxattr("f", "user.a", "2", 1, 0), EACCES);
	FAILS(t_removexattr("f", "user.a"), EACCES);
	t_become(0, 0, 0, NULL);
	OK(t_chmod("f", 0600));
	t_become(1001, 1001, 0, NULL);
	FAILS(t_getxattr("f", "user.a", buf, sizeof(buf)), EACCES);
	t_become(0, 0, 0, NULL);
}

PROPERTY(xattr_of_symlink, "xattrs symlinks", "Linux xattr(7): EPERM for user attributes of a symbolic link")
{
	touch("f");
	OK(t_symlink("f", "s"));
	FAILS(t_lsetxattr("s", "user.a", "1", 1, 0), EPERM);
	OK(t_setxattr("s", "user.a", "1", 1, 0));
	EQ(t_getxattr("f", "user.a", NULL, 0), 1);
}

PROPERTY(xattr_of_root_only, "trusted owners", "Linux xattr(7): trusted attributes exist for root alone")
{
	char buf[100];

	touch("f");
	OK(t_chown("f", 1001, 1001));
	OK(t_setxattr("f", "trusted.a", "1", 1, 0));
	EQ(t_getxattr("f", "trusted.a", buf, sizeof(buf)), 1);
	t_become(1001, 1001, 0, NULL);
	FAILS(t_getxattr("f", "trusted.a", buf, sizeof(buf)), ENODATA);
	FAILS(t_setxattr("f", "trusted.b", "1", 1, 0), EPERM);
	EQ(t_listxattr("f", buf, sizeof(buf)), 0);
	t_become(0, 0, 0, NULL);
}

static void give_capabilities(void)
{
	/* Of the second revision: effective, CAP_SETGID and CAP_SETUID (linux/capability.h). */
	static const unsigned char caps[20] = { 0x01, 0, 0, 0x02, 0xc0 };

	OK(t_setxattr("f", "security.capability", caps, sizeof(caps), 0));
}

static void without_capabilities(void)
{
	char buf[64];

	t_become(0, 0, 0, NULL);
	FAILS(t_getxattr("f", "security.capability", buf, sizeof(buf)), ENODATA);
	give_capabilities();
	t_become(1001, 1001, 0, NULL);
}

PROPERTY(write_clears_capabilities, "trusted owners modes process", "Linux capabilities(7): a file has none any more when it was written")
{
	int fd;

	put("f", 10, 1);
	OK(t_chmod("f", 0777));
	give_capabilities();
	t_become(1001, 1001, 0, NULL);
	fd = OK(t_open("f", O_WRONLY, 0));
	EQ(t_pwrite(fd, "x", 1, 0), 1);
	OK(t_close(fd));
	without_capabilities();
	fd = OK(t_open("f", O_WRONLY | O_APPEND, 0));
	EQ(t_write(fd, "x", 1), 1);
	OK(t_close(fd));
	without_capabilities();
	OK(t_truncate("f", 5));
	without_capabilities();
	fd = OK(t_open("f", O_WRONLY | O_TRUNC, 0));
	OK(t_close(fd));
	without_capabilities();
	FAILS(t_removexattr("f", "security.capability"), EPERM);
	t_become(0, 0, 0, NULL);
}

PROPERTY(xattr_many, "xattrs", "Linux xattr(7): many small attributes of one file")
{
	char name[32], buf[4000];
	int i;

	touch("f");
	for (i = 0; i < 40; i++) {
		snprintf(name, sizeof(name), "user.attr%02d", i);
		OK(t_setxattr("f", name, name, 11, 0));
	}
	t_reopen();
	EQ(t_listxattr("f", buf, sizeof(buf)), 40 * 12);
	for (i = 0; i < 40; i += 2) {
		snprintf(name, sizeof(name), "user.attr%02d", i);
		OK(t_removexattr("f", name));
	}
	EQ(t_listxattr("f", buf, sizeof(buf)), 20 * 12);
	EQ(t_getxattr("f", "user.attr01", buf, 11), 11);
}

PROPERTY(xattr_refused, "!xattrs", "Linux setxattr(2): EOPNOTSUPP where the file system has none")
{
	char buf[10];

	touch("f");
	FAILS(t_setxattr("f", "user.a", "1", 1, 0), EOPNOTSUPP);
	FAILS2(t_getxattr("f", "user.a", buf, 10), EOPNOTSUPP, ENODATA);
}

struct acl {
	struct posix_acl_xattr_header head;
	struct posix_acl_xattr_entry e[5];
};

static const struct acl for_alice = {
	.head.a_version = POSIX_ACL_XATTR_VERSION,
	.e = {
		{ ACL_USER_OBJ, 6, ACL_UNDEFINED_ID }, { ACL_USER, 6, 1001 },
		{ ACL_GROUP_OBJ, 0, ACL_UNDEFINED_ID }, { ACL_MASK, 6, ACL_UNDEFINED_ID },
		{ ACL_OTHER, 0, ACL_UNDEFINED_ID } },
};

PROPERTY(acl_gives_access, "acl owners modes", "Linux acl(5): an entry for a user gives him access, up to the mask")
{
	struct acl got;

	put("f", 10, 1);
	OK(t_chmod("f", 0600));
	t_become(1001, 1001, 0, NULL);
	FAILS(t_open("f", O_RDONLY, 0), EACCES);
	t_become(0, 0, 0, NULL);
	OK(t_setxattr("f", "system.posix_acl_access", &for_alice, sizeof(for_alice), 0));
	EQ(mode_of("f"), 0660);
	t_reopen();
	EQ(t_getxattr("f", "system.posix_acl_access", &got, sizeof(got)), sizeof(got));
	CHECK(!memcmp(&got, &for_alice, sizeof(got)));
	t_become(1001, 1001, 0, NULL);
	OK(t_close(OK(t_open("f", O_RDWR, 0))));
	t_become(0, 0, 0, NULL);
	t_become(1002, 1002, 0, NULL);
	FAILS(t_open("f", O_RDONLY, 0), EACCES);
	t_become(0, 0, 0, NULL);
	OK(t_chmod("f", 0640));
	t_become(1001, 1001, 0, NULL);
	FAILS(t_open("f", O_WRONLY, 0), EACCES);
	OK(t_close(OK(t_open("f", O_RDONLY, 0))));
	t_become(0, 0, 0, NULL);
}

PROPERTY(acl_is_inherited, "acl owners modes", "Linux acl(5): the default list of a directory becomes the list of what is made in it")
{
	struct acl got;

	OK(t_mkdir("d", 0755));
	OK(t_setxattr("d", "system.posix_acl_default", &for_alice, sizeof(for_alice), 0));
	t_umask(077);
	OK(t_close(OK(t_open("d/f", O_CREAT | O_WRONLY, 0660))));
	OK(t_mkdir("d/s", 0770));
	t_umask(022);
	t_become(1001, 1001, 0, NULL);
	OK(t_close(OK(t_open("d/f", O_RDWR, 0))));
	t_become(0, 0, 0, NULL);
	EQ(mode_of("d/f"), 0660);
	EQ(t_getxattr("d/s", "system.posix_acl_default", &got, sizeof(got)), sizeof(got));
	OK(t_removexattr("d", "system.posix_acl_default"));
	FAILS(t_getxattr("d", "system.posix_acl_default", &got, sizeof(got)), ENODATA);
}

PROPERTY(acl_nonsense, "acl", "Linux acl(5): EINVAL for a list that is none")
{
	struct acl bad = for_alice;

	touch("f");
	FAILS(t_setxattr("f", "system.posix_acl_access", "x", 1, 0), EINVAL);
	bad.head.a_version = 77;
	FAILS2(t_setxattr("f", "system.posix_acl_access", &bad, sizeof(bad), 0), EINVAL, EOPNOTSUPP);
	bad = for_alice;
	bad.e[3].e_tag = ACL_USER;
	FAILS(t_setxattr("f", "system.posix_acl_access", &bad, sizeof(bad), 0), EINVAL);
	FAILS(t_setxattr("f", "system.posix_acl_default", &for_alice, sizeof(for_alice), 0), EACCES);
	EQ(mode_of("f"), 0644);
}

static void set_flags(const char *path, int flags)
{
	int fd = OK(t_open(path, O_RDONLY, 0)), old;

	OK(t_ioctl(fd, FS_IOC_GETFLAGS, &old));
	flags |= old & ~(FS_IMMUTABLE_FL | FS_APPEND_FL);
	OK(t_ioctl(fd, FS_IOC_SETFLAGS, &flags));
	OK(t_close(fd));
}

PROPERTY(immutable_file, "flags", "Linux ioctl_iflags(2): FS_IMMUTABLE_FL")
{
	put("f", 10, 1);
	set_flags("f", FS_IMMUTABLE_FL);
	FAILS(t_open("f", O_WRONLY, 0), EPERM);
	FAILS(t_utimensat("f", NULL, 0), EPERM);
	FAILS(t_unlink("f"), EPERM);
	FAILS(t_rename("f", "g"), EPERM);
	FAILS(t_link("f", "g"), EPERM);
	FAILS(t_chmod("f", 0600), EPERM);
	FAILS(t_truncate("f", 0), EPERM);
	t_reopen();
	FAILS(t_unlink("f"), EPERM);
	expect("f", 10, 1);
	set_flags("f", 0);
	OK(t_unlink("f"));
}

PROPERTY(immutable_keeps_written, "flags", "Linux ioctl_iflags(2): forbids what is written from then on")
{
	int fd = OK(t_open("f", O_CREAT | O_RDWR, 0644)), flags;
	static char buf[200000];

	fill(buf, sizeof(buf), 1, 0);
	EQ(t_write(fd, buf, sizeof(buf)), sizeof(buf));
	OK(t_ioctl(fd, FS_IOC_GETFLAGS, &flags));
	flags |= FS_IMMUTABLE_FL;
	OK(t_ioctl(fd, FS_IOC_SETFLAGS, &flags));
	OK(t_fsync(fd));
	OK(t_close(fd));
	t_reopen();
	expect("f", sizeof(buf), 1);
	set_flags("f", 0);
}

PROPERTY(append_only_file, "flags", "Linux ioctl_iflags(2): FS_APPEND_FL")
{
	static const struct timespec old[2] = { { 1 }, { 1 } };
	int fd;

	put("f", 10, 1);
	set_flags("f", FS_APPEND_FL);
	FAILS(t_open("f", O_WRONLY, 0), EPERM);
	FAILS(t_open("f", O_WRONLY | O_TRUNC | O_APPEND, 0), EPERM);
	FAILS(t_truncate("f", 0), EPERM);
	FAILS(t_unlink("f"), EPERM);
	FAILS(t_utimensat("f", old, 0), EPERM);
	OK(t_utimensat("f", NULL, 0));
	fd = OK(t_open("f", O_WRONLY | O_APPEND, 0));
	EQ(t_write(fd, "x", 1), 1);
	OK(t_close(fd));
	EQ(size_of("f"), 11);
	set_flags("f", 0);
}
