/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The mount helper's parsers: options, also hostile ones; types; mountinfo; the
 * status pipe. Uses the table of the drivers that were built, of which fat
 * must be one.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <unistd.h>
#include <cmocka.h>
#include <rump/rumpvfs.h>
#include "detect.h"
#include "message.h"
#include "mountinfo.h"
#include "options.h"
#include "registry.h"
#include "status.h"
#include "util.h"

static char reason[REASON_SIZE];
static struct caller caller = { .umask = 027 };

static bool parse(struct options *o, const char *list)
{
	options_init(o);
	reason[0] = '\0';
	return options_parse(o, list, reason) && options_check(o, reason);
}

/* What the driver gets for @list, or NULL and a reason. */
static char *driver_list(const char *type, const char *list, bool sloppy, const char **fstype)
{
	const struct fs_name *name;
	const struct fs_driver *d = registry_find(type, &name);
	struct driveropts out = { 0 };
	struct options o;
	char *text = NULL;

	assert_non_null(d);
	options_init(&o);
	o.sloppy = sloppy;
	reason[0] = '\0';
	if (options_parse(&o, list, reason) && options_check(&o, reason) &&
	    driveropts_make(&out, &o, d, name, &caller, reason)) {
		text = xstrdup(out.list.s ? out.list.s : "");
		if (fstype)
			*fstype = out.fstype;
	}
	driveropts_free(&out);
	options_free(&o);
	return text;
}

static void gives(const char *type, const char *list, const char *expected)
{
	char *text = driver_list(type, list, false, NULL);

	if (!text)
		fail_msg("\"%s\" was refused: %s", list, reason);
	assert_string_equal(text, expected);
	free(text);
}

static void refused(const char *type, const char *list, const char *because)
{
	char *text = driver_list(type, list, false, NULL);

	if (text)
		fail_msg("\"%s\" was taken: %s", list, text);
	if (!strstr(reason, because))
		fail_msg("\"%s\": no \"%s\" in the reason: %s", list, because, reason);
}

static void flags(void **state)
{
	static const struct {
		const char *list;
		unsigned long ms;
	} cases[] = {
		{ "", 0 }, { ",,,", 0 }, { "defaults", 0 }, { "ro", MS_RDONLY }, { "ro,rw", 0 },
		{ "rw,nosuid,nodev,noexec", MS_NOSUID | MS_NODEV | MS_NOEXEC },
		{ "user", MS_NOSUID | MS_NODEV | MS_NOEXEC },
		{ "user,exec", MS_NOSUID | MS_NODEV },
		{ "owner", MS_NOSUID | MS_NODEV },
		{ "noatime,relatime", MS_RELATIME }, { "strictatime,noatime", MS_NOATIME },
		{ "sync,async,dirsync", MS_DIRSYNC },
		{ "auto,noauto,nofail,_netdev,users,suid,dev,exec", 0 },
		{ "comment=a b,x-systemd.automount,X-mount.mkdir=0755,uhelper=rumpfs,user=joe", 0 },
	};
	struct options o;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_true(parse(&o, cases[i].list));
		assert_int_equal(o.flags, cases[i].ms);
		assert_int_equal(o.nwords, 0);
		options_free(&o);
	}
	assert_true(parse(&o, "ro,mand,lazytime,noatime"));
	assert_int_equal(options_hostflags(&o), MS_RDONLY | MS_NOATIME);
	assert_int_equal(options_rumpflags(&o), RUMPVFS_MNT_RDONLY | RUMPVFS_MNT_MANDLOCK |
			 RUMPVFS_MNT_LAZYTIME | RUMPVFS_MNT_NOATIME);
	options_free(&o);
	assert_true(parse(&o, "rshared,nofail,remount,user_id=0,group_id=0"));
	assert_true(o.nofail && o.remount);
	assert_int_equal(o.propagation[0], MS_SHARED | MS_REC);
	options_free(&o);
	assert_false(parse(&o, "user_id=0"));
	options_free(&o);
	assert_false(parse(&o, "bind"));
	options_free(&o);
	assert_false(parse(&o, "shared,slave,private,shared,slave"));
	options_free(&o);
}

