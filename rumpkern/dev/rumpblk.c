// SPDX-License-Identifier: GPL-2.0-only
/*
 * rumpblk: a disk in a file of the host.
 *
 * bio based, because the host schedules its own I/O. A bio becomes one request
 * of the hypercall interface, or two in sequence when a flush goes before. Small
 * bios of a task that has plugged its I/O are gathered: as long as each goes on
 * where the one before ended they share a request. (The buffer cache writes
 * blocks of 512 bytes one by one, each of which would cost the host as much as a
 * megabyte.) The host completes requests on any thread, the interrupt ends the bios.
 *
 * A struct rumpblk lives from attach to detach and is on the list "disks". A
 * struct rumpblk_io lives from submission to bio_endio() of its last bio, and
 * holds nothing else. Until it is submitted it belongs to a struct rumpblk_plug, and
 * that to its task's plug.
 */
#include <linux/bio.h>
#include <linux/blkdev.h>
#include <linux/fs.h>
#include <linux/interrupt.h>
#include <linux/kdev_t.h>
#include <linux/list.h>
#include <linux/mempool.h>
#include <linux/namei.h>
#include <linux/slab.h>
#include <asm/rump.h>

struct rumpblk {
	struct list_head list;
	struct gendisk *disk;
	int fd;
	bool unflushed;			/* a write has completed since the last flush began */
	char path[64];			/* of the device node */
};

struct rumpblk_io {
	struct rumpuser_blk_req req;
	struct bio_list bios;		/* those to be ended, in the order of their sectors */
	struct rumpblk *disk;
	bool preflush;			/* FLUSH is under way, the data comes next */
	bool apart;			/* the request is for the first bio alone */
	bool pooled;			/* from io_pool, not kmalloc() */
	unsigned int max_iov;
	struct rumpuser_iov iov[];
};

struct rumpblk_plug {
	struct blk_plug_cb cb;
	struct rumpblk_io *io;		/* may grow; NULL: nothing is held back */
};

#define RUMPBLK_MINORS	16
#define GATHER_IOV	64		/* of a request that is gathered */
#define GATHER_BIO	16		/* of a bio that is small */

static LIST_HEAD(disks);
static DEFINE_MUTEX(disks_lock);
static int rumpblk_major;
static int rumpblk_next_minor;
static struct rumpuser_blk_req *done_list;	/* pushed by the host: atomic */
/* For when memory is short: one bio at least can always be written. */
static mempool_t io_pool;
static atomic_t under_way;		/* struct rumpblk_io */

static struct rumpblk_io *io_alloc(struct rumpblk *d, unsigned int niov)
{
	struct rumpblk_io *io;

	io = kmalloc(struct_size(io, iov, niov), GFP_NOIO | __GFP_NOWARN | __GFP_NORETRY);
	if (io) {
		memset(io, 0, sizeof(*io));
	} else {
		io = mempool_alloc(&io_pool, GFP_NOIO);
		memset(io, 0, sizeof(*io));
		io->pooled = true;
	}
	io->max_iov = niov;
	io->disk = d;
	io->req.fd = d->fd;
	atomic_inc(&under_way);
	return io;
}

static void io_free(struct rumpblk_io *io)
{
	atomic_dec(&under_way);
	if (io->pooled)
		mempool_free(io, &io_pool);
	else
		kfree(io);
}

bool rumpblk_busy(void)
{
	return atomic_read(&under_way);
}

static unsigned int bio_niov(struct bio *bio)
{
	struct bvec_iter it;
	struct bio_vec bv;
	unsigned int n = 0;

	if (bio_has_data(bio)) {
		bio_for_each_bvec(bv, bio, it)
			n++;
	}
	return n;
}

/* Let the request begin with @bio: 0, or a negative errno. */
static int io_begin(struct rumpblk_io *io, struct bio *bio)
{
	struct rumpuser_blk_req *req = &io->req;

	req->off = (u64)bio->bi_iter.bi_sector << SECTOR_SHIFT;
	req->len = 0;
	req->flags = 0;
	req->niov = 0;
	req->iov = io->iov;
	switch (bio_op(bio)) {
	case REQ_OP_READ:
		req->op = RUMPUSER_BLK_READ;
		break;
	case REQ_OP_WRITE:
		req->op = RUMPUSER_BLK_WRITE;
		if (bio->bi_opf & REQ_FUA)
			req->flags = RUMPUSER_BLK_FUA;
		break;
	case REQ_OP_DISCARD:
		req->op = RUMPUSER_BLK_DISCARD;
		break;
	case REQ_OP_WRITE_ZEROES:
		req->op = RUMPUSER_BLK_ZERO;
		break;
	default:
		return -EOPNOTSUPP;
	}
	return 0;
}

