// SPDX-License-Identifier: GPL-2.0-only
/*
 * When memory does not suffice. What a client holds (open files, directories that are watched)
 * cannot be taken from it, and pins an inode each. So the kernel gets more memory from the
 * host, up to a bound, before it would run out of it: when somebody asks whether there is room, and at the
 * latest where Linux would look for a process to kill. The caller, who asks before it adds
 * to what is pinned, is told when the bound is reached.
 *
 * The new frames follow the old ones, in blocks of the largest order: no block
 * of the buddy allocator lies on both sides of a former end.
 */
#include <linux/gfp.h>
#include <linux/init.h>
#include <linux/list.h>
#include <linux/memblock.h>
#include <linux/mm.h>
#include <linux/notifier.h>
#include <linux/oom.h>
#include <linux/page-isolation.h>
#include <linux/slab.h>
#include <linux/swap.h>
#include <linux/vmstat.h>
#include <asm/rump.h>

#define STEP	(2 * MAX_ORDER_NR_PAGES)
#define MARGIN	256ul		/* pages: what all requests under way may take at most */

static bool can_grow;

/* As the boot leaves the pages of a free block before it frees them. */
static void init_block(struct page *page, unsigned long pfn)
{
	unsigned long i;

	for (i = 0; i < MAX_ORDER_NR_PAGES; i++, page++) {
		mm_zero_struct_page(page);
		set_page_links(page, ZONE_NORMAL, 0, pfn + i);
		page_mapcount_reset(page);
		page_cpupid_reset_last(page);
		INIT_LIST_HEAD(&page->lru);
	}
}

/* The number of pages that there are more; 0 at the bound, or if the host has none. */
unsigned long rump_mem_grow(void)
{
	struct pglist_data *node = NODE_DATA(0);
	struct zone *zone = &node->node_zones[ZONE_NORMAL];
	unsigned long start = max_pfn, pfn, n;

	n = min_t(unsigned long, STEP, (rump_mem_max - rump_mem_size) >> PAGE_SHIFT);
	if (!can_grow || !n || rumpuser_mem_grow(rump_mem_size + (n << PAGE_SHIFT)))
		return 0;
	for (pfn = start; pfn < start + n; pfn += MAX_ORDER_NR_PAGES)
		init_block(pfn_to_page(pfn), pfn);
	rump_mem_size += n << PAGE_SHIFT;
	max_low_pfn = max_pfn = start + n;
	high_memory = __va(rump_mem_size);
	set_max_mapnr(max_pfn);
	zone->spanned_pages += n;
	zone->present_pages += n;
	node->node_spanned_pages += n;
	node->node_present_pages += n;
	adjust_managed_page_count(pfn_to_page(start), n);
	for (pfn = start; pfn < start + n; pfn += MAX_ORDER_NR_PAGES) {
		set_pageblock_migratetype(pfn_to_page(pfn), MIGRATE_MOVABLE);
		set_page_count(pfn_to_page(pfn), 1);
		__free_pages(pfn_to_page(pfn), MAX_ORDER - 1);
	}
	return n;
}

/* May take long: caches are shrunk. */
static bool can_get(unsigned long n)
{
	struct page *page, *next;
	LIST_HEAD(pages);
	bool ok = true;

	while (n-- && ok) {
		page = alloc_page(GFP_KERNEL | __GFP_RETRY_MAYFAIL | __GFP_NOWARN);
		ok = page;
		if (ok)
			list_add(&page->lru, &pages);
	}
	list_for_each_entry_safe(page, next, &pages, lru) {
		list_del(&page->lru);
		__free_page(page);
	}
	return ok;
}

/*
 * kswapd keeps more free than the lower mark as long as there is something to reclaim. The cache may be pinned
 * like all else, so only to have got pages tells. Where memory can grow it does not wait until
 * the cache is gone: some of it (a sixteenth of all) makes the driver usable.
 */
bool rump_mem_short(void)
{
	struct zone *zone = &NODE_DATA(0)->node_zones[ZONE_NORMAL];
	unsigned long free = global_zone_page_state(NR_FREE_PAGES), need = MARGIN;

	if (can_grow && rump_mem_size < rump_mem_max)
		need = clamp(totalram_pages() / 16, need, 2048ul);
	if (likely(free > low_wmark_pages(zone) + MARGIN / 2 &&
		   (need == MARGIN || free + global_node_page_state(NR_FILE_PAGES) > need)))
		return false;
	return !can_get(need) && !rump_mem_grow();
}

static int out_of_memory_notify(struct notifier_block *nb, unsigned long unused, void *freed)
{
	*(unsigned long *)freed += rump_mem_grow();
	return NOTIFY_OK;
}

static struct notifier_block oom_nb = { .notifier_call = out_of_memory_notify };

/* The boot made the bitmap of blocks as large as memory was. */
static int __init grow_init(void)
{
	struct zone *zone = &NODE_DATA(0)->node_zones[ZONE_NORMAL];
	unsigned long *old = zone->pageblock_flags, *all;
	size_t bits = (rump_mem_max >> (PAGE_SHIFT + pageblock_order)) * NR_PAGEBLOCK_BITS;
	size_t old_bits = (rump_mem_size >> (PAGE_SHIFT + pageblock_order)) * NR_PAGEBLOCK_BITS;

	if (rump_mem_max <= rump_mem_size)
		return 0;
	all = kcalloc(BITS_TO_LONGS(bits), sizeof(long), GFP_KERNEL);
	if (!all)
		return -ENOMEM;
	memcpy(all, old, BITS_TO_LONGS(old_bits) * sizeof(long));
	zone->pageblock_flags = all;
	can_grow = true;
	return register_oom_notifier(&oom_nb);
}
core_initcall(grow_init);
