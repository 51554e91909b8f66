/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Credentials as mount.cifs(8) takes them: username=, password=, domain=,
 * credentials=FILE, guest, USER, PASSWD, PASSWD_FD, PASSWD_FILE, a question on the
 * terminal. Of options the last wins; what they do not say the environment may.
 *
 * Every copy of a password is overwritten before its memory is given back.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>
#include "login.h"
#include "message.h"
#include "trusted.h"

#define PASSWORD_MAX	512
#define FILE_MAX	16384

struct login {
	char *user, *password, *domain;		/* NULL: not given */
	bool guest;
};

static void wipe(char **s)
{
	if (*s)
		explicit_bzero(*s, strlen(*s));
	free(*s);
	*s = NULL;
}

static void set(char **where, const char *value)
{
	wipe(where);
	*where = xstrdup(value);
}

/* [DOMAIN/]USER[%PASSWORD], and \ for the slash */
static void set_user(struct login *l, const char *value)
{
	char *copy = xstrdup(value), *user = copy, *p;

	p = strchr(copy, '%');
	if (p) {
		*p++ = '\0';
		set(&l->password, p);
	}
	p = strpbrk(copy, "/\\");
	if (p) {
		*p = '\0';
		set(&l->domain, copy);
		user = p + 1;
	}
	set(&l->user, user);
	explicit_bzero(copy, strlen(value));
	free(copy);
}

/* "username=VALUE" and its other spellings. False: it is something else. */
static bool set_named(struct login *l, const char *name, const char *value)
{
	static const struct {
		const char *name;
		char what;
	} names[] = {
		{ "username", 'u' }, { "user", 'u' }, { "password", 'p' }, { "pass", 'p' },
		{ "domain", 'd' }, { "dom", 'd' }, { "workgroup", 'd' },
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (strcasecmp(names[i].name, name))
			continue;
		if (names[i].what == 'u')
			set_user(l, value);
		else
			set(names[i].what == 'p' ? &l->password : &l->domain, value);
		return true;
	}
	return false;
}

/* All of @fd, terminated, for wipe(). NULL with errno. */
static char *read_secret(int fd)
{
	char *text = xrealloc(NULL, FILE_MAX + 1);
	size_t len = 0;
	ssize_t n;

	while ((n = read(fd, text + len, FILE_MAX - len)) > 0)
		len += n;
	text[len] = '\0';
	if (n < 0 || len == FILE_MAX || strlen(text) != len) {
		int err = n < 0 ? errno : len == FILE_MAX ? EFBIG : EBADMSG;	/* there is a NUL in it */

		explicit_bzero(text, len);
		free(text);
		errno = err;
		return NULL;
	}
	return text;
}

/*
 * With the rights of @mounter, unless he is root or nobody but root can say what is at @path: a file that he
 * may not read himself is none that fstab gives him by a name of his.
 */
static int open_credentials(const char *path, const char *mounter)
{
	struct passwd *pw = mounter ? getpwnam(mounter) : NULL;
	char reason[REASON_SIZE];
	int fd, err;

	if (!pw || trusted_path(path, reason))
		return open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (setegid(pw->pw_gid) || seteuid(pw->pw_uid))
		return -1;
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	err = errno;
	if (seteuid(0) || setegid(0))
		abort();
	errno = err;
	return fd;
}

