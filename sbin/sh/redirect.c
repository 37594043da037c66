/* Redirections: opening targets and putting the old descriptors back afterwards. */
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "jobs.h"
#include "sh.h"

#define SAVED_FROM 10	/* copies of the shell's own descriptors live at or above */

struct saved_fd {
	struct saved_fd *next;
	int fd, copy;			/* copy -1: was closed */
};

static struct saved_fd *saved;		/* the latest first */

static int open_target(const struct redirect *r, const char *path)
{
	int flags = 0;
	struct stat status;

	switch (r->type) {
	case R_READ:       flags = O_RDONLY; break;
	case R_READ_WRITE: flags = O_RDWR | O_CREAT; break;
	case R_APPEND:     flags = O_WRONLY | O_CREAT | O_APPEND; break;
	default:
		flags = O_WRONLY | O_CREAT | O_TRUNC;
		if (options.no_clobber && r->type == R_WRITE && stat(path, &status) == 0 && S_ISREG(status.st_mode)) {
			errno = EEXIST;
			return -1;
		}
	}
	return open(path, flags | O_CLOEXEC, 0666);
}

/* A descriptor that reads the text: a pipe when it fits into one, else a child writes it. */
static int here_document(const char *text)
{
	size_t n = strlen(text);
	int fds[2];

	if (pipe(fds) < 0)
		return -1;
	if (n <= 4096) {
		write(fds[1], text, n);
	} else if (fork_shell(NULL, FORK_INSIDE) == 0) {
		close(fds[0]);
		while (n) {
			ssize_t done = write(fds[1], text, n);

			if (done <= 0)
				break;
			text += done;
			n -= (size_t)done;
		}
		_exit(0);
	}
	close(fds[1]);
	fcntl(fds[0], F_SETFD, FD_CLOEXEC);
	return fds[0];
}

static void save(int fd)
{
	struct saved_fd *entry = xmalloc(sizeof(*entry));

	*entry = (struct saved_fd){ .next = saved, .fd = fd, .copy = fcntl(fd, F_DUPFD_CLOEXEC, SAVED_FROM) };
	saved = entry;
}

/* n>&m, n>&-: false with a message. */
static bool duplicate(const struct redirect *r, const char *target)
{
	char *end;
	long from;

	if (!strcmp(target, "-")) {
		close(r->fd);
		return true;
	}
	from = strtol(target, &end, 10);
	if (*end || !isdigit((unsigned char)*target) || dup2((int)from, r->fd) < 0) {
		warn("%s: bad file descriptor", target);
		return false;
	}
	return true;
}

static bool apply(const struct redirect *r)
{
	int fd;

	if (r->type == R_DUP)
		return duplicate(r, r->word);
	fd = r->type == R_HERE ? here_document(r->body) : open_target(r, r->word);
	if (fd < 0) {
		warn("cannot %s %s: %s", r->type == R_READ ? "open" : "create", r->type == R_HERE ? "here-document" : r->word,
		     errno == ENOENT && r->type == R_READ ? "No such file" : strerror(errno));
		return false;
	}
	if (fd == r->fd) {
		fcntl(fd, F_SETFD, 0);
	} else {
		dup2(fd, r->fd);
		close(fd);
	}
	return true;
}

struct redirect *expand_redirects(struct arena *arena, const struct redirect *list)
{
	struct redirect *first = NULL, **last = &first;

	for (; list; list = list->next) {
		struct redirect *r = arena_alloc(arena, sizeof(*r));

		*r = *list;
		if (r->type != R_HERE)
			r->word = expand_text(arena, r->word);
		else if (!r->literal)
			r->body = expand_here(arena, r->body);
		*last = r;
		last = &r->next;
	}
	return first;
}

bool apply_redirects(const struct redirect *list, bool keep_old)
{
	if (list)
		fflush(stdout);
	for (; list; list = list->next) {
		if (keep_old)
			save(list->fd);
		if (!apply(list))
			return false;
	}
	return true;
}

struct saved_fd *redirects_mark(void)
{
	return saved;
}

void undo_redirects(struct saved_fd *mark)
{
	if (saved != mark)
		fflush(stdout);
	while (saved != mark) {
		struct saved_fd *entry = saved;

		saved = entry->next;
		if (entry->copy >= 0) {
			dup2(entry->copy, entry->fd);
			close(entry->copy);
		} else {
			close(entry->fd);
		}
		free(entry);
	}
}
