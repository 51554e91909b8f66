/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The hand-over protocol as a model for spin; handover.md describes it. Inline
 * definitions have the names of the functions in cpu.c, dispatch.c, thread.c,
 * timer.c, blkio.c and the kernel's lwp.c, and one statement here is one access
 * to shared memory there (or a section under a lock).
 *
 * Processes: NT library threads that make CALLS calls each and end, the
 * background carrier (with -DDISPATCHER a program's, which makes calls of its own,
 * beside a thread that submits a job), a thread of the block pool, and the
 * host kernel that completes io_uring requests. All of them end or sleep in the end.
 * So a wake-up that gets lost is an invalid end state, and whoever spins or
 * waits in circles is a non-progress cycle: there are no progress labels at all.
 *
 * -DLONG: a call may stay in the kernel for ever. Then waiting is all right for
 * the others, and spinning is not.
 *
 * spin interleaves statements, but lets nobody see them in another order. Where
 * the code needs a full barrier between a store and a load, a definition
 * REORDER_... swaps the two, as a processor could without it. Those and the
 * other definitions below are mistakes that spin has to find: the test
 * (tests/unit/hypercall/check_handover.py) sees to that.
 *
 *   REORDER_RELEASE  cpu_release() looks for interrupts before the CPU is free
 *   REORDER_WAKE     cpu_wake() looks at the CPU before the interrupt is posted
 *   REORDER_GO       go() tries to get the CPU before its request is queued
 *   REORDER_SLEEP    may_sleep() looks before sleeps_till is set
 *   REORDER_KICK     bg_kick() looks at sleeps_till before kicked is set
 *   REORDER_ARM      rumpuser_timer_arm() the same with the deadline
 *   NO_RECHECK       cpu_release() does not look again
 *   NO_KICK          cpu_hand_over() leaves the CPU free and tells nobody
 *   NO_WAKE          blk_complete() of a pool thread does not call cpu_wake()
 *   NO_FUTEX_WAKE    cpu_hand_over() appoints and wakes nobody
 *   NO_DEADLINE      may_sleep() does not look at the deadline again
 *   CLEAR_LATE       kicked is cleared after the look for work, not before
 *   KEEP_APPOINTED   cpu_wait_turn() whose call has ended ignores its appointment
 *   NOT_ATOMIC       cpu_acquire() looks, then stores
 *   SPIN             may_sleep() looks at interrupts though another thread carries
 *   NO_WITHDRAW      a proxy ends while its thread may still queue the request
 */

#ifndef NT
#define NT		2
#endif
#ifndef CALLS
#define CALLS		2
#endif
#define BG		NT		/* the background carrier as a thread */
#define JOB		(NT + 1)	/* the task of the job */
#define TASKS		(NT + 2)
#define NOBODY		255

/* lwp.state */
#define IDLE		0
#define REQUEST		1
#define DONE		2
#define EXIT		3

/* interrupts */
#define TIMER		1
#define LWP		2
#define BLK		4

/* tasks in the kernel */
#define NONE		0		/* no proxy */
#define ASLEEP		1		/* until a request comes */
#define RUNNABLE	2
#define WAIT_IO		3
#define WAIT_TIME	4

/* what run_task() does in the end */
#define ARM		1
#define FINISH		2
#define WITHDRAW	3

/* why resume() returned */
#define PARK_IDLE	1
#define PARK_USER	2

/* bg.sleeps_till */
#define AWAKE		0
#define LIMIT		1
#define FOREVER		2

byte busy = 0;
byte carrier = NOBODY;
bool more = false;
byte irq = 0;
byte inside = 0;			/* threads between resume() and its return */

byte state[TASKS];			/* lwp: request of thread t */
bool queued[TASKS];
bool listed[TASKS];			/* on wake_list */
bool freed[TASKS];
byte task[TASKS];
bool blocked_once[TASKS];		/* the call in hand has slept already */
byte current = NOBODY;			/* the proxy that is the current task */

bool word_done[TASKS], word_appointed[TASKS];
bool futex_sleeps[TASKS];
bool waiting[TASKS];			/* host.cpu.waiters */

