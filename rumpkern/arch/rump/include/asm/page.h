/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _ASM_RUMP_PAGE_H
#define _ASM_RUMP_PAGE_H

#include <linux/const.h>

#define PAGE_SHIFT	12
#define PAGE_SIZE	(_AC(1, UL) << PAGE_SHIFT)
#define PAGE_MASK	(~(PAGE_SIZE - 1))

#ifndef __ASSEMBLY__
#include <linux/string.h>

/*
 * "Physical" memory is one mapping of the host process. Physical address 0 is
 * its first byte, so page frame numbers are small and start at 0.
 */
extern unsigned long rump_mem_base;
extern unsigned long rump_mem_size;
extern unsigned long rump_mem_max;		/* what size may become: mm/grow.c */

#define PAGE_OFFSET		rump_mem_base
#define ARCH_PFN_OFFSET		0UL

#define clear_page(p)		memset((p), 0, PAGE_SIZE)
#define copy_page(to, from)	memcpy((to), (from), PAGE_SIZE)
#define clear_user_page(p, vaddr, pg)	clear_page(p)
#define copy_user_page(to, from, vaddr, pg) copy_page(to, from)

typedef struct { unsigned long pte; } pte_t;
typedef struct { unsigned long pmd; } pmd_t;
typedef struct { unsigned long pgd; } pgd_t;
typedef struct { unsigned long pgprot; } pgprot_t;
typedef struct page *pgtable_t;

#define pte_val(x)	((x).pte)
#define pmd_val(x)	((x).pmd)
#define pgd_val(x)	((x).pgd)
#define pgprot_val(x)	((x).pgprot)
#define __pte(x)	((pte_t) { (x) })
#define __pmd(x)	((pmd_t) { (x) })
#define __pgd(x)	((pgd_t) { (x) })
#define __pgprot(x)	((pgprot_t) { (x) })

#define __pa(x)			((unsigned long)(x) - rump_mem_base)
#define __va(x)			((void *)((unsigned long)(x) + rump_mem_base))
#define virt_to_pfn(kaddr)	(__pa(kaddr) >> PAGE_SHIFT)
#define pfn_to_virt(pfn)	__va((unsigned long)(pfn) << PAGE_SHIFT)
#define virt_to_page(addr)	pfn_to_page(virt_to_pfn(addr))
#define page_to_virt(page)	pfn_to_virt(page_to_pfn(page))
#define page_to_phys(page)	((phys_addr_t)page_to_pfn(page) << PAGE_SHIFT)
#define pfn_valid(pfn)		((unsigned long)(pfn) < max_mapnr)
#define virt_addr_valid(x)	(__pa(x) < rump_mem_size)

#include <asm-generic/memory_model.h>
#include <asm-generic/getorder.h>
#endif
#endif
