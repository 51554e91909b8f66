/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Options of the driver, checked against its description before anything is
 * started: a typing error gets an answer that names it.
 */
#include <grp.h>
#include <inttypes.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "message.h"
#include "options.h"

/* mount(2) takes a page of options. */
#define LIST_MAX 4095

#define SECONDS_1601_TO_1970 11644473600ull

struct context {
	const struct fs_driver *driver;
	unsigned int bit;		/* of the kernel type in masks of the table */
	const char *fstype;
	char *reason;
};

/* Edit distance, for names of options; anything large when they are not alike. */
static unsigned int distance(const char *a, const char *b)
{
	unsigned int row[33], la = strlen(a), lb = strlen(b);

	if (la > 32 || lb > 32)
		return 100;
	for (unsigned int j = 0; j <= lb; j++)
		row[j] = j;
	for (unsigned int i = 1; i <= la; i++) {
		unsigned int diagonal = row[0];

		row[0] = i;
		for (unsigned int j = 1; j <= lb; j++) {
			unsigned int best = diagonal + (a[i - 1] != b[j - 1]);

			diagonal = row[j];
			if (row[j] + 1 < best)
				best = row[j] + 1;
			if (row[j - 1] + 1 < best)
				best = row[j - 1] + 1;
			row[j] = best;
		}
	}
	return row[lb];
}

static bool unknown(const struct context *c, const char *name, const char *value)
{
	unsigned int best = strlen(name) > 4 ? 3 : 2;
	const char *alike = NULL;

	if (value && options_is_flag(name)) {
		snprintf(c->reason, REASON_SIZE, "option \"%.100s\" takes no value", name);
		return false;
	}
	for (const struct fs_option *o = c->driver->options; o->name; o++) {
		if (!strcmp(o->name, name)) {
			snprintf(c->reason, REASON_SIZE,
				 "option \"%s\" is not known to the driver %s, which these options choose",
				 name, c->fstype);
			return false;
		}
		if ((o->fstypes & c->bit) && distance(o->name, name) < best) {
			best = distance(o->name, name);
			alike = o->name;
		}
	}
	if (alike)
		snprintf(c->reason, REASON_SIZE, "unknown option \"%.100s\"; did you mean \"%s\"?",
			 name, alike);
	else
		snprintf(c->reason, REASON_SIZE,
			 "unknown option \"%.100s\" (neither of mount(8), mount.rumpfs(8) nor of the driver %s)",
			 name, c->fstype);
	return false;
}

static bool bad_value(const struct context *c, const struct fs_option *o, const char *value,
		      const char *what)
{
	int len;

	if (o->kind == FS_SECRET)
		value = "***";
	len = snprintf(c->reason, REASON_SIZE, "bad value \"%.100s\" of option \"%s\": %s",
		       value, o->name, what);
	if (o->kind == FS_CHOICE && len < REASON_SIZE) {
		for (const char *const *v = o->choices; *v; v++) {
			str_append(c->reason, REASON_SIZE, v == o->choices ? " " : ", ");
			str_append(c->reason, REASON_SIZE, *v);
		}
	}
	return false;
}

static bool all_of(const char *s, const char *set)
{
	return *s && !s[strspn(s, set)];
}

static bool resolve_user(const char *value, unsigned int *id)
{
	struct passwd *pw = getpwnam(value);

	if (pw)
		*id = pw->pw_uid;
	return pw;
}

static bool resolve_group(const char *value, unsigned int *id)
{
	struct group *gr = getgrnam(value);

	if (gr)
		*id = gr->gr_gid;
	return gr;
}

static void add(struct strbuf *list, const char *name, const char *value)
{
	strbuf_addf(list, "%s%s%s", list->len ? "," : "", name, value ? "=" : "");
	/* A comma ends an option, two are one. Where that is not so there is none. */
	for (; value && *value; value++)
		strbuf_add(list, *value == ',' ? ",," : value, *value == ',' ? 2 : 1);
}

static void add_both(struct driveropts *out, const char *name, const char *value, bool secret)
{
	add(&out->list, name, value);
	add(&out->shown, name, value && secret ? "***" : value);
}

