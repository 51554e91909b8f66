/* SPDX-License-Identifier: GPL-2.0-only */
/* Who goes on when the keeper is killed. */
#ifndef _RUMPFSD_SPARE_H
#define _RUMPFSD_SPARE_H

#include <stdbool.h>
#include "keeper.h"

/*
 * Make the spare of @k, whose mount is usable; on failure there is none. False in
 * the keeper. True, later, in the spare, when the keeper has died: it is the keeper now.
 */
bool spare_start(struct keeper *k);
/* In the keeper: the spare is not needed any more, or is dead. */
void spare_end(struct keeper *k);
/* Until the process of @pidfd has ended. */
void spare_wait(int pidfd);
/* 0 or -errno. */
int spare_signal(int pidfd, int sig);

#endif
