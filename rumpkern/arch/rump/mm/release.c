// SPDX-License-Identifier: GPL-2.0-only
/*
 * Memory that the kernel has freed goes back to the host, by the kernel's own
 * "free page reporting" as virtual machines use it: two seconds after enough
 * was freed, free blocks of at least REPORT_ORDER are reported once, and
 * marked so until they are used again.
 */
#include <linux/init.h>
#include <linux/mm.h>
#include <linux/page_reporting.h>
#include <linux/scatterlist.h>
#include <asm/rump.h>

/*
 * 16 KiB: smaller holes are not worth a call. Larger ones would be too few: pages of
 * a table that grew along with a file lie between the pages of the file.
 */
#define REPORT_ORDER	2

static int report(struct page_reporting_dev_info *prdev, struct scatterlist *sg, unsigned int nents)
{
	struct scatterlist *s;
	unsigned int i;

	for_each_sg(sg, s, nents, i)
		rumpuser_mem_release(page_to_phys(sg_page(s)), s->length);
	return 0;
}

static struct page_reporting_dev_info prdev = {
	.report = report,
	.order = REPORT_ORDER,
};

static int __init release_init(void)
{
	return page_reporting_register(&prdev);
}
late_initcall(release_init);
