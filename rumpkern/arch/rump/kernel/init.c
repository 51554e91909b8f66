// SPDX-License-Identifier: GPL-2.0-only
/*
 * The kernel insists on executing a first program. Give it an empty /init in
 * rootfs and a binary format that accepts it; kernel_init() then returns and
 * the thread becomes the server of user.c.
 */
#include <linux/binfmts.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/init.h>
#include <asm/rump.h>

static int load_nothing(struct linux_binprm *bprm)
{
	return 0;
}

static struct linux_binfmt rump_binfmt = {
	.load_binary = load_nothing,
};

static int __init rump_init_program(void)
{
	/* Not for writing: exec would find it busy until the deferred fput(). */
	struct file *f = filp_open("/init", O_CREAT | O_RDONLY, 0755);

	if (IS_ERR(f))
		return PTR_ERR(f);
	fput(f);
	register_binfmt(&rump_binfmt);
	return 0;
}
late_initcall(rump_init_program);
