// SPDX-License-Identifier: GPL-2.0-only
/*
 * Unlocking. The driver first has the server take what was written, and then waits until nothing is under way that was
 * read or written under the lock. What is written in between is dirty, and on its way to nobody until the
 * flusher comes along, half a minute later. In a kernel only a thread of the same process could do that; here the host does,
 * which writes back what was changed by mmap(2) whenever it likes. So it is sent while one waits.
 */
#include <linux/nfs_fs.h>
#include <linux/wait_bit.h>
#include "internal.h"

#define LOOK	(HZ / 50)	/* may something have been written meanwhile? */

int __real_nfs_iocounter_wait(struct nfs_lock_context *l_ctx);
int __wrap_nfs_iocounter_wait(struct nfs_lock_context *l_ctx);
int __wrap_nfs_iocounter_wait(struct nfs_lock_context *l_ctx)
{
	atomic_t *under_way = &l_ctx->io_count;
	long ret = 1;

	while (atomic_read(under_way) && ret >= 0) {
		nfs_wb_all(d_inode(l_ctx->open_context->dentry));
		ret = ___wait_var_event(under_way, ___wait_cond_timeout(!atomic_read(under_way)), TASK_KILLABLE, 0,
					LOOK, __ret = schedule_timeout(__ret));
	}
	return __real_nfs_iocounter_wait(l_ctx);	/* there is nothing left to wait for, or this was killed */
}
