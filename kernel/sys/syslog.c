/*
 * syslog(2): the log as text with priorities, and which of it the console shows. The position of SYSLOG_ACTION_READ is the whole
 * system's; syslog_lock guards it and the saved level. Task context.
 */
#include "fs/kmsg.h"
#include "gen/syscalls_kernel.h"
#include "lib/error.h"
#include "lib/printf.h"
#include "mm/slab.h"
#include "mm/usercopy.h"
#include "sched/process.h"
#include "sched/task.h"

enum syslog_action {
	SYSLOG_CLOSE, SYSLOG_OPEN, SYSLOG_READ, SYSLOG_READ_ALL, SYSLOG_READ_CLEAR, SYSLOG_CLEAR, SYSLOG_CONSOLE_OFF,
	SYSLOG_CONSOLE_ON, SYSLOG_CONSOLE_LEVEL, SYSLOG_SIZE_UNREAD, SYSLOG_SIZE_BUFFER,
};

#define LINE_ROOM (LOG_LINE_MAX + 8)

static struct spinlock syslog_lock = SPINLOCK_INIT("syslog", RANK_DEVICE);
static u64 read_position;		/* [syslog_lock] */
static int saved_level = -1;		/* [syslog_lock] what CONSOLE_ON brings back, -1: nothing to */

/* Buffers of one call: too large for the stack. */
struct work {
	struct log_entry entry;
	char line[LINE_ROOM];
};

/* "<6>[    1.234567] mm: text\n" */
static size_t format(struct work *w)
{
	size_t length;
	const char *text = kmsg_text(&w->entry, &length);
	int stamp = (int)(text - w->entry.line) - 2;	/* up to the blank before the level's letter */

	return (size_t)scnprintf(w->line, sizeof(w->line), "<%u>%.*s%.*s", kmsg_priority(w->entry.level), stamp, w->entry.line,
				 (int)length, text);
}

/* Bytes of text from a position to the end. */
static u64 size_from(struct work *w, u64 at)
{
	u64 size = 0;

	while (log_next(&at, &w->entry))
		size += format(w);
	return size;
}

/* The newest whole lines behind `at` that fit. */
static long read_all(struct work *w, u64 at, uaddr buf, u64 room)
{
	u64 skip, done = 0, total = size_from(w, at);

	skip = total > room ? total - room : 0;
	while (log_next(&at, &w->entry)) {
		size_t n = format(w);

		if (skip > 0) {
			skip -= MIN(skip, (u64)n);
			continue;
		}
		if (done + n > room)		/* the log grew meanwhile */
			break;
		if (copy_to_user(UADDR(buf.v + done), w->line, n) < 0)
			return done ? (long)done : -EFAULT;
		done += n;
	}
	return (long)done;
}

static u64 get_read_position(void)
{
	irqstate s = spin_lock_irqsave(&syslog_lock);
	u64 at = read_position;

	spin_unlock_irqrestore(&syslog_lock, s);
	return at;
}

/* Whole lines; waits for the first. What was handed out is read for everybody. */
static long read_new(struct work *w, uaddr buf, u64 room)
{
	u64 at = get_read_position(), done = 0;
	irqstate s;

	while (log_end() <= at) {
		int r = kmsg_wait(at);

		if (r < 0)
			return r;
		at = get_read_position();
	}
	for (u64 next = at; log_next(&next, &w->entry); at = next) {
		size_t n = format(w);

		if (done + n > room)
			break;
		if (copy_to_user(UADDR(buf.v + done), w->line, n) < 0)
			return done ? (long)done : -EFAULT;
		done += n;
	}
	s = spin_lock_irqsave(&syslog_lock);
	read_position = MAX(read_position, at);
	spin_unlock_irqrestore(&syslog_lock, s);
	return (long)done;
}

static long read_action(int type, uaddr buf, int length)
{
	struct work *w;
	long r;

	if (buf.v == 0 || length < 0)
		return -EINVAL;
	if (length == 0)
		return 0;
	if (!user_range_ok(buf, (u64)length))
		return -EFAULT;
	w = kmalloc(sizeof(*w));
	if (!w)
		return -ENOMEM;
	if (type == SYSLOG_READ)
		r = read_new(w, buf, (u64)length);
	else
		r = read_all(w, READ_ONCE(kmsg_cleared), buf, (u64)length);
	kfree(w);
	if (type == SYSLOG_READ_CLEAR && r >= 0)
		WRITE_ONCE(kmsg_cleared, log_end());
	return r;
}

static long size_unread(void)
{
	struct work *w = kmalloc(sizeof(*w));
	long size;

	if (!w)
		return -ENOMEM;
	size = (long)size_from(w, get_read_position());
	kfree(w);
	return size;
}

/* Linux shows priorities below the number; there are four levels here, and errors are always shown. */
static long set_console_level(int number)
{
	irqstate s;

	if (number < 1 || number > 8)
		return -EINVAL;
	log_set_level(number <= 4 ? LOG_ERROR : number <= 6 ? LOG_WARN : number == 7 ? LOG_INFO : LOG_DEBUG);
	s = spin_lock_irqsave(&syslog_lock);
	saved_level = -1;
	spin_unlock_irqrestore(&syslog_lock, s);
	return 0;
}

static long switch_console(bool on)
{
	irqstate s = spin_lock_irqsave(&syslog_lock);

	if (on && saved_level >= 0) {
		log_set_level((enum log_level)saved_level);
		saved_level = -1;
	} else if (!on && saved_level < 0) {
		saved_level = (int)log_level();
		log_set_level(LOG_ERROR);
	}
	spin_unlock_irqrestore(&syslog_lock, s);
	return 0;
}

long sys_syslog(int type, uaddr buf, int length)
{
	if (type != SYSLOG_READ_ALL && type != SYSLOG_SIZE_BUFFER && !capable(CAP_SYSLOG))
		return -EPERM;
	switch (type) {
	case SYSLOG_CLOSE:
	case SYSLOG_OPEN:
		return 0;
	case SYSLOG_READ:
	case SYSLOG_READ_ALL:
	case SYSLOG_READ_CLEAR:
		return read_action(type, buf, length);
	case SYSLOG_CLEAR:
		WRITE_ONCE(kmsg_cleared, log_end());
		return 0;
	case SYSLOG_CONSOLE_OFF:
	case SYSLOG_CONSOLE_ON:
		return switch_console(type == SYSLOG_CONSOLE_ON);
	case SYSLOG_CONSOLE_LEVEL:
		return set_console_level(length);
	case SYSLOG_SIZE_UNREAD:
		return size_unread();
	case SYSLOG_SIZE_BUFFER:
		return LOG_RING_SIZE;
	default:
		return -EINVAL;
	}
}
