/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * rumpvfs: the VFS of a rump kernel by handle, without paths and without
 * file descriptors. Implemented by rumpkern/vfs; clients are the FUSE bridge,
 * fs-utils and tests. Read by both worlds.
 *
 * Context: every function is called on a task of the kernel (in a job or in
 * a RUMP_CALL_FN call) and may put that task to sleep; none blocks the host
 * thread. Results are 0 or a negative errno value unless said otherwise; where
 * an operation does not exist in the driver the error is -EOPNOTSUPP,
 * -ENOSYS or what Linux itself gives.
 *
 * Who owns which reference
 *   struct rumpvfs_mount  made by mount(), ended by umount(). Holds the
 *                         struct vfsmount and all nodes and files below.
 *   node id               an inode the client knows. RUMPVFS_ROOT is always
 *                         valid. Every rumpvfs_entry handed out adds one to
 *                         the node's lookup count, forget() takes off; while
 *                         it is above zero the node pins its dentry and thereby
 *                         the inode, also after unlink. Ids are not reused
 *                         while the mount exists.
 *   file id               an open struct file, from open()/create()/tmpfile()
 *                         to release(). Keeps its inode alive without the node.
 *   rumpvfs_pages         page-cache references from read() to read_done().
 * An id that does not exist gives -ESTALE (node) or -EBADF (file).
 *
 * Names are bytes, not terminated, 1..RUMPVFS_NAME_MAX long, without '/' and NUL; anything
 * else gives -EINVAL or -ENAMETOOLONG.
 */
#ifndef _RUMP_RUMPVFS_H
#define _RUMP_RUMPVFS_H

#include <rump/rumpuser.h>

#define RUMPVFS_ROOT	1ULL
#define RUMPVFS_NAME_MAX	765	/* bytes: 255 units of UTF-16 in UTF-8; drivers know their own */
#define RUMPVFS_AGAIN	0x80000000u	/* with the flags of a rename: asked before, and perhaps done, but the answer was lost */

/*
 * With O_APPEND of open(), create(), tmpfile(): what may only be appended to can be
 * opened, but write() goes where it is told, not to the end.
 */
#define RUMPVFS_O_OFFSETS	(1u << 30)
/* With O_RDONLY of open(): to run the file, which takes the right to execute it and none to read it. */
#define RUMPVFS_O_EXEC		(1u << 29)

struct rumpvfs_mount;

/* Who asks. groups: supplementary, may be NULL. */
struct rumpvfs_cred {
	unsigned int uid, gid;
	unsigned int umask;		/* for create, mkdir, mknod */
	unsigned int ngroups;
	const unsigned int *groups;
};

struct rumpvfs_attr {
	unsigned long long ino, size, blocks;	/* blocks of 512 bytes */
	long long atime, mtime, ctime, btime;	/* seconds since 1970 */
	unsigned int atime_nsec, mtime_nsec, ctime_nsec, btime_nsec;
	unsigned int mode, nlink, uid, gid;
	unsigned int rdev;			/* new_encode_dev(): as FUSE has it */
	unsigned int blksize;
	unsigned int has_btime;
	unsigned int pad;
	/*
	 * Nanoseconds for which the driver of a server would answer this again without asking
	 * the server. 0: unknown.
	 */
	unsigned long long valid_ns;
};

struct rumpvfs_entry {
	unsigned long long node;
	unsigned long long generation;
	struct rumpvfs_attr attr;		/* on a server: as of peekattr() */
	unsigned long long valid_ns;		/* likewise for the name */
	/*
	 * The name that was looked up is the one by which the kernel knows the
	 * entry. 0 where names match without being equal (case, short
	 * aliases): a client must not cache such a name.
	 */
	unsigned int canonical;
	unsigned int may_end;			/* valid_ns may, by doubt() */
};

/* setattr: which fields of rumpvfs_setattr.attr count */
#define RUMPVFS_SET_MODE	(1u << 0)
#define RUMPVFS_SET_UID		(1u << 1)
#define RUMPVFS_SET_GID		(1u << 2)
#define RUMPVFS_SET_SIZE	(1u << 3)
#define RUMPVFS_SET_ATIME	(1u << 4)
#define RUMPVFS_SET_MTIME	(1u << 5)
#define RUMPVFS_SET_ATIME_NOW	(1u << 6)	/* instead of SET_ATIME */
#define RUMPVFS_SET_MTIME_NOW	(1u << 7)
#define RUMPVFS_SET_CTIME	(1u << 8)	/* the time of this change, instead of the present */
#define RUMPVFS_SET_KILL_PRIV	(1u << 9)	/* drop suid, sgid, capabilities */