byte sleeps_till = AWAKE;
bool kicked = false, eventfd = false;
bool deadline = false;

bool to_pool[TASKS], to_ring[TASKS];	/* block requests on their way */
bool ring_done[TASKS];			/* completion queue */
bool blk_list[TASKS];			/* done_list */
bool job_list = false, job_done = false;

#define RING_READY	(ring_done[0] || ring_done[1] || ring_done[2] || ring_done[3])
#define CAN_RUN(x)	(task[x] == RUNNABLE)
#define OTHERS_RUN	((CAN_RUN(0) && current != 0) || (CAN_RUN(1) && current != 1) || \
			 (CAN_RUN(2) && current != 2) || (CAN_RUN(3) && current != 3))
#define NONE_RUNS	!(CAN_RUN(0) || CAN_RUN(1) || CAN_RUN(2) || CAN_RUN(3))

/* --- hypercall/cpu.c ---------------------------------------------------------- */

/* if :: CPU_ACQUIRE ... :: else fi */
#ifdef NOT_ATOMIC
#define CPU_ACQUIRE	!busy -> busy = 1
#else
#define CPU_ACQUIRE	atomic { !busy -> busy = 1 }
#endif

inline futex_wait(t)
{
	/* A wake-up may be left over from the call before. */
	do
	:: word_done[t] || word_appointed[t] -> break
	:: else ->
		atomic { futex_sleeps[t] = !(word_done[t] || word_appointed[t]) }
		!futex_sleeps[t]
	od
}

inline futex_wake(t)
{
	futex_sleeps[t] = false
}

/* dispatch.c, but used here */
inline bg_kick()
{
#ifdef REORDER_KICK
	if
	:: sleeps_till == AWAKE -> kicked = true
	:: else ->
		if
		:: atomic { !kicked -> kicked = true } eventfd = true
		:: else
		fi
	fi
#else
	if
	:: atomic { !kicked -> kicked = true }
		if
		:: sleeps_till != AWAKE -> eventfd = true
		:: else
		fi
	:: else
	fi
#endif
}

inline cpu_hand_over()
{
	if
	:: atomic { waiting[0] -> waiting[0] = false; word_appointed[0] = true } wake_appointed(0)
	:: atomic { waiting[1] -> waiting[1] = false; word_appointed[1] = true } wake_appointed(1)
	:: !waiting[0] && !waiting[1] ->
		busy = 0;
#ifndef NO_KICK
		bg_kick()
#endif
	fi
}

inline wake_appointed(t)
{
#ifndef NO_FUTEX_WAKE
	futex_wake(t)
#else
	skip
#endif
}

inline cpu_release()
{
	do
	:: more || irq -> cpu_hand_over(); break
	:: else ->
#ifdef REORDER_RELEASE
		if
		:: irq -> busy = 0
		:: else -> busy = 0; break
		fi;
#else
		busy = 0;
#endif
#ifdef NO_RECHECK
		break;
#endif
		if
		:: irq ->
			if
			:: CPU_ACQUIRE
			:: else -> break
			fi
		:: else -> break
		fi
	od
}

/* What follows the first look at busy. */
inline cpu_wake()
{
	if
	:: CPU_ACQUIRE -> cpu_hand_over()
	:: else
	fi
}

/* After irq_post(); @line is posted here for the sake of REORDER_WAKE. */
inline irq_post_and_cpu_wake(line)
{
#ifdef REORDER_WAKE
	if
	:: !busy -> irq = irq | line; cpu_wake()
	:: else -> irq = irq | line
	fi
#else
	irq = irq | line;
#ifndef NO_WAKE
	if
	:: !busy -> cpu_wake()
	:: else
	fi
#endif
#endif
}

/* Sets held: appointed. */
inline cpu_wait_turn(t, holds)
{
	waiting[t] = true;
	if
	:: holds -> cpu_release()
	:: else
	fi;
	futex_wait(t);
	atomic {			/* host.cpu.lock */
		held = !waiting[t];
#ifdef KEEP_APPOINTED
		held = held && !word_done[t];
#endif
		waiting[t] = false;
		word_appointed[t] = false
	}
}

