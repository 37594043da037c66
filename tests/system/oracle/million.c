/*
 * Oracle: printf and strtod over random values, a line of a hash for each block of a thousand, so that a million of them can
 * be compared with another C library's in seconds.
 *
 *     million COUNT          hashes of COUNT values
 *     million COUNT BLOCK    the texts of that block alone
 *
 * Values are doubles and long doubles by their bits, and integers; formats are made of random flags, widths, precisions and
 * conversions. Every text of a float is read back, and so are random texts near the middle between two doubles.
 */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BLOCK 1000

static uint64_t seed, hash;
static int show;

static uint64_t next(void)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return seed * 0x2545f4914f6cdd1dull;
}

/* Blocks are independent of each other. */
static void begin_block(uint64_t number)
{
	seed = (number + 1) * 0x9e3779b97f4a7c15ull;
	hash = 0xcbf29ce484222325ull;
	next();
}

static void add(const void *data, size_t n)
{
	const unsigned char *p = data;

	for (size_t i = 0; i < n; i++)
		hash = (hash ^ p[i]) * 0x100000001b3ull;
}

/* Bits of a value that was read; a NaN's are not compared. */
static void add_double(double value)
{
	value = value != value ? 0.5 : value;
	add(&value, sizeof(value));
	if (show)
		printf("	%a", value);
}

static void add_extended(long double value)
{
	value = value != value ? 0.5l : value;
	add(&value, 10);
	if (show)
		printf("	%La", value);
}

static char *make_flags(char *p, const char *flags)
{
	uint64_t bits = next();

	*p++ = '%';
	for (int i = 0; flags[i]; i++) {
		if (bits >> (i * 2) & 1 && bits >> (i * 2 + 1) & 1)
			*p++ = flags[i];
	}
	if (bits >> 20 & 1)
		p += sprintf(p, "%d", (int)(bits >> 24 & 31));
	return p;
}

static void check_text(const char *format, const char *text, int length)
{
	add(text, strlen(text));
	add(&length, sizeof(length));
	if (show)
		printf("%s	%s", format, text);
}

static void print_float(void)
{
	static const char conversions[] = "eEfFgGaAgge";
	union { uint64_t bits; double value; } u = { next() };
	char format[40], text[1200], *p = make_flags(format, "-+ #0");
	uint64_t choice = next();

	if (choice % 4 == 1)
		u.value = (double)(int64_t)(next() >> (choice >> 8 & 63)) / (double)(1 + (choice >> 20) % 1000);
	if (choice >> 4 & 1)
		p += sprintf(p, ".%d", (int)(choice >> 32) & ((choice >> 40 & 7) ? 15 : 63));
	sprintf(p, "%c", conversions[(choice >> 48) % 11]);
	check_text(format, text, snprintf(text, sizeof(text), format, u.value));
	add_double(strtod(text, NULL));
	if (!strpbrk(text, "xX"))	/* the host's strtof rounds some hexadecimal subnormals wrongly */
		add_double(strtof(text, NULL));
}

static void print_extended(void)
{
	union { struct { uint64_t mantissa; uint16_t exponent; } parts; long double value; } u = { .value = 0 };
	char format[40], text[6000], *p = make_flags(format, "-+ #0");
	uint64_t choice = next();

	u.parts.mantissa = next() | 1ull << 63;
	u.parts.exponent = (uint16_t)(choice >> 8 & 1 ? choice >> 16 : 0x3fff - 64 + (choice >> 16 & 127));
	if ((u.parts.exponent & 0x7fff) == 0)
		u.parts.mantissa &= ~(1ull << 63);
	sprintf(p, ".%dL%c", (int)(choice >> 32 & 31), "eEgGaf"[(choice >> 48) % 6]);
	check_text(format, text, snprintf(text, sizeof(text), format, u.value));
	add_extended(strtold(text, NULL));
}

static void print_integer(void)
{
	static const char *const lengths[] = { "hh", "h", "", "l", "ll", "j", "z", "t" };
	char format[40], text[200], *p = make_flags(format, "-+ #0");
	uint64_t choice = next(), value = next() >> (choice >> 8 & 63);
	unsigned length = choice & 7;

	if (choice >> 3 & 1)
		p += sprintf(p, ".%d", (int)(choice >> 32 & 31));
	sprintf(p, "%s%c", lengths[length], "diouxX"[(choice >> 48) % 6]);
	if (length < 3)
		check_text(format, text, snprintf(text, sizeof(text), format, (int)value));
	else
		check_text(format, text, snprintf(text, sizeof(text), format, value));
}

/* A decimal text close to the middle between two neighbours, where rounding is decided by its last digits. */
static void read_middle(void)
{
	union { uint64_t bits; double value; } u = { next() & 0x7fffffffffffffff };
	char text[1200];
	double value;

	u.bits %= 0x7fe0000000000000ull;
	snprintf(text, sizeof(text), "%.*Le", 17 + (int)(next() % 12), (long double)u.value * (1 + 0x1p-54L));
	errno = 0;
	value = strtod(text, NULL);
	check_text("strtod", text, errno);
	add_double(value);
}

static void one(uint64_t number)
{
	switch (number % 8) {
	case 0:  print_integer(); break;
	case 1:  print_integer(); break;
	case 2:  read_middle(); break;
	case 3:
		if (number % 64 == 3)
			print_extended();
		else
			print_float();
		break;
	default: print_float(); break;
	}
	if (show)
		printf("\n");
}

int main(int argc, char **argv)
{
	uint64_t blocks = argc > 1 ? strtoull(argv[1], NULL, 10) / BLOCK : 1, first = 0;

	if (argc > 2) {
		show = 1;
		first = strtoull(argv[2], NULL, 10);
		blocks = first + 1;
	}
	for (uint64_t block = first; block < blocks; block++) {
		begin_block(block);
		for (uint64_t i = 0; i < BLOCK; i++)
			one(i);
		if (!show)
			printf("%016llx\n", (unsigned long long)hash);
	}
	return 0;
}
