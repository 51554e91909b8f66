/* SPDX-License-Identifier: GPL-2.0-only */
/* The configuration that the helper passes to the daemon. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <errno.h>
#include <cmocka.h>
#include <librump.h>
#include "config.h"

#define BASE	"component=fat\0fstype=vfat\0subtype=msdos\0source=/dev/sdb1\0target=/mnt\0"

static int parse(struct rumpfsd_config *cfg, const char *text, size_t len, char *err)
{
	char *buf = malloc(len);

	memcpy(buf, text, len);
	err[0] = 0;
	return config_parse(cfg, buf, len, err, 200);
}

#define PARSE(text)	parse(&cfg, text, sizeof(text) - 1, err)

static void test_defaults(void **state)
{
	struct rumpfsd_config cfg;
	char err[200];

	assert_int_equal(PARSE(BASE), 0);
	assert_string_equal(cfg.fstype, "vfat");
	assert_string_equal(cfg.target, "/mnt");
	assert_true(cfg.sandbox);
	assert_true(cfg.writeback);
	assert_false(cfg.readonly);
	assert_true(cfg.negative_timeout < 0);
	assert_int_equal(cfg.readdirplus, CONFIG_AUTO);
	config_free(&cfg);
}

static void test_values(void **state)
{
	struct rumpfsd_config cfg;
	char err[200];

	assert_int_equal(PARSE(BASE "offset=1048576\0size=512\0readonly=1\0blkio=pool\0"
			       "locks=driver\0readdirplus=0\0entry_timeout=0.5\0"
			       "driveropts=a=b,c\0memsize=67108864\0loglevel=3\0sandbox=0\0"), 0);
	assert_int_equal(cfg.offset, 1048576);
	assert_int_equal(cfg.size, 512);
	assert_true(cfg.readonly);
	assert_int_equal(cfg.blkio, RUMP_BLKIO_POOL);
	assert_true(cfg.locks_driver);
	assert_int_equal(cfg.readdirplus, CONFIG_OFF);
	assert_true(cfg.entry_timeout == 0.5);
	assert_string_equal(cfg.driveropts, "a=b,c");
	assert_int_equal(cfg.memsize, 67108864);
	assert_int_equal(cfg.loglevel, 3);
	assert_false(cfg.sandbox);
	config_wipe(&cfg);
	assert_string_equal(cfg.driveropts, "");
	config_free(&cfg);
}

static void test_errors(void **state)
{
	struct rumpfsd_config cfg;
	char err[200];

#define REFUSED(text, reason)					\
	do {							\
		assert_int_equal(PARSE(text), -EINVAL);		\
		assert_non_null(strstr(err, reason));		\
		config_free(&cfg);				\
	} while (0)

	REFUSED(BASE "colour=red\0", "unknown key \"colour\"");
	REFUSED(BASE "novalue\0", "unknown key");
	REFUSED(BASE "readonly=2\0", "bad value for readonly");
	REFUSED(BASE "readonly=\0", "bad value");
	REFUSED(BASE "size=-1\0", "bad value");
	REFUSED(BASE "size=12x\0", "bad value");
	REFUSED(BASE "offset=99\0", "multiple of 512");
	REFUSED(BASE "entry_timeout=soon\0", "bad value");
	REFUSED(BASE "entry_timeout=inf\0", "bad value");
	REFUSED(BASE "blkio=fast\0", "bad value");
	REFUSED(BASE "size=1", "not terminated");
	REFUSED(BASE "component=../x\0", "bad component");
	REFUSED(BASE "target=mnt\0", "target");
	REFUSED("component=fat\0fstype=vfat\0", "no subtype");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_defaults),
		cmocka_unit_test(test_values),
		cmocka_unit_test(test_errors),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
