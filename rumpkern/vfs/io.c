// SPDX-License-Identifier: GPL-2.0-only
/*
 * Data: read by reference, write, copy.
 *
 * read() lets the driver splice page-cache pages into a pipe that exists only
 * on our side, takes the pages out of it and hands their addresses to the
 * client. Each page taken out of the pipe carries one reference, which is
 * rumpvfs_pages.ref[] until read_done(). Where a driver cannot splice, data
 * is read into pages made for the purpose, and all else is the same; likewise
 * what is not worth a place in the page cache.
 */
#include <linux/backing-dev.h>
#include <linux/file.h>
#include <linux/fsnotify.h>
#include <linux/mm.h>
#include <linux/pagemap.h>
#include <linux/pagevec.h>
#include <linux/pipe_fs_i.h>
#include <linux/uio.h>
#include <linux/writeback.h>
#include <asm/rump.h>
#include "rumpvfs_private.h"

/* One segment less a page at either end that is used in part. */
#define MAX_READ	((RUMPVFS_READ_SEGS - 2) * PAGE_SIZE)

/* --- reading ------------------------------------------------------------------ */

static struct pipe_inode_info *pipe_alloc(unsigned long npages)
{
	unsigned int slots = roundup_pow_of_two(npages + 2);
	struct pipe_inode_info *pipe;

	/* Slots are written before they are read. */
	pipe = kmalloc(sizeof(*pipe) + slots * sizeof(*pipe->bufs), GFP_KERNEL);
	if (!pipe)
		return NULL;
	memset(pipe, 0, sizeof(*pipe));
	mutex_init(&pipe->mutex);
	init_waitqueue_head(&pipe->rd_wait);
	init_waitqueue_head(&pipe->wr_wait);
	pipe->bufs = (void *)(pipe + 1);
	pipe->ring_size = slots;
	pipe->max_usage = slots;
	pipe->readers = 1;		/* us, at once */
	pipe->r_counter = pipe->w_counter = 1;
	return pipe;
}

static void pipe_free(struct pipe_inode_info *pipe)
{
	while (!pipe_empty(pipe->head, pipe->tail)) {
		pipe_buf_release(pipe, &pipe->bufs[pipe->tail & (pipe->ring_size - 1)]);
		pipe->tail++;
	}
	if (pipe->tmp_page)
		__free_page(pipe->tmp_page);
	kfree(pipe);
}

/* Add a piece of a page; takes the reference if it returns true. */
static bool add_page(struct rumpvfs_pages *p, struct page *page, unsigned int off,
		     unsigned int len)
{
	struct rumpuser_iov *last = p->niov ? &p->iov[p->niov - 1] : NULL;
	void *base = page_address(page) + off;

	if (p->nref == RUMPVFS_READ_SEGS)
		return false;
	if (last && last->base + last->len == base) {
		last->len += len;
	} else {
		if (p->niov == RUMPVFS_READ_SEGS)
			return false;
		p->iov[p->niov].base = base;
		p->iov[p->niov++].len = len;
	}
	p->ref[p->nref++] = page;
	return true;
}

void rumpvfs_read_done(struct rumpvfs_pages *pages)
{
	unsigned int i;

	for (i = 0; i < pages->nref; i++)
		put_page(pages->ref[i]);
	if (pages->inode) {
		invalidate_mapping_pages(((struct inode *)pages->inode)->i_mapping, pages->first, pages->last);
		iput(pages->inode);
	}
	pages->inode = NULL;
	pages->niov = pages->nref = 0;
}

/*
 * A read is short at the end of the file only. The client would take what an error
 * has left out for a hole, and show zeros.
 */
static long whole(struct rumpvfs_pages *p, long done, long ret)
{
	if (ret >= 0)
		return done;
	rumpvfs_read_done(p);
	return ret;
}

/*
 * Move the first @len bytes in the pipe to @p. Returns bytes, or an error if there were none.
 * There may be more in the pipe, which is nobody's data: a driver that fills pages of its own
 * (cifs) puts them there before it knows how much it will get.
 */
