/* SPDX-License-Identifier: GPL-2.0-only */
/* Names that the rump kernel asks for, rump/rumpuser_name.h: the keeper knows, we see nothing of the host. */
#include <errno.h>
#include <string.h>
#include "channel.h"
#include "lookup.h"
#include "session.h"

#define ID_MS	2000	/* for the host to find a name in its tables */

static int id_of_name(void *ctx, int group, const char *name, size_t len, unsigned int *id)
{
	struct session *s = ctx;
	struct chan_answer a;
	char question[257];
	int64_t ret;

	if (len > sizeof(question) - 1)
		return -ENOENT;
	question[0] = group ? 'g' : 'u';
	memcpy(question + 1, name, len);
	ret = chan_ask(s->chan_fd, &s->questions, CHAN_ID, question, len + 1, &a, ID_MS);
	if (ret < 0)
		return ret;
	*id = ret;
	return 0;
}

static int server_ask(void *ctx)
{
	struct session *s = ctx;

	return chan_send(s->chan_fd, CHAN_LOOKUP, NULL, 0, false);
}

static int server_addresses(void *ctx, void *list, unsigned int max)
{
	struct session *s = ctx;

	return lookup_take(s->lookup_fd, list, max);
}

void names_of_host(struct session *s, struct rump_config *rc)
{
	rc->id_of_name = id_of_name;
	if (s->lookup_fd >= 0) {
		rc->server_ask = server_ask;
		rc->server_addresses = server_addresses;
	}
	rc->names_ctx = s;
}
