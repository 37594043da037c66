/* Calendar to text, C locale. */
#include <stdio.h>
#include <string.h>
#include <time.h>

static const char *const day_names[] = {
	"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday",
};
static const char *const month_names[] = {
	"January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
	"December",
};

static const char *name(const char *const *names, int index, int count)
{
	return index >= 0 && index < count ? names[index] : "?";
}

static int is_leap(long year)
{
	return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

/* The ISO 8601 week and the year that it belongs to. */
static int iso_week(const struct tm *tm, long *year)
{
	int week = (tm->tm_yday - (tm->tm_wday + 6) % 7 + 10) / 7;

	*year = tm->tm_year + 1900l;
	if (week < 1) {
		int last = (tm->tm_yday + (is_leap(--*year) ? 366 : 365) - (tm->tm_wday + 6) % 7 + 10) / 7;

		return last;
	}
	if (week == 53 && tm->tm_yday - (tm->tm_wday + 6) % 7 + 3 >= (is_leap(*year) ? 366 : 365)) {
		++*year;
		return 1;
	}
	return week;
}

/* The format that a composite conversion stands for, or NULL. */
static const char *composite(char conversion)
{
	switch (conversion) {
	case 'c': return "%a %b %e %H:%M:%S %Y";
	case 'D': return "%m/%d/%y";
	case 'F': return "%Y-%m-%d";
	case 'r': return "%I:%M:%S %p";
	case 'R': return "%H:%M";
	case 'T': return "%H:%M:%S";
	case 'x': return "%m/%d/%y";
	case 'X': return "%H:%M:%S";
	}
	return NULL;
}

static int number(char *out, size_t size, char conversion, const struct tm *tm)
{
	long year = tm->tm_year + 1900l, iso_year;
	int week = iso_week(tm, &iso_year), hour12 = tm->tm_hour % 12 ? tm->tm_hour % 12 : 12;
	long minutes = tm->tm_gmtoff / 60;
	struct tm copy = *tm;

	switch (conversion) {
	case 'C': return snprintf(out, size, "%02ld", year / 100);
	case 'd': return snprintf(out, size, "%02d", tm->tm_mday);
	case 'e': return snprintf(out, size, "%2d", tm->tm_mday);
	case 'g': return snprintf(out, size, "%02ld", iso_year % 100);
	case 'G': return snprintf(out, size, "%ld", iso_year);
	case 'k': return snprintf(out, size, "%2d", tm->tm_hour);
	case 'l': return snprintf(out, size, "%2d", hour12);
	case 'H': return snprintf(out, size, "%02d", tm->tm_hour);
	case 'I': return snprintf(out, size, "%02d", hour12);
	case 'j': return snprintf(out, size, "%03d", tm->tm_yday + 1);
	case 'm': return snprintf(out, size, "%02d", tm->tm_mon + 1);
	case 'M': return snprintf(out, size, "%02d", tm->tm_min);
	case 's': return snprintf(out, size, "%ld", mktime(&copy));
	case 'S': return snprintf(out, size, "%02d", tm->tm_sec);
	case 'u': return snprintf(out, size, "%d", tm->tm_wday ? tm->tm_wday : 7);
	case 'U': return snprintf(out, size, "%02d", (tm->tm_yday + 7 - tm->tm_wday) / 7);
	case 'V': return snprintf(out, size, "%02d", week);
	case 'w': return snprintf(out, size, "%d", tm->tm_wday);
	case 'W': return snprintf(out, size, "%02d", (tm->tm_yday + 7 - (tm->tm_wday + 6) % 7) / 7);
	case 'y': return snprintf(out, size, "%02ld", year % 100);
	case 'Y': return snprintf(out, size, "%ld", year);
	case 'z':
		return snprintf(out, size, "%c%02ld%02ld", minutes < 0 ? '-' : '+', (minutes < 0 ? -minutes : minutes) / 60,
				(minutes < 0 ? -minutes : minutes) % 60);
	}
	return -1;
}

static const char *text(char conversion, const struct tm *tm)
{
	switch (conversion) {
	case 'A': return name(day_names, tm->tm_wday, 7);
	case 'B': return name(month_names, tm->tm_mon, 12);
	case 'P': return tm->tm_hour < 12 ? "am" : "pm";
	case 'p': return tm->tm_hour < 12 ? "AM" : "PM";
	case 'Z': return tm->tm_zone ? tm->tm_zone : "";
	case 'n': return "\n";
	case 't': return "\t";
	case '%': return "%";
	}
	return "";
}

/* One conversion into out; its length, or a value >= size when it does not fit. */
static size_t convert(char *out, size_t size, char conversion, const struct tm *tm)
{
	const char *format = composite(conversion);
	int n;

	if (format) {
		size_t length = strftime(out, size, format, tm);

		return length ? length : size;
	}
	if (conversion == 'a' || conversion == 'b' || conversion == 'h') {
		const char *full = conversion == 'a' ? name(day_names, tm->tm_wday, 7) : name(month_names, tm->tm_mon, 12);

		return (size_t)snprintf(out, size, "%.3s", full);
	}
	n = number(out, size, conversion, tm);
	return n >= 0 ? (size_t)n : strlcpy(out, text(conversion, tm), size);
}

size_t strftime(char *restrict buf, size_t size, const char *restrict format, const struct tm *restrict tm)
{
	size_t used = 0;

	for (; *format; format++) {
		size_t n;

		if (used + 1 >= size)
			return 0;
		if (*format != '%') {
			buf[used++] = *format;
			continue;
		}
		format++;
		if (*format == 'E' || *format == 'O')
			format++;
		if (!*format)
			break;
		n = convert(buf + used, size - used, *format, tm);
		if (n >= size - used)
			return 0;
		used += n;
	}
	if (used >= size)
		return 0;
	buf[used] = 0;
	return used;
}

char *asctime(const struct tm *tm)
{
	static char text_of[64];

	snprintf(text_of, sizeof(text_of), "%.3s %.3s%3d %.2d:%.2d:%.2d %d\n", name(day_names, tm->tm_wday, 7),
		 name(month_names, tm->tm_mon, 12), tm->tm_mday, tm->tm_hour, tm->tm_min, tm->tm_sec, 1900 + tm->tm_year);
	return text_of;
}

char *ctime(const time_t *time)
{
	struct tm *tm = localtime(time);

	return tm ? asctime(tm) : NULL;
}

char *asctime_r(const struct tm *restrict tm, char *restrict buf)
{
	return strcpy(buf, asctime(tm));
}

char *ctime_r(const time_t *restrict time, char *restrict buf)
{
	struct tm tm;

	return localtime_r(time, &tm) ? asctime_r(&tm, buf) : NULL;
}
