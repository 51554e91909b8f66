/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _ASM_RUMP_CURRENT_H
#define _ASM_RUMP_CURRENT_H
/* One virtual CPU, so the running task is one variable. */
struct task_struct;
extern struct task_struct *rump_current;
#define get_current()	rump_current
#define current		get_current()
#endif
