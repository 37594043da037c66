/*
 * The record of what each process was told about: hashes in a small array of struct process, under its sighand lock. When the array
 * is full the rest goes unsaid, so a program that tries everything cannot flood the log.
 */
#include "trace/unimplemented.h"

#include "lib/log.h"
#include "lib/string.h"
#include "sched/process.h"
#include "trace/call_names.h"

/* FNV-1a; never 0, which marks a free place. */
static u32 hash(const char *call, const char *kind, u64 value)
{
	u32 h = 2166136261u;

	for (const char *s = call; *s; s++)
		h = (h ^ (u8)*s) * 16777619u;
	for (const char *s = kind; *s; s++)
		h = (h ^ (u8)*s) * 16777619u;
	for (unsigned i = 0; i < sizeof(value); i++)
		h = (h ^ (u8)(value >> 8 * i)) * 16777619u;
	return h ? h : 1;
}

/* Is it the first time in this program? Remembers it. False when there is no room. */
static bool is_news(u32 h)
{
	struct process *p = current->process;
	bool news = false;
	irqstate s;
	struct sighand *sighand = sighand_lock(p, &s);

	for (unsigned i = 0; i < UNIMPLEMENTED_MAX && p->unimplemented[i] != h; i++)
		if (p->unimplemented[i] == 0) {
			p->unimplemented[i] = h;
			news = true;
			break;
		}
	sighand_unlock(sighand, s);
	return news;
}

void report_unimplemented_call(u32 number)
{
	const char *name = call_name(number);

	if (!is_news(hash("", "call", number)))
		return;
	if (name)
		log_info("syscall", "%s[%d]: %s (number %u) is not implemented", current->name, current->tid, name, number);
	else
		log_info("syscall", "%s[%d]: call number %u does not exist", current->name, current->tid, number);
}

void report_unimplemented_value(const char *call, const char *kind, u64 value)
{
	if (is_news(hash(call, kind, value)))
		log_info("syscall", "%s[%d]: %s: %s %#llx not implemented", current->name, current->tid, call, kind,
			 (unsigned long long)value);
}

void unimplemented_forget(void)
{
	struct process *p = current->process;
	irqstate s;
	struct sighand *h = sighand_lock(p, &s);

	memset(p->unimplemented, 0, sizeof(p->unimplemented));
	sighand_unlock(h, s);
}
