/*
 * The kernel's log: lines with a level, a time stamp and a subsystem, to a ring in memory and to the console devices.
 * Callable from any context, interrupts and panic included. Levels: a program's mistakes are at most LOG_INFO.
 */
#ifndef LIB_LOG_H
#define LIB_LOG_H

#include <stdarg.h>

#include "lib/types.h"

enum log_level { LOG_ERROR, LOG_WARN, LOG_INFO, LOG_DEBUG };

/* One line, without its newline. `subsystem` is a short word: "mm", "tarfs", … */
void log_line(enum log_level level, const char *subsystem, const char *format, ...) __printf(3, 4);
void log_vline(enum log_level level, const char *subsystem, const char *format, va_list ap) __printf(3, 0);

#define log_error(sub, ...) log_line(LOG_ERROR, sub, __VA_ARGS__)
#define log_warn(sub, ...)  log_line(LOG_WARN, sub, __VA_ARGS__)
#define log_info(sub, ...)  log_line(LOG_INFO, sub, __VA_ARGS__)
#define log_debug(sub, ...) log_line(LOG_DEBUG, sub, __VA_ARGS__)

/* Lines at or above this level reach the console (all reach the ring). From the command line: log=error|warn|info|debug. */
void log_set_level(enum log_level level);

/* A sink for finished lines, newline included: the 16550, the framebuffer. Registered once each, at boot, forever. */
struct log_sink {
	void (*write)(const char *text, size_t length);	/* any context; must not log */
	struct log_sink *next;
};
void log_add_sink(struct log_sink *sink);

/* From now on without the lock. By panic alone, when every other CPU has stopped. */
void log_panic_mode(void);

enum log_level log_level(void);		/* what log_set_level set */

#define LOG_LINE_MAX 512u		/* bytes of a line, newline included */
#define LOG_RING_SIZE 65536u		/* bytes that the ring holds, its own administration included */

/* One line of the ring. */
struct log_entry {
	char line[LOG_LINE_MAX];	/* as the console shows it, with its newline, not terminated */
	size_t length;
	enum log_level level;
	u32 sequence;			/* counts lines */
	u64 usec;			/* since boot */
	bool lost;			/* lines between the position and this one were overwritten */
};

/*
 * The line at a position, and the position behind it. Positions only rise; 0 is before everything, log_end() behind it. False when
 * nothing follows yet. Any context.
 */
bool log_next(u64 *at, struct log_entry *entry);
u64 log_end(void);

/* Copy the ring's newest `size` bytes to buf, whole lines, oldest first; the number of bytes. */
size_t log_read(char *buf, size_t size);

#endif
