/* SPDX-License-Identifier: GPL-2.0-only */
/* The option fusedebug: a line for each request of the host, and one for each reply. */
#include "fuse_proto.h"
#include "log.h"
#include "session.h"

#define NAME(op)	[FUSE_##op] = #op

static const char *name(uint32_t opcode)
{
	static const char *const names[FUSEP_NR_OPS] = {
		NAME(LOOKUP), NAME(FORGET), NAME(GETATTR), NAME(SETATTR), NAME(READLINK), NAME(SYMLINK), NAME(MKNOD),
		NAME(MKDIR), NAME(UNLINK), NAME(RMDIR), NAME(RENAME), NAME(LINK), NAME(OPEN), NAME(READ), NAME(WRITE),
		NAME(STATFS), NAME(RELEASE), NAME(FSYNC), NAME(SETXATTR), NAME(GETXATTR), NAME(LISTXATTR),
		NAME(REMOVEXATTR), NAME(FLUSH), NAME(INIT), NAME(OPENDIR), NAME(READDIR), NAME(RELEASEDIR),
		NAME(FSYNCDIR), NAME(GETLK), NAME(SETLK), NAME(SETLKW), NAME(ACCESS), NAME(CREATE), NAME(INTERRUPT),
		NAME(BMAP), NAME(DESTROY), NAME(IOCTL), NAME(POLL), NAME(NOTIFY_REPLY), NAME(BATCH_FORGET),
		NAME(FALLOCATE), NAME(READDIRPLUS), NAME(RENAME2), NAME(LSEEK), NAME(COPY_FILE_RANGE), NAME(SYNCFS),
		NAME(TMPFILE), [FUSEP_STATX] = "STATX", [FUSEP_COPY_FILE_RANGE_64] = "COPY_FILE_RANGE_64",
	};

	return opcode < FUSEP_NR_OPS && names[opcode] ? names[opcode] : "unknown";
}

void trace_request(struct session *s, const struct fuse_in_header *in)
{
	if (s->cfg->debug)
		log_msg(s->log, LOG_L_DEBUG, "request %llu: %s (%u), node %llu, %u bytes, by process %u, user %u, group %u",
			(unsigned long long)in->unique, name(in->opcode), in->opcode, (unsigned long long)in->nodeid,
			(unsigned int)(in->len - sizeof(*in)), in->pid, in->uid, in->gid);
}

void trace_reply(struct session *s, const struct fuse_out_header *out)
{
	if (s->cfg->debug)
		log_msg(s->log, LOG_L_DEBUG, "reply %llu: error %d, %u bytes", (unsigned long long)out->unique,
			-out->error, (unsigned int)(out->len - sizeof(*out)));
}
