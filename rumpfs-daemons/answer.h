/* SPDX-License-Identifier: GPL-2.0-only */
/* What the keeper answers to questions of the worker, which sees nothing of the host. */
#ifndef _RUMPFSD_ANSWER_H
#define _RUMPFSD_ANSWER_H

#include <stddef.h>
#include <stdint.h>
#include "channel.h"

/* What is asked by @type (channel.h) about @data, which the worker made, to @a but for its serial number. */
void answer(enum chan_type type, const char *data, size_t len, struct chan_answer *a);

#endif
