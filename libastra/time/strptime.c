/* Text to calendar, C locale: the inverse of strftime. Fields that the format does not name are left as they are. */
#include <ctype.h>
#include <stdbool.h>
#include <string.h>
#include <strings.h>
#include <time.h>

static const char *const days[] = { "Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday" };
static const char *const months[] = {
	"January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
	"December",
};

/* What several conversions say together. */
struct parsed {
	int century, year_of_century;	/* -1: not given */
	int pm;				/* -1: not given */
	bool date;			/* day of week and year can be computed */
};

/* A number of at most `width` digits in a range, spaces in front allowed. */
static const char *number(const char *s, int width, int low, int high, int *value)
{
	int n = 0;

	while (isspace((unsigned char)*s))
		s++;
	if (!isdigit((unsigned char)*s))
		return NULL;
	for (; width-- && isdigit((unsigned char)*s); s++)
		n = n * 10 + *s - '0';
	*value = n;
	return n < low || n > high ? NULL : s;
}

/* A full name or its first three letters. */
static const char *name(const char *s, const char *const *names, int count, int *value)
{
	for (int i = 0; i < count; i++) {
		size_t n = strlen(names[i]);

		if (!strncasecmp(s, names[i], 3)) {
			*value = i;
			return s + (strncasecmp(s, names[i], n) ? 3 : n);
		}
	}
	return NULL;
}

/* +hh, +hhmm, +hh:mm or Z */
static const char *offset(const char *s, long *seconds)
{
	int hours, minutes = 0;
	char sign = *s;

	*seconds = 0;
	if (*s == 'Z')
		return s + 1;
	if (sign != '+' && sign != '-')
		return NULL;
	s = number(s + 1, 2, 0, 23, &hours);
	if (!s)
		return NULL;
	if (*s == ':')
		s++;
	if (isdigit((unsigned char)*s))
		s = number(s, 2, 0, 59, &minutes);
	*seconds = (hours * 60l + minutes) * (sign == '-' ? -60 : 60);
	return s;
}

static const char *composite(char conversion)
{
	switch (conversion) {
	case 'c': return "%a %b %e %H:%M:%S %Y";
	case 'D':
	case 'x': return "%m/%d/%y";
	case 'F': return "%Y-%m-%d";
	case 'r': return "%I:%M:%S %p";
	case 'R': return "%H:%M";
	case 'T':
	case 'X': return "%H:%M:%S";
	}
	return NULL;
}

static const char *run(const char *s, const char *format, struct tm *tm, struct parsed *p);

static const char *epoch(const char *s, struct tm *tm)
{
	time_t time = 0;

	if (!isdigit((unsigned char)*s))
		return NULL;
	for (; isdigit((unsigned char)*s); s++)
		time = time * 10 + *s - '0';
	return localtime_r(&time, tm) ? s : NULL;
}

static const char *date(const char *s, char conversion, struct tm *tm, struct parsed *p)
{
	int value;

	switch (conversion) {
	case 'a': case 'A':
		return name(s, days, 7, &tm->tm_wday);
	case 'b': case 'B': case 'h':
		p->date = true;
		return name(s, months, 12, &tm->tm_mon);
	case 'C':
		return number(s, 2, 0, 99, &p->century);
	case 'd': case 'e':
		p->date = true;
		return number(s, 2, 1, 31, &tm->tm_mday);
	case 'j':
		s = number(s, 3, 1, 366, &value);
		tm->tm_yday = value - 1;
		return s;
	case 'm':
		p->date = true;
		s = number(s, 2, 1, 12, &value);
		tm->tm_mon = value - 1;
		return s;
	case 'u':
		s = number(s, 1, 1, 7, &value);
		tm->tm_wday = value % 7;
		return s;
	case 'U': case 'W':
		return number(s, 2, 0, 53, &value);
	case 'w':
		return number(s, 1, 0, 6, &tm->tm_wday);
	case 'y':
		p->date = true;
		return number(s, 2, 0, 99, &p->year_of_century);
	case 'Y':
		p->date = true;
		s = number(s, 4, 0, 9999, &value);
		tm->tm_year = value - 1900;
		return s;
	}
	return NULL;
}

static const char *convert(const char *s, char conversion, struct tm *tm, struct parsed *p)
{
	const char *format = composite(conversion);
	int value;

	if (format)
		return run(s, format, tm, p);
	switch (conversion) {
	case 'H': case 'k':
		return number(s, 2, 0, 23, &tm->tm_hour);
	case 'I': case 'l':
		s = number(s, 2, 1, 12, &value);
		tm->tm_hour = value % 12;
		return s;
	case 'M':
		return number(s, 2, 0, 59, &tm->tm_min);
	case 'S':
		return number(s, 2, 0, 61, &tm->tm_sec);
	case 'p': case 'P':
		if (strncasecmp(s, "am", 2) && strncasecmp(s, "pm", 2))
			return NULL;
		p->pm = (*s | 32) == 'p';
		return s + 2;
	case 's':
		return epoch(s, tm);
	case 'z':
		return offset(s, &tm->tm_gmtoff);
	case 'Z':
		while (isalpha((unsigned char)*s))
			s++;
		return s;
	case '%':
		return *s == '%' ? s + 1 : NULL;
	}
	return date(s, conversion, tm, p);
}

static const char *run(const char *s, const char *format, struct tm *tm, struct parsed *p)
{
	for (; *format && s; format++) {
		if (isspace((unsigned char)*format) || (*format == '%' && (format[1] == 'n' || format[1] == 't'))) {
			while (isspace((unsigned char)*s))
				s++;
			format += *format == '%';
		} else if (*format != '%') {
			s = *s == *format ? s + 1 : NULL;
		} else {
			format++;
			if (*format == 'E' || *format == 'O')
				format++;
			if (!*format)
				return NULL;
			s = convert(s, *format, tm, p);
		}
	}
	return s;
}

char *strptime(const char *restrict s, const char *restrict format, struct tm *restrict tm)
{
	struct parsed p = { -1, -1, -1, false };

	s = run(s, format, tm, &p);
	if (!s)
		return NULL;
	if (p.pm > 0)
		tm->tm_hour += 12;
	if (p.century >= 0)
		tm->tm_year = p.century * 100 - 1900 + (p.year_of_century >= 0 ? p.year_of_century : 0);
	else if (p.year_of_century >= 0)
		tm->tm_year = p.year_of_century < 69 ? p.year_of_century + 100 : p.year_of_century;
	if (p.date && tm->tm_mday) {
		struct tm copy = { .tm_year = tm->tm_year, .tm_mon = tm->tm_mon, .tm_mday = tm->tm_mday };

		timegm(&copy);
		tm->tm_wday = copy.tm_wday;
		tm->tm_yday = copy.tm_yday;
	}
	return (char *)s;
}
