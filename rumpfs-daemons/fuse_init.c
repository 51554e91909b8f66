/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * INIT: what host kernel and daemon expect of each other.
 *
 * Not asked for: NO_OPEN_SUPPORT (the driver wants to know of opens), splicing
 * (a copy from page-cache pages is faster than a pipe), SECURITY_CTX, ASYNC_DIO (who does direct I/O could
 * not be killed while the driver waits).
 */
#include <errno.h>
#include <string.h>
#include "channel.h"
#include "session.h"

static uint64_t wanted(const struct session *s)
{
	const struct rumpfsd_config *cfg = s->cfg;
	uint64_t w = FUSE_ASYNC_READ | FUSE_BIG_WRITES | FUSE_ATOMIC_O_TRUNC | FUSE_EXPORT_SUPPORT |
		     FUSE_DONT_MASK | FUSE_HAS_IOCTL_DIR | FUSE_PARALLEL_DIROPS |
		     FUSE_HANDLE_KILLPRIV_V2 | FUSE_ABORT_ERROR | FUSE_MAX_PAGES |
		     FUSE_CACHE_SYMLINKS | FUSE_SETXATTR_EXT | FUSE_INIT_EXT |
		     FUSE_HAS_EXPIRE_ONLY | FUSEP_CREATE_SUPP_GROUP;

	/*
	 * Others write to a server: ask before reading what is in the cache, and drop it if
	 * the file is not the old one. Nobody else changes a disk.
	 */
	if (cfg->network)
		w |= FUSE_AUTO_INVAL_DATA | FUSEP_DIRECT_IO_ALLOW_MMAP;
	if (cfg->writeback)
		w |= FUSE_WRITEBACK_CACHE;
	if (cfg->readdirplus != CONFIG_OFF)
		w |= FUSE_DO_READDIRPLUS;
	if (cfg->readdirplus == CONFIG_AUTO)
		w |= FUSE_READDIRPLUS_AUTO;
	if (cfg->locks_driver)
		w |= FUSE_POSIX_LOCKS | FUSE_FLOCK_LOCKS;
	if (s->info.posix_acl)
		w |= FUSE_POSIX_ACL;
	return w;
}

static void usable(struct session *s)
{
	int err;

	err = log_status(s->log, "OK");
	if (err == -EPIPE)	/* the helper was killed: nobody waits for this mount */
		chan_send(s->chan_fd, CHAN_TERMINATE, NULL, 0, true);
	chan_send(s->chan_fd, CHAN_USABLE, NULL, 0, true);
	s->log->status_fd = -1;
}

int op_init(struct request *r, const void *arg, uint32_t len)
{
	struct session *s = r->s;
	struct fuse_init_in in = { 0 };
	struct fuse_init_out out = {
		.major = FUSE_KERNEL_VERSION,
		.minor = FUSEP_MINOR,
	};
	uint64_t flags, gran;

	memcpy(&in, arg, len < sizeof(in) ? len : sizeof(in));
	if (in.major > FUSE_KERNEL_VERSION) {
		/* It asks again in our version. */
		reply_data(r, &out, sizeof(out));
		return 0;
	}
	if (in.major < FUSE_KERNEL_VERSION || in.minor < FUSEP_MINOR_MIN) {
		log_status(s->log, "E32 the host's FUSE is too old: %u.%u", in.major, in.minor);
		return -EPROTO;
	}
	flags = in.flags;
	if (in.flags & FUSE_INIT_EXT)
		flags |= (uint64_t)in.flags2 << 32;
	flags &= wanted(s);

	s->minor = in.minor < FUSEP_MINOR ? in.minor : FUSEP_MINOR;
	s->writeback = flags & FUSE_WRITEBACK_CACHE;

	out.flags = flags;
	out.flags2 = flags >> 32;
	out.max_readahead = UINT32_MAX;		/* as far as mountpoint.c says */
	out.max_write = SESSION_MAX_WRITE;
	out.max_pages = SESSION_MAX_PAGES;
	out.max_background = s->cfg->max_background;
	out.congestion_threshold = s->cfg->max_background * 3 / 4;
	gran = s->info.time_gran;
	out.time_gran = gran > 1000000000 ? 1000000000 : gran ? gran : 1;
	s->inited = true;
	if (reply_data(r, &out, sizeof(out)))
		return 0;

	usable(s);
	return 0;
}
