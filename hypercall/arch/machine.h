/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * All that librump knows of the host's processor: where a signal frame keeps
 * the registers that a fault is described by.
 */
#ifndef HYPERCALL_MACHINE_H
#define HYPERCALL_MACHINE_H

#include <ucontext.h>

#if defined(__x86_64__)

#define MC_PC(uc)	((uc)->uc_mcontext.gregs[REG_RIP])
#define MC_SP(uc)	((uc)->uc_mcontext.gregs[REG_RSP])
#define MC_FP(uc)	((uc)->uc_mcontext.gregs[REG_RBP])

#elif defined(__aarch64__)

#define MC_PC(uc)	((uc)->uc_mcontext.pc)
#define MC_SP(uc)	((uc)->uc_mcontext.sp)
#define MC_FP(uc)	((uc)->uc_mcontext.regs[29])

#else
#error "librump does not know this processor yet"
#endif

#endif
