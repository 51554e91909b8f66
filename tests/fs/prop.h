/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A property: something that a document promises of every file system that can do
 * it. It is a function of a few lines that checks with the macros below and
 * returns when all holds; the first check that fails ends the process.
 *
 *	PROPERTY(link_is_same_file, "links", "POSIX link: both names are the same file")
 *	{
 *		...
 *	}
 *
 * @needs: words that must all hold, else the property does not apply: capabilities
 * (fsdrivers/README.md), with "!" those that must be missing; and of this suite:
 *	rw		the default where "ro" and "tree" are not said
 *	ro		a file system that cannot write, too
 *	tree		an image that was made with the tree of tree.py
 *	dirs		directories can be made
 *	process		real processes: mmap, exec (not in the rump kernel)
 *	unicode, bmp+	a name may be of any letters, of characters above U+FFFF too
 *	big		the image has room for 200 MiB
 *	entries		a directory may have 100000 entries, and the image too
 *	library		a rump kernel in the test's own process
 *	loose		no comparison with what the host's kernel answers (races)
 */
#ifndef FS_PROP_H
#define FS_PROP_H

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include "sys.h"

struct property {
	const char *name, *needs, *promise, *file;
	void (*run)(void);
	void (*verify)(int step);	/* of crash properties: after the crash behind @step */
};

#define PROPERTY_(name_, needs_, promise_, verify_)				\
	static void prop_##name_(void);						\
	static const struct property property_##name_ = {			\
		.name = #name_, .needs = needs_, .promise = promise_,		\
		.file = __FILE__, .run = prop_##name_, .verify = verify_,	\
	};									\
	static const struct property *const pointer_##name_			\
		__attribute__((used, section("properties"))) = &property_##name_; \
	static void prop_##name_(void)
#define PROPERTY(name, needs, promise)	PROPERTY_(name, needs, promise, NULL)
/*
 * The body calls crash_point(STEP) where STEP is durable by now; verify_NAME(step)
 * looks at what is found after a crash anywhere before crash_point(step + 1).
 */
#define CRASH_PROPERTY(name, needs, promise)					\
	static void verify_##name(int step);					\
	PROPERTY_(name, needs, promise, verify_##name)
void crash_point(int step);

/* --- what the file system under test is, as its description says ------------------- */

struct fs_facts {
	const char *component, *fstype, *options, *type;
	const char *image, *dir;	/* dir: where it is mounted */
	const char *can, *kase, *charset, *refuses;
	const char *warns;		/* functions that are known to warn: "a,b", or NULL */
	unsigned int namemax;
	bool utf16;			/* namemax counts UTF-16 code units */
	long long mtime, atime, ctime, btime;	/* resolutions, ns; 0: not kept */
	long long first, last;		/* seconds since 1970 */
	unsigned long long filemax, size;	/* size: of the image, 0: of a server */
	unsigned int linkmax, symlinkmax, dirmax;
	bool tree, readonly;
};
extern struct fs_facts fs;
bool can(const char *word);

/* --- checks ------------------------------------------------------------------------ */

void fail(const char *file, int line, const char *fmt, ...)
	__attribute__((noreturn, format(printf, 3, 4)));

#define CHECK(cond)								\
	do { if (!(cond)) fail(__FILE__, __LINE__, "not so: %s", #cond); } while (0)
#define EQ(a, b)								\
	do {									\
		long long a_ = (long long)(a), b_ = (long long)(b);		\
		if (a_ != b_)							\
			fail(__FILE__, __LINE__, "%s is %lld instead of %lld (%s)", #a, a_, b_, #b); \
	} while (0)
/* The call works; its result. */
#define OK(call)								\
	({ long r_ = (long)(call);						\
	   if (r_ < 0) fail(__FILE__, __LINE__, "%s: %s", #call, strerrorname_np(errno)); \
	   r_; })
/* The call is refused with this error, or one of two where documents differ. */
#define FAILS(call, error)	FAILS_(#call, call, error, error, #error)
#define FAILS2(call, error1, error2)	FAILS_(#call, call, error1, error2, #error1 " or " #error2)
#define FAILS_(text, call, error1, error2, want)				\
	do {									\
		long r_ = (long)(call);						\
		if (r_ >= 0)							\
			fail(__FILE__, __LINE__, "%s worked (%ld) instead of: %s", text, r_, want); \
		if (errno != (error1) && errno != (error2))			\
			fail(__FILE__, __LINE__, "%s: %s instead of: %s", text, strerrorname_np(errno), want); \
	} while (0)

/* --- what many properties do ---------------------------------------------------------- */

/* A file of @size bytes of the pattern @seed. */
void put(const char *path, size_t size, unsigned int seed);
/* The file has exactly that. */
void expect(const char *path, size_t size, unsigned int seed);
/* Byte @off of the pattern. */
unsigned char pattern(unsigned int seed, unsigned long long off);
void fill(void *p, size_t n, unsigned int seed, unsigned long long off);
/* @fd has at @off @n bytes of the pattern, or zeros. */
void expect_at(int fd, unsigned long long off, size_t n, unsigned int seed);
void expect_zero(int fd, unsigned long long off, size_t n);
/* A small file, a text and what it is. */
void touch(const char *path);
bool exists(const char *path);
ino_t inode(const char *path);
nlink_t nlinks(const char *path);
off_t size_of(const char *path);
mode_t mode_of(const char *path);
/* Number of entries of a directory without "." and ".."; -1 if one comes twice. */
long entries(const char *path);
bool listed(const char *path, const char *name);
/* Sleep until the clock that the file system stamps with has moved on by @ns (at least a tick). */
void later(long long ns);
/* Run in a thread and join it: what the thread changes of itself ends with it. */
void in_thread(void (*fn)(void *), void *arg);
/* Start and join real threads for races. */
void in_parallel(unsigned int n, void (*fn)(void *), void *args, size_t argsize);

#endif
