// SPDX-License-Identifier: GPL-2.0-only
/*
 * The table of an index: open addressing over single pages, so that no large
 * piece of memory is ever asked for. An element is 16 bits of the hash and the slot.
 */
#include <linux/slab.h>
#include "dirindex.h"

#define PAGE_BITS	(PAGE_SHIFT - 2)
#define CROWD		128		/* elements that are looked at for one hash, at most */

static u32 *element(const struct fatdx_table *t, u32 at)
{
	at &= (1u << t->bits) - 1;
	return &t->page[at >> PAGE_BITS][at & ((1u << PAGE_BITS) - 1)];
}

/* Never 0, which is an empty element. */
static u32 mark(u32 hash)
{
	return (hash & 0xffff0000) ?: 0x10000;
}

unsigned long fatdx_table_pages(unsigned int bits)
{
	return bits > PAGE_BITS ? 1ul << (bits - PAGE_BITS) : 1;
}

int fatdx_table_init(struct fatdx_table *t, unsigned int bits)
{
	unsigned long i, n;

	t->bits = max_t(unsigned int, bits, PAGE_BITS);
	t->used = 0;
	n = fatdx_table_pages(t->bits);
	t->page = kcalloc(n, sizeof(*t->page), GFP_NOFS | __GFP_NOWARN);
	if (!t->page)
		return -ENOMEM;
	for (i = 0; i < n; i++) {
		t->page[i] = (u32 *)__get_free_page(GFP_NOFS | __GFP_ZERO | __GFP_NOWARN |
						    __GFP_NORETRY);
		if (!t->page[i]) {
			fatdx_table_free(t);
			return -ENOMEM;
		}
	}
	return 0;
}

void fatdx_table_free(struct fatdx_table *t)
{
	unsigned long i;

	if (!t->page)
		return;
	for (i = 0; i < fatdx_table_pages(t->bits); i++)
		free_page((unsigned long)t->page[i]);
	kfree(t->page);
	t->page = NULL;
}

int fatdx_table_add(struct fatdx_table *t, u32 hash, unsigned int slot)
{
	u32 new = mark(hash) | slot, at, *e;

	if (t->used >= 1u << (t->bits - 1))
		return -ENOSPC;
	for (at = hash; at != hash + CROWD; at++) {
		e = element(t, at);
		if (*e == new)
			return 0;
		if (!*e) {
			*e = new;
			t->used++;
			return 0;
		}
	}
	return -E2BIG;
}

int fatdx_table_find(const struct fatdx_table *t, u32 hash, u16 *slots, int n, int max)
{
	u32 want = mark(hash), at, e;
	u16 slot;
	int i;

	for (at = hash; at != hash + CROWD && (e = *element(t, at)); at++) {
		if ((e & 0xffff0000) != want)
			continue;
		slot = e;
		for (i = n; i > 0 && slots[i - 1] > slot; i--)
			;
		if (i > 0 && slots[i - 1] == slot)
			continue;
		if (n == max)
			return -E2BIG;
		memmove(slots + i + 1, slots + i, (n - i) * sizeof(*slots));
		slots[i] = slot;
		n++;
	}
	return n;
}
