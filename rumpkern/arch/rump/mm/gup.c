// SPDX-License-Identifier: GPL-2.0-only
/*
 * Pages of "user" memory. A library client's memory is the host's and has no struct
 * page, so direct I/O from it cannot be had: EFAULT, where the nommu code would
 * look into an address space that proxies do not have. Kernel memory is fine.
 */
#include <linux/mm.h>
#include <linux/pagemap.h>

size_t __wrap_fault_in_safe_writeable(const char __user *uaddr, size_t size);

int __wrap_get_user_pages_fast(unsigned long start, int nr, unsigned int gup_flags, struct page **pages)
{
	int i;

	for (i = 0; i < nr; i++, start += PAGE_SIZE) {
		if (!virt_addr_valid((void *)start))
			break;
		pages[i] = virt_to_page((void *)start);
		get_page(pages[i]);
	}
	return i || !nr ? i : -EFAULT;
}

/* For a second attempt at direct I/O: the host pages its memory in by itself, which does not help. */
size_t __wrap_fault_in_safe_writeable(const char __user *uaddr, size_t size)
{
	return size;
}
