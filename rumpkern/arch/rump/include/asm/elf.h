/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef _ASM_RUMP_ELF_H
#define _ASM_RUMP_ELF_H
/* Names that common code wants; programs are never executed. */
#include <linux/types.h>
#include <machine/elf.h>
#define ELF_ARCH	MACHINE_ELF_ARCH
#define ELF_CLASS	MACHINE_ELF_CLASS
#define ELF_DATA	MACHINE_ELF_DATA
#define elf_check_arch(x) ((x)->e_machine == ELF_ARCH)
#define ELF_EXEC_PAGESIZE PAGE_SIZE
#define ELF_PLATFORM	NULL
#define ELF_HWCAP	0
typedef unsigned long elf_greg_t;
typedef elf_greg_t elf_gregset_t[1];
typedef unsigned long elf_fpregset_t;
#endif
