/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Sources that are servers. Names are resolved here, with the host's resolver
 * and all that it asks; the driver gets numbers.
 */
#include <arpa/inet.h>
#include <netdb.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include "message.h"
#include "netsource.h"

#define SPEC_MAX	2048
#define ADDRESSES_MAX	16

/* HOST or [ADDRESS] at @p; the end of it, or NULL. @stop: characters that end a name. */
static const char *take_host(const char *p, const char *stop, const char **host, size_t *len)
{
	const char *end;

	if (*p == '[') {
		*host = p + 1;
		end = strchr(p, ']');
		if (!end)
			return NULL;
		*len = end - *host;
		end++;
		if (!strchr(stop, *end))
			return NULL;
	} else {
		*host = p;
		*len = strcspn(p, stop);
		end = p + *len;
	}
	return *len && *end && !memchr(*host, '/', *len) && !memchr(*host, '\\', *len) ? end : NULL;
}

/* HOST:/PATH */
static bool parse_export(const char *spec, const char **host, size_t *len)
{
	const char *p = take_host(spec, ":", host, len);

	return p && p[1] == '/';
}

/* //HOST/SHARE[/PATH], with slashes of either kind */
static bool parse_unc(const char *spec, const char **host, size_t *len)
{
	static const char slashes[] = "/\\";
	const char *p;

	if (strspn(spec, slashes) != 2)
		return false;
	p = take_host(spec + 2, slashes, host, len);
	return p && p[1] && !strchr(slashes, p[1]);
}

bool netsource_parse(enum fs_source kind, const char *spec, char **host, char **name)
{
	const char *h;
	size_t len;

	if (strlen(spec) > SPEC_MAX)
		return false;
	for (const char *c = spec; *c; c++)
		if ((unsigned char)*c < ' ' || *c == 0x7f)
			return false;
	switch (kind) {
	case FS_SOURCE_EXPORT:
		if (!parse_export(spec, &h, &len))
			return false;
		if (name)
			*name = xstrdup(spec);
		break;
	case FS_SOURCE_UNC:
		if (!parse_unc(spec, &h, &len))
			return false;
		if (name)	/* brackets are ours: servers know the address without them */
			*name = xasprintf("//%.*s%s", (int)len, h, h + len + (h[-1] == '['));
		break;
	default:
		return false;
	}
	if (host)
		*host = xstrndup(h, len);
	return true;
}

const struct fs_driver *netsource_driver(const char *spec, const struct fs_name **name)
{
	for (const struct fs_driver *d = fs_drivers; d->component; d++) {
		if (d->source != FS_SOURCE_DEVICE && netsource_parse(d->source, spec, NULL, NULL)) {
			*name = d->names;
			return d;
		}
	}
	return NULL;
}

/* NULL: of another kind. */
static char *address_text(const struct sockaddr *sa)
{
	char text[INET6_ADDRSTRLEN];

	if (sa->sa_family == AF_INET) {
		const struct sockaddr_in *in = (const void *)sa;

		inet_ntop(AF_INET, &in->sin_addr, text, sizeof(text));
		return xstrdup(text);
	} else if (sa->sa_family == AF_INET6) {
		const struct sockaddr_in6 *in6 = (const void *)sa;

		inet_ntop(AF_INET6, &in6->sin6_addr, text, sizeof(text));
		/* As a number: a rump kernel knows no names of the host's interfaces. */
		return in6->sin6_scope_id ? xasprintf("%s%%%u", text, in6->sin6_scope_id) : xstrdup(text);
	}
	return NULL;
}

static bool has(const char *const *list, const struct opt_word *w)
{
	size_t len = strlen(w->name);

	for (; *list; list++)
		if (!strncmp(*list, w->name, len) && (*list)[len] == '=' && w->value &&
		    !strcmp(*list + len + 1, w->value))
			return true;
	return false;
}

/* @w: the option, if any, that asks for addresses of one kind. */
static int family(const struct fs_driver *d, const struct options *o, const struct opt_word **w)
{
	int af = AF_UNSPEC;

	for (size_t i = 0; i < o->nwords; i++) {
		if (has(d->ipv4, &o->words[i]))
			af = AF_INET;
		else if (has(d->ipv6, &o->words[i]))
			af = AF_INET6;
		else
			continue;
		*w = &o->words[i];
	}
	return af;
}

/* At most ADDRESSES_MAX into @addresses, and how many into *@n. */
static int resolve(struct source *s, const char *host, const struct fs_driver *d, const struct options *o,
		   char **addresses, unsigned int *n)
{
	struct addrinfo hints = { .ai_socktype = SOCK_STREAM }, *list;
	const struct opt_word *w = NULL;
	int err;

	hints.ai_family = family(d, o, &w);
	err = getaddrinfo(host, NULL, &hints, &list);
	if (w && (err == EAI_NONAME || err == EAI_NODATA || err == EAI_ADDRFAMILY)) {
		msg_error("%s: %s has no address of %s, which option \"%s=%s\" asks for", s->path, host,
			  hints.ai_family == AF_INET ? "IPv4" : "IPv6", w->name, w->value);
		return EX_FAIL;
	}
	if (err) {
		msg_error("%s: the address of %s cannot be found: %s", s->path, host,
			  err == EAI_SYSTEM ? "system error" : gai_strerror(err));
		return EX_FAIL;
	}
	for (struct addrinfo *a = list; a && *n < ADDRESSES_MAX; a = a->ai_next) {
		addresses[*n] = address_text(a->ai_addr);
		*n += addresses[*n] != NULL;
	}
	freeaddrinfo(list);
	return EX_SUCCESS;
}

/* NFS 3 mounts by a service that may be on another host. */
static int resolve_other(struct source *s, const struct fs_driver *d, struct options *o)
{
	const struct opt_word *w = d->otherhost ? options_word(o, d->otherhost[0]) : NULL;
	char *addresses[ADDRESSES_MAX];
	unsigned int n = 0;
	int ret;

	if (!w || !w->value || options_word(o, d->otherhost[1]))
		return EX_SUCCESS;
	ret = resolve(s, w->value, d, o, addresses, &n);
	if (n)
		options_keep(o, d->otherhost[1], addresses[0]);
	while (n)
		free(addresses[--n]);
	return ret;
}

int netsource_find(struct source *s, const char *spec, const struct fs_driver *d, struct options *o)
{
	int ret = EX_SUCCESS;

	memset(s, 0, sizeof(*s));
	s->fd = s->claim = -1;
	s->network = true;
	if (!netsource_parse(d->source, spec, &s->host, &s->devname)) {
		msg_error("%s: is not of the form %s", spec,
			  d->source == FS_SOURCE_UNC ? "//SERVER/SHARE or //SERVER/SHARE/FOLDER" :
			  "SERVER:/PATH or [IPV6-ADDRESS]:/PATH");
		return EX_USAGE;
	}
	s->path = xstrdup(spec);
	if (!options_word(o, d->address)) {
		s->addresses = xrealloc(NULL, ADDRESSES_MAX * sizeof(char *));
		ret = resolve(s, s->host, d, o, s->addresses, &s->naddresses);
	}
	return ret ?: resolve_other(s, d, o);
}