static void bridge(void **state)
{
	static const char *const bad[] = {
		"part=0", "part=x", "part=", "part=-1", "part=99999", "offset=1", "offset=-512",
		"offset=99999999999999999999", "offset=16777216T", "sizelimit=513", "memsize=1",
		"memsize=1X", "memsize=64MB", "blkio=fast", "blkio=", "watchdog=x", "loglevel=8",
		"entry_timeout=x", "entry_timeout=1.2.3", "attr_timeout=-1", "locks=both",
		"writeback=maybe", "max_background=0", "part=1,offset=512",
	};
	struct options o;

	assert_true(parse(&o, "part=3,memsize=32M,blkio=pool,nodirect,watchdog=7,nosandbox,"
			      "entry_timeout=1.5,loglevel=4,locks=driver,names=8.3"));
	assert_int_equal(o.part, 3);
	assert_int_equal(o.memsize, 32 << 20);
	assert_string_equal(o.blkio, "pool");
	assert_false(o.direct || o.sandbox);
	assert_int_equal(o.watchdog, 7);
	assert_true(o.entry_timeout == 1.5 && isnan(o.attr_timeout));
	assert_string_equal(o.names, "8.3");
	options_free(&o);
	assert_true(parse(&o, "offset=1M,sizelimit=0x200"));
	assert_int_equal(o.offset, 1 << 20);
	assert_int_equal(o.sizelimit, 512);
	options_free(&o);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		if (parse(&o, bad[i]))
			fail_msg("\"%s\" was taken", bad[i]);
		assert_true(*reason);
		options_free(&o);
	}
}

static void quoting(void **state)
{
	struct options o;

	assert_true(parse(&o, "context=\"a:b,c:d\",iocharset=\"koi8-r\",a=x\\,y,=\"\"") == false);
	options_free(&o);
	assert_true(parse(&o, "context=\"a:b,c:d\",iocharset=\"koi8-r\",a=x\\,y"));
	assert_string_equal(o.hostopts.s, "context=\"a:b,c:d\"");
	assert_int_equal(o.nwords, 2);
	assert_string_equal(o.words[0].value, "koi8-r");
	assert_string_equal(o.words[1].value, "x,y");
	options_free(&o);
	assert_false(parse(&o, "ro,iocharset=\"koi8-r"));
	assert_non_null(strstr(reason, "unbalanced"));
	options_free(&o);
	assert_false(parse(&o, "a=\"b,\"c\""));
	options_free(&o);
	assert_false(parse(&o, "a=b\nc"));
	options_free(&o);
	assert_false(parse(&o, "=x"));
	options_free(&o);
	refused("vfat", "iocharset=\"a,b\"", "comma");
	refused("vfat", "iocharset=a\\,uid=0", "comma");
}

static void hostile(void **state)
{
	size_t len = 1 << 20;
	char *s = malloc(len + 1), *text;

	memset(s, 'a', len);
	s[len] = '\0';
	refused("vfat", s, "unknown option");
	memcpy(s, "iocharset=", 10);
	refused("vfat", s, "long");
	memset(s, ',', len);
	gives("msdos", s, "utf8,umask=0027");
	memset(s, '"', len);
	refused("vfat", s, "unknown option");
	memset(s, '\\', len);
	refused("vfat", s, "unknown option");
	memset(s, '=', len);
	refused("vfat", s, "without a name");
	/* many options that are each right */
	for (size_t i = 0; i + 6 <= len; i += 6)
		memcpy(s + i, "quiet,", 6);
	s[6 * 1000] = '\0';
	refused("vfat", s, "longer than");
	text = driver_list("vfat", "a=\x80\xff,quiet", true, NULL);
	assert_string_equal(text, "utf8,umask=0027,quiet");
	free(text);
	free(s);
}

static void driver(void **state)
{
	const char *fstype;
	char *text;

	gives("vfat", "", "utf8,umask=0027");
	gives("msdos", "umask=022,uid=1,gid=root", "utf8,umask=0027,umask=022,uid=1,gid=0");
	caller.uid = 7, caller.gid = 8;
	gives("vfat", "gid=3", "utf8,umask=0027,uid=7,gid=8,gid=3");
	gives("ext4", "", "");
	caller.uid = caller.gid = 0;
	gives("vfat", "uid=root,iocharset=cp850", "umask=0027,uid=0,iocharset=cp850");
	gives("vfat", "utf8=0,nfs,nfs=stale_rw,time_offset=-60", "umask=0027,utf8=0,nfs,nfs=stale_rw,time_offset=-60");
	text = driver_list("msdos", "names=8.3,dots", false, &fstype);
	assert_string_equal(text, "umask=0027,dots");
	assert_string_equal(fstype, "msdos");
	free(text);
	refused("vfat", "names=short", "8.3");
	refused("vfat", "names=8.3,utf8", "not known to the driver msdos");
	refused("vfat", "umsk=022", "did you mean \"umask\"");
	refused("vfat", "umask=9", "octal");
	refused("vfat", "umask", "needs a value");
	refused("vfat", "quiet=1", "takes none");
	refused("vfat", "codepage=x", "number");
	refused("vfat", "time_offset=1-", "number");
	refused("vfat", "uid=nobody-has-this-name", "no such user");
	refused("vfat", "gid=nobody-has-this-name", "no such group");
	refused("vfat", "uid=4294967295", "range");
	refused("vfat", "uid=99999999999999999999", "range");
	refused("vfat", "errors=ignore", "remount-ro");
	refused("vfat", "noquiet", "unknown option");
	refused("vfat", "ro=1", "takes no value");
	refused("vfat", "foreground=1", "takes no value");
	refused("vfat", "shared=1", "takes no value");
	refused("vfat", "watchdog", "needs a value (seconds");
	refused("vfat", "names", "needs a value");
	refused("vfat", "memsize=1", "8M to 64G");
	refused("vfat", "offset=513", "multiple of 512");
	refused("vfat", "entry_timeout=999999999999999", "at most 1000000000");
}

