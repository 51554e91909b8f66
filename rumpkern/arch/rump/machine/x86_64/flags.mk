# SPDX-License-Identifier: GPL-2.0-only
# Compiler and linker flags of this machine; read by arch/rump/Makefile.
KBUILD_CFLAGS	+= -fcf-protection=none -mtune=generic
# lib/raid6 takes __x86_64__ for a licence to use the kernel's x86 assembly.
KBUILD_CPPFLAGS	+= -D__arch_um__
KBUILD_LDFLAGS	+= -m elf_x86_64
