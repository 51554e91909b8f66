/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the files of arch/rump (and rumpkern/dev, rumpkern/vfs) say to each
 * other. Everything here runs on the virtual CPU unless said otherwise.
 */
#ifndef _ASM_RUMP_RUMP_H
#define _ASM_RUMP_RUMP_H

#include <linux/types.h>
#include <machine/stack.h>
#include <rump/rump.h>

struct task_struct;

/* cpu.c: the virtual CPU and its carrier */
int rump_resume(void);				/* host side: see rump_kernel.resume */
void rump_park(enum rump_park why);		/* give the carrier its stack back */
extern unsigned long rump_progress;		/* rump_kernel.progress */

/* irq.c: interrupts are bits that the CPU polls */
void rump_irq_post(enum rump_irq irq);		/* any thread, signal safe */
int rump_irq_posted(void);
extern bool rump_in_user;			/* current is a proxy between two calls */

/* time.c */
void rump_timer_irq(void);
void rump_wallclock_set(int tz_minuteswest);

/* lwp.c: proxies of host threads; user.c: what both kinds of task share */
void rump_lwp_queue(struct rump_lwp *lwp);	/* any thread */
struct rump_lwp *rump_current_lwp(void);
void rump_lwp_irq(void);
bool rump_lwp_create_one(void);			/* server: make one proxy that is asked for */
void rump_user_return(void);			/* deferred work of a call that ended */
void rump_user_interrupt(struct task_struct *t);/* end its interruptible and killable waits */
void rump_server_wake(void);
void rump_server(void) __attribute__((noreturn));

/* job.c: fibers */
void rump_job_submit(struct rump_job *job);	/* any thread */
void rump_job_interrupt(struct rump_job *job);
void rump_job_irq(void);
bool rump_job_create_one(void);			/* server: make one fiber that is asked for */
extern unsigned int rump_max_jobs;

/* traps.c */
unsigned long rump_fixup(unsigned long pc);
void rump_fault(const struct rump_fault *f) __attribute__((noreturn));
void rump_stuck(const struct rump_fault *f) __attribute__((noreturn));

/* console.c */
void rump_console_init(void);

/* setup.c */
void rump_prepare(const struct rump_bootinfo *bi);
extern char rump_cmdline[];

/* mm/trim.c */
void rump_mem_trim(void);
void rump_mem_stat(unsigned long *free, unsigned long *cache);

/*
 * mm/grow.c: is there so little memory that nothing may be added to what cannot be freed again? Gets more if that
 * is possible. May sleep, and wants no lock held.
 */
bool rump_mem_short(void);
/* Get more memory from the host, in whole blocks: the number of pages, 0 if there is no more. Never sleeps. */
unsigned long rump_mem_grow(void);

/* dev/rumpblk.c */
void rumpblk_done(struct rumpuser_blk_req *req);	/* any thread */
bool rumpblk_busy(void);			/* is something read or written? False in a kernel without disks */
int rumpblk_attach(const struct rump_disk *d, char *path, unsigned long size);
struct block_device;
bool rumpblk_unflushed(struct block_device *bdev);
int rumpblk_detach(const char *path);
int rumpblk_resize(const char *path, unsigned long long size);

/* vfs/changed.c: for drivers' own code (fsdrivers), what clients may have cached of @inode is stale */
struct dentry;
struct inode;
void rumpvfs_inode_changed(struct inode *inode);
void rumpvfs_names_changed(struct inode *dir);
/* What rumpvfs_valid_ns() said of @inode ends. When this returns, who has it open asks before he reads what he has cached. */
void rumpvfs_promise_ends(struct inode *inode);
/*
 * rumpvfs_attr.valid_ns and rumpvfs_entry.valid_ns of a dentry with an inode. For drivers that have a word on that
 * (fsdrivers/nfs, fsdrivers/smb); without one it is 0, and of a name what it is of its attributes.
 * @reading: a reader asks, who need not know when the file was last read.
 * With *@may_end what was said of the names of a directory ends by rumpvfs_names_changed().
 */
u64 rumpvfs_valid_ns(struct dentry *dentry, bool reading);
u64 rumpvfs_name_valid_ns(struct dentry *dentry, bool *may_end);
/* May the file system that is mounted on the directory @inode by its driver (IS_AUTOMOUNT) be entered? Also for fsdrivers/nfs; else not. */
struct inode;
bool rumpvfs_enters(const struct inode *inode);
/* Does the driver know a file by nothing but its name? Also for fsdrivers/smb; else it does not. */
bool rumpvfs_by_name(void);
/*
 * Is what is read of a file that is too big for the page cache better read past it, by O_DIRECT, up to @len bytes at @pos? 1, 0 or -errno.
 * For drivers of which it is known (fsdrivers/nfs); else it is not. @pos is then below the file's end.
 */
int rumpvfs_reads_through(struct file *f, loff_t pos, size_t len);
/*
 * Writing behind (vfs/io.c), for drivers with a way of their own (fsdrivers/nfs): how many bytes it takes to be worth sending;
 * send what is dirty from @from to @last, without waiting for it; and before each write, wait for room in memory.
 */
struct address_space;
unsigned int rumpvfs_stretch(struct address_space *mapping);
void rumpvfs_write_behind(struct address_space *mapping, loff_t from, loff_t last);
int rumpvfs_write_room(struct address_space *mapping);
/*
 * Does the driver keep @len bytes that are written to @inode now, whatever its server would say to it, and need nothing for it but
 * memory, of which there is enough? Where it does writers need not wait until it has it. Must not sleep. Without a driver's word it
 * does not.
 */
bool rumpvfs_writes_later(struct inode *inode, size_t len);
/* For it: is this such a writer? Others wait for him, so he must not wait for what they might do. */
bool rumpvfs_is_early(void);
/* For it: until nothing from @from to @last is under way. Errors stay for fsync. -EINTR: the caller is being killed. */
int rumpvfs_await_written(struct address_space *mapping, loff_t from, loff_t last);

#endif
