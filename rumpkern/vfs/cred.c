// SPDX-License-Identifier: GPL-2.0-only
/*
 * Who asks. enter() gives the running task the credentials of a client's
 * caller, leave() takes them off. Credentials are made once for every
 * combination of uid, gid and groups and kept by the mount.
 *
 * The client has checked permissions before it asks (FUSE with
 * default_permissions, which knows the caller's supplementary groups and
 * capabilities where a request does not tell them), so the capabilities that
 * only override such checks are granted to everybody: CAP_DAC_OVERRIDE,
 * CAP_DAC_READ_SEARCH, CAP_FOWNER and CAP_CHOWN. Not granted to others than
 * uid 0 are those by which a driver decides what the client cannot:
 *   CAP_FSETID          writing clears suid and sgid (setattr() raises it for
 *                       an sgid bit that passed the client's check)
 *   CAP_SYS_RESOURCE    reserved blocks, quotas
 *   CAP_SYS_ADMIN, CAP_LINUX_IMMUTABLE, CAP_MKNOD and the rest.
 * Where no client checked (ioctl, access, ACLs) the plain credentials decide.
 */
#include <linux/fs_struct.h>
#include <linux/hash.h>
#include <linux/user_namespace.h>
#include <linux/delay.h>
#include <linux/sched/signal.h>
#include "rumpvfs_private.h"

#define MAX_CREDS	128		/* cached ones; then start afresh */
#define MAX_GROUPS	1024

struct user {
	struct hlist_node hash;
	struct cred *cred;
	unsigned int uid, gid, ngroups;
	unsigned int groups[];
};

static struct hlist_head *bucket(struct rumpvfs_mount *m, const struct rumpvfs_cred *c)
{
	return &m->creds[hash_32(c->uid ^ c->gid << 8, RUMPVFS_CRED_BITS)];
}

static struct user *find(struct rumpvfs_mount *m, const struct rumpvfs_cred *c)
{
	unsigned int n = c->groups ? c->ngroups : 0;
	struct user *u;

	hlist_for_each_entry(u, bucket(m, c), hash)
		if (u->uid == c->uid && u->gid == c->gid && u->ngroups == n &&
		    (!n || !memcmp(u->groups, c->groups, n * sizeof(*c->groups))))
			return u;
	return NULL;
}

static struct group_info *make_groups(const unsigned int *groups, unsigned int n)
{
	struct group_info *gi = groups_alloc(n);
	unsigned int i;

	if (!gi)
		return NULL;
	for (i = 0; i < n; i++)
		gi->gid[i] = make_kgid(&init_user_ns, groups[i]);
	groups_sort(gi);
	return gi;
}

static struct cred *make_cred(const struct rumpvfs_cred *c, unsigned int n)
{
	kuid_t uid = make_kuid(&init_user_ns, c->uid);
	kgid_t gid = make_kgid(&init_user_ns, c->gid);
	struct group_info *gi;
	struct cred *new;

	if (!uid_valid(uid) || !gid_valid(gid))
		return ERR_PTR(-EINVAL);
	new = prepare_kernel_cred(NULL);
	if (!new)
		return ERR_PTR(-ENOMEM);
	gi = make_groups(c->groups, n);
	if (!gi) {
		put_cred(new);
		return ERR_PTR(-ENOMEM);
	}
	set_groups(new, gi);
	put_group_info(gi);
	new->uid = new->euid = new->suid = new->fsuid = uid;
	new->gid = new->egid = new->sgid = new->fsgid = gid;
	if (c->uid) {
		cap_clear(new->cap_effective);
		cap_raise(new->cap_effective, CAP_DAC_OVERRIDE);
		cap_raise(new->cap_effective, CAP_DAC_READ_SEARCH);
		cap_raise(new->cap_effective, CAP_FOWNER);
		cap_raise(new->cap_effective, CAP_CHOWN);
		new->cap_permitted = new->cap_effective;
	}
	return new;
}

