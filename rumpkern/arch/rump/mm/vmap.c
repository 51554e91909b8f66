// SPDX-License-Identifier: GPL-2.0-only
/*
 * nommu kernels cannot show pages at consecutive addresses and BUG() when a
 * driver asks. Our pages are pages of a file of the host, which can: the
 * linker's --wrap option sends the callers here.
 */
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>
#include <asm/rump.h>

void *__wrap_vmap(struct page **pages, unsigned int count, unsigned long flags,
		  pgprot_t prot)
{
	unsigned long *off = kmalloc_array(count, sizeof(*off), GFP_NOFS);
	unsigned int i;
	void *p;

	if (!off)
		return NULL;
	for (i = 0; i < count; i++)
		off[i] = page_to_phys(pages[i]);
	p = rumpuser_vmap(off, count);
	kfree(off);
	return p;
}

void *__wrap_vm_map_ram(struct page **pages, unsigned int count, int node)
{
	return __wrap_vmap(pages, count, 0, PAGE_KERNEL);
}

void __wrap_vm_unmap_ram(const void *addr, unsigned int count)
{
	rumpuser_vunmap((void *)addr);
}

/* The host remembers the size of what vmap() returned. */
void __wrap_vunmap(const void *addr)
{
	rumpuser_vunmap((void *)addr);
}

void __wrap_vm_unmap_aliases(void)
{
}