static long drain(struct pipe_inode_info *pipe, struct rumpvfs_pages *p, long len)
{
	struct pipe_buffer *buf;
	long done = 0, n;
	int err;

	while (done < len && !pipe_empty(pipe->head, pipe->tail)) {
		buf = &pipe->bufs[pipe->tail & (pipe->ring_size - 1)];
		err = pipe_buf_confirm(pipe, buf);
		if (err)
			return done ? done : err;
		n = min_t(long, buf->len, len - done);
		if (!n)
			pipe_buf_release(pipe, buf);
		else if (!add_page(p, buf->page, buf->offset, n))
			break;
		done += n;
		pipe->tail++;
	}
	return done;
}

/* -ENOBUFS: comes in more pieces than @p has room for. */
static long read_splice(struct file *f, loff_t pos, unsigned long len, struct rumpvfs_pages *p)
{
	unsigned long npages = DIV_ROUND_UP(offset_in_page(pos) + len, PAGE_SIZE);
	struct pipe_inode_info *pipe;
	long done = 0, ret, n;
	loff_t at;

	pipe = pipe_alloc(npages);
	if (!pipe)
		return -ENOMEM;
	do {
		at = pos + done;
		ret = f->f_op->splice_read(f, &at, pipe, len - done, 0);
		if (ret <= 0)
			break;
		n = drain(pipe, p, ret);
		if (n != ret) {
			ret = n < 0 ? n : -ENOBUFS;
			break;
		}
		done += n;
		if (!pipe_empty(pipe->head, pipe->tail))
			break;		/* it got less than it had made room for: the end */
	} while (done < len);
	pipe_free(pipe);
	return whole(p, done, ret);
}

static long read_copy(struct file *f, loff_t pos, unsigned long len, struct rumpvfs_pages *p)
{
	struct page *page;
	long done = 0, ret = 0;
	size_t n;

	while (done < len) {
		n = min_t(size_t, len - done, PAGE_SIZE);
		page = alloc_page(GFP_KERNEL);
		if (!page) {
			ret = -ENOMEM;
			break;
		}
		ret = kernel_read(f, page_address(page), n, &pos);
		if (ret > 0 && !add_page(p, page, 0, ret))
			ret = -ENOBUFS;
		if (ret <= 0) {
			put_page(page);
			break;
		}
		done += ret;
	}
	return whole(p, done, ret);
}

/*
 * What was read of a file that is too big to be kept does not stay here: the client has it, and its pages, still in the
 * processor's cache, take what is read next.
 */
static bool passes_through(struct rumpvfs_mount *m, struct inode *inode)
{
	return m->remote && i_size_read(inode) >> PAGE_SHIFT > totalram_pages() / 2;
}

int __weak rumpvfs_reads_through(struct file *f, loff_t pos, size_t len)
{
	return 0;
}

/*
 * By O_DIRECT, into one piece of memory, which the next read will find in the processor's cache. -ENOBUFS: that is not to be had, or the
 * file ends sooner than the driver believed.
 */
static long read_through(struct file *f, loff_t pos, unsigned long len, struct rumpvfs_pages *p)
{
	struct bio_vec bv = { .bv_len = min_t(loff_t, len, i_size_read(file_inode(f)) - pos) };
	struct iov_iter iter;
	struct kiocb kiocb;
	long ret;

	bv.bv_page = alloc_pages(GFP_KERNEL | __GFP_COMP | __GFP_NORETRY | __GFP_NOWARN, get_order(bv.bv_len));
	if (!bv.bv_page)
		return -ENOBUFS;
	iov_iter_bvec(&iter, ITER_DEST, &bv, 1, bv.bv_len);
	init_sync_kiocb(&kiocb, f);
	kiocb.ki_flags |= IOCB_DIRECT;
	kiocb.ki_pos = pos;
	ret = f->f_op->read_iter(&kiocb, &iter);
	if (ret == bv.bv_len && add_page(p, bv.bv_page, 0, ret))
		return ret;
	put_page(bv.bv_page);
	return ret < 0 ? ret : -ENOBUFS;
}

