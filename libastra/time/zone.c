/*
 * Local time from TZ: a file of the time zone database ("Europe/Berlin", ":/path"), or POSIX's form of a rule
 * ("CET-1CEST,M3.5.0,M10.5.0/3"). Without TZ it is /etc/localtime's; an empty TZ or anything else means UTC. A file's own rule goes on
 * where its list of transitions ends. The zone is read again when TZ's text has changed; one lock guards it.
 */
#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "lock.h"
#include "zone_impl.h"

#define DAY       86400l
#define NAME_ROOM 16
#define TEXT_ROOM 128

/* When summer time starts or ends. */
struct rule {
	enum { JULIAN, DAY_OF_YEAR, MONTH_WEEK_DAY } kind;	/* JULIAN: 1 … 365, never 29 February */
	int month, week, day;
	long second;			/* after midnight, local */
};

/* [l] lock */
struct zone {
	char text[TEXT_ROOM];		/* [l] of TZ */
	bool read;			/* [l] */
	bool unset;			/* [l] there was no TZ */
	struct zone_file *file;		/* [l] or NULL: the rule alone */
	char name[2][NAME_ROOM];	/* [l] standard and summer */
	long offset[2];			/* [l] seconds east of Greenwich */
	bool summer;			/* [l] the zone has it */
	struct rule change[2];		/* [l] its start and end */
};

char *tzname[2] = { "UTC", "UTC" };
long timezone;
int daylight;

FORK_LOCK(lock);
static struct zone zone;

static const char *parse_name(const char *p, char name[NAME_ROOM])
{
	size_t n = 0;
	const char *start = p;

	if (*p == '<') {
		for (start = ++p; isalnum((unsigned char)*p) || *p == '+' || *p == '-'; p++)
			;
		n = (size_t)(p - start);
		if (*p++ != '>')
			return NULL;
	} else {
		for (; isalpha((unsigned char)*p); p++)
			n++;
	}
	if (n < 3 || n >= NAME_ROOM)
		return NULL;
	memcpy(name, start, n);
	name[n] = 0;
	return p;
}

/* [+-]h[:m[:s]] in seconds. */
static const char *parse_time(const char *p, long *seconds)
{
	long unit = 3600, total = 0;
	int sign = *p == '-' ? -1 : 1;

	if (*p == '-' || *p == '+')
		p++;
	if (!isdigit((unsigned char)*p))
		return NULL;
	for (;; p++) {
		char *end;

		total += strtol(p, &end, 10) * unit;
		p = end;
		unit /= 60;
		if (*p != ':' || !unit || !isdigit((unsigned char)p[1]))
			break;
	}
	*seconds = sign * total;
	return p;
}

static const char *parse_rule(const char *p, struct rule *rule)
{
	char *end;

	if (*p++ != ',')
		return NULL;
	*rule = (struct rule){ .kind = *p == 'J' ? JULIAN : *p == 'M' ? MONTH_WEEK_DAY : DAY_OF_YEAR, .second = 7200 };
	p += rule->kind != DAY_OF_YEAR;
	if (!isdigit((unsigned char)*p))
		return NULL;
	rule->day = (int)strtol(p, &end, 10);
	if (rule->kind == MONTH_WEEK_DAY) {
		rule->month = rule->day;
		if (*end != '.')
			return NULL;
		rule->week = (int)strtol(end + 1, &end, 10);
		if (*end != '.')
			return NULL;
		rule->day = (int)strtol(end + 1, &end, 10);
		if (rule->month < 1 || rule->month > 12 || rule->week < 1 || rule->week > 5 || rule->day < 0 || rule->day > 6)
			return NULL;
	}
	return *end == '/' ? parse_time(end + 1, &rule->second) : end;
}

static bool parse_zone(struct zone *z, const char *p)
{
	p = parse_name(p, z->name[0]);
	p = p ? parse_time(p, &z->offset[0]) : NULL;
	if (!p)
		return false;
	z->offset[0] = -z->offset[0];
	strcpy(z->name[1], z->name[0]);
	z->offset[1] = z->offset[0] + 3600;
	if (!*p)
		return true;
	p = parse_name(p, z->name[1]);
	if (!p)
		return false;
	z->summer = true;
	if (*p && *p != ',') {
		p = parse_time(p, &z->offset[1]);
		if (!p)
			return false;
		z->offset[1] = -z->offset[1];
	}
	if (!*p)
		p = ",M3.2.0,M11.1.0";
	p = parse_rule(p, &z->change[0]);
	p = p ? parse_rule(p, &z->change[1]) : NULL;
	return p && !*p;
}

/* A rule never has a slash; a name in the database never a comma or, but for a few that are rules as well, a digit in it. */
static void read_zone(struct zone *z, const char *text)
{
	if (!text || (*text && !strchr(text, ',')))
		z->file = __zone_file_open(text);
	if (z->file)
		text = __zone_file_rule(z->file);
	if (!text || !parse_zone(z, text))
		*z = (struct zone){ .name = { "UTC", "UTC" }, .file = z->file };
}

/* tzname and its relatives of a zone without a rule: what its time is now. */
static void name_by_file(struct zone *z)
{
	struct local_type now;

	if (!z->file || *__zone_file_rule(z->file) || !__zone_file_type(z->file, time(NULL), &now))
		return;
	for (int i = 0; i < 2; i++) {
		strlcpy(z->name[i], now.name, NAME_ROOM);
		z->offset[i] = now.offset;
	}
}