inline rumpuser_lwp_done(x)
{
	state[x] = DONE;
	if
	:: x == carrier
	:: else ->
		word_done[x] = true;
		if
		:: x == BG -> bg_kick()
		:: else -> futex_wake(x)
		fi
	fi
}

/* --- the kernel ------------------------------------------------------------------ */

inline rumpuser_timer_arm()
{
#ifdef REORDER_ARM
	if
	:: sleeps_till == FOREVER -> deadline = true; bg_kick()
	:: else -> deadline = true
	fi
#else
	deadline = true;
	if
	:: sleeps_till == FOREVER -> bg_kick()
	:: else
	fi
#endif
}

/* Tasks of the list that was taken are woken. Nobody else sees that list. */
inline wake_taken()
{
	d_step {
		i = 0;
		do
		:: i < TASKS ->
			if
			:: took & (1 << i) ->
				assert(!freed[i]);
				queued[i] = false;
				if
				:: task[i] == ASLEEP || (task[i] == NONE && state[i] == REQUEST) ->
					task[i] = RUNNABLE
				:: else
				fi
			:: else
			fi;
			if
			:: (bits & BLK) && blk_list[i] ->
				blk_list[i] = false; task[i] = RUNNABLE
			:: (bits & TIMER) && task[i] == WAIT_TIME -> task[i] = RUNNABLE
			:: else
			fi;
			i++
		:: else -> break
		od;
		i = 0;
		took = 0;
		bits = 0
	}
}

inline rump_lwp_irq()
{
	d_step {			/* xchg(&wake_list, NULL) */
		took = 0;
		i = 0;
		do
		:: i < TASKS ->
			assert(!listed[i] || !freed[i]);
			took = took | (listed[i] << i);
			listed[i] = false;
			i++
		:: else -> break
		od;
		i = 0;
		if
		:: job_list -> job_list = false; task[JOB] = RUNNABLE
		:: else
		fi
	}
	wake_taken()
}

inline rump_do_irq()
{
	if
	:: bits & LWP -> rump_lwp_irq()
	:: else -> wake_taken()
	fi
}

/* How a call may go on. */
#ifdef WITH_TIME
#define SLEEPS(x)	(!blocked_once[x] && x != 1)
#else
#define SLEEPS(x)	false
#endif
#ifdef WITH_POOL
#define READS(x)	(!blocked_once[x] && x != 1)
#else
#define READS(x)	false
#endif
#ifdef WITH_RING
#define READS_RING(x)	(!blocked_once[x] && x != 1)
#else
#define READS_RING(x)	false
#endif
#ifdef LONG
#define LONG_CALL(x)	(x == 0)
#else
#define LONG_CALL(x)	false
#endif

/* A task that can run does, until it sleeps or its call ends. */
inline run_task(x)
{
	atomic {
		current = x;
		took = 0;
		if
		:: state[x] == REQUEST && SLEEPS(x) ->
			blocked_once[x] = true; task[x] = WAIT_TIME; current = NOBODY; took = ARM
		:: state[x] == REQUEST && READS(x) ->
			blocked_once[x] = true; task[x] = WAIT_IO; current = NOBODY; to_pool[x] = true
		:: state[x] == REQUEST && READS_RING(x) ->
			blocked_once[x] = true; task[x] = WAIT_IO; current = NOBODY; to_ring[x] = true
		:: state[x] == REQUEST && LONG_CALL(x) ->
end_long:		false
		:: state[x] == REQUEST && x != JOB ->
			blocked_once[x] = false; why = PARK_USER; took = FINISH
		:: state[x] == REQUEST && x == JOB ->
			blocked_once[x] = false; current = NOBODY;
			state[x] = IDLE; task[x] = NONE; job_done = true
		:: state[x] == EXIT -> took = WITHDRAW
		:: state[x] == IDLE || state[x] == DONE -> task[x] = ASLEEP; current = NOBODY
		fi
	}
	if
	:: took == WITHDRAW ->
		rump_lwp_irq();
		atomic {		/* lwp_withdraw() */
#ifndef NO_WITHDRAW
			bits = queued[x]; queued[x] = true;
#endif
			current = NOBODY;
			if
			:: bits -> bits = 0; task[x] = ASLEEP
			:: else -> task[x] = NONE; took = FINISH
			fi
		}
	:: else
	fi;
	if
	:: took == ARM -> rumpuser_timer_arm()
	:: took == FINISH -> rumpuser_lwp_done(x)
	:: else
	fi;
	took = 0
}

