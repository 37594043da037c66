/*
 * Congestion control: CUBIC (RFC 9438) and Reno (RFC 5681). Windows are bytes; CUBIC's function is computed in segments and
 * milliseconds, in integers. Under the connection's lock.
 */
#include "net/tcp_internal.h"

#define BETA_CUBIC 717u		/* of 1024: 0.7 */
#define HORIZON    60000	/* ms from the inflection point, beyond which the curve is cut: keeps the cube in 64 bits */

static u32 half_flight(struct tcp *c)
{
	return MAX((c->snd_nxt - c->snd_una) / 2, 2 * c->mss);
}

/* `count` bytes of `whole` are worth count * step / whole bytes of growth; the rest is carried. */
static void add_share(struct tcp *c, u32 step, u32 count, u32 whole)
{
	u64 product = (u64)step * count + c->cubic.fraction;

	c->snd_cwnd += (u32)(product / whole);
	c->cubic.fraction = (u32)(product % whole);
}

static void reno_begin(struct tcp *c) { c->cubic.fraction = 0; }
static void reno_avoid(struct tcp *c, u32 acked, u64 now) { (void)now; add_share(c, c->mss, acked, c->snd_cwnd); }

const struct tcp_congestion tcp_reno = { .name = "reno", .begin = reno_begin, .ssthresh = half_flight, .avoid = reno_avoid };

static void cubic_begin(struct tcp *c) { memset(&c->cubic, 0, sizeof(c->cubic)); }

static u32 cubic_ssthresh(struct tcp *c)
{
	u32 window = c->snd_cwnd, w_max = c->cubic.w_max;

	/* RFC 9438, 4.7: fast convergence. */
	c->cubic.w_max = window < w_max ? (u32)((u64)window * (1024 + BETA_CUBIC) / 2048) : window;
	c->cubic.epoch = 0;
	return MAX((u32)((u64)window * BETA_CUBIC / 1024), 2 * c->mss);
}

static u32 cube_root(u64 x)
{
	u32 root = 0;

	for (int bit = 20; bit >= 0; bit--) {
		u64 try = root | 1u << bit;

		if (try * try * try <= x)
			root = (u32)try;
	}
	return root;
}

static void begin_epoch(struct tcp *c, u64 now)
{
	u32 window = c->snd_cwnd;

	c->cubic.epoch = now;
	c->cubic.w_est = window;
	c->cubic.origin = MAX(c->cubic.w_max, window);
	/* K = cbrt((W_max - cwnd) / C) seconds, C = 0.4: in milliseconds the cube is (difference / 0.4) * 10^9. */
	c->cubic.k_ms = cube_root((u64)(c->cubic.origin - window) / c->mss * 2500000000ull);
}

/* W_cubic at `ms` after the epoch's begin, bytes. */
static u32 curve(const struct tcp *c, u64 ms)
{
	i64 off = (i64)MIN(ms, (u64)INT32_MAX) - c->cubic.k_ms, cube, window;

	off = MAX(MIN(off, (i64)HORIZON), (i64)-HORIZON);
	cube = off * off * off / 1000000 * 2 / 5;	/* 0.4 s^3, in thousandths of a segment */
	window = (i64)c->cubic.origin + cube * c->mss / 1000;
	return (u32)MAX(MIN(window, (i64)1 << 30), (i64)2 * c->mss);
}

static void cubic_avoid(struct tcp *c, u32 acked, u64 now)
{
	u32 target, window = c->snd_cwnd;

	if (!c->cubic.epoch)
		begin_epoch(c, now);
	target = curve(c, (now - c->cubic.epoch) / NS_PER_MSEC + c->srtt / 1000);
	target = MIN(target, window + window / 2);
	if (target > window)
		add_share(c, target - window, acked, window);
	/* RFC 9438, 4.3: never slower than Reno would be: alpha = 3 (1 - beta) / (1 + beta) = 0.53, or 1 above the old maximum. */
	c->cubic.w_est += (u32)((u64)c->mss * (c->cubic.w_est < c->cubic.w_max ? 542 : 1024) / 1024 * acked / window);
	if (c->cubic.w_est > c->snd_cwnd)
		c->snd_cwnd = c->cubic.w_est;
}

const struct tcp_congestion tcp_cubic = { .name = "cubic", .begin = cubic_begin, .ssthresh = cubic_ssthresh, .avoid = cubic_avoid };

const struct tcp_congestion *tcp_congestion_find(const char *name)
{
	static const struct tcp_congestion *const all[] = { &tcp_cubic, &tcp_reno };

	for (unsigned i = 0; i < ARRAY_SIZE(all); i++)
		if (strcmp(all[i]->name, name) == 0)
			return all[i];
	return NULL;
}
