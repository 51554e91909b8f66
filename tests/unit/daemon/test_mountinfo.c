/* SPDX-License-Identifier: GPL-2.0-only */
/* Which mount is uppermost on a directory. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/sysmacros.h>
#include <unistd.h>
#include <cmocka.h>
#include "mountpoint.h"

static const char text[] =
	"22 1 254:0 / / rw,relatime shared:1 - ext4 /dev/root rw\n"
	"30 22 0:40 / /mnt rw - fuse.rumpfs.vfat /a.img rw\n"
	"31 22 0:41 / /mnt/with\\040space rw - fuse.rumpfs.vfat /b.img rw\n"
	"32 30 0:42 / /mnt rw - tmpfs none rw\n"
	"broken\n";

static void test_top(void **state)
{
	char path[] = "/tmp/mountinfo.XXXXXX";
	int fd = mkstemp(path);
	dev_t dev;

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, sizeof(text) - 1), sizeof(text) - 1);
	assert_true(mountinfo_top(path, "/mnt", &dev));
	assert_true(dev == makedev(0, 42));
	assert_true(mountinfo_top(path, "/mnt/with space", &dev));
	assert_true(dev == makedev(0, 41));
	assert_false(mountinfo_top(path, "/mnt/with", &dev));
	assert_false(mountinfo_top("/nonexistent", "/mnt", &dev));
	close(fd);
	unlink(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_top),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
