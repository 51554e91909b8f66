// SPDX-License-Identifier: GPL-2.0-only
/*
 * Quotas in files (aquota.user). To turn them on is elsewhere the work of quotaon(8), by quotactl(2), which
 * does not reach a driver behind FUSE; without it such a driver would take the options and count nothing.
 * So it is done here, at mount and when a mount becomes writable, for the kinds that the options name. Drivers that
 * keep them inside (XFS, the quota feature of ext4, f2fs) have no need of it and are left alone.
 *
 * The driver turns them off itself when it unmounts.
 */
#include <linux/fs.h>
#include <linux/namei.h>
#include <linux/quota.h>
#include <linux/quotaops.h>
#include <linux/string.h>
#include "rumpvfs_private.h"

struct kind {
	const char *option;		/* the file has its usual name */
	const char *option_named;	/* its value is the file's name */
	const char *file;
};

static const struct kind kinds[] = {
	[USRQUOTA] = { "usrquota", "usrjquota", "aquota.user" },
	[GRPQUOTA] = { "grpquota", "grpjquota", "aquota.group" },
};

static int turn_on(struct super_block *sb, int type, struct path *file)
{
	static const int formats[] = { QFMT_VFS_V1, QFMT_VFS_V0, QFMT_VFS_OLD };
	int i, err = -EINVAL;

	down_write(&sb->s_umount);
	for (i = 0; i < ARRAY_SIZE(formats); i++) {
		err = sb->s_qcop->quota_on(sb, type, formats[i], file);
		if (err != -EINVAL && err != -ENXIO && err != -ESRCH)
			break;		/* it is of that format */
	}
	up_write(&sb->s_umount);
	return err;
}

void rumpvfs_quota_on(struct rumpvfs_mount *m, const char *options)
{
	struct super_block *sb = m->sb;
	struct path file = { .mnt = m->mnt };
	const struct kind *k;
	const char *name;
	size_t len;
	int type, err;

	if (!options || sb_rdonly(sb) || !sb->s_qcop || !sb->s_qcop->quota_on)
		return;
	for (type = 0; type < ARRAY_SIZE(kinds); type++) {
		k = &kinds[type];
		name = rumpvfs_option(options, k->option_named, strlen(k->option_named), &len);
		if ((!name || !len) && rumpvfs_option(options, k->option, strlen(k->option), &len)) {
			name = k->file;
			len = strlen(name);
		}
		if (!name || !len || sb_has_quota_loaded(sb, type))
			continue;
		file.dentry = lookup_one_len_unlocked(name, sb->s_root, len);
		err = PTR_ERR_OR_ZERO(file.dentry);
		if (!err) {
			err = d_is_reg(file.dentry) ? turn_on(sb, type, &file) : -ENOENT;
			dput(file.dentry);
		}
		if (err)
			pr_warn("%s: quotas are not kept: %.*s: error %d\n", sb->s_id, (int)len, name, -err);
	}
}
