// SPDX-License-Identifier: GPL-2.0-only
/*
 * The index of big FAT directories: random operations on names against a model, while
 * the kernel (fatdx.verify=1) has the driver itself repeat each answer of the index.
 * Then the same directories when memory is short.
 */
#include <ctype.h>
#include <stdint.h>
#include <strings.h>
#include <time.h>
#include "tests.h"

#define ROOT		RUMPVFS_ROOT
#define DIRS		3
#define NAME_LEN	256
#define MOST		700		/* names in a directory */

struct entry {
	char name[NAME_LEN];
	int is_dir;
};

static struct dir {
	struct entry *e;
	int n;
	unsigned long long node;
	char path[8];
} dirs[DIRS];

static struct vt *t;
static uint64_t state;
static const char *letters;		/* lower case letters, not ASCII, of the character set */
static int utf8, strict, dos, xlate;

static unsigned int rnd(unsigned int n)
{
	state = state * 6364136223846793005ull + 1442695040888963407ull;
	return (state >> 33) % n;
}

/* Do two names mean the same file? Only ASCII letters have two cases in our names. */
static int same(const char *a, const char *b)
{
	size_t n = strlen(a), m = strlen(b);

	while (n && a[n - 1] == '.')
		n--;
	while (m && b[m - 1] == '.')
		m--;
	return n == m && (strict ? !memcmp(a, b, n) : !strncasecmp(a, b, n));
}

static struct entry *find(struct dir *d, const char *name)
{
	for (int i = 0; i < d->n; i++)
		if (same(d->e[i].name, name))
			return &d->e[i];
	return NULL;
}

static void add(struct dir *d, const char *name, int is_dir)
{
	CHECK(d->n < MOST);
	strcpy(d->e[d->n].name, name);
	d->e[d->n++].is_dir = is_dir;
}

static void del(struct dir *d, struct entry *e)
{
	*e = d->e[--d->n];
}

static void make_name(char *s)
{
	static const char *const u[] = { "Grüße aus Köln", "файл", "日本語の", "😀", "ÄÖÜ", "ção" };
	unsigned int i = rnd(250), kind = rnd(dos ? 2 : 12);
	int n;

	if (dos) {	/* the driver without long names shows small letters */
		sprintf(s, kind ? "file%04u.txt" : "%08u", i);
		return;
	}
	switch (kind) {
	case 0: sprintf(s, "a rather long file name %05u.txt", i); break;
	case 1: sprintf(s, strict ? "file%04u.txt" : "FILE%04u.TXT", i); break;
	case 2: sprintf(s, "file%04u.txt", i); break;
	case 3: sprintf(s, strict ? "a file %u" : "File%04u.Txt", i); break;
	case 4: sprintf(s, strict ? "longer names %u" : "ARATHE~%u.TXT", i % 10); break;
	case 5: sprintf(s, strict ? "%u.longer names" : "AR%04X~1.TXT", rnd(65536)); break;
	case 6: sprintf(s, "name %u with.many.dots%s", i, i % 3 ? "" : "..."); break;
	case 7: sprintf(s, ".hidden%u", i); break;
	case 8:
		n = 100 + i % 120;
		memset(s, 'x', n);
		sprintf(s + n, "%u", i);
		break;
	default:
		if (xlate && kind == 9) {
			sprintf(s, ":263a%u", i);
		} else if (utf8) {
			sprintf(s, kind == 9 ? "%s %u.jpg" : "%s%u", u[rnd(6)], i);
		} else {
			for (n = 0; n < 1 + i % 7; n++)
				s[n] = letters[rnd(strlen(letters))];
			sprintf(s + n, kind == 9 ? " %u and more" : "%u", i % 40);
		}
	}
}

/* The same name in other letters. */
static void respell(char *s)
{
	if (strict || (xlate && strchr(s, ':')))	/* an escape is in small letters */
		return;
	for (; *s; s++)
		if (isascii(*s) && isalpha(*s) && rnd(2))
			*s ^= 0x20;
}

