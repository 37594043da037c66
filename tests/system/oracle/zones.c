/* Oracle: local time by files of the time zone database, by rules, and back; names that are no zone. */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static void there_and_back(time_t t)
{
	struct tm tm = *localtime(&t), copy;
	char text[128];

	strftime(text, sizeof(text), "%F %T %z %Z %j", &tm);
	printf("%ld %s %d", (long)t, text, tm.tm_isdst);
	/* Before 1950 there were two kinds of summer time, which tm_isdst cannot tell apart. */
	if (t < -600000000) {
		printf("\n");
		return;
	}
	/* Which one of two equal local times is meant is not said without tm_isdst, but it is one of them. */
	copy = tm;
	copy.tm_isdst = -1;
	mktime(&copy);
	printf(" %d", copy.tm_hour == tm.tm_hour && copy.tm_min == tm.tm_min && copy.tm_mday == tm.tm_mday);
	copy = tm;
	printf(" %ld", (long)mktime(&copy));
	copy = tm;
	copy.tm_min += 100;
	printf(" %ld", (long)mktime(&copy));
	printf(" %02d:%02d\n", copy.tm_hour, copy.tm_min);
}

/* Around each change of an hour or more in a range, to the second; elsewhere in large steps. */
static void zone(const char *name, time_t start)
{
	printf("%s\n", name);
	setenv("TZ", name, 1);
	tzset();
	for (time_t t = start; t < 4102444800; t += 2000003) {
		time_t next = t + 2000003, low = t, high = next;
		long before = localtime(&t)->tm_gmtoff;

		there_and_back(t);
		if (localtime(&next)->tm_gmtoff == before)
			continue;
		while (high - low > 1) {
			time_t middle = low + (high - low) / 2;

			if (localtime(&middle)->tm_gmtoff == before)
				low = middle;
			else
				high = middle;
		}
		there_and_back(low);
		there_and_back(high);
		there_and_back(high + 1800);
		there_and_back(high - 1801);
	}
}

int main(int argc, char **argv)
{
	static const char *const rules[] = {
		"", "CET-1CEST,M3.5.0,M10.5.0/3", "EST5EDT,M3.2.0,M11.1.0", "<+0330>-3:30", "AEST-10AEDT,M10.1.0,M4.1.0/3", "UTC0",
		"IST-1GMT0,M10.5.0,M3.5.0/1", "XXX-2YYY,J60/1,J300/2", "AAA3BBB,59,299",
	};

	for (int i = 1; i < argc; i++)
		zone(argv[i], -2208988800);
	for (size_t i = 0; i < sizeof(rules) / sizeof(*rules); i++)
		zone(rules[i], 0);	/* glibc's rules begin in 1970 */
	return 0;
}
