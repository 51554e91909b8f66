// SPDX-License-Identifier: GPL-2.0-only
/* The machine: what the host says at boot, memory, and the end. */
#include <linux/init.h>
#include <linux/memblock.h>
#include <linux/mm.h>
#include <linux/panic.h>
#include <linux/printk.h>
#include <linux/reboot.h>
#include <linux/sched/task.h>
#include <linux/seq_file.h>
#include <linux/start_kernel.h>
#include <linux/time.h>
#include <asm/sections.h>
#include <asm/setup.h>
#include <asm/rump.h>

unsigned long rump_mem_base, rump_mem_size, rump_mem_max;
void *empty_zero_page;
char rump_cmdline[COMMAND_LINE_SIZE];

static void __ref boot(void *arg)
{
	start_kernel();
}

/* Host side, before the first rump_resume(). */
void rump_prepare(const struct rump_bootinfo *bi)
{
	rump_mem_base = (unsigned long)bi->mem;
	rump_mem_size = bi->memsize;
	rump_mem_max = bi->memmax;
	NODE_DATA(0)->node_mem_map = bi->pagemap;
	strscpy(rump_cmdline, bi->cmdline ?: "", sizeof(rump_cmdline));
	rump_max_jobs = bi->max_jobs ?: 256;
	sys_tz.tz_minuteswest = bi->tz_minuteswest;
	if (bi->log_level)
		console_loglevel = bi->log_level;
	init_task.thread.sp = machine_stack_prepare(init_task.stack, THREAD_SIZE, boot, NULL);
}

void __init setup_arch(char **cmdline_p)
{
	unsigned long max_zone_pfn[MAX_NR_ZONES] = { 0 };

	rump_console_init();
	*cmdline_p = rump_cmdline;
	strscpy(boot_command_line, rump_cmdline, COMMAND_LINE_SIZE);
	parse_early_param();

	/* Frame 0 is the zero page: memblock takes address 0 for "no memory". */
	memblock_add(0, rump_mem_size);
	memblock_reserve(0, PAGE_SIZE);
	empty_zero_page = __va(0);

	min_low_pfn = 0;
	max_low_pfn = max_pfn = rump_mem_size >> PAGE_SHIFT;
	high_memory = __va(rump_mem_size);
	max_zone_pfn[ZONE_NORMAL] = max_low_pfn;
	free_area_init(max_zone_pfn);
	set_max_mapnr(max_low_pfn);
}

void __init mem_init(void)
{
	BUILD_BUG_ON(RUMP_PAGEMAP(PAGE_SIZE) != sizeof(struct page));
	memblock_free_all();
}

/* .init lies in the library, not in our memory. */
void free_initmem(void)
{
}

/* What panic() ends in. */
void machine_restart(char *cmd)
{
	static const char last_words[][24] = { "rump kernel halting...", "halted" };

	rumpuser_log(0, last_words[0], strlen(last_words[0]));
	rumpuser_log(0, last_words[1], strlen(last_words[1]));
	rumpuser_exit(1);
}

void machine_halt(void)
{
	rumpuser_exit(0);
}

void machine_power_off(void)
{
	rumpuser_exit(0);
}
void (*pm_power_off)(void);

/* /proc/cpuinfo */
static int cpuinfo_show(struct seq_file *m, void *v)
{
	seq_puts(m, "model name\t: rump\n");
	return 0;
}

static void *cpuinfo_start(struct seq_file *m, loff_t *pos)
{
	return *pos ? NULL : (void *)1;
}

static void *cpuinfo_next(struct seq_file *m, void *v, loff_t *pos)
{
	++*pos;
	return NULL;
}

static void cpuinfo_stop(struct seq_file *m, void *v)
{
}

const struct seq_operations cpuinfo_op = {
	.start = cpuinfo_start,
	.next = cpuinfo_next,
	.stop = cpuinfo_stop,
	.show = cpuinfo_show,
};
