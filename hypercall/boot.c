// SPDX-License-Identifier: GPL-2.0-only
/*
 * Loading and booting a rump kernel.
 */
#include <dlfcn.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "internal.h"
#include "blkio.h"

#define MEM_UNIT	(4UL << 20)
#define MEM_DEFAULT	(64UL << 20)
#define MEM_GROWN	(1UL << 30)	/* what the default may become */

static const char *library_dir(const struct rump_config *cfg)
{
	const char *dir = cfg->libdir;

	if (!dir)
		dir = secure_getenv("RUMP_LIBDIR");
	return dir && *dir ? dir : RUMP_PKGLIBDIR;
}

/*
 * Libraries that were themselves loaded privately are not searched for the
 * hypercalls that the kernel needs: make ours global.
 */
static void publish_hypercalls(void)
{
	Dl_info info;

	if (dladdr(&host, &info) && info.dli_fname)
		dlopen(info.dli_fname, RTLD_NOW | RTLD_NOLOAD | RTLD_GLOBAL);
}

static int load(const struct rump_config *cfg, char *err, size_t errsize)
{
	const struct rump_kernel *k;
	char path[PATH_MAX];
	const char *name = cfg->component;
	void *lib;

	if (!name || !*name || strchr(name, '/')) {
		snprintf(err, errsize, "no rump kernel component was named");
		return -EINVAL;
	}
	if (snprintf(path, sizeof(path), "%s/librumpkern-%s.so", library_dir(cfg), name) >=
	    (int)sizeof(path)) {
		snprintf(err, errsize, "the path of librumpkern-%s.so is too long", name);
		return -ENAMETOOLONG;
	}
	if (access(path, F_OK)) {
		int e = errno;

		snprintf(err, errsize, "the rump kernel %s is not installed: %s", path, strerror(e));
		return -e;
	}
	publish_hypercalls();
	lib = dlopen(path, RTLD_NOW | RTLD_LOCAL);
	if (!lib) {
		snprintf(err, errsize, "the rump kernel cannot be loaded: %s", dlerror());
		return -ELIBACC;
	}
	k = dlsym(lib, "rump_kernel");
	if (!k) {
		snprintf(err, errsize, "%s is not a rump kernel", path);
		goto wrong;
	}
	if (k->abi != RUMP_ABI || k->size != sizeof(*k)) {
		snprintf(err, errsize,
			 "%s does not fit librump: interface %u of %u bytes, wanted %u of %zu",
			 path, k->abi, k->size, RUMP_ABI, sizeof(*k));
		goto wrong;
	}
	host.k = k;
	return 0;
wrong:
	dlclose(lib);
	return -ELIBBAD;
}

/* Holding the CPU: run until the kernel is up. No other thread is around. */
static void carry_boot(struct thread *t)
{
	int why;

	for (;;) {
		why = cpu_resume(t);
		if (why == RUMP_PARK_BOOTED)
			break;
		if (why == RUMP_PARK_IDLE && !cpu_more_work())
			bg_sleep();
	}
}

int rump_boot(const struct rump_config *cfg, char *err, size_t errsize)
{
	static pthread_mutex_t once = PTHREAD_MUTEX_INITIALIZER;
	struct rump_bootinfo bi = { 0 };
	size_t size = cfg->memsize ? cfg->memsize : MEM_DEFAULT;
	size_t max;
	int r;

	pthread_mutex_lock(&once);
	if (host.k) {
		snprintf(err, errsize, "there is a rump kernel in this process already");
		pthread_mutex_unlock(&once);
		return -EBUSY;
	}
	size = (size + MEM_UNIT - 1) & ~(MEM_UNIT - 1);
	max = cfg->memsize ? size : MEM_GROWN;
	host.cfg = *cfg;
	host.cfg.component = host.cfg.libdir = host.cfg.cmdline = NULL;	/* the caller's */
	r = load(cfg, err, errsize);
	if (r)
		goto out;
	r = memory_init(size, max);
	if (r) {
		snprintf(err, errsize, "no %zu MiB of memory for the rump kernel: %s", size >> 20,
			 strerror(-r));
		goto out_kernel;
	}
	r = blkio_init(cfg->blkio, err, errsize);
	if (r)
		goto out_memory;
	fault_init();
	watchdog_init();
	r = bg_init();
	if (r) {
		snprintf(err, errsize, "cannot set up the rump kernel's clock: %s", strerror(-r));
		goto out_blkio;
	}
	watchdog_attach(host.bg.thread, true);

	bi.mem = host.mem;
	bi.pagemap = host.pagemap;
	bi.memsize = size;
	bi.memmax = max;
	bi.cmdline = cfg->cmdline ? cfg->cmdline : "";
	bi.tz_minuteswest = host_minuteswest();
	bi.max_jobs = cfg->max_jobs;
	host.cpu.busy = 1;
	host.k->prepare(&bi);
	carry_boot(host.bg.thread);
	/* The kernel cannot be taken back: from here on a failure is final. */
	host.booted = true;
	if (!cfg->dispatcher) {
		struct thread *self = host.bg.thread;

		r = bg_start_thread();
		if (r) {
			snprintf(err, errsize, "cannot start a thread: %s", strerror(-r));
			host.booted = false;
			goto out;
		}
		watchdog_attach(self, false);
	}
	cpu_release();
	goto out;

out_blkio:
	bg_destroy();
	blkio_destroy();
out_memory:
	memory_destroy();
out_kernel:
	host.k = NULL;
out:
	pthread_mutex_unlock(&once);
	return r;
}

const struct rump_kernel *rump_kernel_get(void)
{
	return host.booted ? host.k : NULL;
}
