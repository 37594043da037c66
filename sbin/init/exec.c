/*
 * Life on the exec channel (abi/channel.h): starts one program after the other for the host, carries its standard
 * streams in frames, and ends the machine when told to or when the host hangs up.
 *
 * Single-threaded, one ppoll over the port, the program's pipes and SIGCHLD, which is blocked but during the wait. The
 * program's end is its own exit: what its pipes hold then is still sent, but a grandchild that keeps them open is not
 * waited for. Standard input is under the channel's credit, so it fits into one buffer and the port is always read.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../../abi/channel.h"
#include "init.h"

#define PORT      "/dev/virtio-ports/" CHANNEL_PORT
#define DRAIN_MAX (1 << 20)	/* bytes: more than a pipe holds; the bound where FIONREAD does not tell */
#define SPAWN_MAX (4u << 20)	/* bytes of a spawn request in all its parts */

struct job {
	pid_t pid;			/* 0: no program */
	bool exited;
	int status;			/* valid once exited */
	int in, out, err;		/* our ends of its pipes; -1 when closed */
	bool in_ends;			/* CHANNEL_STDIN_EOF came: close `in` when the buffer is empty */
	size_t in_at, in_end;		/* bytes of `input` waiting */
};

/* A frame that arrives in pieces. */
struct receiver {
	struct channel_header header;
	size_t have;			/* of header and payload together */
};

static int port;
static struct job job = { .in = -1, .out = -1, .err = -1 };
static struct receiver receiver;
static unsigned char payload[CHANNEL_MAX];
static unsigned char input[CHANNEL_CREDIT];
static unsigned char frame[sizeof(struct channel_header) + CHANNEL_MAX];	/* of output, header first: one write */
static char *spawn_request;		/* parts collected so far */
static size_t spawn_length;
static volatile sig_atomic_t child_changed;

static void on_child(int sig)
{
	child_changed = 1;
}

/* Sends `length` bytes that stand behind the header in `frame`. A host that is gone ends the machine. */
static void send_frame(uint8_t type, uint32_t length)
{
	struct channel_header header = { .length = length, .type = type };
	size_t done = 0, all = sizeof(header) + length;

	memcpy(frame, &header, sizeof(header));
	while (done < all) {
		ssize_t n = write(port, frame + done, all - done);

		if (n > 0) {
			done += (size_t)n;
		} else if (n < 0 && errno == EAGAIN) {
			struct pollfd writable = { .fd = port, .events = POLLOUT };

			poll(&writable, 1, -1);
		} else if (n == 0 || errno != EINTR) {
			power_off(1);
		}
	}
}

static void send_word(uint8_t type, uint32_t word)
{
	memcpy(frame + sizeof(struct channel_header), &word, sizeof(word));
	send_frame(type, sizeof(word));
}

static void send_error(int error, const char *what)
{
	char *text = (char *)frame + sizeof(struct channel_header);
	uint32_t number = (uint32_t)error;
	int n;

	memcpy(text, &number, sizeof(number));
	n = snprintf(text + sizeof(number), 512, "%s: %s", what, strerror(error));
	send_frame(CHANNEL_ERROR, (uint32_t)sizeof(number) + (n < 512 ? (uint32_t)n : 511));
}