/* Make the credentials and leave them in the cache. */
static int add(struct rumpvfs_mount *m, const struct rumpvfs_cred *c)
{
	unsigned int n = c->groups ? c->ngroups : 0;
	struct user *u, *other;
	int err;

	if (n > MAX_GROUPS)
		return -EINVAL;
	u = kmalloc(struct_size(u, groups, n), GFP_KERNEL);
	if (!u)
		return -ENOMEM;
	u->uid = c->uid;
	u->gid = c->gid;
	u->ngroups = n;
	if (n)
		memcpy(u->groups, c->groups, n * sizeof(*c->groups));
	u->cred = make_cred(c, n);
	if (IS_ERR(u->cred)) {
		err = PTR_ERR(u->cred);
		kfree(u);
		return err;
	}
	spin_lock(&m->lock);
	other = find(m, c);		/* another task may have been as quick */
	if (!other) {
		hlist_add_head(&u->hash, bucket(m, c));
		m->nr_creds++;
	}
	spin_unlock(&m->lock);
	if (other) {
		put_cred(u->cred);
		kfree(u);
	}
	return 0;
}

void rumpvfs_creds_destroy(struct rumpvfs_mount *m)
{
	struct hlist_node *next;
	struct user *u;
	HLIST_HEAD(dead);
	int i;

	spin_lock(&m->lock);
	for (i = 0; i < ARRAY_SIZE(m->creds); i++)
		hlist_for_each_entry_safe(u, next, &m->creds[i], hash) {
			hlist_del(&u->hash);
			hlist_add_head(&u->hash, &dead);
		}
	m->nr_creds = 0;
	spin_unlock(&m->lock);
	hlist_for_each_entry_safe(u, next, &dead, hash) {
		put_cred(u->cred);	/* tasks that wear it have their own reference */
		kfree(u);
	}
}

int rumpvfs_enter(struct rumpvfs_mount *m, const struct rumpvfs_cred *c)
{
	struct user *u;
	int err;

	rumpvfs_leave(m);
	if (m->nr_creds > MAX_CREDS)
		rumpvfs_creds_destroy(m);
	if (current->fs->users != 1) {
		err = unshare_fs_struct();	/* the umask shall be this task's */
		if (err)
			return err;
	}
	for (;;) {
		spin_lock(&m->lock);
		u = find(m, c);
		if (u)
			override_creds(u->cred);
		spin_unlock(&m->lock);
		if (u)
			break;
		err = add(m, c);
		if (err)
			return err;
	}
	current->fs->umask = c->umask & S_IRWXUGO;
	return 0;
}

void rumpvfs_leave(struct rumpvfs_mount *m)
{
	if (current_cred() != current_real_cred())
		revert_creds(current_real_cred());
}

int rumpvfs_pause(unsigned int ms)
{
	msleep_interruptible(ms);
	return signal_pending(current) ? -EINTR : 0;
}

/*
 * Wear a copy of the task's identity, with @change made to its capabilities, until rumpvfs_cred_restore().
 * NULL: it is root's, which may all.
 */
static const struct cred *wear(void (*change)(kernel_cap_t *caps))
{
	const struct cred *old;
	struct cred *new;

	if (uid_eq(current_fsuid(), GLOBAL_ROOT_UID))
		return NULL;
	new = prepare_creds();
	if (!new)
		return ERR_PTR(-ENOMEM);
	change(&new->cap_effective);
	old = override_creds(new);
	put_cred(new);
	return old;
}

static void none(kernel_cap_t *caps)
{
	cap_clear(*caps);
}

static void fsetid(kernel_cap_t *caps)
{
	cap_raise(*caps, CAP_FSETID);
}

static void security(kernel_cap_t *caps)
{
	cap_raise(*caps, CAP_SETFCAP);
	cap_raise(*caps, CAP_SYS_ADMIN);
}

/* For what the client could not check: only what uid and gid allow. */
const struct cred *rumpvfs_cred_plain(void)
{
	return wear(none);
}

/* For an sgid bit that the client let pass. */
const struct cred *rumpvfs_cred_setgid(void)
{
	return wear(fsetid);
}

/*
 * For attributes security.*, of which the client's own security modules have judged. It takes
 * the capabilities of a file away in the name of whoever writes it.
 */
const struct cred *rumpvfs_cred_security(void)
{
	return wear(security);
}

/*
 * Writing out of a client's cache is nobody's request: made without enter(),
 * it counts as the opener's, so that reserved blocks stay reserved.
 */
const struct cred *rumpvfs_cred_of_file(struct file *f)
{
	if (current_cred() != current_real_cred())
		return NULL;
	return override_creds(f->f_cred);
}

void rumpvfs_cred_restore(const struct cred *old)
{
	if (old)
		revert_creds(old);
}
