/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Moving between stacks on x86-64.
 *
 * int rump_switch(unsigned long *save_sp, unsigned long load_sp, int pass)
 *
 * Leave one stack, continue on another, where the call that was left returns @pass. What the ABI calls callee-saved is kept
 * on the stack being left; vector registers are all caller-saved and the
 * floating point control words are the same for every task. rbp ends on top so
 * that frame-pointer walks work (machine_saved_fp()).
 */
	.text
	.globl	rump_switch
	.hidden	rump_switch
	.type	rump_switch, @function
	.p2align 4
rump_switch:
	pushq	%rbp
	pushq	%rbx
	pushq	%r12
	pushq	%r13
	pushq	%r14
	pushq	%r15
	movq	%rsp, (%rdi)
	movq	%rsi, %rsp
	movl	%edx, %eax
	popq	%r15
	popq	%r14
	popq	%r13
	popq	%r12
	popq	%rbx
	popq	%rbp
	ret
	.size	rump_switch, . - rump_switch

/* First instruction of a new stack: see machine_stack_prepare(). */
	.globl	rump_stack_start
	.hidden	rump_stack_start
	.type	rump_stack_start, @function
	.p2align 4
rump_stack_start:
	xorl	%ebp, %ebp
	movq	%r12, %rdi
	call	*%rbx
	ud2
	.size	rump_stack_start, . - rump_stack_start

	.section .note.GNU-stack,"",@progbits