static long read_cached(struct rumpvfs_mount *m, struct file *f, loff_t pos, unsigned long len, struct rumpvfs_pages *p)
{
	struct inode *inode = file_inode(f);
	long ret = -ENOBUFS;

	if (f->f_op->splice_read)
		ret = read_splice(f, pos, len, p);
	if (ret == -ENOBUFS)
		ret = read_copy(f, pos, len, p);
	if (ret <= 0)
		return ret;
	rumpvfs_uncached(m, f, pos);
	if (passes_through(m, inode)) {
		p->inode = inode;
		ihold(inode);
		p->first = pos >> PAGE_SHIFT;
		p->last = (pos + ret - 1) >> PAGE_SHIFT;
	}
	return ret;
}

/*
 * What is being read has its pages, and a driver that needs more memory to ask for them would wait for itself when all of it is given
 * to readers of a slow server or disk. So all together may read a quarter of it; the others wait. Not one of them alone.
 */
static bool may_read(struct rumpvfs_mount *m, unsigned long len)
{
	bool may;

	spin_lock(&m->lock);
	may = !m->reading || m->reading + len <= rump_mem_max / 4;
	if (may)
		m->reading += len;
	spin_unlock(&m->lock);
	return may;
}

static void has_read(struct rumpvfs_mount *m, unsigned long len)
{
	spin_lock(&m->lock);
	m->reading -= len;
	spin_unlock(&m->lock);
	wake_up(&m->read);
}

long rumpvfs_read(struct rumpvfs_mount *m, unsigned long long file, unsigned long long off,
		  unsigned long len, struct rumpvfs_pages *pages)
{
	loff_t pos = off;
	struct file *f;
	struct rumpvfs_owner was;
	long ret;

	pages->niov = pages->nref = 0;
	pages->inode = NULL;
	f = rumpvfs_file(m, file);
	if (!f)
		return -EBADF;
	ret = -EBADF;
	if (!(f->f_mode & FMODE_READ))
		goto out;
	ret = -EISDIR;
	if (S_ISDIR(file_inode(f)->i_mode))
		goto out;
	len = min_t(unsigned long, len, MAX_READ);
	ret = rw_verify_area(READ, f, &pos, len);
	if (ret || !len)
		goto out;
	ret = wait_event_killable(m->read, may_read(m, len));
	if (ret)
		goto out;
	rumpvfs_owner_begin(&was, rumpvfs_owner_of(f));
	ret = passes_through(m, file_inode(f)) ? rumpvfs_reads_through(f, pos, len) : 0;
	if (ret >= 0)
		ret = ret ? read_through(f, pos, len, pages) : -ENOBUFS;
	if (ret == -ENOBUFS)
		ret = read_cached(m, f, pos, len, pages);
	rumpvfs_owner_end(&was);
	has_read(m, len);
	if (ret > 0)
		fsnotify_access(f);
out:
	fput(f);
	return rumpvfs_ret(ret);
}

/* --- writing -------------------------------------------------------------------- */

/*
 * Write-behind, to disks and servers. The kernel's own way to keep a writer from filling memory is to
 * let it sleep at a rate that follows the disk's in tenths of a second, of
 * which our few megabytes fill a hundred. So each stretch of a file is sent
 * there as soon as it was written to its end, when the client has been told and prepares what it writes
 * next; and before that is taken, what was sent four long stretches before must have arrived. Without state: what was
 * written elsewhere meanwhile is simply not dirty.
 */
#define BEHIND_SHIFT	21
#define BEHIND_KEEP	4		/* of these lengths under way */

/* As much shall leave most of the memory alone. */
static unsigned int behind_shift(void)
{
	return clamp(ilog2(totalram_pages()) + PAGE_SHIFT - 4, 18, BEHIND_SHIFT);
}

unsigned int __weak rumpvfs_stretch(struct address_space *mapping)
{
	return 1u << BEHIND_SHIFT;
}

