// SPDX-License-Identifier: GPL-2.0-only
/*
 * The one symbol that a rump kernel exports: the table of rump/rump.h. The
 * component's name is given by the link (see rumpkern/link-component).
 */
#include <linux/utsname.h>
#include <generated/utsrelease.h>
#include <rump/rumpvfs.h>
#include <asm/rump.h>

extern const char rump_component[];
extern const struct rumpvfs_ops rumpvfs_ops;

extern const struct rump_kernel rump_kernel RUMPUSER_EXPORT;

const struct rump_kernel rump_kernel = {
	.abi = RUMP_ABI,
	.size = sizeof(struct rump_kernel),
	.release = UTS_RELEASE,
	.component = rump_component,
	.prepare = rump_prepare,
	.resume = rump_resume,
	.current_lwp = rump_current_lwp,
	.irq_post = rump_irq_post,
	.irq_pending = &rump_irq_pending,
	.lwp_queue = rump_lwp_queue,
	.job_submit = rump_job_submit,
	.job_interrupt = rump_job_interrupt,
	.blk_done = rumpblk_done,
	.fixup = rump_fixup,
	.fault = rump_fault,
	.stuck = rump_stuck,
	.wallclock_set = rump_wallclock_set,
	.disk_attach = rumpblk_attach,
	.disk_detach = rumpblk_detach,
	.disk_resize = rumpblk_resize,
	.mem_trim = rump_mem_trim,
	.mem_stat = rump_mem_stat,
	.progress = &rump_progress,
	.vfs = &rumpvfs_ops,
};