/* Go on with the data of @bio, for which there is room. */
static void io_add(struct rumpblk_io *io, struct bio *bio)
{
	struct rumpuser_blk_req *req = &io->req;
	struct rumpuser_iov *last;
	struct bvec_iter it;
	struct bio_vec bv;
	void *base;

	req->len += bio->bi_iter.bi_size;
	if (!bio_has_data(bio))
		return;
	bio_for_each_bvec(bv, bio, it) {
		base = page_address(bv.bv_page) + bv.bv_offset;
		last = req->niov ? &req->iov[req->niov - 1] : NULL;
		if (last && last->base + last->len == base) {
			last->len += bv.bv_len;
		} else {
			req->iov[req->niov].base = base;
			req->iov[req->niov++].len = bv.bv_len;
		}
	}
}

/* End the first bio, or all. The last one takes the io along. */
static void io_end(struct rumpblk_io *io, int error)
{
	struct bio_list bios = io->bios;
	struct bio *bio;

	if (io->apart) {
		bio = bio_list_pop(&io->bios);
		bio_list_init(&bios);
		bio_list_add(&bios, bio);
	} else {
		bio_list_init(&io->bios);
	}
	if (bio_list_empty(&io->bios))
		io_free(io);
	while ((bio = bio_list_pop(&bios))) {
		if (error)
			bio->bi_status = errno_to_blk_status(error);
		bio_endio(bio);
	}
}

/* The data of the first bio. */
static void io_submit_first(struct rumpblk_io *io)
{
	struct bio *bio = bio_list_peek(&io->bios);
	int err;

	io->preflush = false;
	err = io_begin(io, bio);
	if (err) {
		io_end(io, err);
		return;
	}
	io_add(io, bio);
	rumpuser_blk_submit(&io->req);
}

static void io_done(struct rumpblk_io *io)
{
	int err = io->req.error;
	bool more;

	if (io->preflush ? err != 0 :
	    io->req.op == RUMPUSER_BLK_WRITE && !(io->req.flags & RUMPUSER_BLK_FUA))
		io->disk->unflushed = true;
	if (!err && io->preflush && bio_list_peek(&io->bios)->bi_iter.bi_size) {
		io_submit_first(io);
		return;
	}
	/* Which of them failed? Each shall have its own answer. */
	if (err && !io->apart && bio_list_size(&io->bios) > 1) {
		io->apart = true;
		io_submit_first(io);
		return;
	}
	more = io->apart && bio_list_size(&io->bios) > 1;
	io_end(io, err);
	if (more)
		io_submit_first(io);
}

/* Any thread of the host. */
void rumpblk_done(struct rumpuser_blk_req *req)
{
	req->next = __atomic_load_n(&done_list, __ATOMIC_RELAXED);
	while (!__atomic_compare_exchange_n(&done_list, &req->next, req, true,
					    __ATOMIC_RELEASE, __ATOMIC_RELAXED))
		;
	rump_irq_post(RUMP_IRQ_BLK);
}

static irqreturn_t rumpblk_irq(int irq, void *dev)
{
	struct rumpuser_blk_req *req, *next, *fifo = NULL;

	req = __atomic_exchange_n(&done_list, NULL, __ATOMIC_ACQUIRE);
	for (; req; req = next) {
		next = req->next;
		req->next = fifo;
		fifo = req;
	}
	for (; fifo; fifo = next) {
		next = fifo->next;
		io_done(container_of(fifo, struct rumpblk_io, req));
	}
	return IRQ_HANDLED;
}

/* May be called by a task that is about to sleep, so must not. */
static void rumpblk_unplug(struct blk_plug_cb *cb, bool from_schedule)
{
	struct rumpblk_plug *plug = container_of(cb, struct rumpblk_plug, cb);

	if (plug->io)
		rumpuser_blk_submit(&plug->io->req);
	kfree(plug);
}

