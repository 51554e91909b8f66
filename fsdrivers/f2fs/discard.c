// SPDX-License-Identifier: GPL-2.0-only
/*
 * The thread that sends discards waits for each of them and removes it, unless somebody else waits for it, too: who
 * allocates the block, say. Then __wait_discard_cmd_range() begins again and waits again for what is done
 * already, and so on, until the other one has gone. On several processors that is soon. Here there is one, which nobody
 * takes from a task of the kernel: the other one never runs, and the thread spins for ever.
 * So whoever waits for what is done already lets others run first.
 */
#include <linux/completion.h>
#include <linux/sched.h>

void __real_wait_for_completion_io(struct completion *x);
void __wrap_wait_for_completion_io(struct completion *x);

void __wrap_wait_for_completion_io(struct completion *x)
{
	if (completion_done(x))
		yield();
	__real_wait_for_completion_io(x);
}