void __weak rumpvfs_write_behind(struct address_space *mapping, loff_t from, loff_t last)
{
	__filemap_fdatawrite_range(mapping, from, last, WB_SYNC_NONE);
}

int __weak rumpvfs_write_room(struct address_space *mapping)
{
	return 0;
}

int rumpvfs_await_written(struct address_space *mapping, loff_t from, loff_t last)
{
	pgoff_t index = from >> PAGE_SHIFT, end = last >> PAGE_SHIFT;
	struct pagevec pvec;
	unsigned int i, n;
	int err = 0;

	pagevec_init(&pvec);
	while (!err && index <= end) {
		n = pagevec_lookup_range_tag(&pvec, mapping, &index, end, PAGECACHE_TAG_WRITEBACK);
		if (!n)
			break;
		for (i = 0; i < n && !err; i++)
			err = folio_wait_writeback_killable(page_folio(pvec.pages[i]));
		pagevec_release(&pvec);
		cond_resched();
	}
	return err;
}

/*
 * What is dirty is sent and has arrived, or -EINTR: the caller is being killed, to whom drivers that wait for that themselves
 * do not listen. Errors are theirs to find.
 */
int rumpvfs_sent(struct address_space *mapping)
{
	if (!mapping_can_writeback(mapping))
		return 0;
	__filemap_fdatawrite_range(mapping, 0, LLONG_MAX, WB_SYNC_ALL);
	return rumpvfs_await_written(mapping, 0, LLONG_MAX);
}

/*
 * For what will be written there. Of a server, who writes hears at once what he would hear from fsync(2), which says it all the same: a soft
 * mount gives up each stretch in its own time, and a writer who does not know would go on to the next, and the next.
 */
static int make_room(struct rumpvfs_mount *m, struct address_space *mapping, loff_t pos, loff_t end)
{
	errseq_t before = READ_ONCE(mapping->wb_err);
	unsigned int shift = behind_shift();
	loff_t from = (pos >> shift) - BEHIND_KEEP, to = (end >> shift) - BEHIND_KEEP;
	int err;

	if (!mapping_can_writeback(mapping))
		return 0;
	err = rumpvfs_write_room(mapping);
	if (!err && to >= 0)
		err = rumpvfs_await_written(mapping, max(from, 0LL) << shift, ((to + 1) << shift) - 1);
	return err ?: m->remote ? errseq_check_and_advance(&mapping->wb_err, &before) : 0;
}

void rumpvfs_written(struct rumpvfs_mount *m, unsigned long long file, unsigned long long off,
		     unsigned long len)
{
	struct file *f = rumpvfs_file(m, file);
	struct address_space *mapping;
	unsigned int shift;
	loff_t from, to;

	if (!f)
		return;
	mapping = f->f_mapping;
	shift = min_t(unsigned int, behind_shift(), ilog2(rumpvfs_stretch(mapping)));
	from = off >> shift;
	to = (off + len) >> shift;
	if (from != to && mapping_can_writeback(mapping))
		rumpvfs_write_behind(mapping, from << shift, (to << shift) - 1);
	fput(f);
}

bool __weak rumpvfs_writes_later(struct inode *inode, size_t len)
{
	return false;
}

/* Who was told first; one at a time, for all else waits for him. Of all mounts: who asks knows none (fsdrivers/nfs/behind.c). */
static struct task_struct *early;

bool rumpvfs_is_early(void)
{
	return current == early;
}

/*
 * Does the driver do no more with it than keep it: whole pages of which it has none yet, nowhere but in its cache, and nobody
 * at the file? Then lack of memory is all that may be in the way.
 */
static bool is_sure(struct file *f, loff_t pos, size_t len)
{
	struct inode *inode = file_inode(f);

	return !early && S_ISREG(inode->i_mode) && !(f->f_flags & (O_APPEND | O_DIRECT | O_DSYNC)) && !IS_SYNC(inode) && len &&
	       !offset_in_page(pos | len) && pos <= i_size_read(inode) && pos + len <= inode->i_sb->s_maxbytes &&
	       !inode_is_locked(inode) && !signal_pending(current) &&
	       !filemap_range_has_page(f->f_mapping, pos, pos + len - 1) &&
	       rumpvfs_writes_later(inode, len);
}

