/* SPDX-License-Identifier: GPL-2.0-only */
/* Sources that are servers, and credentials. With the real table of drivers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/stat.h>
#include <cmocka.h>
#include "login.h"
#include "message.h"
#include "netsource.h"

static const struct fs_driver *smb;
static const struct fs_name *smb_name;
static char reason[REASON_SIZE];

/* --- forms of a source --- */

static void forms(void **state)
{
	static const struct {
		enum fs_source kind;
		const char *spec, *host, *name;		/* host NULL: not of this kind */
	} cases[] = {
		{ FS_SOURCE_UNC, "//server/share", "server", "//server/share" },
		{ FS_SOURCE_UNC, "\\\\server\\share", "server", "//server\\share" },
		{ FS_SOURCE_UNC, "//server/share/sub/dir", "server", "//server/share/sub/dir" },
		{ FS_SOURCE_UNC, "//server/my share", "server", "//server/my share" },
		{ FS_SOURCE_UNC, "//[fe80::1%2]/c$", "fe80::1%2", "//fe80::1%2/c$" },
		{ FS_SOURCE_UNC, "//::1/c", "::1", "//::1/c" },
		{ FS_SOURCE_UNC, "//server", NULL, NULL },
		{ FS_SOURCE_UNC, "//server/", NULL, NULL },
		{ FS_SOURCE_UNC, "//server//x", NULL, NULL },
		{ FS_SOURCE_UNC, "///share", NULL, NULL },
		{ FS_SOURCE_UNC, "/server/share", NULL, NULL },
		{ FS_SOURCE_UNC, "smb://server/share", NULL, NULL },
		{ FS_SOURCE_UNC, "//[::1/share", NULL, NULL },
		{ FS_SOURCE_UNC, "//[]/share", NULL, NULL },
		{ FS_SOURCE_UNC, "//[::1]x/share", NULL, NULL },
		{ FS_SOURCE_UNC, "//ser\nver/share", NULL, NULL },
		{ FS_SOURCE_UNC, "", NULL, NULL },
		{ FS_SOURCE_EXPORT, "server:/", "server", "server:/" },
		{ FS_SOURCE_EXPORT, "server:/a b:/c", "server", "server:/a b:/c" },
		{ FS_SOURCE_EXPORT, "[2001:db8::1]:/x", "2001:db8::1", "[2001:db8::1]:/x" },
		{ FS_SOURCE_EXPORT, "server", NULL, NULL },
		{ FS_SOURCE_EXPORT, "server:x", NULL, NULL },
		{ FS_SOURCE_EXPORT, ":/x", NULL, NULL },
		{ FS_SOURCE_EXPORT, "[::1]/x", NULL, NULL },
		{ FS_SOURCE_EXPORT, "/dev/x:/y", NULL, NULL },
		{ FS_SOURCE_DEVICE, "//server/share", NULL, NULL },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char *host = NULL, *name = NULL;

		assert_int_equal(netsource_parse(cases[i].kind, cases[i].spec, &host, &name),
				 cases[i].host != NULL);
		if (!cases[i].host)
			continue;
		assert_string_equal(host, cases[i].host);
		assert_string_equal(name, cases[i].name);
		free(host);
		free(name);
	}
}

static void addresses(void **state)
{
	struct options o;
	struct source s;

	options_init(&o);
	assert_int_equal(netsource_find(&s, "//127.0.0.1/x", smb, &o), EX_SUCCESS);
	assert_int_equal(s.naddresses, 1);
	assert_string_equal(s.addresses[0], "127.0.0.1");
	assert_string_equal(s.path, "//127.0.0.1/x");
	source_free(&s);
	assert_int_equal(netsource_find(&s, "//[fe80::1%lo]/x", smb, &o), EX_SUCCESS);
	assert_string_equal(s.addresses[0], "fe80::1%1");
	assert_string_equal(s.path, "//[fe80::1%lo]/x");
	source_free(&s);
	assert_int_equal(netsource_find(&s, "//no-such-host.invalid/x", smb, &o), EX_FAIL);
	source_free(&s);
	assert_int_equal(netsource_find(&s, "server:/x", smb, &o), EX_USAGE);
	source_free(&s);
	options_keep(&o, "ip", "127.0.0.2");	/* the user knows better than the resolver */
	assert_int_equal(netsource_find(&s, "//no-such-host.invalid/x", smb, &o), EX_SUCCESS);
	assert_int_equal(s.naddresses, 0);
	source_free(&s);
	options_free(&o);
}