/* --- carrying ---------------------------------------------------------------------- */

inline reap()
{
	d_step {			/* u.lock */
		i = 0;
		do
		:: i < TASKS ->
			if
			:: ring_done[i] -> ring_done[i] = false; blk_list[i] = true
			:: else
			fi;
			i++
		:: else -> break
		od;
		i = 0
	}
	irq = irq | BLK
}

inline cpu_resume(t)
{
	atomic { inside++; assert(inside == 1); carrier = t; why = 0 }
	do
	:: atomic { !why && irq -> bits = irq; irq = 0 } rump_do_irq()
	:: !why && CAN_RUN(0) -> run_task(0)
	:: !why && CAN_RUN(1) -> run_task(1)
#ifdef DISPATCHER
	:: !why && CAN_RUN(BG) -> run_task(BG)
	:: !why && CAN_RUN(JOB) -> run_task(JOB)
#endif
	:: atomic { !why && !irq && NONE_RUNS -> current = NOBODY; why = PARK_IDLE; inside--; more = false }
	   break
	:: atomic { why == PARK_USER -> inside--; more = OTHERS_RUN } break
	od;
	/* round(): what the ring has completed */
	if
	:: RING_READY -> reap()
	:: else
	fi
}

/* --- hypercall/dispatch.c: sleeping ------------------------------------------------ */

/* Sets nosleep. */
inline may_sleep()
{
	if
	:: kicked || RING_READY -> nosleep = true
	:: else ->
		if
		:: irq ->
#ifdef SPIN
			nosleep = true
#else
			nosleep = !busy
#endif
		:: else -> nosleep = false
		fi
	fi
}

inline rump_dispatch_wait()
{
#ifdef REORDER_SLEEP
	may_sleep();
#endif
	if
	:: deadline -> sleeps_till = LIMIT
	:: else -> sleeps_till = FOREVER
	fi;
#ifndef REORDER_SLEEP
	may_sleep();
#endif
	/* The limit of ppoll(): may be earlier than sleeps_till says. */
#ifdef NO_DEADLINE
	limit = sleeps_till == LIMIT;
#else
	limit = deadline;
#endif
end_ppoll:
	if
	:: nosleep
	:: eventfd
	:: RING_READY
	:: limit			/* time passes */
	fi;
	sleeps_till = AWAKE;
	atomic {			/* only writers of 1 beside us */
		nosleep = false;
		eventfd = false
	}
#ifndef CLEAR_LATE
	kicked = false;
#endif
	if
	:: RING_READY -> reap()
	:: else
	fi;
	/* timer_check(): the deadline has passed when ppoll() timed out at the latest */
	if
	:: limit && deadline -> deadline = false; irq = irq | TIMER
	:: else
	fi;
	limit = false
}

/* --- hypercall/thread.c -------------------------------------------------------------- */

/* Sets held. The background carrier waits in its own way. */
inline wait_turn(t, holds)
{
	if
	:: t != BG -> cpu_wait_turn(t, holds)
	:: else ->
		if
		:: holds -> cpu_release()
		:: else
		fi;
		do
		:: rump_dispatch_wait();
		   if
		   :: CPU_ACQUIRE -> held = true; break
		   :: else
		   fi;
		   if
		   :: word_done[BG] -> held = false; break
		   :: else
		   fi
		od
	fi
}

inline lwp_queue(t)
{
	if
	:: atomic { !queued[t] -> queued[t] = true } assert(!freed[t]); listed[t] = true
	:: else
	fi;
	irq = irq | LWP
}

#define ENDED(t)	(state[t] == DONE)

