// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the base and drivers refer to of /proc, for components without the part "proc":
 * nothing is ever there, as with a kernel that is configured without.
 */
#include <linux/err.h>
#include <linux/proc_fs.h>
#include <linux/proc_ns.h>

void __init proc_root_init(void)
{
}

void proc_flush_pid(struct pid *pid)
{
}

struct pid *tgid_pidfd_to_pid(const struct file *file)
{
	return ERR_PTR(-EBADF);
}

int proc_alloc_inum(unsigned int *inum)
{
	*inum = 1;
	return 0;
}

void proc_free_inum(unsigned int inum)
{
}

struct proc_dir_entry *proc_symlink(const char *name, struct proc_dir_entry *parent, const char *to)
{
	return NULL;
}

struct proc_dir_entry *_proc_mkdir(const char *name, umode_t mode, struct proc_dir_entry *parent,
				   void *data, bool force_lookup)
{
	return NULL;
}

struct proc_dir_entry *proc_mkdir(const char *name, struct proc_dir_entry *parent)
{
	return NULL;
}

struct proc_dir_entry *proc_mkdir_data(const char *name, umode_t mode,
				       struct proc_dir_entry *parent, void *data)
{
	return NULL;
}

struct proc_dir_entry *proc_mkdir_mode(const char *name, umode_t mode,
				       struct proc_dir_entry *parent)
{
	return NULL;
}

struct proc_dir_entry *proc_create_seq_private(const char *name, umode_t mode,
					       struct proc_dir_entry *parent,
					       const struct seq_operations *ops,
					       unsigned int state_size, void *data)
{
	return NULL;
}

struct proc_dir_entry *proc_create_single_data(const char *name, umode_t mode,
					       struct proc_dir_entry *parent,
					       int (*show)(struct seq_file *, void *), void *data)
{
	return NULL;
}

struct proc_dir_entry *proc_create_data(const char *name, umode_t mode,
					struct proc_dir_entry *parent,
					const struct proc_ops *ops, void *data)
{
	return NULL;
}

struct proc_dir_entry *proc_create(const char *name, umode_t mode, struct proc_dir_entry *parent,
				   const struct proc_ops *ops)
{
	return NULL;
}

void proc_remove(struct proc_dir_entry *entry)
{
}

void remove_proc_entry(const char *name, struct proc_dir_entry *parent)
{
}

int remove_proc_subtree(const char *name, struct proc_dir_entry *parent)
{
	return 0;
}
