// SPDX-License-Identifier: GPL-2.0-only
/*
 * The kernel's memory: one mapping of a memory file, which may grow into the addresses kept free behind
 * it, further mappings of its pages, and how they go back to the host.
 */
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>
#include "internal.h"

int memory_init(size_t size, size_t max)
{
	int err;

	host.memfd = memfd_create("rump", MFD_CLOEXEC);
	if (host.memfd < 0)
		return -errno;
	host.mem_max = max;
	host.mem = mmap(NULL, max, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	/* Nobody maps it a second time or gives it back: plain memory the host finds twice as fast. */
	host.pagemap = mmap(NULL, RUMP_PAGEMAP(max), PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (host.mem == MAP_FAILED || host.pagemap == MAP_FAILED) {
		err = -errno;
		goto fail;
	}
	err = rumpuser_mem_grow(size);
	if (err)
		goto fail;
	madvise(host.pagemap, RUMP_PAGEMAP(max), MADV_DONTFORK);
#ifdef MADV_POPULATE_WRITE
	madvise(host.pagemap, RUMP_PAGEMAP(size), MADV_POPULATE_WRITE);
#endif
	return 0;
fail:
	memory_destroy();
	return err;
}

void memory_destroy(void)
{
	if (host.mem && host.mem != MAP_FAILED)
		munmap(host.mem, host.mem_max);
	if (host.pagemap && host.pagemap != MAP_FAILED)
		munmap(host.pagemap, RUMP_PAGEMAP(host.mem_max));
	if (host.memfd >= 0)
		close(host.memfd);
	host.mem = host.pagemap = NULL;
	host.mem_size = 0;
	host.memfd = -1;
}

int rumpuser_mem_grow(unsigned long size)
{
	char *end = (char *)host.mem + host.mem_size;
	size_t more = size - host.mem_size;

	if (size < host.mem_size || size > host.mem_max)
		return -EINVAL;
	if (ftruncate(host.memfd, size) ||
	    mmap(end, more, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED | MAP_NORESERVE,
		 host.memfd, host.mem_size) == MAP_FAILED)
		return -errno;
	/* A core dump of a panic wants it; a fork must not share it. */
	madvise(end, more, MADV_DONTFORK);
	host.mem_size = size;
	return 0;
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
