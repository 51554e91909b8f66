// SPDX-License-Identifier: GPL-2.0-only
/*
 * rumptest: a file system for tests of what happens when a driver fails. It has
 * a file for every way to fail, and reading the file fails that way; the mount
 * option fail=WAY does it at mount time. fail=host makes a system call of the host, nr=
 * and a0= to a2=, as code that has taken over the process would. Not part of any
 * other component.
 */
#include <linux/completion.h>
#include <linux/fs.h>
#include <linux/fs_context.h>
#include <linux/fs_parser.h>
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/pagemap.h>
#include <linux/slab.h>
#include <linux/uio.h>
#include <asm/rump.h>

enum way { WAY_NONE, WAY_OOPS, WAY_BUG, WAY_WARN, WAY_SPIN, WAY_OVERFLOW, WAY_HANG, WAY_ERROR,
	   WAY_DEADLOCK, WAY_HOST };

static const struct constant_table ways[] = {
	{ "oops", WAY_OOPS },
	{ "bug", WAY_BUG },
	{ "warn", WAY_WARN },
	{ "spin", WAY_SPIN },
	{ "overflow", WAY_OVERFLOW },
	{ "hang", WAY_HANG },
	{ "error", WAY_ERROR },
	{ "deadlock", WAY_DEADLOCK },
	{ "host", WAY_HOST },
	{ }
};

static const struct fs_parameter_spec rumptest_parameters[] = {
	fsparam_enum("fail", 0, ways),
	fsparam_u64("nr", 1),
	fsparam_u64("a0", 2),
	fsparam_u64("a1", 3),
	fsparam_u64("a2", 4),
	{ }
};

/* libc's */
extern long syscall(long nr, ...) RUMPUSER_EXPORT;

struct rumptest_options {
	enum way way;
	u64 call[4];			/* number and arguments, of the host */
};

/* Deeper than any stack; the compiler must not make a loop of it. */
static noinline int overflow(volatile char *above, int depth)
{
	volatile char frame[512];

	frame[0] = above ? above[0] : 1;
	if (depth > 1000)
		return frame[0];
	return overflow(frame, depth + 1) + frame[0];
}

static int fail(enum way way)
{
	static DECLARE_COMPLETION(never);
	volatile int go = 1;

	switch (way) {
	case WAY_OOPS:
		*(volatile int *)8 = 1;
		break;
	case WAY_BUG:
		BUG();
	case WAY_WARN:
		WARN(1, "rumptest: as asked\n");
		break;
	case WAY_SPIN:
		while (go)
			barrier();
		break;
	case WAY_OVERFLOW:
		return overflow(NULL, 0) ? -EIO : 0;
	case WAY_HANG:
		/* Until somebody interrupts the caller. */
		return wait_for_completion_killable(&never);
	case WAY_ERROR:
		return -EIO;
	case WAY_DEADLOCK:
		wait_for_completion(&never);
		break;
	case WAY_HOST:			/* mount option only */
	case WAY_NONE:
		break;
	}
	return 0;
}

static ssize_t rumptest_read_iter(struct kiocb *iocb, struct iov_iter *to)
{
	/* simple_fill_super() numbers the files as the table does. */
	return fail(file_inode(iocb->ki_filp)->i_ino - 1);
}

static const struct file_operations rumptest_fops = {
	.read_iter = rumptest_read_iter,
	.llseek = noop_llseek,
};

#define WAY(name, way) [1 + (way)] = { name, &rumptest_fops, 0666 }

static const struct tree_descr rumptest_files[] = {
	[0] = { NULL, NULL, 0 },
	[1] = { NULL, NULL, 0 },
	WAY("oops", WAY_OOPS),
	WAY("bug", WAY_BUG),
	WAY("warn", WAY_WARN),
	WAY("spin", WAY_SPIN),
	WAY("overflow", WAY_OVERFLOW),
	WAY("hang", WAY_HANG),
	WAY("error", WAY_ERROR),
	WAY("deadlock", WAY_DEADLOCK),
	{ "" },
};

static int rumptest_fill_super(struct super_block *sb, struct fs_context *fc)
{
	struct rumptest_options *o = fc->fs_private;
	int err = fail(o->way);
	struct dentry *child;

	if (o->way == WAY_HOST) {
		long ret = syscall(o->call[0], o->call[1], o->call[2], o->call[3]);

		pr_err("rumptest: system call %llu of the host returned %ld\n", o->call[0], ret);
		err = -EIO;
	}

	if (!err)
		err = simple_fill_super(sb, 0x72756d70, rumptest_files);
	if (err)
		return err;
	/* A client that believes a file to be empty would not read it. */
	list_for_each_entry(child, &sb->s_root->d_subdirs, d_child)
		i_size_write(d_inode(child), PAGE_SIZE);
	return 0;
}

static int rumptest_parse_param(struct fs_context *fc, struct fs_parameter *param)
{
	struct rumptest_options *o = fc->fs_private;
	struct fs_parse_result result;
	int opt = fs_parse(fc, rumptest_parameters, param, &result);

	if (opt == -ENOPARAM && !strcmp(param->key, "source"))
		return vfs_parse_fs_param_source(fc, param);
	if (opt < 0)
		return opt;
	if (opt)
		o->call[opt - 1] = result.uint_64;
	else
		o->way = result.uint_32;
	return 0;
}

static int rumptest_get_tree(struct fs_context *fc)
{
	return get_tree_nodev(fc, rumptest_fill_super);
}

static void rumptest_free(struct fs_context *fc)
{
	kfree(fc->fs_private);
}

static const struct fs_context_operations rumptest_context_ops = {
	.free = rumptest_free,
	.parse_param = rumptest_parse_param,
	.get_tree = rumptest_get_tree,
};

static int rumptest_init_fs_context(struct fs_context *fc)
{
	fc->fs_private = kzalloc(sizeof(struct rumptest_options), GFP_KERNEL);
	if (!fc->fs_private)
		return -ENOMEM;
	fc->ops = &rumptest_context_ops;
	return 0;
}

static struct file_system_type rumptest_fs = {
	.name = "rumptest",
	.init_fs_context = rumptest_init_fs_context,
	.parameters = rumptest_parameters,
	.kill_sb = kill_litter_super,
};

static int __init rumptest_init(void)
{
	return register_filesystem(&rumptest_fs);
}
fs_initcall(rumptest_init);
