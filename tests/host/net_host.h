/*
 * Memory, chance, timers, work and deferred freeing for the network's code on the build machine: objects from malloc, so that the sanitizer
 * sees every leak and every use after free; pages from an arena; time that stands until the test moves it. Included by one file of a
 * program; tests/support/host.c gives locks that check their ranks.
 */
#ifndef NET_HOST_H
#define NET_HOST_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fs/uio.h"
#include "host.h"
#include "lib/random.h"
#include "mm/frame.h"
#include "mm/usercopy.h"
#include "net/netdev.h"
#include "net/packet.h"
#include "net/snmp.h"
#include "net/work.h"
#include "sched/clock.h"
#include "sched/rcu.h"
#include "sched/timer.h"
#include "sched/wait.h"
#include "mm/slab.h"

/* ---- Memory ---- */

#define ARENA_FRAMES 16384u

u64 direct_map;
struct page *page_array;
u64 page_array_count = ARENA_FRAMES;
static u8 frame_used[ARENA_FRAMES];
static unsigned frames_out, objects_out;
static unsigned frame_hint;

struct slab_cache { size_t size; };

struct slab_cache *slab_cache_create(const char *name, size_t size, size_t align)
{
	static struct slab_cache caches[16];
	static unsigned used;

	caches[used].size = size;
	return &caches[used++];
}

void *kmalloc(size_t size) { objects_out++; return malloc(size); }
void *kzalloc(size_t size) { objects_out++; return calloc(1, size); }
void *kmalloc_array(size_t count, size_t size) { return kmalloc(count * size); }
void kfree(void *p) { objects_out -= p != NULL; free(p); }
void *slab_alloc(struct slab_cache *c) { return kmalloc(c->size); }
void *slab_zalloc(struct slab_cache *c) { return kzalloc(c->size); }
void slab_free(struct slab_cache *c, void *object) { kfree(object); }
u64 frame_total(void) { return 65536; }

struct page *page_alloc(unsigned order, unsigned flags)
{
	unsigned n = 1u << order;

	for (unsigned tries = 0; tries < ARENA_FRAMES; tries += n, frame_hint += n) {
		unsigned at = frame_hint & (ARENA_FRAMES - 1) & ~(n - 1), k = 0;

		while (k < n && !frame_used[at + k])
			k++;
		if (k < n)
			continue;
		memset(frame_used + at, 1, n);
		frames_out += n;
		page_array[at].order = (u8)order;
		atomic_set(&page_array[at].refs, 1);
		return &page_array[at];
	}
	return NULL;
}

void page_free(struct page *p)
{
	unsigned n = 1u << p->order;

	memset(page_to_virt(p), 0xdd, n * PAGE_SIZE);
	memset(frame_used + (p - page_array), 0, n);
	frames_out -= n;
}

size_t copy_to_user_partial(uaddr to, const void *from, size_t n) { abort(); }
int clear_user(uaddr to, size_t n) { abort(); }
size_t copy_from_user_partial(void *to, uaddr from, size_t n) { abort(); }
int copy_from_user(void *to, uaddr from, size_t n) { abort(); }

/* ---- Chance, counters, machine ---- */

static u64 random_state = 1;
u64 random_u64(void) { return host_random(&random_state) ^ host_random(&random_state) << 24; }
u64 random_below(u64 limit) { return random_u64() % limit; }
void random_bytes(void *buf, size_t n)
{
	for (size_t i = 0; i < n; i++)
		((u8 *)buf)[i] = (u8)random_u64();
}

static struct snmp_cpu host_counters;
struct snmp_cpu *snmp_cpus = &host_counters;
static inline u64 count_of(enum snmp_counter c) { return host_counters.counters[c]; }

/* ---- Waiting: nobody sleeps here ---- */

void waitq_init(struct waitq *q) { list_init(&q->waiters); }
bool waitq_active(struct waitq *q) { return false; }
void wait_wake(struct waitq *q, unsigned events) { }

/* ---- Timers, work, deferred freeing ---- */

static struct timer *armed_timers[65536];
static unsigned armed_count;
static struct list work_list = LIST_INIT(work_list);
static struct rcu_head *deferred;

void timer_init(struct timer *t, void (*fn)(struct timer *t))
{
	memset(t, 0, sizeof(*t));
	t->fn = fn;
	t->cpu = -1;
}

bool timer_cancel(struct timer *t)
{
	if (t->cpu < 0)
		return false;
	armed_timers[t->cpu] = armed_timers[--armed_count];
	armed_timers[t->cpu]->cpu = t->cpu;
	t->cpu = -1;
	return true;
}

void timer_arm(struct timer *t, u64 deadline)
{
	timer_cancel(t);
	t->deadline = deadline;
	t->cpu = (int)armed_count;
	armed_timers[armed_count++] = t;
}

void net_work_prepare(struct net_work *w, void (*fn)(struct net_work *w))
{
	list_init(&w->link);
	w->fn = fn;
	atomic_set(&w->scheduled, 0);
}

void net_schedule(struct net_work *w)
{
	if (!atomic_xchg(&w->scheduled, 1))
		list_add_tail(&work_list, &w->link);
}

void net_schedule_local(struct net_work *w) { net_schedule(w); }

static bool in_net_run;

void net_run(void)
{
	if (in_net_run)
		return;
	if (host_locks_held())
		abort();
	in_net_run = true;
	while (!list_empty(&work_list)) {
		struct net_work *w = list_first(&work_list, struct net_work, link);

		list_del(&w->link);
		atomic_set(&w->scheduled, 0);
		w->fn(w);
	}
	in_net_run = false;
}

void rcu_call(struct rcu_head *h, void (*fn)(struct rcu_head *h))
{
	h->fn = fn;
	h->next = deferred;
	deferred = h;
}

static void run_deferred(void)
{
	while (deferred) {
		struct rcu_head *h = deferred;

		deferred = h->next;
		h->fn(h);
	}
}

/* ---- Beginning ---- */

static void make_memory(void)
{
	direct_map = (u64)aligned_alloc(MIB(4), ARENA_FRAMES * PAGE_SIZE);
	page_array = calloc(ARENA_FRAMES, sizeof(*page_array));
	host_time = 1000 * NS_PER_SEC;
}

#endif