static int credentials(struct login *l, const char *path, const char *mounter)
{
	int fd = open_credentials(path, mounter), err;
	char *text = NULL, *save = NULL;
	struct stat st;

	if (fd >= 0)
		text = read_secret(fd);
	err = errno;
	if (fd >= 0 && !fstat(fd, &st) && S_ISREG(st.st_mode) && (st.st_mode & 077))
		msg_warn("%s: has a password and can be read by others: chmod 600 %s", path, path);
	if (fd >= 0)
		close(fd);
	if (!text) {
		msg_error("%s: credentials cannot be read: %s", path, strerror(err));
		return EX_USAGE;
	}
	/* What editors of Windows put before UTF-8. */
	if (!strncmp(text, "\xef\xbb\xbf", 3))
		memset(text, ' ', 3);
	for (char *p = strtok_r(text, "\r\n", &save); p; p = strtok_r(NULL, "\r\n", &save)) {
		char *value;

		p += strspn(p, " \t");
		if (!*p || *p == '#')
			continue;
		value = strchr(p, '=');
		if (value)
			*value++ = '\0';
		p[strcspn(p, " \t")] = '\0';
		/* never quoted: what is misspelt may be the password */
		if (!value || !set_named(l, p, value))
			msg_warn("%s: a line is not username=, password= or domain=", path);
	}
	explicit_bzero(text, FILE_MAX);
	free(text);
	return EX_SUCCESS;
}

/* The first line of @fd. */
static int first_line(struct login *l, int fd, const char *what)
{
	char *text = fd < 0 ? NULL : read_secret(fd);

	if (!text) {
		msg_error("%s: the password cannot be read: %s", what, strerror(errno));
		return EX_USAGE;
	}
	text[strcspn(text, "\r\n")] = '\0';
	set(&l->password, text);
	explicit_bzero(text, FILE_MAX);
	free(text);
	return EX_SUCCESS;
}

static int password_of_environment(struct login *l)
{
	const char *value = getenv("PASSWD");
	uint64_t number;
	int fd, ret;

	if (value) {
		set(&l->password, value);
		return EX_SUCCESS;
	}
	value = getenv("PASSWD_FD");
	if (value) {
		if (!parse_u64(value, 10, &number) || number > 1 << 20) {
			msg_error("PASSWD_FD is not the number of a file descriptor");
			return EX_USAGE;
		}
		return first_line(l, number, "PASSWD_FD");
	}
	value = getenv("PASSWD_FILE");
	if (!value)
		return EX_SUCCESS;
	/* With the rights of who set it, for whom mount(8) may be root. */
	if (seteuid(getuid()))
		return EX_SYSERR;
	fd = open(value, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (seteuid(0))
		return EX_SYSERR;
	ret = first_line(l, fd, value);
	if (fd >= 0)
		close(fd);
	return ret;
}

/*
 * Lines of a terminal @fd without its echo. Its signals are taken for characters
 * or wait in @signal_fd, so that the echo comes back whatever happens.
 */
static int type_in(int fd, int signal_fd, char *buf, size_t size)
{
	struct pollfd fds[2] = {
		{ .fd = fd, .events = POLLIN },
		{ .fd = signal_fd, .events = POLLIN },
	};
	size_t len = 0;
	char c;

	for (;;) {
		if (poll(fds, 2, -1) < 0 && errno != EINTR)
			return EX_SYSERR;
		if (fds[1].revents)
			return EX_USER;
		if (!fds[0].revents)
			continue;
		if (read(fd, &c, 1) != 1 || c == 3 || (c == 4 && !len))
			return EX_USER;		/* ^C, ^D, hang-up */
		if (c == '\n' || c == '\r') {
			buf[len] = '\0';
			return EX_SUCCESS;
		}
		if (c == 0x7f || c == '\b')
			len -= len > 0;
		else if (c == 0x15)		/* ^U */
			len = 0;
		else if (len + 1 < size)
			buf[len++] = c;
	}
}

static int ask_terminal(struct login *l, const char *spec)
{
	int fd = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY), signal_fd, ret;
	struct termios before, quiet;
	char buf[PASSWORD_MAX + 1];
	sigset_t mask, old;

	if (fd < 0 || tcgetattr(fd, &before)) {
		msg_error("%s: no password for user \"%s\" was given (credentials=, PASSWD, or guest for none), and there is no terminal to ask on",
			  spec, l->user);
		if (fd >= 0)
			close(fd);
		return EX_USAGE;
	}
	sigemptyset(&mask);
	sigaddset(&mask, SIGINT);
	sigaddset(&mask, SIGTERM);
	sigaddset(&mask, SIGHUP);
	sigaddset(&mask, SIGQUIT);
	sigaddset(&mask, SIGTSTP);
	sigprocmask(SIG_BLOCK, &mask, &old);
	signal_fd = signalfd(-1, &mask, SFD_CLOEXEC);
	quiet = before;
	quiet.c_lflag &= ~(ECHO | ICANON | ISIG);
	/* In this order: what answers the question must neither be shown nor thrown away. */
	tcsetattr(fd, TCSAFLUSH, &quiet);
	dprintf(fd, "Password for %s@%s: ", l->user, spec);
	ret = type_in(fd, signal_fd, buf, sizeof(buf));
	tcsetattr(fd, TCSAFLUSH, &before);
	dprintf(fd, "\n");
	if (!ret)
		set(&l->password, buf);
	explicit_bzero(buf, sizeof(buf));
	close(signal_fd);
	close(fd);
	sigprocmask(SIG_SETMASK, &old, NULL);
	if (ret == EX_USER)
		msg_error("%s: interrupted; nothing is mounted", spec);
	return ret;
}

