// SPDX-License-Identifier: GPL-2.0-only
/*
 * Host threads that call into the kernel: rump_syscall(), rump_call().
 *
 * struct thread begins with the rump_lwp by which the kernel knows the
 * thread. It is made at the first call and freed when the thread ends, after
 * the kernel has answered RUMP_LWP_EXIT.
 */
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include "internal.h"

/* Other work a thread does for the kernel when its own call has ended. */
#define HELP_MAX	4

__thread struct thread *thread_self __attribute__((tls_model("initial-exec")));

static pthread_once_t once = PTHREAD_ONCE_INIT;
static pthread_key_t exit_key;

static void thread_ends(void *arg)
{
	rump_thread_exit();
}

static void make_key(void)
{
	pthread_key_create(&exit_key, thread_ends);
}

struct thread *thread_get(void)
{
	struct thread *t = thread_self;

	if (t)
		return t;
	pthread_once(&once, make_key);
	t = aligned_alloc(64, (sizeof(*t) + 63) & ~63UL);
	if (!t)
		return NULL;
	memset(t, 0, sizeof(*t));
	if (altstack_get(t)) {
		free(t);
		return NULL;
	}
	thread_self = t;
	pthread_setspecific(exit_key, t);
	watchdog_attach(t, false);
	return t;
}

int thread_start(void *(*fn)(void *), void *arg, const char *name)
{
	pthread_attr_t attr;
	sigset_t set, old;
	pthread_t id;
	int err;

	sigfillset(&set);
	sigdelset(&set, SIGSEGV);
	sigdelset(&set, SIGBUS);
	sigdelset(&set, SIGFPE);
	sigdelset(&set, SIGILL);
	sigdelset(&set, SIGABRT);
	pthread_attr_init(&attr);
	pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
	pthread_attr_setstacksize(&attr, 256 * 1024);
	pthread_sigmask(SIG_SETMASK, &set, &old);
	err = pthread_create(&id, &attr, fn, arg);
	if (!err)
		pthread_setname_np(id, name);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	pthread_attr_destroy(&attr);
	return -err;
}

/* Holding the CPU: has the call ended? */
static inline bool ended(struct thread *t)
{
	return __atomic_load_n(&t->lwp.state, __ATOMIC_ACQUIRE) == RUMP_LWP_DONE;
}

/*
 * Wait for the end of the call (false) or for the CPU (true). The background
 * carrier must not wait for others: it is the one that notices I/O and time.
 */
static bool wait_turn(struct thread *t, bool held)
{
	if (t != host.bg.thread)
		return cpu_wait_turn(t, held);
	if (held)
		cpu_release();
	for (;;) {
		bg_sleep();
		if (cpu_acquire())
			return true;
		if (__atomic_load_n(&t->word, __ATOMIC_SEQ_CST) & WORD_DONE)
			return false;
	}
}

/* Holding the CPU. Returns not holding it, with the call ended. */
static void carry(struct thread *t)
{
	int help = 0;

	while (!ended(t)) {
		if (cpu_resume(t) == RUMP_PARK_IDLE && !ended(t) && !cpu_more_work() &&
		    !wait_turn(t, true))
			return;
	}
	/*
	 * Calls of other threads and work that our call left behind are
	 * quicker done than handed over, which costs a wake-up and leaves the
	 * CPU unused meanwhile. Each resume() ends when a call ends or
	 * nothing can run.
	 */
	while (cpu_more_work()) {
		if (help++ >= (__atomic_load_n(&host.cpu.waiters, __ATOMIC_RELAXED) ? HELP_MAX : 1))
			break;
		cpu_resume(t);
	}
	cpu_release();
}

/* Have lwp->state = @state answered. */
static void go(struct thread *t, int state)
{
	struct rump_lwp *l = &t->lwp;

	t->word = 0;
	if (cpu_acquire()) {
		__atomic_store_n(&l->state, state, __ATOMIC_RELEASE);
		/* A proxy that is still the current task finds the request itself. */
		if (state != RUMP_LWP_REQUEST || host.k->current_lwp() != l)
			host.k->lwp_queue(l);
	} else {
		__atomic_store_n(&l->state, state, __ATOMIC_RELEASE);
		host.k->lwp_queue(l);
		__atomic_thread_fence(__ATOMIC_SEQ_CST);
		if (!cpu_acquire() && !wait_turn(t, false))
			return;
	}
	carry(t);
}

long rump_syscall(long nr, long a, long b, long c, long d, long e, long f)
{
	struct thread *t = thread_self;

	if (__builtin_expect(!t, 0)) {
		if (!host.booted)
			return -ENXIO;
		t = thread_get();
		if (!t)
			return -ENOMEM;
	}
	if (__builtin_expect(t->in_kernel, 0))
		return -EDEADLK;	/* a job, or a function of rump_call() */
	if (__builtin_expect(!host.booted, 0))
		return -ENXIO;
	t->lwp.nr = nr;
	t->lwp.args[0] = a;
	t->lwp.args[1] = b;
	t->lwp.args[2] = c;
	t->lwp.args[3] = d;
	t->lwp.args[4] = e;
	t->lwp.args[5] = f;
	go(t, RUMP_LWP_REQUEST);
	return t->lwp.ret;
}

long rump_call(long (*fn)(void *), void *arg)
{
	struct thread *t = thread_self;

	if (t && t->in_kernel)
		return fn(arg);		/* is there already */
	return rump_syscall(RUMP_CALL_FN, (long)fn, (long)arg, 0, 0, 0, 0);
}

void rump_thread_exit(void)
{
	struct thread *t = thread_self;

	if (!t || t->in_kernel || t == host.bg.thread)
		return;
	if (t->lwp.task)
		go(t, RUMP_LWP_EXIT);
	watchdog_detach(t);
	altstack_put(t);
	pthread_setspecific(exit_key, NULL);
	thread_self = NULL;
	free(t);
}