/* NULL if the task has not plugged. */
static struct rumpblk_plug *rumpblk_plugged(struct rumpblk *d)
{
	struct blk_plug_cb *cb = blk_check_plugged(rumpblk_unplug, d, sizeof(struct rumpblk_plug));

	return cb ? container_of(cb, struct rumpblk_plug, cb) : NULL;
}

static bool io_continues(const struct rumpblk_io *io, struct bio *bio, unsigned int niov)
{
	const struct bio *first = io->bios.head;

	return bio_op(bio) == bio_op(first) && !((bio->bi_opf ^ first->bi_opf) & REQ_FUA) &&
	       (u64)bio->bi_iter.bi_sector << SECTOR_SHIFT == io->req.off + io->req.len &&
	       niov <= io->max_iov - io->req.niov;
}

/* Hold a small bio back with its neighbours, if the task will say when it is done. */
static bool rumpblk_gather(struct rumpblk *d, struct bio *bio, unsigned int niov)
{
	struct rumpblk_plug *plug = rumpblk_plugged(d);
	struct rumpblk_io *io;

	if (!plug)
		return false;
	if (plug->io && io_continues(plug->io, bio, niov)) {
		bio_list_add(&plug->io->bios, bio);
		io_add(plug->io, bio);
		return true;
	}
	if (plug->io)
		rumpuser_blk_submit(&plug->io->req);
	plug->io = NULL;
	io = io_alloc(d, GATHER_IOV);	/* may sleep, whereby the plug is pulled */
	bio_list_add(&io->bios, bio);
	io_begin(io, bio);
	io_add(io, bio);
	plug = rumpblk_plugged(d);
	if (plug)
		plug->io = io;
	else
		rumpuser_blk_submit(&io->req);
	return true;
}

static void rumpblk_submit_bio(struct bio *bio)
{
	struct rumpblk *d = bio->bi_bdev->bd_disk->private_data;
	unsigned int niov = bio_niov(bio);
	struct rumpblk_io *io;

	if ((bio_op(bio) == REQ_OP_READ || bio_op(bio) == REQ_OP_WRITE) && niov &&
	    niov <= GATHER_BIO && !(bio->bi_opf & REQ_PREFLUSH) && rumpblk_gather(d, bio, niov))
		return;
	io = io_alloc(d, niov);
	bio_list_add(&io->bios, bio);
	if (bio->bi_opf & REQ_PREFLUSH) {
		io->preflush = true;
		io->req.op = RUMPUSER_BLK_FLUSH;
		d->unflushed = false;
		rumpuser_blk_submit(&io->req);
		return;
	}
	io_submit_first(io);
}

static const struct block_device_operations rumpblk_ops = {
	.submit_bio = rumpblk_submit_bio,
};

/*
 * Is there anything on @bdev that completed and may yet be lost by a power failure?
 * For who has promised more than the driver keeps.
 */
bool rumpblk_unflushed(struct block_device *bdev)
{
	const struct rumpblk *d;

	if (bdev->bd_disk->fops != &rumpblk_ops)
		return true;
	d = bdev->bd_disk->private_data;
	return d->unflushed;
}

static void rumpblk_set_limits(struct request_queue *q, const struct rump_disk *p)
{
	unsigned int bs = p->block_size ?: SECTOR_SIZE;

	if (!(p->flags & RUMP_DISK_ROTATIONAL))
		blk_queue_flag_set(QUEUE_FLAG_NONROT, q);
	blk_queue_write_cache(q, true, true);
	blk_queue_logical_block_size(q, bs);
	blk_queue_physical_block_size(q, p->phys_block_size ?: bs);
	blk_queue_dma_alignment(q, SECTOR_SIZE - 1);
	blk_queue_max_hw_sectors(q, UINT_MAX);
	blk_queue_max_segments(q, BIO_MAX_VECS);
	if (p->max_discard) {
		blk_queue_max_discard_sectors(q, p->max_discard >> SECTOR_SHIFT);
		q->limits.discard_granularity = p->discard_granularity ?: bs;
	}
}

static int rumpblk_mknod(const char *name, dev_t dev)
{
	struct dentry *dentry;
	struct path path;
	int err;

	dentry = kern_path_create(AT_FDCWD, name, &path, 0);
	if (IS_ERR(dentry))
		return PTR_ERR(dentry);
	err = vfs_mknod(&init_user_ns, d_inode(path.dentry), dentry, S_IFBLK | 0600, dev);
	done_path_create(&path, dentry);
	return err;
}