/* The writer has been told: what is not taken now is an error that he hears from fsync(2). */
static long write_all(struct file *f, struct iov_iter *iter, loff_t *pos)
{
	size_t len = iov_iter_count(iter);
	long ret;

	do {
		ret = vfs_iter_write(f, iter, pos, 0);
	} while (ret > 0 && iov_iter_count(iter));
	if (ret > 0)
		return len;
	mapping_set_error(f->f_mapping, ret ?: -EIO);
	rumpvfs_inode_changed(file_inode(f));
	return ret ?: -EIO;
}

long rumpvfs_write_early(struct rumpvfs_mount *m, unsigned long long file, unsigned long long off, const void *buf,
			 unsigned long len, void (*sure)(void *ctx), void *ctx)
{
	struct kvec kvec = { .iov_base = (void *)buf, .iov_len = min(len, MAX_RW_COUNT) };
	const struct cred *old;
	struct iov_iter iter;
	loff_t pos = off;
	struct file *f;
	struct rumpvfs_owner was;
	bool told = false;
	long ret;

	f = rumpvfs_file(m, file);
	if (!f)
		return -EBADF;
	ret = -EBADF;
	if (!(f->f_mode & FMODE_WRITE))
		goto out;
	ret = -EINVAL;
	if (!(f->f_mode & FMODE_CAN_WRITE) || !f->f_op->write_iter || pos < 0)
		goto out;
	ret = make_room(m, f->f_mapping, pos, pos + kvec.iov_len);
	if (ret)
		goto out;
	if (sure && kvec.iov_len == len && is_sure(f, pos, len)) {
		told = true;
		early = current;
		sure(ctx);
	}
	old = rumpvfs_cred_of_file(f);
	rumpvfs_owner_begin(&was, rumpvfs_owner_of(f));
	iov_iter_kvec(&iter, ITER_SOURCE, &kvec, 1, kvec.iov_len);
	file_start_write(f);
	ret = told ? write_all(f, &iter, &pos) : vfs_iter_write(f, &iter, &pos, 0);
	if (told)
		early = NULL;
	file_end_write(f);
	rumpvfs_owner_end(&was);
	rumpvfs_cred_restore(old);
	if (ret > 0)
		rumpvfs_uncached(m, f, off);
out:
	fput(f);
	return rumpvfs_ret(ret);
}

long rumpvfs_write(struct rumpvfs_mount *m, unsigned long long file, unsigned long long off,
		   const void *buf, unsigned long len)
{
	return rumpvfs_write_early(m, file, off, buf, len, NULL, NULL);
}

long rumpvfs_copy_file_range(struct rumpvfs_mount *m, unsigned long long in,
			     unsigned long long off_in, unsigned long long out,
			     unsigned long long off_out, unsigned long len, unsigned int flags)
{
	struct file *fin, *fout;
	long ret = -EBADF;

	fin = rumpvfs_file(m, in);
	if (!fin)
		return -EBADF;
	fout = rumpvfs_file(m, out);
	if (!fout)
		goto out;
	/* The driver would refuse as if the call were wrong; the client can copy itself. */
	ret = -EOPNOTSUPP;
	if (!fout->f_op->splice_write && !fout->f_op->copy_file_range && !fout->f_op->remap_file_range)
		goto out_fput;
	len = min_t(unsigned long, len, MAX_RW_COUNT);
	ret = vfs_copy_file_range(fin, off_in, fout, off_out, len, flags);
	/*
	 * A driver that has a server copy (cifs) empties its cache before. The client's read-ahead, which comes beside, may have
	 * filled it meanwhile with what was there until then.
	 */
	if (m->remote && len)
		invalidate_inode_pages2_range(fout->f_mapping, off_out >> PAGE_SHIFT, (off_out + len - 1) >> PAGE_SHIFT);
out_fput:
	fput(fout);
out:
	fput(fin);
	return rumpvfs_ret(ret);
}