/* Reading: references to page-cache pages, in file order. */
#define RUMPVFS_READ_SEGS	260
struct rumpvfs_pages {
	struct rumpuser_iov iov[RUMPVFS_READ_SEGS];
	unsigned int niov;
	unsigned int nref;			/* kernel */
	void *ref[RUMPVFS_READ_SEGS];		/* kernel */
	void *inode;				/* kernel: NULL, or pages first to last go when it is done */
	unsigned long first, last;		/* kernel */
};

struct rumpvfs_dirent {
	unsigned long long ino;
	unsigned long long off;			/* where the next entry is: for readdir() and seekdir */
	unsigned int type;			/* DT_* */
	unsigned int namelen;
	const char *name;
};

/*
 * Takes one directory entry. @entry is NULL for plain readdir and where the
 * inode was not looked up; otherwise accepting it takes the lookup reference.
 * Returns 0 to go on, 1 if the entry was not taken (buffer full). Must not
 * call rumpvfs.
 */
typedef int (*rumpvfs_fill_t)(void *ctx, const struct rumpvfs_dirent *d,
			      const struct rumpvfs_entry *entry);

struct rumpvfs_statfs {
	unsigned long long blocks, bfree, bavail, files, ffree;
	unsigned int bsize, frsize, namelen, type;
};

struct rumpvfs_lock {
	unsigned long long owner;		/* lock owner as the client names it */
	unsigned long long start, end;		/* inclusive; ~0ULL >> 1: to the end */
	unsigned int type;			/* F_RDLCK, F_WRLCK, F_UNLCK */
	unsigned int pid;
};

/* mount flags */
#define RUMPVFS_MNT_RDONLY	(1u << 0)
#define RUMPVFS_MNT_SYNC	(1u << 1)
#define RUMPVFS_MNT_DIRSYNC	(1u << 2)
#define RUMPVFS_MNT_LAZYTIME	(1u << 3)
#define RUMPVFS_MNT_NOATIME	(1u << 4)
#define RUMPVFS_MNT_MANDLOCK	(1u << 5)
#define RUMPVFS_MNT_NODIRATIME	(1u << 6)
#define RUMPVFS_MNT_STRICTATIME	(1u << 7)

/*
 * A byte of the disk that says "in use": @busy from before the first write
 * until all is written, then @clean again unless something went wrong. For file
 * systems whose driver does not say so itself.
 */
struct rumpvfs_mark {
	unsigned long long offset;
	unsigned char busy, clean;
};
#define RUMPVFS_MARKS	16

struct rumpvfs_mount_args {
	const char *fstype;			/* of the kernel: "vfat" */
	const char *source;			/* "/dev/sdb1" of disk_attach(), or as the driver wants it */
	const char *options;			/* driver's, comma separated; "" for none */
	unsigned int flags;			/* RUMPVFS_MNT_* */
	int indexed;				/* the driver finds a name without reading the directory up to it */
	int whole_listing;			/* positions in a directory move when it changes: read it whole */
	int fsync_all;				/* the driver's fsync leaves out what a file needs: write all that there is */
	const struct rumpvfs_mark *marks;	/* copied */
	unsigned int nr_marks;			/* RUMPVFS_MARKS at most */
	/*
	 * Nodes that the kernel's memory can hold. 0: chosen from its size.
	 * Above, prune() is called.
	 */
	unsigned int max_nodes;
	/*
	 * Called (on a kernel task; must not block nor call rumpvfs) when
	 * more than max_nodes nodes are alive: the client should make its own
	 * caches forget @name in @parent, so that forget() follows. May be NULL.
	 */
	void (*prune)(void *ctx, unsigned long long parent, unsigned long long node,
		      const char *name, unsigned int namelen);
	/*
	 * Called likewise when an entry was removed or renamed through
	 * another spelling than the canonical one @name: caches of it are stale.
	 */
	void (*stale)(void *ctx, unsigned long long parent,
		      const char *name, unsigned int namelen);
	/*
	 * Called likewise when the driver has dropped the data of @node that it
	 * had cached, since somebody else has written to the file. May be NULL
	 * where nobody else can.
	 */
	void (*changed)(void *ctx, unsigned long long node);
	/*
	 * Called likewise when rumpvfs_entry.valid_ns of a name has ended: the client should look it
	 * up again before it uses it, but need not forget what is behind it. With NULL for a name the attributes
	 * of @parent are meant, a directory or an open file; the client must have forgotten them when this
	 * returns. NULL where nobody else changes names.
	 */
	void (*doubt)(void *ctx, unsigned long long parent,
		      const char *name, unsigned int namelen);
	void *ctx;
};