/* A time of Windows: 100 ns since 1601, or as it is written there (UTC). */
static bool parse_nttime(const char *value, uint64_t *number)
{
	struct tm tm = { 0 };
	const char *end;
	time_t t;

	if (*value != '@')
		return parse_u64(value, 10, number) && *number > 0 && *number <= INT64_MAX;
	end = strptime(value, "@GMT-%Y.%m.%d-%H.%M.%S", &tm);
	if (!end || *end)
		return false;
	t = timegm(&tm);
	if (t < 0)
		return false;
	*number = (t + SECONDS_1601_TO_1970) * 10000000ull;
	return true;
}

/* Add "name=value" if the value suits. */
static bool add_value(const struct context *c, struct driveropts *out, const struct fs_option *o,
		      const char *value)
{
	char number_text[24];
	unsigned int id;
	uint64_t number;

	if ((strchr(value, ',') && !c->driver->double_commas) || strlen(value) > LIST_MAX)
		return bad_value(c, o, value, "the driver can take neither commas nor long values");
	switch (o->kind) {
	case FS_FLAG:
		return bad_value(c, o, value, "it takes none");
	case FS_STRING:
	case FS_SECRET:
		if (!*value && !o->optional)
			return bad_value(c, o, value, "empty");
		break;
	case FS_INT:
		if (!all_of(value + (*value == '-'), "0123456789"))
			return bad_value(c, o, value, "not a whole number");
		break;
	case FS_UINT:
		if (!parse_u64(value, 0, &number) || number > UINT32_MAX)
			return bad_value(c, o, value, "not a number");
		break;
	case FS_NTTIME:
		if (!parse_nttime(value, &number))
			return bad_value(c, o, value, "neither a number of 100 ns since 1601 nor @GMT-YYYY.MM.DD-HH.MM.SS");
		snprintf(number_text, sizeof(number_text), "%" PRIu64, number);
		value = number_text;
		break;
	case FS_OCTAL:
	case FS_MODE:
		if (!all_of(value, "01234567") || strlen(value) > 7)
			return bad_value(c, o, value, "not an octal number");
		if (o->kind == FS_MODE) {
			snprintf(number_text, sizeof(number_text), "0%s", value);
			value = number_text;
		}
		break;
	case FS_UID:
	case FS_GID:
		if (all_of(value, "0123456789")) {
			if (!parse_u64(value, 10, &number) || number >= UINT32_MAX)
				return bad_value(c, o, value, "out of range");
			break;
		}
		if (o->kind == FS_UID ? !resolve_user(value, &id) : !resolve_group(value, &id))
			return bad_value(c, o, value, o->kind == FS_UID ? "no such user" : "no such group");
		snprintf(number_text, sizeof(number_text), "%u", id);
		value = number_text;
		break;
	case FS_CHOICE:
		for (const char *const *v = o->choices; ; v++) {
			if (!*v)
				return bad_value(c, o, value, "not one of");
			if (!strcmp(*v, value))
				break;
		}
		break;
	}
	add_both(out, o->name, value, o->kind == FS_SECRET);
	return true;
}

/* Something that others know and we do not do: the description says why. */
static bool refused(const struct context *c, const struct opt_word *w)
{
	for (const struct fs_refusal *r = c->driver->refusals; r->option; r++) {
		if (strcmp(r->option, w->name) ||
		    (r->value && (!w->value || strcmp(r->value, w->value))))
			continue;
		snprintf(c->reason, REASON_SIZE, "option \"%s%s%s\": %s", r->option,
			 r->value ? "=" : "", r->value ? r->value : "", r->why);
		return true;
	}
	return false;
}

static bool add_word(const struct context *c, struct driveropts *out, const struct opt_word *w,
		     bool sloppy)
{
	const struct fs_option *o;

	if (refused(c, w)) {
		out->refused = true;
		return false;
	}
	for (o = c->driver->options; o->name; o++)
		if ((o->fstypes & c->bit) && !strcmp(o->name, w->name))
			break;
	if (!o->name) {
		if (!sloppy)
			return unknown(c, w->name, w->value);
		strbuf_addf(&out->ignored, "%s%.100s", out->ignored.len ? ", " : "", w->name);
		return true;
	}
	if (w->value)
		return add_value(c, out, o, w->value);
	if (o->kind != FS_FLAG && !o->optional) {
		snprintf(c->reason, REASON_SIZE, "option \"%s\" needs a value", o->name);
		return false;
	}
	add_both(out, o->name, NULL, false);
	return true;
}

