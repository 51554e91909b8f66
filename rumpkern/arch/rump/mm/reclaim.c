// SPDX-License-Identifier: GPL-2.0-only
/*
 * When memory is short. Who allocates looks for pages to be freed again and again, and gives up soon. In a kernel interrupts
 * end writes and reads meanwhile, which is what frees pages; here the host is asked for them when the CPU idles, and
 * somebody who searches in vain would keep it from that. And where a server is slow or silent, or a disk slow, a kernel kills a process for
 * its memory, while we have none: what is being written, or read from a disk, is worth the wait. For a second, if memory can grow
 * (grow.c): then it does, so that a server that is gone, or a disk that is always busy, stops nobody who needs memory for something else.
 */
#include <linux/delay.h>
#include <linux/gfp.h>
#include <linux/oom.h>
#include <linux/swap.h>
#include <linux/vmstat.h>
#include <asm/rump.h>

#define LOOK_US		50		/* the CPU idles, if only for a moment */
#define WAIT_MS		10
#define IN_A_ROW	16		/* searches that found something, which others may have taken */

unsigned long __real_try_to_free_pages(struct zonelist *zonelist, int order, gfp_t gfp, nodemask_t *mask);
unsigned long __wrap_try_to_free_pages(struct zonelist *zonelist, int order, gfp_t gfp, nodemask_t *mask);
unsigned long __wrap_try_to_free_pages(struct zonelist *zonelist, int order, gfp_t gfp, nodemask_t *mask)
{
	unsigned long freed = __real_try_to_free_pages(zonelist, order, gfp, mask);
	static unsigned int searches;

	if (!freed || ++searches % IN_A_ROW == 0)
		usleep_range(LOOK_US, 2 * LOOK_US);
	return freed;
}

bool __weak rumpblk_busy(void)
{
	return false;
}

bool __real_out_of_memory(struct oom_control *oc);
bool __wrap_out_of_memory(struct oom_control *oc);
bool __wrap_out_of_memory(struct oom_control *oc)
{
	static unsigned long since, last;	/* who calls is refused once more, and comes again at once */
	bool wait = global_node_page_state(NR_WRITEBACK) || rumpblk_busy();

	if (time_after(jiffies, last + HZ))
		since = jiffies;
	last = jiffies;
	if (wait && rump_mem_size < rump_mem_max)
		wait = time_before(jiffies, since + HZ);
	if (!wait) {
		since = jiffies;
		return __real_out_of_memory(oc);
	}
	msleep(WAIT_MS);
	return true;
}