static void types(void **state)
{
	static const char *const good[] = {
		"vfat", "rumpfs.vfat", "fuse.rumpfs.vfat", "fuseblk.rumpfs.vfat", NULL
	};
	static const char *const unknown[] = {
		"", "fat", "rumpfs.fat", "vfat.", "VFAT", "rumpfs.rumpfs.vfat", "fuse.", ".", NULL
	};
	const struct fs_name *name;
	char buf[16];

	for (const char *const *t = good; *t; t++) {
		assert_non_null(registry_find(*t, &name));
		assert_string_equal(name->name, "vfat");
	}
	for (const char *const *t = unknown; *t; t++)
		if (registry_find(*t, &name))
			fail_msg("\"%s\" is known", *t);
	assert_string_equal(registry_strip("rumpfs"), "");
	assert_string_equal(registry_strip("fuseblk.rumpfs"), "");
	assert_string_equal(registry_strip("auto"), "");
	assert_string_equal(registry_strip("rumpfsx"), "rumpfsx");
	assert_non_null(registry_find_blkid("vfat", &name));
	assert_null(registry_find_blkid("swap", &name));
	registry_names(buf, sizeof(buf));	/* cut, not overrun */
	assert_true(strlen(buf) < sizeof(buf));
}

static void mountinfo(void **state)
{
	struct mounts m;

	mounts_parse(&m, xstrdup(
		"36 35 98:0 / /mnt\\040x rw,nosuid,relatime shared:1 master:2 - fuse.rumpfs.vfat /a\\134b rw\n"
		"37 35 7:1 / /mnt\\040x ro - fuseblk.rumpfs.msdos /dev/loop1 rw\n"
		"garbage\n\n36 35 x:y / /m rw - a b c\n1 2 3:4 / /n rw - ext4\n"));
	assert_int_equal(m.n, 2);
	assert_string_equal(mounts_at(&m, "/mnt x")->source, "/dev/loop1");
	assert_string_equal(mount_subtype(&m.entries[0]), "vfat");
	assert_string_equal(mount_subtype(&m.entries[1]), "msdos");
	assert_string_equal(mounts_of(&m, NULL, "/a\\b")->target, "/mnt x");
	assert_int_equal(mount_flags(&m.entries[0]), MS_NOSUID | MS_RELATIME);
	assert_int_equal(mount_flags(&m.entries[1]), MS_RDONLY);
	assert_null(mounts_at(&m, "/"));
	mounts_free(&m);
}

static void status(void **state)
{
	static const char text[] = "L3 FAT-fs (x): bad\nW careful\nL9 no\n\nE32 no good\nE1 later\nOKAY\n";
	struct status st = { 0 };
	char *big = malloc(100000);

	for (const char *p = text; *p; p++)	/* in the smallest pieces */
		status_feed(&st, p, 1);
	assert_int_equal(st.nlog, 1);
	assert_string_equal(st.log[0].text, "FAT-fs (x): bad");
	assert_int_equal(st.nwarnings, 1);
	assert_int_equal(st.error, 32);
	assert_string_equal(st.reason, "no good");
	assert_false(st.ok);
	status_free(&st);

	memset(big, 'L', 100000);
	status_feed(&st, big, 100000);
	status_feed(&st, "\nOK", 3);
	assert_false(st.ok);
	status_feed(&st, "\n", 1);
	assert_true(st.ok);
	for (unsigned int i = 0; i < 5000; i++)
		status_feed(&st, "L6 x\nW y\n", 9);
	status_free(&st);
	free(big);
}

