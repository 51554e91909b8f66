// SPDX-License-Identifier: GPL-2.0-only
/*
 * rumpblk: a disk in a file of the host.
 *
 * bio based, because the host schedules its own I/O. A bio becomes one request
 * of the hypercall interface, or two or three in sequence when a flush goes
 * before or after. The host completes requests on any thread, the interrupt
 * ends the bios.
 *
 * A struct rumpblk lives from attach to detach and is on the list "disks". A
 * struct rumpblk_io lives from submission to bio_endio(), and holds nothing else.
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
	char path[64];			/* of the device node */
};

struct rumpblk_io {
	struct rumpuser_blk_req req;
	struct bio *bio;
	int fd;
	bool preflush;			/* FLUSH is under way, the data comes next */
	bool pooled;			/* from io_pool, not kmalloc() */
	struct rumpuser_iov iov[];
};

#define RUMPBLK_MINORS	16

static LIST_HEAD(disks);
static DEFINE_MUTEX(disks_lock);
static int rumpblk_major;
static int rumpblk_next_minor;
static struct rumpuser_blk_req *done_list;	/* pushed by the host: atomic */
/* For when memory is short: one bio at least can always be written. */
static mempool_t io_pool;

static struct rumpblk_io *io_alloc(unsigned int niov)
{
	struct rumpblk_io *io;

	io = kzalloc(struct_size(io, iov, niov), GFP_NOIO | __GFP_NOWARN | __GFP_NORETRY);
	if (!io) {
		io = mempool_alloc(&io_pool, GFP_NOIO);
		memset(io, 0, struct_size(io, iov, niov));
		io->pooled = true;
	}
	return io;
}

static void io_end(struct rumpblk_io *io, int error)
{
	struct bio *bio = io->bio;

	if (io->pooled)
		mempool_free(io, &io_pool);
	else
		kfree(io);
	if (error)
		bio->bi_status = errno_to_blk_status(error);
	bio_endio(bio);
}

static void io_submit_data(struct rumpblk_io *io)
{
	struct rumpuser_blk_req *req = &io->req;
	struct bio *bio = io->bio;
	struct bvec_iter it;
	struct bio_vec bv;

	io->preflush = false;
	req->fd = io->fd;
	req->off = (u64)bio->bi_iter.bi_sector << SECTOR_SHIFT;
	req->len = bio->bi_iter.bi_size;
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
		io_end(io, -EOPNOTSUPP);
		return;
	}
	if (bio_has_data(bio)) {
		bio_for_each_bvec(bv, bio, it) {
			req->iov[req->niov].base = page_address(bv.bv_page) + bv.bv_offset;
			req->iov[req->niov++].len = bv.bv_len;
		}
	}
	rumpuser_blk_submit(req);
}

static void io_done(struct rumpblk_io *io)
{
	if (io->req.error)
		io_end(io, io->req.error);
	else if (io->preflush && io->bio->bi_iter.bi_size)
		io_submit_data(io);
	else
		io_end(io, 0);
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

static void rumpblk_submit_bio(struct bio *bio)
{
	struct rumpblk *d = bio->bi_bdev->bd_disk->private_data;
	struct rumpblk_io *io;
	struct bvec_iter it;
	struct bio_vec bv;
	unsigned int niov = 0;

	if (bio_has_data(bio)) {
		bio_for_each_bvec(bv, bio, it)
			niov++;
	}
	io = io_alloc(niov);
	io->bio = bio;
	io->fd = d->fd;
	if (bio->bi_opf & REQ_PREFLUSH) {
		io->preflush = true;
		io->req.fd = d->fd;
		io->req.op = RUMPUSER_BLK_FLUSH;
		rumpuser_blk_submit(&io->req);
		return;
	}
	io_submit_data(io);
}

static const struct block_device_operations rumpblk_ops = {
	.submit_bio = rumpblk_submit_bio,
};

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