/* A short name of a longer one, which the model does not know? */
static int alias(struct dir *d, const char *name)
{
	struct rumpvfs_entry e;

	if (!strchr(name, '~') || find(d, name) || vfs_lookup(t, d->node, name, &e))
		return 0;
	t->v->forget(t->m, e.node, 1);
	return 1;
}

static void op_make(struct dir *d)
{
	int is_dir = !rnd(8), known, err;
	struct rumpvfs_entry e;
	char name[NAME_LEN];

	make_name(name);
	known = find(d, name) || alias(d, name);
	if (!known && d->n == MOST)
		return;
	if (is_dir)
		err = t->v->mkdir(t->m, d->node, N(name), 0755, &e);
	else
		err = t->v->mknod(t->m, d->node, N(name), S_IFREG | 0644, 0, &e);
	CHECK_EQ(err, known ? -EEXIST : 0);
	if (err)
		return;
	add(d, name, is_dir);
	if (rnd(4))
		t->v->forget(t->m, e.node, 1);
}

static void op_look(struct dir *d)
{
	struct rumpvfs_entry e;
	char name[NAME_LEN];
	int err;

	make_name(name);
	respell(name);
	err = vfs_lookup(t, d->node, name, &e);
	if (!err)
		t->v->forget(t->m, e.node, 1);
	if (!find(d, name) && strchr(name, '~'))
		CHECK(err == 0 || err == -ENOENT);
	else
		CHECK_EQ(err, find(d, name) ? 0 : -ENOENT);
}

static void op_remove(struct dir *d)
{
	struct entry *known;
	char name[NAME_LEN];

	if (rnd(4) && d->n)
		strcpy(name, d->e[rnd(d->n)].name);
	else
		make_name(name);
	respell(name);
	if (alias(d, name))
		return;
	known = find(d, name);
	if (known && known->is_dir)
		OK(t->v->rmdir(t->m, d->node, N(name)));
	else
		CHECK_EQ(t->v->unlink(t->m, d->node, N(name)), known ? 0 : -ENOENT);
	if (known)
		del(d, known);
}

static void op_rename(struct dir *from, struct dir *to)
{
	char old[NAME_LEN], new[NAME_LEN];
	struct entry *target;
	int is_dir, err;

	if (!from->n)
		return;
	strcpy(old, from->e[rnd(from->n)].name);
	is_dir = find(from, old)->is_dir;
	make_name(new);
	if (same(old, new) || alias(to, new) || to->n == MOST)
		return;
	target = find(to, new);
	respell(old);
	err = t->v->rename(t->m, from->node, N(old), to->node, N(new), 0);
	if (target && target->is_dir != is_dir) {
		CHECK_EQ(err, target->is_dir ? -EISDIR : -ENOTDIR);
		return;
	}
	OK(err);
	del(from, find(from, old));
	if (!target)
		add(to, new, is_dir);
}

struct listing {
	struct dir *d;
	int n;
};

static int listed(void *ctx, const struct rumpvfs_dirent *e, const struct rumpvfs_entry *entry)
{
	struct listing *l = ctx;
	char name[NAME_LEN];

	snprintf(name, sizeof(name), "%.*s", (int)e->namelen, e->name);
	if (!strcmp(name, ".") || !strcmp(name, ".."))
		return 0;
	if (!find(l->d, name))
		fprintf(stderr, "not in the model: %s\n", name);
	CHECK(find(l->d, name));
	l->n++;
	return 0;
}

static void compare(struct dir *d)
{
	struct listing l = { .d = d };
	unsigned long long f, at;
	int before;

	OK(t->v->open(t->m, d->node, O_RDONLY | O_DIRECTORY, &f));
	/* Offsets of FAT are positions of slots; go on until nothing comes. */
	at = 0;
	do {
		before = l.n;
		OK(t->v->readdir(t->m, f, at, 1 << 20, 0, listed, &l));
		at = ~0ull >> 1;
	} while (l.n != before && at == 0);
	t->v->release(t->m, f);
	CHECK_EQ(l.n, d->n);
}