/* Reads TZ again where it has changed; the lock is held. */
static void refresh(void)
{
	const char *text = getenv("TZ");
	struct zone fresh = { 0 };

	if (text && strlen(text) >= TEXT_ROOM)
		text = "";
	if (zone.read && (text ? !zone.unset && !strcmp(text, zone.text) : zone.unset))
		return;
	read_zone(&fresh, text);
	name_by_file(&fresh);
	__zone_file_close(zone.file);
	strcpy(fresh.text, text ? text : "");
	fresh.read = true;
	fresh.unset = !text;
	zone = fresh;
	tzname[0] = zone.name[0];
	tzname[1] = zone.name[1];
	timezone = -zone.offset[0];
	daylight = zone.summer;
}

void tzset(void)
{
	lock_acquire(&lock);
	refresh();
	lock_release(&lock);
}

/* The moment of a change in a year, in local time as seconds since 1970. */
static long change_in(const struct rule *rule, int year)
{
	struct tm tm = { .tm_year = year, .tm_mday = 1 };
	long start;
	int day, length;

	if (rule->kind != MONTH_WEEK_DAY) {
		bool leap = (year % 4 == 0 && year % 100 != 0) || (year + 1900) % 400 == 0;

		day = rule->kind == DAY_OF_YEAR ? rule->day : rule->day - 1 + (leap && rule->day > 59);
		return timegm(&tm) + day * DAY + rule->second;
	}
	tm.tm_mon = rule->month;	/* the month behind, to know this one's length */
	start = timegm(&tm);
	tm = (struct tm){ .tm_year = year, .tm_mon = rule->month - 1, .tm_mday = 1 };
	length = (int)((start - timegm(&tm)) / DAY);
	start = timegm(&tm);
	day = (rule->day - tm.tm_wday + 7) % 7 + (rule->week - 1) * 7;
	if (day >= length)
		day -= 7;
	return start + day * DAY + rule->second;
}

static bool is_summer(time_t time)
{
	struct tm tm;
	long local = time + zone.offset[0], start, end;

	if (!zone.summer || !gmtime_r(&local, &tm))
		return false;
	start = change_in(&zone.change[0], tm.tm_year) - zone.offset[0];
	end = change_in(&zone.change[1], tm.tm_year) - zone.offset[1];
	return start < end ? time >= start && time < end : !(time >= end && time < start);
}

/* The kind of time that a moment has; the lock is held. */
static struct local_type type_at(time_t time)
{
	struct local_type type;
	bool summer;

	if (zone.file && __zone_file_type(zone.file, time, &type))
		return type;
	summer = is_summer(time);
	return (struct local_type){ zone.offset[summer], summer, zone.name[summer] };
}

struct tm *localtime_r(const time_t *restrict time, struct tm *restrict tm)
{
	struct local_type type;
	time_t local;

	lock_acquire(&lock);
	refresh();
	type = type_at(*time);
	local = *time + type.offset;
	tm = gmtime_r(&local, tm);
	if (tm) {
		tm->tm_isdst = type.summer;
		tm->tm_gmtoff = type.offset;
		tm->tm_zone = type.name;
	}
	lock_release(&lock);
	return tm;
}

/* ---- From local time ---- */

/* Is the local time one of that kind, really? */
static bool fits(time_t local, const struct local_type *type)
{
	return type_at(local - type->offset).offset == type->offset;
}

/* A kind of time that is (or is not) summer time, used within half a year of a local time. */
static bool nearest_of_kind(time_t local, bool summer, struct local_type *type)
{
	static const long days[] = { -1, 1, -30, 30, -91, 91, -182, 182 };

	for (size_t i = 0; i < sizeof(days) / sizeof(*days); i++) {
		*type = type_at(local + days[i] * DAY);
		if (type->summer == summer)
			return true;
	}
	return false;
}

/*
 * The moment of a local time. One that comes twice is the earlier, or the one that `summer` (negative: unknown) says; one that never
 * comes, and one of another kind than `summer` says, is counted on from what was, or would be, the time of that kind.
 */
static time_t moment_of(time_t local, int summer)
{
	struct local_type around[2] = { type_at(local - DAY), type_at(local + DAY) }, other;

	for (int i = 0; i < 2; i++)
		if (fits(local, &around[i]) && (summer < 0 || around[i].summer == (summer > 0)))
			return local - around[i].offset;
	if (summer >= 0 && nearest_of_kind(local, summer > 0, &other))
		return local - other.offset;
	if (summer >= 0)
		return moment_of(local, -1);
	return local - around[0].offset;
}

time_t mktime(struct tm *tm)
{
	struct tm copy = *tm;
	time_t local = timegm(&copy), result;

	if (local == -1 && copy.tm_year != 69)
		return -1;
	lock_acquire(&lock);
	refresh();
	result = moment_of(local, tm->tm_isdst);
	lock_release(&lock);
	return localtime_r(&result, tm) ? result : -1;
}

struct tm *localtime(const time_t *time)
{
	static struct tm shared;

	return localtime_r(time, &shared);
}
