// SPDX-License-Identifier: GPL-2.0-only
/*
 * The kernel's memory: one mapping of a memory file, further mappings of its
 * pages, and how they go back to the host.
 */
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>
#include "internal.h"

int memory_init(size_t size)
{
	char *map;
	int err;

	host.memfd = memfd_create("rump", MFD_CLOEXEC);
	if (host.memfd < 0)
		return -errno;
	if (ftruncate(host.memfd, size))
		goto fail;
	host.mem = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_NORESERVE,
			host.memfd, 0);
	if (host.mem == MAP_FAILED)
		goto fail;
	/*
	 * The boot fills the map of all pages at the end, which nobody maps again or gives
	 * back: the host finds plain memory twice as fast, and in one call.
	 */
	map = (char *)host.mem + size - RUMP_PAGEMAP(size);
	if (mmap(map, RUMP_PAGEMAP(size), PROT_READ | PROT_WRITE,
		 MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED | MAP_NORESERVE, -1, 0) == MAP_FAILED) {
		munmap(host.mem, size);
		goto fail;
	}
	/* A core dump of a panic wants it; a fork must not share it. */
	madvise(host.mem, size, MADV_DONTFORK);
#ifdef MADV_POPULATE_WRITE
	madvise(map, RUMP_PAGEMAP(size), MADV_POPULATE_WRITE);
#endif
	return 0;
fail:
	err = -errno;
	close(host.memfd);
	host.memfd = -1;
	host.mem = NULL;
	return err;
}

void memory_destroy(size_t size)
{
	if (host.mem)
		munmap(host.mem, size);
	if (host.memfd >= 0)
		close(host.memfd);
	host.mem = NULL;
	host.memfd = -1;
}

int rump_mem_fd(void)
{
	return host.memfd;
}

void rumpuser_mem_guard(void *p, unsigned long size, int on)
{
	if (mprotect(p, size, on ? PROT_NONE : PROT_READ | PROT_WRITE) && !on)
		host_log(2, "rump: cannot make %lu bytes at %p accessible again", size, p);
}

void rumpuser_mem_release(unsigned long off, unsigned long len)
{
	/* Failure keeps the pages as they were, which is allowed. */
	fallocate(host.memfd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, off, len);
}

/* One page in front remembers the size; nothing else touches it. */
void *rumpuser_vmap(const unsigned long *off, unsigned int n)
{
	size_t size = (n + 1UL) * HOST_PAGE;
	unsigned int i, run;
	char *p;

	if (!n)
		return NULL;
	p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (p == MAP_FAILED)
		return NULL;
	*(size_t *)p = size;
	for (i = 0; i < n; i += run) {
		for (run = 1; i + run < n && off[i + run] == off[i] + run * HOST_PAGE; run++)
			;
		if (mmap(p + (i + 1) * HOST_PAGE, run * HOST_PAGE, PROT_READ | PROT_WRITE,
			 MAP_SHARED | MAP_FIXED, host.memfd, off[i]) == MAP_FAILED) {
			munmap(p, size);
			return NULL;
		}
	}
	/* Runs off the front end fault. */
	mprotect(p, HOST_PAGE, PROT_READ);
	return p + HOST_PAGE;
}

void rumpuser_vunmap(void *addr)
{
	char *p = (char *)addr - HOST_PAGE;

	munmap(p, *(size_t *)p);
}
