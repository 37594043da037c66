/*
 * The calendar clock in CMOS memory, read once at boot. It is taken to hold UTC. Boot CPU, no lock: nothing else uses
 * ports 70h and 71h. All waiting is bounded, so a machine without the chip only answers 0.
 */
#include "arch/arch.h"
#include "arch/x86_64/clock_sources.h"
#include "lib/string.h"

#define CMOS_INDEX	0x70
#define CMOS_DATA	0x71
#define STATUS_A	0x0a
#define STATUS_B	0x0b
#define UPDATING	0x80		/* A: the registers may change within 244 µs */
#define BINARY		0x04		/* B: not BCD */
#define HOURS_24	0x02		/* B */
#define PM		0x80		/* in the hours of a 12-hour clock */

struct rtc_time {
	u8 second, minute, hour, day, month, year, century;
};

static u8 cmos_read(u8 index)
{
	arch_out8(CMOS_INDEX, index);
	return arch_in8(CMOS_DATA);
}

static struct rtc_time read_registers(u8 century_register)
{
	return (struct rtc_time){
		.second = cmos_read(0), .minute = cmos_read(2), .hour = cmos_read(4),
		.day = cmos_read(7), .month = cmos_read(8), .year = cmos_read(9),
		.century = century_register ? cmos_read(century_register) : 0,
	};
}

/* The same time twice, with no update announced before either: it was not torn by one. */
static bool read_stable(u8 century_register, struct rtc_time *t)
{
	struct rtc_time again;

	for (unsigned tries = 0; tries < 10000; tries++) {
		if (cmos_read(STATUS_A) & UPDATING)
			continue;
		*t = read_registers(century_register);
		if (cmos_read(STATUS_A) & UPDATING)
			continue;
		again = read_registers(century_register);
		if (memcmp(t, &again, sizeof(again)) == 0)
			return true;
	}
	return false;
}

static u8 from_bcd(u8 v)
{
	return (u8)((v >> 4) * 10 + (v & 15));
}

static void normalise(struct rtc_time *t, u8 status_b)
{
	bool pm = t->hour & PM;

	if (!(status_b & HOURS_24))
		t->hour &= (u8)~PM;
	if (!(status_b & BINARY)) {
		u8 *fields = &t->second;

		for (size_t i = 0; i < sizeof(*t); i++)
			fields[i] = from_bcd(fields[i]);
	}
	if (!(status_b & HOURS_24))
		t->hour = (u8)(t->hour % 12 + (pm ? 12 : 0));
}

/* Days since 1970-01-01 of a Gregorian date. Years begin in March here, so that the leap day is a year's last. */
static i64 days_since_epoch(i64 year, unsigned month, unsigned day)
{
	i64 y = month <= 2 ? year - 1 : year;
	unsigned m = (month + 9) % 12;

	return 365 * y + y / 4 - y / 100 + y / 400 + (153 * m + 2) / 5 + day - 1 - 719468;
}

u64 rtc_read(u8 century_register)
{
	struct rtc_time t;
	i64 year;

	if (century_register >= 128 || !read_stable(century_register, &t))
		return 0;
	normalise(&t, cmos_read(STATUS_B));
	year = t.year + (t.century >= 19 && t.century <= 29 ? t.century * 100 : t.year < 70 ? 2000 : 1900);
	if (t.second > 60 || t.minute > 59 || t.hour > 23 || t.day < 1 || t.day > 31 || t.month < 1 || t.month > 12)
		return 0;
	return (u64)days_since_epoch(year, t.month, t.day) * 86400 + t.hour * 3600u + t.minute * 60u + t.second;
}
