// SPDX-License-Identifier: GPL-2.0-only
/*
 * The table of system calls, for library clients, and strings in "user" memory.
 */
#include <linux/syscalls.h>
#include <linux/linkage.h>
#include <linux/uaccess.h>
#include <linux/mm.h>
#include <asm/syscall.h>

SYSCALL_DEFINE6(mmap, unsigned long, addr, unsigned long, len, unsigned long,
		prot, unsigned long, flags, unsigned long, fd, off_t, off)
{
	if (off & ~PAGE_MASK)
		return -EINVAL;
	return ksys_mmap_pgoff(addr, len, prot, flags, fd, off >> PAGE_SHIFT);
}

#define sys_mmap2	sys_mmap_pgoff
#define sys_clone	sys_ni_syscall
#define sys_clone3	sys_ni_syscall
#define sys_rt_sigreturn sys_ni_syscall

#undef __SYSCALL
#define __SYSCALL(nr, fn) [nr] = (rump_syscall_t)fn,

const rump_syscall_t sys_call_table[__NR_syscalls] = {
	[0 ... __NR_syscalls - 1] = (rump_syscall_t)sys_ni_syscall,
#include <asm/unistd.h>
};

long strncpy_from_user(char *dst, const char __user *src, long count)
{
	long n;

	for (n = 0; n < count; n++) {
		if (__get_user(dst[n], src + n))
			return -EFAULT;
		if (!dst[n])
			return n;
	}
	return count;
}

long strnlen_user(const char __user *s, long count)
{
	long n;
	char c;

	for (n = 0; n < count; n++) {
		if (__get_user(c, s + n))
			return 0;
		if (!c)
			return n + 1;
	}
	return count + 1;
}
