/*
 * The log: a ring of records in memory, and the sinks that show its lines. A record is a header and one finished line;
 * records wrap at the ring's end, and the oldest give way to a new one. Lines look like
 *
 *	[    1.234567] W mm: text
 *
 * with the seconds since boot and the level's letter. log_lock guards the ring and the sinks; it is the innermost lock
 * and is held with interrupts off, so that any code may log. Once log_panic_mode() was called the lock is not taken
 * any more: one CPU is left, and it may have been interrupted inside this file.
 */
#include "lib/log.h"

#include "lib/atomic.h"
#include "lib/printf.h"
#include "lib/string.h"
#include "sched/clock.h"
#include "sched/lock.h"

#define RING_SIZE LOG_RING_SIZE	/* bytes, a power of two */
#define LINE_MAX  LOG_LINE_MAX

struct record {
	u16 length;		/* bytes of text that follow */
	u16 level;		/* enum log_level */
	u32 sequence;		/* counts records */
	u64 usec;		/* since boot */
};

static struct spinlock log_lock = SPINLOCK_INIT("log", RANK_LOG);
static char ring[RING_SIZE];	/* [log_lock] */
static u64 ring_head;		/* [log_lock] bytes ever written: where the next record goes */
static u64 ring_tail;		/* [log_lock] where the oldest record stands */
static u32 ring_sequence;	/* [log_lock] of the next record */
static u64 ring_text;		/* [log_lock] bytes of text between tail and head */
static struct log_sink *sinks;	/* [log_lock] */
static atomic32 console_level = ATOMIC(LOG_INFO);
static atomic32 panicking = ATOMIC(0);

static irqstate lock_log(void) NO_LOCK_ANALYSIS
{
	if (atomic_read(&panicking))
		return 0;
	return spin_lock_irqsave(&log_lock);
}

static void unlock_log(irqstate s) NO_LOCK_ANALYSIS
{
	if (!atomic_read(&panicking))
		spin_unlock_irqrestore(&log_lock, s);
}

void log_panic_mode(void)
{
	atomic_set(&panicking, 1);
}

static void ring_write(u64 at, const void *data, size_t n)
{
	size_t start = at % RING_SIZE, first = MIN(n, RING_SIZE - start);

	memcpy(ring + start, data, first);
	memcpy(ring, (const char *)data + first, n - first);
}

static void ring_read(u64 at, void *data, size_t n)
{
	size_t start = at % RING_SIZE, first = MIN(n, RING_SIZE - start);

	memcpy(data, ring + start, first);
	memcpy((char *)data + first, ring, n - first);
}

static void append(enum log_level level, u64 usec, const char *line, size_t length)
{
	struct record r = { (u16)length, (u16)level, ring_sequence++, usec }, oldest;

	while (ring_head - ring_tail + sizeof(r) + length > RING_SIZE) {
		ring_read(ring_tail, &oldest, sizeof(oldest));
		ring_tail += sizeof(oldest) + oldest.length;
		ring_text -= oldest.length;
	}
	ring_write(ring_head, &r, sizeof(r));
	ring_write(ring_head + sizeof(r), line, length);
	ring_head += sizeof(r) + length;
	ring_text += length;
}

/* A name that a program chose must not break the line or drive the terminal. */
static void blot_controls(char *text, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if ((u8)text[i] < ' ' || text[i] == 0x7f)
			text[i] = '?';
}

void log_vline(enum log_level level, const char *subsystem, const char *format, va_list ap)
{
	static const char letters[] = "EWID";
	char line[LINE_MAX];
	u64 now = clock_now();
	int prefix = scnprintf(line, sizeof(line) - 1, "[%5llu.%06llu] %c %s: ", now / NS_PER_SEC,
			       now % NS_PER_SEC / NS_PER_USEC, letters[level], subsystem);
	size_t length = (size_t)prefix, room = sizeof(line) - 1 - length;
	int text = vsnprintf(line + length, room, format, ap);
	irqstate s;

	text = MIN(text, (int)room - 1);
	blot_controls(line + length, (size_t)text);
	length += (size_t)text;
	line[length++] = '\n';
	s = lock_log();
	append(level, now / NS_PER_USEC, line, length);
	if ((int)level <= atomic_read(&console_level))
		for (struct log_sink *sink = sinks; sink; sink = sink->next)
			sink->write(line, length);
	unlock_log(s);
}

void log_line(enum log_level level, const char *subsystem, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	log_vline(level, subsystem, format, ap);
	va_end(ap);
}

void log_set_level(enum log_level level)
{
	atomic_set(&console_level, (i32)level);
}

void log_add_sink(struct log_sink *sink)
{
	char line[LINE_MAX];
	struct record r;
	irqstate s = lock_log();

	for (u64 at = ring_tail; at != ring_head; at += sizeof(r) + r.length) {
		ring_read(at, &r, sizeof(r));
		if (r.level > atomic_read(&console_level))
			continue;
		ring_read(at + sizeof(r), line, r.length);
		sink->write(line, r.length);
	}
	sink->next = sinks;
	sinks = sink;
	unlock_log(s);
}

enum log_level log_level(void)
{
	return (enum log_level)atomic_read(&console_level);
}

/* A position that was overwritten, or is none (0), moves to the oldest record. */
bool log_next(u64 *at, struct log_entry *entry)
{
	irqstate s = lock_log();
	struct record r;
	bool found;

	entry->lost = *at != 0 && *at < ring_tail;
	*at = MAX(*at, ring_tail);
	found = *at < ring_head;
	if (found) {
		ring_read(*at, &r, sizeof(r));
		ring_read(*at + sizeof(r), entry->line, r.length);
		entry->length = r.length;
		entry->level = (enum log_level)r.level;
		entry->sequence = r.sequence;
		entry->usec = r.usec;
		*at += sizeof(r) + r.length;
	}
	unlock_log(s);
	return found;
}

u64 log_end(void)
{
	irqstate s = lock_log();
	u64 end = ring_head;

	unlock_log(s);
	return end;
}

size_t log_read(char *buf, size_t size)
{
	size_t copied = 0;
	struct record r;
	irqstate s = lock_log();
	u64 left = ring_text;

	for (u64 at = ring_tail; at != ring_head; at += sizeof(r) + r.length) {
		ring_read(at, &r, sizeof(r));
		if (left <= size) {
			ring_read(at + sizeof(r), buf + copied, r.length);
			copied += r.length;
		} else {
			left -= r.length;
		}
	}
	unlock_log(s);
	return copied;
}