static void rumpblk_rmnod(const char *name)
{
	struct dentry *dentry;
	struct path path;

	dentry = kern_path_locked(name, &path);
	if (IS_ERR(dentry))
		return;
	vfs_unlink(&init_user_ns, d_inode(path.dentry), dentry, NULL);
	inode_unlock(d_inode(path.dentry));
	dput(dentry);
	path_put(&path);
}

/* See rump_kernel.disk_attach. */
int rumpblk_attach(const struct rump_disk *p, char *path, unsigned long size)
{
	struct rumpblk *d;
	int err;

	d = kzalloc(sizeof(*d), GFP_KERNEL);
	if (!d)
		return -ENOMEM;
	if (snprintf(d->path, sizeof(d->path), "/dev/%s", p->name) >= min(size, sizeof(d->path))) {
		err = -ENAMETOOLONG;
		goto out_free;
	}
	d->disk = blk_alloc_disk(NUMA_NO_NODE);
	if (!d->disk) {
		err = -ENOMEM;
		goto out_free;
	}
	d->fd = p->fd;
	mutex_lock(&disks_lock);
	d->disk->major = rumpblk_major;
	d->disk->first_minor = rumpblk_next_minor;
	d->disk->minors = RUMPBLK_MINORS;
	rumpblk_next_minor += RUMPBLK_MINORS;
	mutex_unlock(&disks_lock);
	/* Partitions are windows that the host makes: see rump_disk_params. */
	d->disk->flags |= GENHD_FL_NO_PART;
	d->disk->fops = &rumpblk_ops;
	d->disk->private_data = d;
	strscpy(d->disk->disk_name, p->name, sizeof(d->disk->disk_name));
	rumpblk_set_limits(d->disk->queue, p);
	set_capacity(d->disk, p->size >> SECTOR_SHIFT);
	set_disk_ro(d->disk, p->flags & RUMP_DISK_READONLY);
	err = add_disk(d->disk);
	if (err)
		goto out_disk;
	err = rumpblk_mknod(d->path, disk_devt(d->disk));
	if (err)
		goto out_del;
	mutex_lock(&disks_lock);
	list_add(&d->list, &disks);
	mutex_unlock(&disks_lock);
	strscpy(path, d->path, size);
	return 0;

out_del:
	del_gendisk(d->disk);
out_disk:
	put_disk(d->disk);
out_free:
	kfree(d);
	return err;
}

static struct rumpblk *rumpblk_find(const char *path)
{
	struct rumpblk *d;

	list_for_each_entry(d, &disks, list)
		if (!strcmp(d->path, path))
			return d;
	return NULL;
}

/* See rump_kernel.disk_detach. */
int rumpblk_detach(const char *path)
{
	struct rumpblk *d;
	int err = 0;

	mutex_lock(&disks_lock);
	d = rumpblk_find(path);
	if (!d)
		err = -ENOENT;
	else if (disk_openers(d->disk))
		err = -EBUSY;
	else
		list_del(&d->list);
	mutex_unlock(&disks_lock);
	if (err)
		return err;
	rumpblk_rmnod(d->path);
	del_gendisk(d->disk);
	put_disk(d->disk);
	kfree(d);
	return 0;
}

/* See rump_kernel.disk_resize. */
int rumpblk_resize(const char *path, unsigned long long size)
{
	struct rumpblk *d;

	mutex_lock(&disks_lock);
	d = rumpblk_find(path);
	if (d)
		set_capacity_and_notify(d->disk, size >> SECTOR_SHIFT);
	mutex_unlock(&disks_lock);
	return d ? 0 : -ENOENT;
}

static int __init rumpblk_init(void)
{
	struct rumpblk_io *io;
	int err;

	err = mempool_init_kmalloc_pool(&io_pool, 2, struct_size(io, iov, BIO_MAX_VECS));
	if (err)
		return err;
	rumpblk_major = register_blkdev(0, "rumpblk");
	if (rumpblk_major < 0)
		return rumpblk_major;
	return request_irq(RUMP_IRQ_BLK, rumpblk_irq, 0, "rumpblk", NULL);
}
device_initcall(rumpblk_init);