inline carry(t)
{
	do
	:: ENDED(t) -> held = true; break
	:: else ->
		cpu_resume(t);
		if
		:: why == PARK_IDLE && !ENDED(t) && !more && !irq ->
			wait_turn(t, true);
			if
			:: !held -> break
			:: else
			fi
		:: else
		fi
	od;
	if
	:: held ->
		/* help a while, as long as one likes here */
		do
		:: more || irq -> cpu_resume(t)
		:: break
		od;
		cpu_release();
		held = false
	:: else
	fi
}

#define LOCALS	bool held = false, nosleep = false, limit = false; byte why = 0, bits = 0, i = 0, took = 0

inline go(t, what)
{
	atomic { word_done[t] = false; word_appointed[t] = false }
	if
	:: CPU_ACQUIRE -> held = true;
		state[t] = what;
		if
		:: what != REQUEST || current != t -> lwp_queue(t)
		:: else
		fi
	:: else ->
		state[t] = what;
#ifndef REORDER_GO
		lwp_queue(t);
#endif
		if
		:: CPU_ACQUIRE -> held = true
		:: else -> held = false
		fi;
#ifdef REORDER_GO
		lwp_queue(t);
#endif
		if
		:: !held -> wait_turn(t, false)
		:: else
		fi
	fi;
	if
	:: held -> carry(t)
	:: else
	fi;
	assert(ENDED(t));
	why = 0
}

proctype library(byte t)
{
	LOCALS;
	byte n = 0;

	do
	:: n < CALLS -> n++; go(t, REQUEST)
	:: else -> break
	od;
#ifdef WITH_EXIT
	if
	:: t == 0 -> go(t, EXIT); freed[t] = true
	:: else
	fi
#endif
}

/* --- hypercall/dispatch.c: running -------------------------------------------------------------- */

inline rump_dispatch_run()
{
	if
	:: CPU_ACQUIRE ->
		do
		:: cpu_resume(BG);
		   if
		   :: more || irq -> skip
		   :: more || irq -> cpu_release(); break	/* RUN_MAX */
		   :: else ->
			busy = 0;
			if
			:: irq ->
				if
				:: CPU_ACQUIRE
				:: else -> break
				fi
			:: else -> break
			fi
		   fi
		od;
		why = 0
	:: else
	fi
}

proctype background()
{
	LOCALS;
	byte n = 0;

	do
	:: rump_dispatch_run();
#ifdef CLEAR_LATE
	   kicked = false;
#endif
#ifdef DISPATCHER
	   if
	   :: n < CALLS -> n++; go(BG, REQUEST)
	   :: n < CALLS -> skip
	   :: n == CALLS
	   fi;
#endif
	   rump_dispatch_wait()
	od
}

/* --- others ------------------------------------------------------------------------------ */

inline blk_complete(x)
{
	blk_list[x] = true;
	irq_post_and_cpu_wake(BLK)
}

/* A thread of blkio_pool.c. */
proctype pool()
{
	byte x;

end:	do
	:: atomic { to_pool[0] -> to_pool[0] = false; x = 0 } blk_complete(x)
	:: atomic { to_pool[1] -> to_pool[1] = false; x = 1 } blk_complete(x)
	:: atomic { to_pool[2] -> to_pool[2] = false; x = 2 } blk_complete(x)
	:: atomic { to_pool[3] -> to_pool[3] = false; x = 3 } blk_complete(x)
	od
}

/* The host kernel behind a ring. */
proctype ring()
{
end:	do
	:: atomic { to_ring[0] -> to_ring[0] = false; ring_done[0] = true }
	:: atomic { to_ring[1] -> to_ring[1] = false; ring_done[1] = true }
	:: atomic { to_ring[2] -> to_ring[2] = false; ring_done[2] = true }
	:: atomic { to_ring[3] -> to_ring[3] = false; ring_done[3] = true }
	od
}

/* job_submit() and rump_dispatch_kick() by a thread that waits for the job. */
proctype submitter()
{
	state[JOB] = REQUEST;
	job_list = true;
	irq = irq | LWP;
	bg_kick();
	job_done
}

init {
	atomic {
		run library(0);
#ifndef ONE
		run library(1);
#endif
		run background();
		run pool();
		run ring();
#ifdef DISPATCHER
		run submitter();
#endif
	}
}
