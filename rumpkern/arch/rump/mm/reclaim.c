// SPDX-License-Identifier: GPL-2.0-only
/*
 * When memory is short. Who allocates looks for pages to be freed again and again, and gives up soon. In a kernel interrupts
 * end writes and reads meanwhile, which is what frees pages; here the host is asked for them when the CPU idles, and
 * somebody who searches in vain would keep it from that. And where a server is slow or silent, or a disk slow, a kernel kills a process for
 * its memory, while we have none: what is being written or read is worth the wait. For a second, if memory can grow
 * (grow.c): then it does, so that a server that is gone, or a disk that is always busy, stops nobody who needs memory for something else.
 * Pages to be read may also be waiting for memory to ask for them with; so of these alone only as long as something is freed now and then.
 */
#include <linux/delay.h>
#include <linux/gfp.h>
#include <linux/memcontrol.h>
#include <linux/oom.h>
#include <linux/swap.h>
#include <linux/vmstat.h>
#include <asm/rump.h>

#define LOOK_US		50		/* the CPU idles, if only for a moment */
#define WAIT_MS		10
#define READING_S	60		/* without anything freed */
#define IN_A_ROW	16		/* searches that found something, which others may have taken */

static unsigned long freed_at;

unsigned long __real_try_to_free_pages(struct zonelist *zonelist, int order, gfp_t gfp, nodemask_t *mask);
unsigned long __wrap_try_to_free_pages(struct zonelist *zonelist, int order, gfp_t gfp, nodemask_t *mask);
unsigned long __wrap_try_to_free_pages(struct zonelist *zonelist, int order, gfp_t gfp, nodemask_t *mask)
{
	unsigned long freed = __real_try_to_free_pages(zonelist, order, gfp, mask);
	static unsigned int searches;

	if (freed)
		freed_at = jiffies;
	if (!freed || ++searches % IN_A_ROW == 0)
		usleep_range(LOOK_US, 2 * LOOK_US);
	return freed;
}

bool __weak rumpblk_busy(void)
{
	return false;
}

/* Is a page of a file being read, from wherever? It is locked then, and on one of the lists that were just searched in vain. */
static bool is_reading(void)
{
	struct lruvec *lruvec = mem_cgroup_lruvec(NULL, first_online_pgdat());
	struct folio *folio;
	bool found = false;
	enum lru_list lru;

	lru_add_drain();
	spin_lock_irq(&lruvec->lru_lock);
	for (lru = LRU_INACTIVE_FILE; lru <= LRU_ACTIVE_FILE && !found; lru++) {
		list_for_each_entry(folio, &lruvec->lists[lru], lru) {
			found = folio_test_locked(folio) && !folio_test_uptodate(folio);
			if (found)
				break;
		}
	}
	spin_unlock_irq(&lruvec->lru_lock);
	return found;
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
	if (!wait && time_before(jiffies, (time_after(freed_at, since) ? freed_at : since) + READING_S * HZ))
		wait = is_reading();
	if (wait && rump_mem_size < rump_mem_max)
		wait = time_before(jiffies, since + HZ);
	if (!wait) {
		since = jiffies;
		return __real_out_of_memory(oc);
	}
	msleep(WAIT_MS);
	return true;
}