/* Take the login's options out of @o. */
static int take_options(struct login *l, struct options *o, const char *const *names)
{
	size_t n = 0;
	int ret = EX_SUCCESS;

	if (o->user)
		set_user(l, o->user);
	/* It names nobody of this host, and may hold a password. */
	options_set_user(o, NULL);
	for (size_t i = 0; i < o->nwords; i++) {
		struct opt_word *w = &o->words[i];
		bool mine = true;

		if (w->value && (!strcmp(w->name, "credentials") || !strcmp(w->name, "cred"))) {
			if (!ret)
				ret = credentials(l, w->value, o->mounter);
		} else if (!w->value && !strcmp(w->name, "guest")) {
			l->guest = true;
		} else if (w->value && (!strcmp(w->name, names[0]) || !strcmp(w->name, names[1]) ||
					!strcmp(w->name, names[2]) || !strcmp(w->name, "pass") ||
					!strcmp(w->name, "dom") || !strcmp(w->name, "workgroup"))) {
			mine = set_named(l, w->name, w->value);
		} else {
			mine = false;
			if (w->value && !strcmp(w->name, "sec") && !strcmp(w->value, "none"))
				l->guest = true;
		}
		if (!mine) {
			o->words[n++] = *w;
			continue;
		}
		free(w->name);
		wipe(&w->value);
	}
	o->nwords = n;
	return ret;
}

static void no_core(void)
{
	struct rlimit none = { 0, 0 };

	setrlimit(RLIMIT_CORE, &none);
	prctl(PR_SET_DUMPABLE, 0);
}

int login_find(struct options *o, const struct fs_driver *d, const char *spec, bool ask)
{
	struct login l = { 0 };
	const char *value;
	int ret;

	no_core();
	ret = take_options(&l, o, d->login);
	if (ret)
		goto out;
	if (!l.user && !l.guest) {
		value = o->mounter ? o->mounter : getenv("USER");
		set_user(&l, value && *value ? value : "root");
	}
	if (!l.password && !l.guest)
		ret = password_of_environment(&l);
	if (!ret && !l.password && !l.guest && ask)
		ret = ask_terminal(&l, spec);
	if (ret)
		goto out;
	if (l.password && strlen(l.password) > PASSWORD_MAX) {
		msg_error("the password is longer than %d bytes", PASSWORD_MAX);
		ret = EX_USAGE;
		goto out;
	}
	/* An empty name is an anonymous user. */
	options_keep(o, d->login[0], l.user ? l.user : "");
	options_keep(o, d->login[1], l.password ? l.password : "");
	if (l.domain)
		options_keep(o, d->login[2], l.domain);
out:
	wipe(&l.user);
	wipe(&l.password);
	wipe(&l.domain);
	return ret;
}