/* What a driver can do; for the client's defaults. Costs no I/O, as statfs() may. */
struct rumpvfs_info {
	unsigned int rdonly;			/* mounted read-only, asked or not */
	unsigned int casefold;			/* names match without being equal */
	unsigned int posix_acl;
	unsigned int time_gran;			/* nanoseconds */
	unsigned int blksize;
	unsigned long long maxbytes;
	unsigned int magic;
	char options[1024];			/* as /proc/mounts of the rump kernel shows them */
};

struct rumpvfs_ops {
	/* --- mounts (mount.c) --- */
	int (*mount)(const struct rumpvfs_mount_args *a, struct rumpvfs_mount **out);
	/* Driver options and RUMPVFS_MNT_RDONLY are applied; -EBUSY if ro and files are open for writing. */
	int (*remount)(struct rumpvfs_mount *m, unsigned int flags, const char *options);
	/*
	 * Flush and unmount; all nodes are forgotten, all files are closed.
	 * The mount is gone in any case; the result says whether all data
	 * reached the disk. No other call on @m may be running.
	 */
	int (*umount)(struct rumpvfs_mount *m);
	int (*info)(struct rumpvfs_mount *m, struct rumpvfs_info *info);
	int (*statfs)(struct rumpvfs_mount *m, unsigned long long node, struct rumpvfs_statfs *st);
	/* All data and metadata durable. Reports a writeback error since the last call. */
	int (*syncfs)(struct rumpvfs_mount *m);

	/*
	 * --- who asks: brackets every request of a client (cred.c) ---
	 * Without it write() and fallocate() act for the opener of the file, which
	 * is right for a cache that is written back; everything else for root.
	 */
	int (*enter)(struct rumpvfs_mount *m, const struct rumpvfs_cred *cred);
	void (*leave)(struct rumpvfs_mount *m);
	/* Sleep. -EINTR: the job is to end (rump_kernel.job_interrupt). */
	int (*pause)(unsigned int ms);

	/* --- names (name.c) --- */
	int (*lookup)(struct rumpvfs_mount *m, unsigned long long parent,
		      const char *name, unsigned int len, struct rumpvfs_entry *e);
	void (*forget)(struct rumpvfs_mount *m, unsigned long long node, unsigned long long n);
	int (*mknod)(struct rumpvfs_mount *m, unsigned long long parent, const char *name,
		     unsigned int len, unsigned int mode, unsigned int rdev, struct rumpvfs_entry *e);
	int (*mkdir)(struct rumpvfs_mount *m, unsigned long long parent, const char *name,
		     unsigned int len, unsigned int mode, struct rumpvfs_entry *e);
	int (*symlink)(struct rumpvfs_mount *m, unsigned long long parent, const char *name,
		       unsigned int len, const char *target, struct rumpvfs_entry *e);
	int (*link)(struct rumpvfs_mount *m, unsigned long long node, unsigned long long parent,
		    const char *name, unsigned int len, struct rumpvfs_entry *e);
	int (*unlink)(struct rumpvfs_mount *m, unsigned long long parent, const char *name, unsigned int len);
	int (*rmdir)(struct rumpvfs_mount *m, unsigned long long parent, const char *name, unsigned int len);
	/* @flags: RENAME_NOREPLACE, _EXCHANGE, _WHITEOUT, RUMPVFS_AGAIN */
	int (*rename)(struct rumpvfs_mount *m, unsigned long long op, const char *oname, unsigned int olen,
		      unsigned long long np, const char *nname, unsigned int nlen, unsigned int flags);
	/* Returns the length; not terminated. */
	long (*readlink)(struct rumpvfs_mount *m, unsigned long long node, char *buf, unsigned int size);

	/* --- attributes (attr.c) --- */
	int (*getattr)(struct rumpvfs_mount *m, unsigned long long node, struct rumpvfs_attr *attr);
	/*
	 * As getattr(), but of a server's file the size alone is as new as the driver's rules want it; the
	 * rest is what the driver knows without writing to it, and without asking it.
	 */
	int (*peekattr)(struct rumpvfs_mount *m, unsigned long long node, struct rumpvfs_attr *attr);
	/* @file: id or 0; with it ftruncate() semantics. @attr: in the new values, out the result. */
	int (*setattr)(struct rumpvfs_mount *m, unsigned long long node, unsigned long long file,
		       unsigned int set, struct rumpvfs_attr *attr);
	/*
	 * Before somebody writes who cannot keep them: suid, sgid, capabilities. 1: there were some and they are
	 * gone, 0: there were none, or -errno. Cheap then, for it comes with each write of such a client.
	 */
	int (*kill_priv)(struct rumpvfs_mount *m, unsigned long long node);
	int (*access)(struct rumpvfs_mount *m, unsigned long long node, unsigned int mask);
	/* Sizes as getxattr(2): @size 0 asks for the length, -ERANGE if too small. */
	long (*getxattr)(struct rumpvfs_mount *m, unsigned long long node, const char *name, void *buf, unsigned long size);
	long (*listxattr)(struct rumpvfs_mount *m, unsigned long long node, char *buf, unsigned long size);
	int (*setxattr)(struct rumpvfs_mount *m, unsigned long long node, const char *name,
			const void *value, unsigned long size, int flags);
	int (*removexattr)(struct rumpvfs_mount *m, unsigned long long node, const char *name);

