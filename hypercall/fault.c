// SPDX-License-Identifier: GPL-2.0-only
/*
 * Faults of the host's processor inside the kernel: SIGSEGV, SIGBUS, SIGFPE
 * and SIGILL. Some the kernel expects (copying from user memory that is not
 * there) and says where to go on; all others are its end. Handlers run on an
 * alternate stack, since a kernel stack that ran into its guard page has no
 * room. Faults outside the kernel belong to whoever handled them before us.
 */
#include <host_machine.h>
#include <string.h>
#include <sys/mman.h>
#include "internal.h"

/* The kernel formats its report there. */
#define ALTSTACK_SIZE	(64 * 1024UL)
#define ALTSTACK_GUARD	4096UL

static const int fault_signals[] = { SIGSEGV, SIGBUS, SIGFPE, SIGILL };
#define NFAULTS		(sizeof(fault_signals) / sizeof(fault_signals[0]))
static struct sigaction before[NFAULTS];

int altstack_get(struct thread *t)
{
	stack_t ss, old;
	char *p;

	if (!sigaltstack(NULL, &old) && !(old.ss_flags & SS_DISABLE) &&
	    old.ss_size >= ALTSTACK_SIZE)
		return 0;		/* the program's will do */
	p = mmap(NULL, ALTSTACK_SIZE + ALTSTACK_GUARD, PROT_READ | PROT_WRITE,
		 MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
	if (p == MAP_FAILED)
		return -ENOMEM;
	mprotect(p, ALTSTACK_GUARD, PROT_NONE);
	memset(&ss, 0, sizeof(ss));
	ss.ss_sp = p + ALTSTACK_GUARD;
	ss.ss_size = ALTSTACK_SIZE;
	if (sigaltstack(&ss, NULL)) {
		munmap(p, ALTSTACK_SIZE + ALTSTACK_GUARD);
		return -EPERM;
	}
	t->altstack = p;
	return 0;
}

void altstack_put(struct thread *t)
{
	stack_t ss = { .ss_flags = SS_DISABLE }, old;

	if (!t->altstack)
		return;
	if (!sigaltstack(NULL, &old) && old.ss_sp == (char *)t->altstack + ALTSTACK_GUARD)
		sigaltstack(&ss, NULL);
	munmap(t->altstack, ALTSTACK_SIZE + ALTSTACK_GUARD);
	t->altstack = NULL;
}

void fault_describe(struct rump_fault *f, int sig, const siginfo_t *si, const void *ctx)
{
	const ucontext_t *uc = ctx;

	f->sig = sig;
	f->addr = (unsigned long)si->si_addr;
	f->pc = MC_PC(uc);
	f->sp = MC_SP(uc);
	f->fp = MC_FP(uc);
}

static void not_ours(int sig, siginfo_t *si, void *ctx)
{
	unsigned int i;

	for (i = 0; i < NFAULTS && fault_signals[i] != sig; i++)
		;
	if (i < NFAULTS && before[i].sa_flags & SA_SIGINFO) {
		before[i].sa_sigaction(sig, si, ctx);
	} else if (i < NFAULTS && before[i].sa_handler != SIG_DFL &&
		   before[i].sa_handler != SIG_IGN) {
		before[i].sa_handler(sig);
	} else {
		signal(sig, SIG_DFL);	/* faults again on return, for good */
		if (si->si_code <= 0)
			raise(sig);	/* unless somebody sent it */
	}
}

static void on_fault(int sig, siginfo_t *si, void *ctx)
{
	struct thread *t = thread_self;
	ucontext_t *uc = ctx;
	struct rump_fault f;
	unsigned long pc;

	if (!t || !t->in_kernel || si->si_code <= 0) {
		not_ours(sig, si, ctx);
		return;
	}
	fault_describe(&f, sig, si, ctx);
	pc = host.k->fixup(f.pc);
	if (pc) {
		MC_PC(uc) = pc;
		return;
	}
	if (t->in_fault++) {
		host_log(0, "rump: fault %d at %#lx, address %#lx, while reporting a fault", sig,
			 f.pc, f.addr);
		rumpuser_exit(1);
	}
	host.k->fault(&f);
}

void fault_init(void)
{
	/* SA_NODEFER: the report of one fault may meet another that fixup() knows. */
	struct sigaction sa = {
		.sa_sigaction = on_fault,
		.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER,
	}, now;
	unsigned int i;

	for (i = 0; i < NFAULTS; i++) {
		sigaction(fault_signals[i], NULL, &now);
		if (now.sa_flags & SA_SIGINFO && now.sa_sigaction == on_fault)
			continue;	/* a boot that failed before */
		before[i] = now;
		sigaction(fault_signals[i], &sa, NULL);
	}
}
