/* The bar: how much there is, how fast it comes, and how long it will last. */
#include <time.h>

#include "fetch.h"
#include "size.h"
#include "tool.h"

#define INTERVAL 200	/* milliseconds */
#define WIDTH    24	/* characters of the bar */

static long now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void draw(struct sink *s, long time)
{
	int64_t speed = (s->done - s->before) * 1000 / (time - s->began + 1);
	char done[16], total[16], rate[16], bar[WIDTH + 1] = "";

	human_size((unsigned long)s->done, done);
	human_size((unsigned long)speed, rate);
	if (s->total < 0) {
		fprintf(stderr, "\r%s  %s  %s/s   ", s->name, done, rate);
		return;
	}
	for (int i = 0; i < WIDTH; i++)
		bar[i] = s->total == 0 || s->done >= s->total / WIDTH * (i + 1) ? '=' : ' ';
	fprintf(stderr, "\r%s  %3d%% [%s] %s/%s  %s/s  %ld s  ", s->name, s->total ? (int)(s->done * 100. / (double)s->total) : 100, bar, done,
		human_size((unsigned long)s->total, total), rate, speed ? (long)((s->total - s->done) / speed) : 0);
}

void progress_start(struct sink *s)
{
	s->began = s->shown = now();
	s->before = s->done;
}

void progress_show(struct sink *s)
{
	long time;

	if (!s->bar)
		return;
	time = now();
	if (time - s->shown >= INTERVAL) {
		s->shown = time;
		draw(s, time);
	}
}

void progress_end(struct sink *s)
{
	if (s->bar) {
		draw(s, now());
		fputc('\n', stderr);
	}
}