static void open_dirs(int make)
{
	struct rumpvfs_entry e;

	for (int i = 0; i < DIRS; i++) {
		sprintf(dirs[i].path, "d%d", i);
		if (make)
			OK(t->v->mkdir(t->m, ROOT, N(dirs[i].path), 0755, &e));
		else
			OK(vfs_lookup(t, ROOT, dirs[i].path, &e));
		dirs[i].node = e.node;
	}
}

static void check_all(void)
{
	struct rumpvfs_entry e;

	for (int i = 0; i < DIRS; i++) {
		compare(&dirs[i]);
		for (int j = 0; j < dirs[i].n; j++) {
			OK(vfs_lookup(t, dirs[i].node, dirs[i].e[j].name, &e));
			CHECK_EQ(S_ISDIR(e.attr.mode), dirs[i].e[j].is_dir);
			t->v->forget(t->m, e.node, 1);
		}
	}
}

static void start(struct vt *vt)
{
	const char *seed = getenv("FATDX_SEED"), *options = vt->args.options;

	t = vt;
	state = seed ? strtoull(seed, NULL, 0) : (unsigned long long)time(NULL);
	utf8 = !!strstr(options, "utf8");
	strict = !!strstr(options, "check=s");
	xlate = !!strstr(options, "uni_xlate");
	dos = !strcmp(vt->args.fstype, "msdos");
	letters = strstr(options, "koi8-r") ? "\xc1\xc2\xd7\xc7\xc4\xc5" : "\xe0\xe4\xf6\xfc\xdf\xe9";
	/* Found in the log if the test fails. */
	printf("options %s, FATDX_SEED=%llu\n", options, (unsigned long long)state);
	fflush(stdout);
	for (int i = 0; i < DIRS; i++) {
		dirs[i].e = calloc(MOST, sizeof(struct entry));
		CHECK(dirs[i].e);
	}
	open_dirs(1);
}

void t_fatdx(struct vt *vt)
{
	int full = getenv("CI") || getenv("FULL"), ops = full ? 20000 : 6000;

	start(vt);
	for (int i = 1; i <= ops; i++) {
		struct dir *d = &dirs[rnd(DIRS)];
		unsigned int what = rnd(16);

		/* Grow at first, and shrink at the end. */
		if (what < (i < ops / 2 ? 7 : 4))
			op_make(d);
		else if (what < 10)
			op_look(d);
		else if (what < 14)
			op_remove(d);
		else
			op_rename(d, &dirs[rnd(DIRS)]);
		if (i % 2000)
			continue;
		check_all();
		OK(t->v->umount(t->m));
		OK(t->v->mount(&t->args, &t->m));
		open_dirs(0);
		check_all();
	}
	/*
	 * Or nothing was tested. A letter whose small one is ASCII or the other way round is too
	 * odd for an index, and so is a directory with escapes, while it has some.
	 */
	if (!xlate)
		CHECK_EQ(t->nr_watched > 0, !strstr(t->args.options, "iso8859-9"));
}

/* --- directories that the driver does not write ------------------------------------- */

#define SEEN		2000

static char seen[SEEN][NAME_LEN];
static int nr_seen;

static int see(void *ctx, const struct rumpvfs_dirent *e, const struct rumpvfs_entry *entry)
{
	if (nr_seen < SEEN)
		snprintf(seen[nr_seen++], NAME_LEN, "%.*s", (int)e->namelen, e->name);
	return 0;
}

