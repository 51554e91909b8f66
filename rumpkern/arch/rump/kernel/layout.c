// SPDX-License-Identifier: GPL-2.0-only
/*
 * Where things are in structures of the kernel, for a debugger: the kernel is compiled without types, which would be
 * larger than it. Read by rumpkern/gdb/rump-gdb.py out of a process or a core, by the name of the symbol.
 */
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <../kernel/printk/printk_ringbuffer.h>

struct rump_layout {
	char what[44];
	unsigned int value;
};

#define OFFSET(type, member)	{ #type "." #member, offsetof(struct type, member) }
#define SIZE(type)		{ #type, sizeof(struct type) }

/* Nothing refers to it. */
const struct rump_layout rump_layout[] __used __attribute__((__retain__)) = {
	OFFSET(task_struct, tasks),
	OFFSET(task_struct, signal),
	OFFSET(task_struct, thread_node),
	OFFSET(task_struct, pid),
	OFFSET(task_struct, comm),
	OFFSET(task_struct, __state),
	OFFSET(task_struct, stack),
	OFFSET(task_struct, thread.sp),
	OFFSET(signal_struct, thread_head),
	OFFSET(printk_ringbuffer, desc_ring.count_bits),
	OFFSET(printk_ringbuffer, desc_ring.descs),
	OFFSET(printk_ringbuffer, desc_ring.infos),
	OFFSET(printk_ringbuffer, desc_ring.head_id),
	OFFSET(printk_ringbuffer, desc_ring.tail_id),
	OFFSET(printk_ringbuffer, text_data_ring.size_bits),
	OFFSET(printk_ringbuffer, text_data_ring.data),
	SIZE(prb_desc),
	OFFSET(prb_desc, state_var),
	OFFSET(prb_desc, text_blk_lpos.begin),
	OFFSET(prb_desc, text_blk_lpos.next),
	SIZE(printk_info),
	OFFSET(printk_info, ts_nsec),
	OFFSET(printk_info, text_len),
	{ "", 0 }
};
