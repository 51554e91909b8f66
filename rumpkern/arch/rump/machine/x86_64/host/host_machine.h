/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the host side, librump and the daemon, knows of its processor: where a
 * signal frame keeps the registers that a fault is described by, and the name
 * that the host's seccomp gives to its system calls.
 */
#ifndef HOST_MACHINE_H
#define HOST_MACHINE_H

#include <linux/audit.h>
#include <ucontext.h>

#define MC_PC(uc)	((uc)->uc_mcontext.gregs[REG_RIP])
#define MC_SP(uc)	((uc)->uc_mcontext.gregs[REG_RSP])
#define MC_FP(uc)	((uc)->uc_mcontext.gregs[REG_RBP])

#define HOST_AUDIT_ARCH	AUDIT_ARCH_X86_64

#endif
