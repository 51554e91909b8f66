// SPDX-License-Identifier: GPL-2.0-only
/*
 * One property, on one image, in one way:
 *
 *	fs-test --list
 *	fs-test WAY PROPERTY KEY=VALUE...
 *	fs-test verify:STEP PROPERTY KEY=VALUE...
 *
 * mounts the image, makes the property's folder "w" on it, runs the property there
 * and unmounts. verify is for after a crash: the folder is there already.
 * The keys are those of struct fs_facts, trace=FILE and crash=FILE. Exit status 0:
 * the property holds; 1: what failed is the last line of stderr.
 */
#include <stdarg.h>
#include <sys/mount.h>
#include "way.h"

struct fs_facts fs;
const char *crash_out;
static const struct way *way;
static char folder[4096];

extern const struct property *const __start_properties[], *const __stop_properties[];

void fail(const char *file, int line, const char *fmt, ...)
{
	const char *base = strrchr(file, '/');
	va_list ap;

	va_start(ap, fmt);
	fflush(NULL);
	fprintf(stderr, "%s:%d: ", base ? base + 1 : file, line);
	vfprintf(stderr, fmt, ap);
	fprintf(stderr, "\n");
	va_end(ap);
	_exit(1);
}

bool can(const char *word)
{
	size_t n = strlen(word);
	const char *p = fs.can;

	while ((p = strstr(p, word))) {
		if ((p == fs.can || p[-1] == ',') && (!p[n] || p[n] == ','))
			return true;
		p += n;
	}
	return false;
}

void crash_point(int step)
{
	if (crash_out)
		way->crash_point(step);
}

static void reopen(bool readonly)
{
	OK(t_chdir("/"));
	t_trace(0);			/* each way has calls of its own for it */
	OK(way->umount());
	OK(way->mount(readonly));
	t_trace(1);
	OK(t_chdir(folder));
}

void t_reopen(void)
{
	reopen(fs.readonly);
}

void t_reopen_ro(void)
{
	reopen(true);
}

int t_remount(int readonly)
{
	int r;

	t_trace(0);
	r = way->remount(readonly);
	t_trace(1);
	return r;
}

static void key(char *arg)
{
	char *value = strchr(arg, '=');
	static const struct {
		const char *name;
		const char **text;
		long long *number;
		unsigned long long *big;
		unsigned int *small;
		bool *flag;
	} keys[] = {
		{ "component", .text = &fs.component }, { "fstype", .text = &fs.fstype },
		{ "options", .text = &fs.options }, { "type", .text = &fs.type },
		{ "image", .text = &fs.image }, { "dir", .text = &fs.dir },
		{ "can", .text = &fs.can }, { "case", .text = &fs.kase },
		{ "warns", .text = &fs.warns },
		{ "charset", .text = &fs.charset }, { "refuses", .text = &fs.refuses },
		{ "mtime", .number = &fs.mtime }, { "atime", .number = &fs.atime },
		{ "ctime", .number = &fs.ctime }, { "btime", .number = &fs.btime },
		{ "first", .number = &fs.first }, { "last", .number = &fs.last },
		{ "filemax", .big = &fs.filemax }, { "size", .big = &fs.size },
		{ "namemax", .small = &fs.namemax }, { "linkmax", .small = &fs.linkmax }, { "symlinkmax", .small = &fs.symlinkmax },
		{ "dirmax", .small = &fs.dirmax }, { "utf16", .flag = &fs.utf16 },
		{ "tree", .flag = &fs.tree }, { "readonly", .flag = &fs.readonly },
		{ "crash", .text = &crash_out },
	};
	unsigned int i;

	if (!value)
		fail(__FILE__, __LINE__, "%s: no value", arg);
	*value++ = 0;
	if (!strcmp(arg, "trace")) {
		trace = fopen(value, "w");
		CHECK(trace);
		return;
	}
	for (i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		if (strcmp(arg, keys[i].name))
			continue;
		if (keys[i].text)
			*keys[i].text = value;
		else if (keys[i].number)
			*keys[i].number = strtoll(value, NULL, 10);
		else if (keys[i].big)
			*keys[i].big = strtoull(value, NULL, 10);
		else if (keys[i].small)
			*keys[i].small = strtoul(value, NULL, 10);
		else
			*keys[i].flag = *value == '1';
		return;
	}
	fail(__FILE__, __LINE__, "%s: no such key", arg);
}

static void list(void)
{
	const struct property *const *p;

	for (p = __start_properties; p < __stop_properties; p++) {
		const char *base = strrchr((*p)->file, '/');

		printf("%s\t%.*s\t%s\t%s\t%s\n", (*p)->name, (int)strcspn(base + 1, "."), base + 1,
		       (*p)->verify ? "crash" : "-", (*p)->needs, (*p)->promise);
	}
}

static void choose_way(const char *name)
{
	static const struct way *const ways[] = { &way_mount, &way_host, &way_rump, &way_crash };
	unsigned int i;

	for (i = 0; i < sizeof(ways) / sizeof(ways[0]); i++)
		if (!strcmp(name, ways[i]->name))
			way = ways[i];
	if (!way)
		fail(__FILE__, __LINE__, "%s: no such way", name);
}

int main(int argc, char **argv)
{
	const struct property *const *p, *prop = NULL;
	bool verify;
	int i, step = -1;

	setvbuf(stdout, NULL, _IOLBF, 0);
	if (argc == 2 && !strcmp(argv[1], "--list")) {
		list();
		return 0;
	}
	if (argc < 3)
		fail(__FILE__, __LINE__, "fs-test WAY PROPERTY KEY=VALUE...");
	verify = sscanf(argv[1], "verify:%d", &step) == 1;
	if (verify)
		way = &way_rump;
	else
		choose_way(argv[1]);
	for (i = 3; i < argc; i++)
		key(argv[i]);
	for (p = __start_properties; p < __stop_properties; p++)
		if (!strcmp((*p)->name, argv[2]))
			prop = *p;
	if (!prop)
		fail(__FILE__, __LINE__, "%s: no such property", argv[2]);

	umask(022);
	way->start();
	OK(way->mount(fs.readonly));
	/* The power failed before anything was promised: it mounts, and that is all. */
	if (verify && step < 0) {
		OK(way->umount());
		_exit(0);
	}
	t_umask(022);
	snprintf(folder, sizeof(folder), "%s%s", fs.dir, fs.readonly ? "" : "/w");
	/* Before crash points nothing is promised, so that the folder comes first. */
	if (!fs.readonly && !verify) {
		int fd;

		OK(t_mkdir(folder, 0755));
		fd = OK(t_open(fs.dir, O_RDONLY | O_DIRECTORY, 0));
		OK(t_syncfs(fd));
		/* Through FUSE no syncfs(2) comes. */
		(void)t_fsync(fd);
		OK(t_close(fd));
	}
	OK(t_chdir(folder));
	trace_this_thread();
	if (verify)
		prop->verify(step);
	else
		prop->run();
	if (trace)
		OK(fclose(trace));
	trace = NULL;
	OK(t_chdir("/"));
	OK(way->umount());
	if (way == &way_crash)
		recorder_save(crash_out);
	_exit(0);
}