/* The last of the options that say it counts. */
static void families(void **state)
{
	const struct fs_name *name;
	const struct fs_driver *nfs = registry_find("nfs", &name);
	struct options o;
	struct source s;

	options_init(&o);
	options_keep(&o, "tcp", NULL);
	options_keep(&o, "proto", "tcp");
	assert_int_equal(netsource_find(&s, "127.0.0.1:/x", nfs, &o), EX_SUCCESS);
	source_free(&s);
	assert_int_equal(netsource_find(&s, "[::1]:/x", nfs, &o), EX_FAIL);
	source_free(&s);
	options_keep(&o, "proto", "udp6");
	assert_int_equal(netsource_find(&s, "127.0.0.1:/x", nfs, &o), EX_FAIL);
	source_free(&s);
	assert_int_equal(netsource_find(&s, "[::1]:/x", nfs, &o), EX_SUCCESS);
	assert_string_equal(s.addresses[0], "::1");
	source_free(&s);
	options_free(&o);
}

static void guessed(void **state)
{
	const struct fs_name *name;

	assert_ptr_equal(netsource_driver("//server/share", &name), smb);
	assert_string_equal(name->name, "smbfs");
	assert_null(netsource_driver("/dev/sda1", &name));
	assert_null(netsource_driver("image", &name));
}

/* --- credentials --- */

static char *made(const char *list, const char **shown)
{
	static struct driveropts d;
	struct options o;
	char *copy = NULL;

	driveropts_free(&d);
	options_init(&o);
	assert_true(options_parse(&o, list, reason));
	assert_true(options_check(&o, reason));
	if (login_find(&o, smb, "//h/s", false) == EX_SUCCESS) {
		if (!driveropts_make(&d, &o, smb, smb_name, NULL, reason))
			fail_msg("%s: %s", list, reason);
		copy = strdup(d.list.s);
		if (shown)
			*shown = d.shown.s;
	}
	options_free(&o);
	return copy;
}

static void gives(const char *list, const char *expected)
{
	char *got = made(list, NULL);

	if (expected) {
		assert_non_null(got);
		assert_string_equal(got, expected);
	} else {
		assert_null(got);
	}
	free(got);
}

static void clean_environment(void)
{
	unsetenv("USER");
	unsetenv("PASSWD");
	unsetenv("PASSWD_FD");
	unsetenv("PASSWD_FILE");
}

static void by_options(void **state)
{
	clean_environment();
	gives("username=alice,password=pw", "username=alice,password=pw");
	gives("user=alice,pass=pw,dom=D", "username=alice,password=pw,domain=D");
	gives("username=alice,workgroup=W,password=", "username=alice,password=,domain=W");
	gives("username=D/alice%pw", "username=alice,password=pw,domain=D");
	gives("username=D\\alice,password=x%y", "username=alice,password=x%y,domain=D");
	gives("username=alice,password=a\\,b", "username=alice,password=a,,b");
	gives("username=alice,password=\"a,b\",uid=7", "uid=7,username=alice,password=a,,b");
	gives("username=alice%one,password=two", "username=alice,password=two");
	gives("guest", "username=,password=");
	gives("guest,username=bob", "username=bob,password=");
	gives("sec=none", "sec=none,username=,password=");
	setenv("USER", "carol%pw", 1);
	gives("ro", "username=carol,password=pw");
	gives("username=alice,password=x", "username=alice,password=x");
	clean_environment();
	setenv("PASSWD", "from,here", 1);
	gives("ro", "username=root,password=from,,here");
	gives("password=x", "username=root,password=x");
	gives("guest", "username=,password=");
}

static void write_file(const char *path, const char *text, mode_t mode)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, mode);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	fchmod(fd, mode);
	close(fd);
}

