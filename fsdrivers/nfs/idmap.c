// SPDX-License-Identifier: GPL-2.0-only
/*
 * Owners whom an NFS 4 server calls by name. Linux asks a program of the host by way of the key
 * service, of which there is none here, so the driver would know no owner at all and, as it never learns one,
 * ask the server for each stat anew. The host is asked for the number by a hypercall instead, and what it says
 * is kept for a while. Who is unknown there is nobody, as nfsidmap has it.
 *
 * To a server owners are sent as numbers (nfs4_disable_idmapping, the driver's default).
 */
#include <linux/jiffies.h>
#include <linux/nfs_fs.h>
#include <linux/nfs_xdr.h>
#include <linux/stringhash.h>
#include <rump/rumpuser_name.h>
#include "nfs4idmap.h"

#define NOBODY		65534
#define KNOWN		64		/* names kept */
#define KEEP		(600 * HZ)
#define KEEP_UNKNOWN	(10 * HZ)

struct known {
	unsigned long until;		/* jiffies; 0: empty */
	unsigned int id;
	u8 group, len;
	char name[62];
};

static struct known known[KNOWN];	/* one CPU, and nothing here sleeps */

static unsigned int lookup(bool group, const char *name, size_t len)
{
	struct known *k = &known[(full_name_hash(NULL, name, len) + group) % KNOWN];
	unsigned int id;
	int err;

	if (k->until && time_before(jiffies, k->until) && k->group == group && k->len == len &&
	    !memcmp(k->name, name, len))
		return k->id;
	err = rumpuser_id_of_name(group, name, len, &id);
	if (err)
		id = NOBODY;
	if (len <= sizeof(k->name)) {
		k->until = (jiffies + (err ? KEEP_UNKNOWN : KEEP)) ?: 1;
		k->id = id;
		k->group = group;
		k->len = len;
		memcpy(k->name, name, len);
	}
	return id;
}

static unsigned int number(bool group, const char *name, size_t len)
{
	u32 id;

	return nfs_map_string_to_numeric(name, len, &id) ? id : lookup(group, name, len);
}

int __wrap_nfs_map_name_to_uid(const struct nfs_server *server, const char *name, size_t len, kuid_t *uid);
int __wrap_nfs_map_name_to_uid(const struct nfs_server *server, const char *name, size_t len, kuid_t *uid)
{
	*uid = make_kuid(&init_user_ns, number(false, name, len));
	return uid_valid(*uid) ? 0 : -ERANGE;
}

int __wrap_nfs_map_group_to_gid(const struct nfs_server *server, const char *name, size_t len, kgid_t *gid);
int __wrap_nfs_map_group_to_gid(const struct nfs_server *server, const char *name, size_t len, kgid_t *gid)
{
	*gid = make_kgid(&init_user_ns, number(true, name, len));
	return gid_valid(*gid) ? 0 : -ERANGE;
}

/*
 * An open puts names by to have them mapped where it may sleep for a program's answer. Not
 * needed, and that mapping is in the object that has the functions above, where no wrapping reaches.
 */
void __real_nfs_fattr_init_names(struct nfs_fattr *fattr, struct nfs4_string *owner, struct nfs4_string *group);
void __wrap_nfs_fattr_init_names(struct nfs_fattr *fattr, struct nfs4_string *owner, struct nfs4_string *group);
void __wrap_nfs_fattr_init_names(struct nfs_fattr *fattr, struct nfs4_string *owner, struct nfs4_string *group)
{
	__real_nfs_fattr_init_names(fattr, NULL, NULL);
}