/* A file system of which there is only a superblock: magic, flags and a state, all of 4 bytes. */
static const struct fs_super supers[] = {
	{ "second", 65536, (const struct fs_cond[]){ { FS_EQUAL, 0, 4, 0x12345678 }, { FS_ABOVE, 4, 4, 9 }, { 0 } } },
	{ "first", 1024, (const struct fs_cond[]){ { FS_EQUAL, 0, 4, 0x12345678 }, { 0 } } },
	{ 0 }
};
static const struct fs_rule rules[] = {
	{ "first", (const struct fs_cond[]){ { 0 } }, NULL, FS_OPTION, "type", "any", NULL },
	{ "first", (const struct fs_cond[]){ { FS_BIG }, { 0 } }, NULL, FS_OPTION, "order", "big", NULL },
	{ "first", (const struct fs_cond[]){ { FS_LITTLE }, { 0 } }, NULL, FS_OPTION, "order", "little", NULL },
	{ "first", (const struct fs_cond[]){ { 0 } }, NULL, FS_OPTION, "type", "second", NULL },
	{ "first", (const struct fs_cond[]){ { FS_BITS, 4, 4, 6 }, { 0 } }, NULL, FS_READONLY, "bits", NULL, NULL },
	{ "first", (const struct fs_cond[]){ { FS_UNEQUAL, 8, 1, 1 }, { 0 } }, NULL, FS_READONLY, "dirty", NULL, NULL },
	{ "second", (const struct fs_cond[]){ { 0 } }, (const char *const[]){ "brave", "bold", NULL }, FS_REFUSE,
	  "too far", NULL, NULL },
	{ "first", (const struct fs_cond[]){ { 0 } }, NULL, FS_MARK, NULL, NULL,
	  (const struct fs_cond[]){ { FS_EQUAL, 8, 1, 0 }, { 0 } } },
	{ "first", (const struct fs_cond[]){ { 0 } }, NULL, FS_MARK, NULL, NULL,
	  (const struct fs_cond[]){ { FS_BITS, 4, 4, 0x801 }, { 0 } } },
	{ 0 }
};

/* A file of @size with @super at @offset; what the rules say of what begins at @window. */
static struct detected detected(size_t size, size_t offset, const char *super, uint64_t window,
				struct options *o, const char *list)
{
	struct fs_driver d = { .supers = supers, .rules = rules };
	struct detected found;
	int fd = memfd_create("superblock", 0);

	assert_true(fd >= 0 && !ftruncate(fd, size) && pwrite(fd, super, 9, offset) == 9);
	assert_true(parse(o, list));
	assert_true(detect(&found, fd, window, &d, o));
	close(fd);
	return found;
}

static void superblocks(void **state)
{
	static const char big[] = "\x12\x34\x56\x78\0\0\0\x08\1", little[] = "\x78\x56\x34\x12\1\0\0\0\1";
	struct detected f;
	struct options o;

	f = detected(70000, 1024, big, 0, &o, "");
	assert_null(f.readonly);
	assert_null(f.refused);
	assert_string_equal(f.marks.s, "1032:0:1 1030:8:0 1031:9:8");
	assert_int_equal(o.nwords, 2);
	assert_string_equal(o.words[0].value, "any");
	assert_string_equal(o.words[1].value, "big");
	detect_free(&f);
	options_free(&o);

	/* in a window, by the user's choice, with bits that are there */
	f = detected(70000, 512 + 1024, little, 512, &o, "order=mine");
	assert_string_equal(f.marks.s, "1032:0:1 1029:8:0");
	assert_int_equal(o.nwords, 2);
	assert_string_equal(o.words[0].value, "mine");
	detect_free(&f);
	options_free(&o);

	/* reasons, the first of two */
	f = detected(70000, 1024, "\x78\x56\x34\x12\4\0\0\0\2", 0, &o, "");
	assert_string_equal(f.readonly, "bits");
	detect_free(&f);
	options_free(&o);
	f = detected(70000, 1024, "\x78\x56\x34\x12\1\0\0\0\2", 0, &o, "");
	assert_string_equal(f.readonly, "dirty");
	detect_free(&f);
	options_free(&o);
	f = detected(70000, 65536, "\x78\x56\x34\x12\x0a\0\0\0\1", 0, &o, "");
	assert_string_equal(f.refused, "too far");
	detect_free(&f);
	options_free(&o);
	f = detected(70000, 65536, "\x78\x56\x34\x12\x0a\0\0\0\1", 0, &o, "bold");
	assert_null(f.refused);
	detect_free(&f);
	options_free(&o);

	/* not there: another condition, another place, behind the end */
	for (int i = 0; i < 3; i++) {
		f = detected(i == 2 ? 1500 : 70000, i ? 1025 : 65536, little, 0, &o, "");
		assert_true(!f.readonly && !f.refused && !f.marks.s && !o.nwords);
		detect_free(&f);
		options_free(&o);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(flags), cmocka_unit_test(bridge), cmocka_unit_test(quoting),
		cmocka_unit_test(hostile), cmocka_unit_test(driver), cmocka_unit_test(types),
		cmocka_unit_test(superblocks), cmocka_unit_test(mountinfo),
		cmocka_unit_test(status),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
