/*
 * /dev/kmsg: the log line by line, as Linux's dev-kmsg describes it. A file's offset is a position in the log (lib/log.h); a read
 * gives one record, "PRIORITY,SEQUENCE,MICROSECONDS,-;TEXT", a write adds a line. Task context; the log has its own lock.
 */
#include "fs/kmsg.h"

#include "fs/devices.h"
#include "fs/uio.h"
#include "lib/assert.h"
#include "lib/error.h"
#include "lib/printf.h"
#include "lib/string.h"
#include "mm/slab.h"
#include "sched/clock.h"
#include "sched/task.h"
#include "sched/wait.h"

#define KMSG_MAJOR 1
#define KMSG_MINOR 11
#define RECORD_MAX (LOG_LINE_MAX + 64)
#define WRITE_MAX  400
#define LOOK_AGAIN (100 * NS_PER_MSEC)

u64 kmsg_cleared;

unsigned kmsg_priority(enum log_level level)
{
	static const u8 priorities[] = { [LOG_ERROR] = 3, [LOG_WARN] = 4, [LOG_INFO] = 6, [LOG_DEBUG] = 7 };

	return priorities[level];
}

/* A line is "[SECONDS] L text". */
const char *kmsg_text(const struct log_entry *e, size_t *length)
{
	size_t at = 0;

	while (at < e->length && e->line[at] != ']')
		at++;
	at = MIN(at + 4, e->length);
	*length = e->length - at;
	return e->line + at;
}

int kmsg_wait(u64 at)
{
	struct waitq nobody;
	int r;

	waitq_init(&nobody);
	do
		r = wait_event_timeout(&nobody, log_end() > at, true, clock_now() + LOOK_AGAIN);
	while (r == -ETIMEDOUT);
	return r;
}

static ssize_t put_record(const struct log_entry *e, char *out, struct uio *u)
{
	size_t length;
	const char *text = kmsg_text(e, &length);
	int n = scnprintf(out, RECORD_MAX, "%u,%u,%llu,-;%.*s", kmsg_priority(e->level), e->sequence, (unsigned long long)e->usec,
			  (int)length, text);

	if ((size_t)n > u->left)
		return -EINVAL;
	return uio_read_in(u, out, (size_t)n) == (size_t)n ? n : -EFAULT;
}

/* The position moves only behind a record that was handed out. */
static ssize_t kmsg_read(struct file *f, struct uio *u, u64 *pos)
{
	struct log_entry *e = kmalloc(sizeof(*e) + RECORD_MAX);
	ssize_t r = 0;
	u64 at = *pos;

	if (!e)
		return -ENOMEM;
	while (r == 0 && !log_next(&at, e))
		r = f->flags & O_NONBLOCK ? -EAGAIN : kmsg_wait(at);
	if (r == 0 && e->lost) {
		*pos = 0;
		r = -EPIPE;
	}
	if (r == 0)
		r = put_record(e, (char *)(e + 1), u);
	if (r > 0)
		*pos = at;
	kfree(e);
	return r;
}

/* "<PRIORITY>text": of the priority only the level counts. */
static const char *take_priority(const char *text, enum log_level *level)
{
	unsigned value = 0;
	const char *s = text;

	*level = LOG_WARN;
	if (*s++ != '<')
		return text;
	while (*s >= '0' && *s <= '9')
		value = value * 10 + (unsigned)(*s++ - '0');
	if (*s != '>' || s == text + 1)
		return text;
	value &= 7;
	*level = value <= 3 ? LOG_ERROR : value == 4 ? LOG_WARN : value <= 6 ? LOG_INFO : LOG_DEBUG;
	return s + 1;
}

static ssize_t kmsg_write(struct file *f, struct uio *u, u64 *pos)
{
	char text[WRITE_MAX + 1];
	size_t n = u->left;
	enum log_level level;
	const char *line;

	if (n > WRITE_MAX)
		return -EINVAL;
	if (uio_write_out(u, text, n) != n)
		return -EFAULT;
	text[n] = '\0';
	if (n > 0 && text[n - 1] == '\n')
		text[n - 1] = '\0';
	line = take_priority(text, &level);
	log_line(level, "user", "%s", line);
	return (ssize_t)n;
}

static i64 kmsg_seek(struct file *f, i64 offset, int whence)
{
	if (offset != 0)
		return -ESPIPE;
	switch (whence) {
	case SEEK_SET:
		f->pos = 0;
		return 0;
	case SEEK_END:
		f->pos = log_end();
		return 0;
	case SEEK_DATA:
		f->pos = READ_ONCE(kmsg_cleared);
		return 0;
	default:
		return -EINVAL;
	}
}

static const struct file_ops kmsg_ops = { .read = kmsg_read, .write = kmsg_write, .seek = kmsg_seek };

void kmsg_init(void)
{
	int error = device_register("kmsg", 0644, MAKEDEV(KMSG_MAJOR, KMSG_MINOR), &kmsg_ops, NULL);

	ASSERT(!error);
}