static void by_files(void **state)
{
	char path[] = "/tmp/rumpfs-credentials.XXXXXX", list[100], fd_text[12];
	int fd = mkstemp(path);

	assert_true(fd >= 0);
	close(fd);
	clean_environment();
	snprintf(list, sizeof(list), "credentials=%s", path);
	write_file(path, "# me\n  username=alice\npassword= with space, and = \r\n\ndomain=D\n", 0600);
	gives(list, "username=alice,password= with space,, and = ,domain=D");
	write_file(path, "user=D2/bob%pw", 0644);
	gives(list, "username=bob,password=pw,domain=D2");
	write_file(path, "usernam=alice\npassword=pw\n", 0600);
	gives(list, "username=root,password=pw");
	write_file(path, "password=long", 0600);
	truncate(path, 20000);
	gives(list, NULL);
	setenv("PASSWD_FILE", path, 1);
	gives("for=daemon,password=pw", "username=daemon,password=pw");
	write_file(path, "secret\nsecond line\n", 0600);
	gives("username=a", "username=a,password=secret");
	unsetenv("PASSWD_FILE");
	fd = open(path, O_RDONLY);
	snprintf(fd_text, sizeof(fd_text), "%d", fd);
	setenv("PASSWD_FD", fd_text, 1);
	gives("username=a", "username=a,password=secret");
	close(fd);
	gives("username=a", NULL);
	setenv("PASSWD_FD", "one", 1);
	gives("username=a", NULL);
	unlink(path);
	clean_environment();
	gives(list, NULL);
}

/* What is secret is in no message. */
static void secrecy(void **state)
{
	struct driveropts d;
	struct options o;
	const char *shown = NULL;
	char long_one[600], list[700];

	clean_environment();
	free(made("username=alice,password=hidden", &shown));
	assert_null(strstr(shown, "hidden"));
	assert_non_null(strstr(shown, "password=***"));
	options_init(&o);
	assert_false(options_parse(&o, "password=hid\tden", reason));
	assert_null(strstr(reason, "hid"));
	options_free(&o);
	memset(long_one, 'x', sizeof(long_one) - 1);
	long_one[sizeof(long_one) - 1] = '\0';
	snprintf(list, sizeof(list), "username=a,password=%s", long_one);
	gives(list, NULL);
	/* A description decides what is secret, whatever is wrong with the value. */
	options_init(&o);
	memset(&d, 0, sizeof(d));
	options_keep(&o, "password", "");
	assert_true(driveropts_make(&d, &o, smb, smb_name, NULL, reason));
	options_free(&o);
	driveropts_free(&d);
}

static void refusals(void **state)
{
	static const struct {
		const char *list, *because;
	} cases[] = {
		{ "sec=krb5", "Kerberos" }, { "sec=krb5i", "Kerberos" }, { "multiuser", "upcall" },
		{ "sec=wrong", "not one of" }, { "fsc", "FS-Cache" }, { "usernam=x", "did you mean" },
		{ "file_mode=9", "octal" }, { "vers=4", "not one of" }, { "uid=nobody-at-all", "no such user" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct driveropts d;
		static const struct caller root;
		struct options o;

		options_init(&o);
		assert_true(options_parse(&o, cases[i].list, reason));
		assert_false(driveropts_make(&d, &o, smb, smb_name, &root, reason));
		if (!strstr(reason, cases[i].because))
			fail_msg("%s: %s", cases[i].list, reason);
		driveropts_free(&d);
		options_free(&o);
	}
	gives("guest,file_mode=644,dir_mode=0755", "file_mode=0644,dir_mode=00755,username=,password=");
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(forms), cmocka_unit_test(addresses), cmocka_unit_test(families), cmocka_unit_test(guessed),
		cmocka_unit_test(by_options), cmocka_unit_test(by_files), cmocka_unit_test(secrecy),
		cmocka_unit_test(refusals),
	};

	smb = registry_find("smbfs", &smb_name);
	if (!smb) {
		printf("SKIP: the driver smb is not built\n");
		return 77;
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