static void close_end(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

/* The words of a spawn request. */
struct request {
	char *path, **argv, **envp, *directory;
};

/* Takes the next NUL-terminated word, or NULL at the end of the request. */
static char *next_word(char **at, char *end)
{
	char *word = *at, *nul = word < end ? memchr(word, 0, (size_t)(end - word)) : NULL;

	if (!nul)
		return NULL;
	*at = nul + 1;
	return word;
}

/* An allocated NULL-terminated array of `count` words; NULL when the request is malformed or memory is short. */
static char **take_words(char **at, char *end, uint32_t count)
{
	char **words;

	if (count > spawn_length)
		return NULL;
	words = calloc(count + 1ul, sizeof(*words));
	for (uint32_t i = 0; words && i < count; i++) {
		words[i] = next_word(at, end);
		if (!words[i]) {
			free(words);
			return NULL;
		}
	}
	return words;
}

static bool parse_request(struct request *request)
{
	char *at = spawn_request, *end = spawn_request + spawn_length;
	uint32_t counts[2];

	*request = (struct request){ 0 };
	if (spawn_length < sizeof(counts))
		return false;
	memcpy(counts, at, sizeof(counts));
	at += sizeof(counts);
	request->path = next_word(&at, end);
	if (request->path)
		request->argv = take_words(&at, end, counts[0]);
	if (request->argv)
		request->envp = take_words(&at, end, counts[1]);
	if (request->envp)
		request->directory = next_word(&at, end);
	return request->directory != NULL;
}

/* Makes the three pipes and starts the program; 0 or an error number. */
static int launch(const struct request *request)
{
	int pipes[3][2] = { { -1, -1 }, { -1, -1 }, { -1, -1 } };
	struct program program = {
		.path = request->path, .argv = request->argv, .envp = request->envp, .directory = request->directory,
		.new_session = true,
	};
	int error = 0;
	pid_t pid = -1;

	for (int i = 0; i < 3 && !error; i++)
		error = pipe2(pipes[i], O_CLOEXEC) < 0 ? errno : 0;
	if (!error) {
		program.in = pipes[0][0];
		program.out = pipes[1][1];
		program.err = pipes[2][1];
		pid = start_program(&program);
		error = pid < 0 ? errno : 0;
	}
	close_end(&pipes[0][0]);
	close_end(&pipes[1][1]);
	close_end(&pipes[2][1]);
	if (error) {
		close_end(&pipes[0][1]);
		close_end(&pipes[1][0]);
		close_end(&pipes[2][0]);
		return error;
	}
	fcntl(pipes[0][1], F_SETFL, O_NONBLOCK);
	fcntl(pipes[1][0], F_SETPIPE_SZ, CHANNEL_MAX);
	job = (struct job){ .pid = pid, .in = pipes[0][1], .out = pipes[1][0], .err = pipes[2][0] };
	return 0;
}

static void do_spawn(void)
{
	struct request request;
	int error = EPROTO;

	if (job.pid)
		error = EBUSY;
	else if (parse_request(&request))
		error = launch(&request);
	if (error)
		send_error(error, error == EPROTO ? "malformed request to start a program" : error == EBUSY ?
			   "a program is still running" : request.path);
	if (error != EBUSY) {
		free(request.argv);
		free(request.envp);
	}
	free(spawn_request);
	spawn_request = NULL;
	spawn_length = 0;
}

/* Adds a piece to the request; false when it is too long or memory is short. */
static bool collect_request(const unsigned char *data, size_t length)
{
	char *grown = spawn_length + length <= SPAWN_MAX ? realloc(spawn_request, spawn_length + length + 1) : NULL;

	if (!grown)
		return false;
	memcpy(grown + spawn_length, data, length);
	spawn_request = grown;
	spawn_length += length;
	return true;
}

/* Input for a program that has closed its end, or is gone, counts as consumed. */
static void take_input(const unsigned char *data, size_t length)
{
	if (job.in < 0) {
		if (length)
			send_word(CHANNEL_GRANT, (uint32_t)length);
		return;
	}
	if (length > sizeof(input) - (job.in_end - job.in_at)) {
		send_error(EPROTO, "more standard input than its credit");
		power_off(1);
	}
	if (length > sizeof(input) - job.in_end) {
		memmove(input, input + job.in_at, job.in_end - job.in_at);
		job.in_end -= job.in_at;
		job.in_at = 0;
	}
	memcpy(input + job.in_end, data, length);
	job.in_end += length;
}

static void send_signal(const unsigned char *data, size_t length)
{
	uint32_t sig = 0;

	if (length >= sizeof(sig))
		memcpy(&sig, data, sizeof(sig));
	if (job.pid && !job.exited && sig && sig < NSIG)
		kill(-job.pid, (int)sig);
}

static void handle_frame(uint8_t type, const unsigned char *data, size_t length)
{
	switch (type) {
	case CHANNEL_SPAWN:
	case CHANNEL_SPAWN_PART:
		if (!collect_request(data, length)) {
			send_error(E2BIG, "request to start a program");
			power_off(1);
		}
		if (type == CHANNEL_SPAWN)
			do_spawn();
		break;
	case CHANNEL_STDIN:
		take_input(data, length);
		break;
	case CHANNEL_STDIN_EOF:
		job.in_ends = true;
		break;
	case CHANNEL_SIGNAL:
		send_signal(data, length);
		break;
	case CHANNEL_POWEROFF:
		power_off(0);
	default:
		send_error(EPROTO, "unknown frame");
		power_off(1);
	}
}

/* Reads what the port has. The port does not block; end of file or an error is the host hanging up. */
static void receive(void)
{
	for (;;) {
		size_t head = sizeof(receiver.header), wanted;
		ssize_t n;

		if (receiver.have < head)
			n = read(port, (char *)&receiver.header + receiver.have, head - receiver.have);
		else
			n = read(port, payload + receiver.have - head, head + receiver.header.length - receiver.have);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno == EAGAIN)
			return;
		if (n <= 0)
			power_off(1);
		receiver.have += (size_t)n;
		if (receiver.have < head)
			continue;
		wanted = head + receiver.header.length;
		if (receiver.header.length > CHANNEL_MAX) {
			send_error(EPROTO, "frame too long");
			power_off(1);
		}
		if (receiver.have == wanted) {
			receiver.have = 0;
			handle_frame(receiver.header.type, payload, receiver.header.length);
		}
	}
}

