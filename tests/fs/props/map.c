// SPDX-License-Identifier: GPL-2.0-only
/*
 * Files in memory, and programs. Real processes only: a rump kernel has no MMU of its own.
 */
#include <grp.h>
#include <setjmp.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>
#include "../prop.h"

PROPERTY(map_reads_file, "process", "POSIX mmap: the file's bytes, zeros to the end of the last page")
{
	unsigned char *p;
	int fd, i;

	put("f", 10000, 1);
	t_reopen();
	fd = OK(t_open("f", O_RDONLY, 0));
	p = mmap(NULL, 12288, PROT_READ, MAP_SHARED, fd, 0);
	CHECK(p != MAP_FAILED);
	for (i = 0; i < 12288; i++)
		EQ(p[i], i < 10000 ? pattern(1, i) : 0);
	munmap(p, 12288);
	OK(t_close(fd));
}

PROPERTY(map_shared_writes_file, "process", "POSIX mmap, msync: what is stored in a shared mapping is in the file")
{
	int fd;
	char *p;

	put("f", 10000, 1);
	fd = OK(t_open("f", O_RDWR, 0));
	p = mmap(NULL, 10000, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	CHECK(p != MAP_FAILED);
	fill(p + 5000, 1000, 2, 5000);
	expect_at(fd, 5000, 1000, 2);
	CHECK(!msync(p, 10000, MS_SYNC));
	fill(p + 7000, 1000, 3, 7000);
	munmap(p, 10000);
	OK(t_close(fd));
	t_reopen();
	fd = OK(t_open("f", O_RDONLY, 0));
	expect_at(fd, 0, 5000, 1);
	expect_at(fd, 5000, 1000, 2);
	expect_at(fd, 7000, 1000, 3);
	OK(t_close(fd));
}

PROPERTY(map_private_keeps_file, "process", "POSIX mmap: MAP_PRIVATE changes no file")
{
	int fd;
	char *p;

	put("f", 8192, 1);
	fd = OK(t_open("f", O_RDONLY, 0));
	p = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
	CHECK(p != MAP_FAILED);
	memset(p, 0, 8192);
	munmap(p, 8192);
	OK(t_close(fd));
	t_reopen();
	expect("f", 8192, 1);
}

PROPERTY(map_sees_write, "process", "POSIX mmap: write(2) and a shared mapping are the same bytes")
{
	char *p;
	int fd;

	put("f", 8192, 1);
	fd = OK(t_open("f", O_RDWR, 0));
	p = mmap(NULL, 8192, PROT_READ, MAP_SHARED, fd, 0);
	CHECK(p != MAP_FAILED && (unsigned char)p[100] == pattern(1, 100));
	OK(t_pwrite(fd, "new", 3, 100));
	CHECK(!memcmp(p + 100, "new", 3));
	munmap(p, 8192);
	OK(t_close(fd));
}

PROPERTY(last_write_counts, "process", "POSIX write, mmap, ftruncate: the last counts, whatever was written back when")
{
	char *p, buf[4096];
	int fd;

	put("f", 65536, 1);
	fd = OK(t_open("f", O_RDWR, 0));
	OK(t_fsync(fd));
	p = mmap(NULL, 65536, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	CHECK(p != MAP_FAILED);
	fill(p, 65536, 2, 0);
	fill(buf, sizeof(buf), 3, 4096);
	EQ(t_pwrite(fd, buf, sizeof(buf), 4096), sizeof(buf));
	CHECK(!msync(p, 65536, MS_SYNC));
	fill(p + 4096, 1000, 4, 4096);		/* over what was written back a moment ago */
	EQ(t_pwrite(fd, "last", 4, 4100), 4);
	munmap(p, 65536);
	OK(t_ftruncate(fd, 50000));
	OK(t_ftruncate(fd, 60000));
	OK(t_close(fd));
	t_reopen();
	fd = OK(t_open("f", O_RDONLY, 0));
	expect_at(fd, 0, 4096, 2);
	expect_at(fd, 4096, 4, 4);
	EQ(t_pread(fd, buf, 4, 4100), 4);
	CHECK(!memcmp(buf, "last", 4));
	expect_at(fd, 4104, 992, 4);
	expect_at(fd, 5096, 3096, 3);
	expect_at(fd, 8192, 50000 - 8192, 2);
	expect_zero(fd, 50000, 10000);
	OK(t_close(fd));
}

PROPERTY(map_hole, "process", "POSIX mmap: a store into a gap fills it")
{
	int fd = OK(t_open("f", O_CREAT | O_RDWR, 0644));
	char *p;

	OK(t_ftruncate(fd, 1 << 20));
	p = mmap(NULL, 1 << 20, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	CHECK(p != MAP_FAILED);
	p[500000] = 'x';
	CHECK(!msync(p, 1 << 20, MS_SYNC));
	munmap(p, 1 << 20);
	OK(t_close(fd));
	t_reopen();
	fd = OK(t_open("f", O_RDONLY, 0));
	expect_zero(fd, 0, 500000);
	EQ(t_pread(fd, (char[1]){ 0 }, 1, 500000), 1);
	OK(t_close(fd));
}

static sigjmp_buf back;

static void on_bus(int sig)
{
	siglongjmp(back, 1);
}

PROPERTY(map_behind_end, "process", "POSIX mmap: SIGBUS behind the end, also when the file was cut")
{
	volatile char *p;
	int fd;

	put("f", 16384, 1);
	fd = OK(t_open("f", O_RDWR, 0));
	p = mmap(NULL, 16384, PROT_READ, MAP_SHARED, fd, 0);
	CHECK(p != MAP_FAILED);
	CHECK((unsigned char)p[12288] == pattern(1, 12288));
	OK(t_ftruncate(fd, 4096));
	signal(SIGBUS, on_bus);
	if (!sigsetjmp(back, 1)) {
		(void)p[12288];
		fail(__FILE__, __LINE__, "no SIGBUS behind the end");
	}
	signal(SIGBUS, SIG_DFL);
	munmap((void *)p, 16384);
	OK(t_close(fd));
}

PROPERTY(map_direction, "process", "POSIX mmap: EACCES for a shared writable mapping of what was opened to read")
{
	int fd;

	put("f", 100, 1);
	fd = OK(t_open("f", O_RDONLY, 0));
	CHECK(mmap(NULL, 100, PROT_WRITE, MAP_SHARED, fd, 0) == MAP_FAILED && errno == EACCES);
	OK(t_close(fd));
}

static void copy_program(const char *from, const char *to)
{
	int in = open(from, O_RDONLY), out = OK(t_open(to, O_CREAT | O_WRONLY, 0755));
	char buf[65536];
	ssize_t n;

	CHECK(in >= 0);
	while ((n = read(in, buf, sizeof(buf))) > 0)
		EQ(t_write(out, buf, n), n);
	close(in);
	OK(t_close(out));
}

PROPERTY(program_runs, "process", "POSIX exec: a program on the file system")
{
	int status;

	copy_program("/bin/true", "prog");
	status = system("./prog");
	EQ(status, 0);
	t_reopen();
	status = system("./prog");
	EQ(status, 0);
}

PROPERTY(unreadable_program_runs, "process owners modes", "POSIX exec: who may execute need not be allowed to read")
{
	int status;
	pid_t pid;

	copy_program("/bin/true", "prog");
	OK(t_chmod("prog", 0711));
	t_reopen();
	pid = fork();
	if (!pid) {
		if (setgroups(0, NULL) || setgid(1001) || setuid(1001))
			_exit(2);
		execl("./prog", "prog", NULL);
		_exit(1);
	}
	CHECK(waitpid(pid, &status, 0) == pid);
	EQ(status, 0);
}

PROPERTY(running_program_is_busy, "process", "Linux open(2), execve(2): ETXTBSY")
{
	int status, fd;
	pid_t pid;

	copy_program("/bin/sleep", "prog");
	fd = OK(t_open("prog", O_WRONLY, 0));
	pid = fork();
	if (!pid) {
		fcntl(fd, F_SETFD, FD_CLOEXEC);
		execl("./prog", "prog", "0", NULL);
		_exit(errno == ETXTBSY ? 26 : 1);
	}
	CHECK(waitpid(pid, &status, 0) == pid);
	EQ(WEXITSTATUS(status), 26);
	OK(t_close(fd));
	pid = fork();
	if (!pid) {
		/* Busy while the opens below have it. */
		do
			execl("./prog", "prog", "100", NULL);
		while (errno == ETXTBSY);
		_exit(1);
	}
	/* Until it runs, it can be opened. */
	while (t_trace(0), fd = t_open("prog", O_WRONLY, 0), t_trace(1), fd >= 0) {
		OK(close(fd));
		CHECK(!waitpid(pid, &status, WNOHANG));
		usleep(1000);
	}
	CHECK(errno == ETXTBSY);
	kill(pid, SIGKILL);
	CHECK(waitpid(pid, &status, 0) == pid);
}
