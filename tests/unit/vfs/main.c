// SPDX-License-Identifier: GPL-2.0-only
/*
 * rumpvfs on FAT, and on ext4 where that component was built.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "tests.h"

static void run(void **state)
{
	const struct vfs_test *t = *state;

	if (!vfs_have(t->fs))
		skip();
	assert_int_equal(vfs_run(t), 0);
}

#define T(fs_, name, ...)							\
	{ #name " (" #fs_ ")", run, NULL, NULL,					\
	  &(struct vfs_test){ .fs = &vfs_##fs_, .fn = t_##name, __VA_ARGS__ } }

#define VERIFY		.cmdline = "fatdx.verify=1", .watch = "fatdx: "
#define FATDX(fs_)	T(fs_, fatdx, VERIFY)

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		T(vfat, names), T(vfat, rename), T(vfat, spelling), T(vfat, readdir),
		T(vfat, prune, .max_nodes = 128), T(vfat, open), T(vfat, data),
		T(vfat, big, .memsize = 32 << 20), T(vfat, fat_gaps), T(vfat, space),
		T(vfat, locks), T(vfat, lock_wait, .flags = VFS_JOB), T(vfat, ioctl_fat),
		T(vfat, parallel, .flags = VFS_JOB), T(ext4, parallel, .flags = VFS_JOB),
		T(vfat, setattr), T(vfat, mounts), T(vfat, remount),
		T(vfat, readonly, .flags = VFS_READONLY),
		T(vfat, names, .flags = VFS_JOB), T(vfat, data, .flags = VFS_JOB),
		T(msdos, open), T(msdos, space), T(msdos, fat_gaps),
		T(ext4, names), T(ext4, rename), T(ext4, links), T(ext4, readdir),
		T(ext4, prune, .max_nodes = 128), T(ext4, open), T(ext4, data),
		T(ext4, big, .memsize = 32 << 20), T(ext4, fat_gaps), T(ext4, space),
		T(ext4, locks), T(ext4, ioctl_ext), T(ext4, setattr), T(ext4, setattr_unix),
		T(ext4, creds), T(ext4, xattr), T(ext4, mounts), T(ext4, remount),
		T(ext4, readonly, .flags = VFS_READONLY),
		FATDX(vfat), FATDX(fat_latin), FATDX(fat_koi), FATDX(fat_866), FATDX(fat_turkish),
		FATDX(fat_sjis), FATDX(fat_lower), FATDX(fat_strict), FATDX(fat_xlate), FATDX(msdos),
		T(vfat, fatdx_short, VERIFY), T(fat_latin, fatdx_short, VERIFY),
		T(fat_koi, fatdx_short, VERIFY), T(fat_866, fatdx_short, VERIFY),
		T(fat_sjis, fatdx_short, VERIFY), T(fat_lower, fatdx_short, VERIFY),
		T(fat_damaged, fatdx_damaged, VERIFY),
		T(vfat, fatdx_memory, .memsize = 32 << 20, VERIFY),
	};

	if (argc > 1)
		cmocka_set_test_filter(argv[1]);
	return cmocka_run_group_tests_name("vfs", tests, NULL, NULL);
}
