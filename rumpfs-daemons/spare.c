/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The spare keeper: a child of the keeper that sleeps until the keeper is gone
 * without having ended it, and goes on in its place. So a mount whose keeper was
 * killed is served as before, and still has somebody who detaches it when its
 * driver fails. The new keeper has a spare of its own.
 *
 * It is a copy of the keeper from when the mount became usable: it knows what is
 * mounted where, and holds the other end of the worker's line, which it
 * does not read before its time. Processes are named by pidfd: the worker is no
 * child of a spare that has taken over, so a number might mean another one.
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include "spare.h"

static int pidfd_open_of(pid_t pid)
{
	return syscall(SYS_pidfd_open, pid, 0);
}

int spare_signal(int pidfd, int sig)
{
	return syscall(SYS_pidfd_send_signal, pidfd, sig, NULL, 0) ? -errno : 0;
}

void spare_wait(int pidfd)
{
	struct pollfd pfd = { .fd = pidfd, .events = POLLIN };

	/* Signals that ask for the end stay blocked: they are for the keeper it may become. */
	while (poll(&pfd, 1, -1) < 0 && errno == EINTR)
		;
}

bool spare_start(struct keeper *k)
{
	int self = pidfd_open_of(getpid());

	k->spare = -1;
	if (self < 0)
		return false;		/* a host that old has none */
	if (k->worker_fd < 0)
		k->worker_fd = pidfd_open_of(k->worker);
	if (k->worker_fd >= 0)
		k->spare = fork();
	if (k->spare) {
		close(self);
		k->spare_fd = k->spare > 0 ? pidfd_open_of(k->spare) : -1;
		return false;
	}
	/* Whoever kills the group of the keeper does not mean the spare. */
	setsid();
	prctl(PR_SET_NAME, "rumpfs-spare");
	spare_wait(self);
	close(self);
	prctl(PR_SET_NAME, "rumpfs-keeper");
	k->orphan = true;
	return true;
}

void spare_end(struct keeper *k)
{
	if (k->spare <= 0)
		return;
	/* Our own child, not waited for: the number is still its. */
	kill(k->spare, SIGKILL);
	while (waitpid(k->spare, NULL, 0) < 0 && errno == EINTR)
		;
	if (k->spare_fd >= 0)
		close(k->spare_fd);
	k->spare = k->spare_fd = -1;
}