/* Ask for each name that the directory shows, and for parts of them; the kernel checks. */
static void ask_all(unsigned long long node, int must)
{
	struct rumpvfs_entry e;
	unsigned long long f;
	char name[NAME_LEN];
	int err;

	nr_seen = 0;
	OK(t->v->open(t->m, node, O_RDONLY | O_DIRECTORY, &f));
	t->v->readdir(t->m, f, 0, 1 << 20, 0, see, NULL);
	t->v->release(t->m, f);
	for (int i = 0; i < nr_seen; i++) {
		err = vfs_lookup(t, node, seen[i], &e);
		if (must)
			OK(err);
		if (!err)
			t->v->forget(t->m, e.node, 1);
		strcpy(name, seen[i]);
		respell(name);
		if (rnd(2))
			name[rnd(strlen(name))] = "a?. x"[rnd(5)];
		if (!strchr(name, '/') && !vfs_lookup(t, node, name, &e))
			t->v->forget(t->m, e.node, 1);
	}
}

static void mount_as(const char *type, const char *options)
{
	struct rumpvfs_mount_args args = t->args;

	OK(t->v->umount(t->m));
	args.fstype = type;
	args.options = options;
	OK(t->v->mount(&args, &t->m));
	open_dirs(0);
}

/* Short names without a long one, of any bytes, as other systems leave them. */
void t_fatdx_short(struct vt *vt)
{
	struct rumpvfs_entry e;
	char name[NAME_LEN];
	int i, n, err;

	start(vt);
	mount_as("msdos", "check=relaxed");
	for (i = 0; i < 400; i++) {
		for (n = 0; n < 8; n++)
			name[n] = rnd(3) ? 0x80 + rnd(0x80) : " aBz~_1?"[rnd(8)];
		sprintf(name + n, ".%u", i % 100);
		if (i % 3 == 0)
			name[8] = 0;
		err = t->v->mknod(t->m, dirs[0].node, N(name), S_IFREG | 0644, 0, &e);
		CHECK(err == 0 || err == -EEXIST || err == -EINVAL);
		if (!err)
			t->v->forget(t->m, e.node, 1);
	}
	/* Twice: what is not in the caches, and what is. */
	for (i = 0; i < 2; i++) {
		mount_as("vfat", t->args.options);
		ask_all(dirs[0].node, 0);
		CHECK(nr_seen > 250);
		ask_all(dirs[0].node, 0);
	}
	for (i = 0; i < nr_seen; i++)
		t->v->unlink(t->m, dirs[0].node, N(seen[i]));
	for (i = 0; i < 200; i++) {
		make_name(name);
		if (!t->v->mknod(t->m, dirs[0].node, N(name), S_IFREG | 0644, 0, &e))
			t->v->forget(t->m, e.node, 1);
	}
	ask_all(dirs[0].node, 0);
	CHECK(t->nr_watched > 0);
}

/* Change a few slots of the directory that was made last, on the disk; nobody uses it now. */
static void damage(void)
{
	static off_t from;
	unsigned char sector[512], *slot;
	off_t at, size = lseek(t->fd, 0, SEEK_END);
	int i, slots;

	for (at = from; at < size; at += 512) {
		CHECK_EQ(pread(t->fd, sector, 512, at), 512);
		for (slots = i = 0; i < 512; i += 32)
			slots += sector[i + 11] == 0x0f && sector[i + 12] == 0;
		if (slots < 4)
			continue;
		from = at + 512;
		if (rnd(8) || sector[0] == '.')
			continue;
		slot = sector + 32 * rnd(16);
		switch (rnd(8)) {
		case 0: slot[0] = rnd(4) ? (rnd(2) ? 0x40 : 0) | rnd(22) : 0xe5; break;
		case 1: slot[11] ^= 0x08; break;
		case 2: slot[13]++; break;
		case 3: slot[0] ^= 0x40; break;
		case 4: slot[1 + rnd(10)] = 1 + rnd(255); break;
		case 5: memcpy(sector + 32 * rnd(16), slot, 32); break;
		case 6: memset(slot, 0, 32); break;
		case 7:
			if (slot[11] == 0x0f)
				slot[11] = 0x20;
		}
		/* Nothing but names: other damage is not what is tested. */
		slot[20] = slot[21] = slot[26] = slot[27] = 0;
		slot[28] = slot[29] = slot[30] = slot[31] = 0;
		slot[11] &= 0x2f;
		CHECK_EQ(pwrite(t->fd, sector, 512, at), 512);
	}
}