/* Moves waiting input into the program's pipe and gives the credit back. */
static void feed_input(void)
{
	size_t waiting = job.in_end - job.in_at;
	ssize_t n = waiting ? write(job.in, input + job.in_at, waiting) : 0;

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n < 0) {
		close_end(&job.in);
		n = (ssize_t)waiting;
	}
	job.in_at += (size_t)n;
	if (n)
		send_word(CHANNEL_GRANT, (uint32_t)n);
	if (job.in_at == job.in_end) {
		job.in_at = job.in_end = 0;
		if (job.in_ends)
			close_end(&job.in);
	}
}

/* One read of a stream, at most a frame; closes it at its end. False when there was nothing. */
static bool forward_output(int *fd, uint8_t type)
{
	ssize_t n;

	if (*fd < 0)
		return false;
	n = read(*fd, frame + sizeof(struct channel_header), CHANNEL_MAX);
	if (n < 0 && (errno == EINTR || errno == EAGAIN))
		return false;
	if (n <= 0) {
		close_end(fd);
		return false;
	}
	send_frame(type, (uint32_t)n);
	return true;
}

/* The program is gone: sends what its pipes hold at this moment, however long others keep them open. */
static void drain(int *fd, uint8_t type)
{
	int left = 0;

	if (*fd < 0)
		return;
	if (ioctl(*fd, FIONREAD, &left) < 0)
		left = DRAIN_MAX;
	fcntl(*fd, F_SETFL, O_NONBLOCK);
	while (left > 0) {
		ssize_t n = read(*fd, frame + sizeof(struct channel_header), CHANNEL_MAX);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			break;
		send_frame(type, (uint32_t)n);
		left -= (int)n;
	}
	close_end(fd);
}

static void finish_job(void)
{
	size_t unread = job.in_end - job.in_at;

	drain(&job.out, CHANNEL_STDOUT);
	drain(&job.err, CHANNEL_STDERR);
	close_end(&job.in);
	if (unread)
		send_word(CHANNEL_GRANT, (uint32_t)unread);
	send_word(CHANNEL_EXIT, (uint32_t)job.status);
	job = (struct job){ .in = -1, .out = -1, .err = -1 };
}

/* Everything that died: the program, or orphans that fell to us. */
static void reap(void)
{
	int status;
	pid_t pid;

	child_changed = 0;
	while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
		if (pid == job.pid) {
			job.exited = true;
			job.status = status;
		}
	}
	if (job.exited)
		finish_job();
}

static void serve(const sigset_t *wait_mask)
{
	bool feeding = job.in >= 0 && (job.in_end > job.in_at || job.in_ends);
	struct pollfd fds[] = {
		{ .fd = port, .events = POLLIN },
		{ .fd = job.out, .events = POLLIN },
		{ .fd = job.err, .events = POLLIN },
		{ .fd = feeding ? job.in : -1, .events = POLLOUT },
	};

	if (ppoll(fds, 4, child_changed ? &(struct timespec){ 0 } : NULL, wait_mask) < 0 && errno != EINTR)
		power_off(1);
	if (fds[1].revents)
		forward_output(&job.out, CHANNEL_STDOUT);
	if (fds[2].revents)
		forward_output(&job.err, CHANNEL_STDERR);
	if (fds[3].revents)
		feed_input();
	if (child_changed)
		reap();
	if (fds[0].revents)
		receive();
}

_Noreturn void exec_mode(void)
{
	struct sigaction action = { .sa_handler = on_child };
	sigset_t child, wait_mask;
	const char *path = getenv("ASTRA_EXEC_PORT");

	port = open(path ? path : PORT, O_RDWR | O_NONBLOCK | O_CLOEXEC);
	if (port < 0) {
		fprintf(stderr, "init: %s: %s\n", PORT, strerror(errno));
		power_off(1);
	}
	sigemptyset(&child);
	sigaddset(&child, SIGCHLD);
	sigprocmask(SIG_BLOCK, &child, &wait_mask);
	sigaction(SIGCHLD, &action, NULL);
	send_word(CHANNEL_READY, CHANNEL_VERSION);
	for (;;)
		serve(&wait_mask);
}
