// SPDX-License-Identifier: GPL-2.0-only
/*
 * The recorder: a disk in memory that remembers every write and every flush.
 *
 * The program defines the hypercall of block I/O itself, and its definition comes
 * before librump's. Without a recording it hands requests on. With one, requests
 * are served at once from a private mapping of the image, so that the image stays
 * what it was before; what was done to it is in the log, from which crash.py makes
 * the images that a power failure could have left behind.
 *
 * The file: records of struct record, followed by the data of a write.
 */
#include <dlfcn.h>
#include <librump.h>
#include <sys/mman.h>
#include "way.h"

struct record {
	uint32_t op;		/* enum rumpuser_blk_op, or RECORD_MARK */
	uint32_t flags;		/* FUA; number of a mark */
	uint64_t off, len;
};
#define RECORD_MARK	100u

static struct {
	char *disk;
	uint64_t size;
	FILE *log;
} rec;

void recorder_start(const char *image)
{
	struct stat st;
	int fd = open(image, O_RDONLY);

	CHECK(fd >= 0 && !fstat(fd, &st));
	rec.size = st.st_size;
	rec.disk = mmap(NULL, rec.size, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
	CHECK(rec.disk != MAP_FAILED);
	close(fd);
	rec.log = tmpfile();
	CHECK(rec.log);
}

static void put_record(uint32_t op, uint32_t flags, uint64_t off, uint64_t len)
{
	struct record r = { op, flags, off, len };

	CHECK(fwrite(&r, sizeof(r), 1, rec.log) == 1);
}

void recorder_mark(int step)
{
	put_record(RECORD_MARK, step, 0, 0);
}

void recorder_save(const char *path)
{
	FILE *out = fopen(path, "w");
	char buf[65536];
	size_t n;

	CHECK(out);
	rewind(rec.log);
	while ((n = fread(buf, 1, sizeof(buf), rec.log)) > 0)
		CHECK(fwrite(buf, 1, n, out) == n);
	CHECK(!fclose(out));
}

static int serve(struct rumpuser_blk_req *req)
{
	char *at = rec.disk + req->off;
	unsigned int i;

	if (req->op != RUMPUSER_BLK_FLUSH && (req->off > rec.size || req->len > rec.size - req->off))
		return -EIO;
	if (req->op != RUMPUSER_BLK_READ)
		put_record(req->op, req->flags, req->off, req->op == RUMPUSER_BLK_FLUSH ? 0 : req->len);
	for (i = 0; i < req->niov; at += req->iov[i++].len) {
		if (req->op == RUMPUSER_BLK_READ) {
			memcpy(req->iov[i].base, at, req->iov[i].len);
		} else if (req->op == RUMPUSER_BLK_WRITE) {
			memcpy(at, req->iov[i].base, req->iov[i].len);
			CHECK(fwrite(at, 1, req->iov[i].len, rec.log) == req->iov[i].len);
		}
	}
	if (req->op == RUMPUSER_BLK_DISCARD || req->op == RUMPUSER_BLK_ZERO)
		memset(at, 0, req->len);
	return 0;
}

RUMPUSER_EXPORT void rumpuser_blk_submit(struct rumpuser_blk_req *req)
{
	static void (*next)(struct rumpuser_blk_req *);

	if (!rec.disk) {
		if (!next)
			next = (void (*)(struct rumpuser_blk_req *))dlsym(RTLD_NEXT, "rumpuser_blk_submit");
		next(req);
		return;
	}
	req->error = serve(req);
	rump_kernel_get()->blk_done(req);
}