/* The last of the options that @given names is one of these, with that value. */
static bool asked_for(const char *const *given, const struct options *o)
{
	bool is = false;

	for (size_t i = 0; i < o->nwords; i++) {
		const struct opt_word *w = &o->words[i];
		size_t len = strlen(w->name);
		bool named = false, same = false;

		for (const char *const *g = given; *g; g++) {
			if (strncmp(*g, w->name, len) || ((*g)[len] && (*g)[len] != '='))
				continue;
			named = true;
			same |= !strcmp(*g + len + ((*g)[len] == '='), w->value ? w->value : "");
		}
		is = named ? same : is;
	}
	return is;
}

static bool wanted(const struct fs_default *d, unsigned int bit, const struct options *o)
{
	return d->fstypes & bit && (!d->given || asked_for(d->given, o)) && !options_any(o, d->unless);
}

/* The kernel's type: the name's, or the one that names= chooses. */
static bool choose_fstype(struct context *c, const struct options *o, const struct fs_name *name)
{
	const struct fs_driver *d = c->driver;

	c->fstype = name->fstype;
	if (o->names) {
		const struct fs_variant *v;

		for (v = d->variants; v->option; v++)
			if (!strcmp(v->value, o->names))
				break;
		if (!v->option) {
			snprintf(c->reason, REASON_SIZE, d->variants->option ?
				 "bad value \"%.100s\" of option \"names\": not one of" :
				 "option \"names=%.100s\": there is no choice of names in this file system",
				 o->names);
			for (v = d->variants; v->option; v++) {
				str_append(c->reason, REASON_SIZE, v == d->variants ? " " : ", ");
				str_append(c->reason, REASON_SIZE, v->value);
			}
			return false;
		}
		c->fstype = v->fstype;
	}
	c->bit = 1;
	for (const char *const *t = d->fstypes; strcmp(*t, c->fstype); t++)
		c->bit <<= 1;
	return true;
}

/* What the description adds, the caller's identity filled in. For root there is nothing to say. */
static void add_default(struct driveropts *out, const char *text, const struct caller *caller)
{
	const struct {
		const char *hole, *format;
		unsigned int value;
		bool needless;
	} holes[] = {
		{ "%umask", "%.*s%04o%s", caller->umask, false },
		{ "%uid", "%.*s%u%s", caller->uid, !caller->uid },
		{ "%gid", "%.*s%u%s", caller->gid, !caller->uid },
	};
	const char *at;
	char *filled;

	for (size_t i = 0; i < sizeof(holes) / sizeof(holes[0]); i++) {
		at = strstr(text, holes[i].hole);
		if (!at)
			continue;
		if (holes[i].needless)
			return;
		filled = xasprintf(holes[i].format, (int)(at - text), text, holes[i].value,
				   at + strlen(holes[i].hole));
		add_both(out, filled, NULL, false);
		free(filled);
		return;
	}
	add_both(out, text, NULL, false);
}

bool driveropts_make(struct driveropts *out, const struct options *o, const struct fs_driver *d,
		     const struct fs_name *name, const struct caller *caller, char *reason)
{
	struct context c = { .driver = d, .reason = reason };

	memset(out, 0, sizeof(*out));
	if (!choose_fstype(&c, o, name))
		return false;
	out->fstype = c.fstype;
	for (const struct fs_default *f = d->defaults; caller && f->text; f++)
		if (wanted(f, c.bit, o))
			add_default(out, f->text, caller);
	for (const struct fs_default *f = d->tries; caller && f->text; f++)
		if (wanted(f, c.bit, o))
			out->tries = f->text;
	for (size_t i = 0; i < o->nwords; i++)
		if (!add_word(&c, out, &o->words[i], o->sloppy))
			return false;
	if (out->list.len > LIST_MAX) {
		snprintf(reason, REASON_SIZE, "options for the driver are longer than %d bytes", LIST_MAX);
		return false;
	}
	return true;
}

void driveropts_free(struct driveropts *out)
{
	if (out->list.s)
		explicit_bzero(out->list.s, out->list.len);
	strbuf_free(&out->list);
	strbuf_free(&out->shown);
	strbuf_free(&out->ignored);
}