void t_fatdx_damaged(struct vt *vt)
{
	int rounds = getenv("CI") || getenv("FULL") ? 60 : 15;
	struct rumpvfs_entry e;
	char name[NAME_LEN], path[16];
	unsigned int before;

	start(vt);
	for (int round = 0, damaged = 0; round < rounds || damaged < rounds / 3; round++) {
		sprintf(path, "round%d", round);
		OK(t->v->mkdir(t->m, ROOT, N(path), 0755, &e));
		for (int i = 0; i < 250; i++) {
			make_name(name);
			respell(name);
			if (!t->v->mknod(t->m, e.node, N(name), S_IFREG | 0644, 0, &e))
				t->v->forget(t->m, e.node, 1);
			OK(vfs_lookup(t, ROOT, path, &e));
		}
		OK(t->v->umount(t->m));
		damage();
		OK(t->v->mount(&t->args, &t->m));
		OK(vfs_lookup(t, ROOT, path, &e));
		before = t->nr_watched;
		ask_all(e.node, 0);
		/* Indexed nevertheless? That is the more interesting case. */
		damaged += t->nr_watched > before;
		for (int i = 0; i < 100; i++) {
			make_name(name);
			if (rnd(2))
				t->v->unlink(t->m, e.node, N(name));
			else
				t->v->mknod(t->m, e.node, N(name), S_IFREG | 0644, 0,
					    &(struct rumpvfs_entry){ 0 });
		}
		ask_all(e.node, 0);
		CHECK(round < 10 * rounds);
	}
}

/* Many big directories in a small memory: indexes go and come again. */
void t_fatdx_memory(struct vt *vt)
{
	enum { MANY = 24, EACH = 400 };
	static char block[1 << 16];
	unsigned long long node[MANY], f;
	struct rumpvfs_entry e;
	char name[NAME_LEN];
	int i, j, round;

	t = vt;
	for (i = 0; i < MANY; i++) {
		sprintf(name, "dir%d", i);
		OK(t->v->mkdir(t->m, ROOT, N(name), 0755, &e));
		node[i] = e.node;
	}
	for (j = 0; j < EACH; j++) {
		for (i = 0; i < MANY; i++) {
			sprintf(name, "a long name for memory that is short %d", j);
			OK(t->v->mknod(t->m, node[i], N(name), S_IFREG | 0644, 0, &e));
			t->v->forget(t->m, e.node, 1);
		}
	}
	for (round = 0; round < 3; round++) {
		/* What is read pushes out what can be pushed out. */
		sprintf(name, "big%d", round);
		OK(t->v->create(t->m, ROOT, N(name), 0644, O_RDWR, &e, &f));
		for (i = 0; i < 16 << 20; i += sizeof(block))
			CHECK_EQ(t->v->write(t->m, f, i, block, sizeof(block)), sizeof(block));
		t->v->release(t->m, f);
		t->v->forget(t->m, e.node, 1);
		for (j = round; j < EACH; j += 3) {
			for (i = 0; i < MANY; i++) {
				sprintf(name, "A LONG NAME FOR MEMORY THAT IS SHORT %d", j);
				OK(t->v->unlink(t->m, node[i], N(name)));
				CHECK_EQ(vfs_lookup(t, node[i], name, &e), -ENOENT);
			}
		}
	}
	for (i = 0; i < MANY; i++) {
		sprintf(name, "dir%d", i);
		OK(t->v->rmdir(t->m, ROOT, N(name)));
		t->v->forget(t->m, node[i], 1);
	}
	CHECK(t->nr_watched > MANY);
}