	/* --- files (file.c, io.c) --- @oflags: O_* of asm-generic */
	int (*open)(struct rumpvfs_mount *m, unsigned long long node, unsigned int oflags, unsigned long long *file);
	int (*create)(struct rumpvfs_mount *m, unsigned long long parent, const char *name, unsigned int len,
		      unsigned int mode, unsigned int oflags, struct rumpvfs_entry *e, unsigned long long *file);
	int (*tmpfile)(struct rumpvfs_mount *m, unsigned long long parent, unsigned int mode, unsigned int oflags,
		       struct rumpvfs_entry *e, unsigned long long *file);
	/* close(2) of one descriptor: reports what the driver has to report. @owner: whose POSIX locks end. */
	int (*flush)(struct rumpvfs_mount *m, unsigned long long file, unsigned long long owner);
	void (*release)(struct rumpvfs_mount *m, unsigned long long file);
	/* Returns bytes read (short at end of file); then read_done() must follow. */
	long (*read)(struct rumpvfs_mount *m, unsigned long long file, unsigned long long off,
		     unsigned long len, struct rumpvfs_pages *pages);
	void (*read_done)(struct rumpvfs_pages *pages);
	/* Returns bytes written. The buffer is the caller's, and copied. */
	long (*write)(struct rumpvfs_mount *m, unsigned long long file, unsigned long long off,
		      const void *buf, unsigned long len);
	/*
	 * The same; but where only a lack of memory could keep the driver from taking all of it, @sure is called before it does (on
	 * a kernel task; must not block nor call rumpvfs). Whoever wants it may then be told that it is written, if nothing else of this
	 * mount is begun before this returns: an error is also kept for fsync(), and changed() called.
	 */
	long (*write_early)(struct rumpvfs_mount *m, unsigned long long file, unsigned long long off,
			    const void *buf, unsigned long len, void (*sure)(void *ctx), void *ctx);
	/*
	 * After a write of @len bytes, when the client has been told: send what is due, without waiting for disk or
	 * server. May be left out; then the kernel sends it when it thinks fit.
	 */
	void (*written)(struct rumpvfs_mount *m, unsigned long long file, unsigned long long off, unsigned long len);
	int (*fsync)(struct rumpvfs_mount *m, unsigned long long file, int datasync);
	int (*fallocate)(struct rumpvfs_mount *m, unsigned long long file, int mode,
			 unsigned long long off, unsigned long long len);
	long long (*lseek)(struct rumpvfs_mount *m, unsigned long long file, unsigned long long off, int whence);
	long (*copy_file_range)(struct rumpvfs_mount *m, unsigned long long in, unsigned long long off_in,
				unsigned long long out, unsigned long long off_out,
				unsigned long len, unsigned int flags);
	/* Is @node open for writing? 1, 0 or -errno. */
	int (*is_written)(struct rumpvfs_mount *m, unsigned long long node);
	/* The client is told by rumpvfs_mount_args.stale to forget the name by which it knows @node, if that has one. */
	void (*forget_name)(struct rumpvfs_mount *m, unsigned long long node);
	/* @arg: host memory that holds what the command reads and takes what it writes. */
	long (*ioctl)(struct rumpvfs_mount *m, unsigned long long file, unsigned int cmd, void *arg);
	int (*getlk)(struct rumpvfs_mount *m, unsigned long long file, struct rumpvfs_lock *lk);
	int (*setlk)(struct rumpvfs_mount *m, unsigned long long file, const struct rumpvfs_lock *lk, int wait);
	int (*flock)(struct rumpvfs_mount *m, unsigned long long file, unsigned long long owner,
		     unsigned int type, int wait);
	/* EPOLL* events that are ready now. */
	unsigned int (*poll)(struct rumpvfs_mount *m, unsigned long long file);

	/* --- directories (dir.c) --- files of directories: open(), release(), fsync() as above */
	/*
	 * Entries from @off on (0: start, then rumpvfs_dirent.off) until fill
	 * declines, @max_bytes of names (8 byte aligned, 24 bytes extra each) are
	 * through, or the end. @plus: with entries where that is cheap.
	 */
	int (*readdir)(struct rumpvfs_mount *m, unsigned long long file, unsigned long long off,
		       unsigned long max_bytes, int plus, rumpvfs_fill_t fill, void *ctx);
};

#endif
