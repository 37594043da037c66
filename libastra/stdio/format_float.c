/*
 * Floating-point output, exact. A value is an integer mantissa × 2^e. Its decimal expansion is finite: for e < 0 it is
 * (mantissa × 5^-e) with the point -e digits from the right. That integer is made in limbs of nine decimal digits, so
 * rounding sees every digit and ties go to even. Where few digits are wanted, most values need none of that. Works for long double; float and double are converted without loss.
 */
#include <stdint.h>
#include <string.h>

#include "format_impl.h"
#include "strtod_impl.h"

/* 64 bits × 5^16445 has 11515 digits; 64 bits × 2^16320 has 4933. */
#define LIMBS_MAX  1290
#define DIGITS_MAX (LIMBS_MAX * 9 + 2)
#define LIMB       1000000000u
#define SLACK      3u		/* 1.5 of the scaling, 1 of cutting the fraction off */

/* Digits without leading zeros; the value is 0.d0d1d2… × 10^point. */
struct digits {
	int count, point;
	char digit[DIGITS_MAX];		/* characters */
};

/* The parts of an x87 extended number. */
struct parts {
	uint64_t mantissa;
	int exponent;			/* value = mantissa × 2^exponent */
	bool negative, infinite, nan;
};

static struct parts take_apart(long double value)
{
	union {
		long double value;
		struct {
			uint64_t mantissa;
			uint16_t sign_exponent;
		};
	} u = { .value = value };
	int biased = u.sign_exponent & 0x7fff;
	struct parts parts = { .mantissa = u.mantissa, .negative = u.sign_exponent >> 15 };

	if (biased == 0x7fff) {
		parts.nan = u.mantissa << 1 != 0;
		parts.infinite = !parts.nan;
	}
	parts.exponent = (biased ? biased : 1) - 16383 - 63;
	return parts;
}

/* factor < LIMB, so that the last carry is a limb. */
static int multiply(uint32_t *limbs, int count, uint32_t factor)
{
	uint64_t carry = 0;

	for (int i = 0; i < count; i++) {
		carry += (uint64_t)limbs[i] * factor;
		limbs[i] = (uint32_t)(carry % LIMB);
		carry /= LIMB;
	}
	if (carry)
		limbs[count++] = (uint32_t)carry;
	return count;
}

static void expand(const struct parts *parts, struct digits *out)
{
	uint32_t limbs[LIMBS_MAX];
	uint64_t mantissa = parts->mantissa;
	int count = 0, exponent = parts->exponent, point, at = 0;

	out->count = out->point = 0;
	if (!mantissa)
		return;
	for (; !(mantissa & 1); exponent++)
		mantissa >>= 1;
	for (; mantissa; mantissa /= LIMB)
		limbs[count++] = (uint32_t)(mantissa % LIMB);
	point = exponent < 0 ? exponent : 0;
	for (; exponent > 0; exponent -= exponent < 29 ? exponent : 29)
		count = multiply(limbs, count, 1u << (exponent < 29 ? exponent : 29));
	for (; exponent <= -12; exponent += 12)
		count = multiply(limbs, count, 244140625u);
	for (; exponent < 0; exponent++)
		count = multiply(limbs, count, 5);

	for (int i = count; i--;) {
		uint32_t limb = limbs[i];

		for (uint32_t power = LIMB / 10; power; power /= 10) {
			char digit = (char)('0' + limb / power % 10);

			if (at || digit != '0')
				out->digit[at++] = digit;
		}
	}
	out->count = at;
	out->point = at + point;
}

/* The 19 digits of n in front of which a decimal point would stand; at most `keep` of them, rounded. */
static void store_digits(struct digits *out, uint64_t n, int keep, int point)
{
	for (int i = keep; i--; n /= 10)
		out->digit[i] = (char)('0' + n % 10);
	out->count = keep;
	out->point = point;
	if (!n)
		return;
	out->digit[0] = '1';	/* rounding made it a power of ten */
	out->count = 1;
	out->point++;
}

/*
 * The digits that a conversion shows, when they are few: a multiplication or two in the extended format give 19, of which
 * the last is off by less than SLACK. False where that could matter, which is when what is cut off is close to a half.
 */
static bool expand_few(const struct parts *parts, long double magnitude, const struct spec *spec, int precision, struct digits *out)
{
	int exponent = (int)(((long)parts->exponent + 63) * 1233 >> 12), keep;
	uint64_t n, unit = 10, rest;
	long double scaled;

	for (;; exponent++) {
		if (!(parts->mantissa >> 63) || exponent < 18 - POWER_OF_TEN_MAX || exponent > POWER_OF_TEN_MAX)
			return false;
		scaled = __times_power_of_ten(magnitude, 18 - exponent);
		if (scaled < 1e19L)
			break;
	}
	n = (uint64_t)scaled;
	keep = (spec->conversion | 32) == 'f' ? exponent + 1 + precision : (spec->conversion | 32) == 'e' ? precision + 1 :
		precision ? precision : 1;
	if (n < 1000000000000000000u + SLACK || keep < 1 || keep > 17)
		return false;
	for (int i = keep; i < 18; i++)
		unit *= 10;
	rest = n % unit;
	if (rest + SLACK >= unit / 2 && rest <= unit / 2 + SLACK)
		return false;
	store_digits(out, n / unit + (rest > unit / 2), keep, exponent + 1);
	return true;
}

/* Keeps `keep` digits, rounding half to even; keep may be zero or negative. */
static void round_to(struct digits *d, int keep)
{
	bool up;
	int rest;

	if (keep >= d->count)
		return;
	if (keep < 0) {
		d->count = 0;
		return;
	}
	up = d->digit[keep] >= '5';
	if (d->digit[keep] == '5' && (!keep || !(d->digit[keep - 1] & 1))) {
		for (up = false, rest = keep + 1; rest < d->count && !up; rest++)
			up = d->digit[rest] != '0';
	}
	d->count = keep;
	if (!up)
		return;
	while (keep && d->digit[keep - 1] == '9')
		keep--;
	if (keep) {
		d->digit[keep - 1]++;
		d->count = keep;
	} else {
		d->digit[0] = '1';
		d->count = 1;
		d->point++;
	}
}

/* Text of a finished number in pieces, so that its length is known before padding. */
struct text {
	const char *prefix;		/* sign and 0x */
	const char *head;		/* head_count characters, then head_zeros zeros */
	long head_count, head_zeros;
	bool point;
	long lead_zeros;		/* behind the point */
	const char *tail;
	long tail_count, tail_zeros;
	char suffix[12];		/* exponent */
};

static void put(struct sink *sink, const struct spec *spec, const struct text *text)
{
	long prefix = (long)strlen(text->prefix), suffix = (long)strlen(text->suffix);
	long length = prefix + text->head_count + text->head_zeros + text->point + text->lead_zeros + text->tail_count +
		      text->tail_zeros + suffix;
	long pad = spec->width - length;

	if (!spec->left && !spec->zero)
		__sink_pad(sink, ' ', pad);
	__sink_write(sink, text->prefix, (size_t)prefix);
	if (!spec->left && spec->zero)
		__sink_pad(sink, '0', pad);
	__sink_write(sink, text->head, (size_t)text->head_count);
	__sink_pad(sink, '0', text->head_zeros);
	if (text->point)
		__sink_write(sink, ".", 1);
	__sink_pad(sink, '0', text->lead_zeros);
	__sink_write(sink, text->tail, (size_t)text->tail_count);
	__sink_pad(sink, '0', text->tail_zeros);
	__sink_write(sink, text->suffix, (size_t)suffix);
	if (spec->left)
		__sink_pad(sink, ' ', pad);
}

static void exponent_text(char *out, char letter, int exponent, int least_digits)
{
	char reversed[8];
	int n = 0;

	*out++ = letter;
	*out++ = exponent < 0 ? '-' : '+';
	if (exponent < 0)
		exponent = -exponent;
	for (; exponent || n < least_digits; exponent /= 10)
		reversed[n++] = (char)('0' + exponent % 10);
	while (n)
		*out++ = reversed[--n];
	*out = 0;
}

/* ddd.ddd with `precision` digits behind the point; trim drops zeros at the end (%g). */
static void put_fixed(struct sink *sink, const struct spec *spec, const char *sign, struct digits *d, int precision, bool trim)
{
	struct text text = { .prefix = sign, .head = d->digit };
	long fraction;

	round_to(d, d->point + precision);
	if (!d->count)
		d->point = 0;
	if (trim) {
		while (d->count > 0 && d->digit[d->count - 1] == '0')
			d->count--;
		precision = d->count > d->point ? d->count - d->point : 0;
	}
	if (d->point > 0) {
		text.head_count = d->count < d->point ? d->count : d->point;
		text.head_zeros = d->point - text.head_count;
		text.tail = d->digit + text.head_count;
	} else {
		text.head_zeros = 1;
		text.tail = d->digit;
		text.lead_zeros = -d->point < precision ? -d->point : precision;
		if (!d->count)
			text.lead_zeros = precision;
	}
	fraction = precision - text.lead_zeros;
	text.tail_count = d->count - text.head_count;
	if (text.tail_count > fraction)
		text.tail_count = fraction;
	text.tail_zeros = fraction - text.tail_count;
	text.point = precision > 0 || spec->alternate;
	put(sink, spec, &text);
}

/* d.ddde±xx */
static void put_scientific(struct sink *sink, const struct spec *spec, const char *sign, struct digits *d, int precision,
			   bool trim)
{
	struct text text = { .prefix = sign };
	bool upper = spec->conversion == 'E' || spec->conversion == 'G';

	round_to(d, 1 + precision);
	if (!d->count) {
		d->digit[d->count++] = '0';
		d->point = 1;
	}
	if (trim) {
		while (d->count > 1 && d->digit[d->count - 1] == '0')
			d->count--;
		precision = d->count - 1;
	}
	text.head = d->digit;
	text.head_count = 1;
	text.tail = d->digit + 1;
	text.tail_count = d->count - 1;
	text.tail_zeros = precision - text.tail_count;
	text.point = precision > 0 || spec->alternate;
	exponent_text(text.suffix, upper ? 'E' : 'e', d->point - 1, 2);
	put(sink, spec, &text);
}

static void put_general(struct sink *sink, const struct spec *spec, const char *sign, struct digits *d, int precision)
{
	int exponent;

	if (precision == 0)
		precision = 1;
	round_to(d, precision);
	exponent = d->count ? d->point - 1 : 0;
	if (exponent < -4 || exponent >= precision)
		put_scientific(sink, spec, sign, d, precision - 1, !spec->alternate);
	else
		put_fixed(sink, spec, sign, d, precision - 1 - exponent, !spec->alternate);
}

/* Rounds the mantissa to its `bits` highest bits, half to even; true when that carries out of bit 63, and leaves zero. */
static bool round_hex(struct parts *parts, int bits)
{
	int drop = 64 - bits;
	uint64_t rest, half;

	if (drop <= 0)
		return false;
	rest = parts->mantissa & ((1ull << drop) - 1);
	half = 1ull << (drop - 1);
	parts->mantissa -= rest;
	if (rest < half || (rest == half && !(parts->mantissa >> drop & 1)))
		return false;
	return __builtin_add_overflow(parts->mantissa, 1ull << drop, &parts->mantissa);
}

/*
 * %a: a double has one bit before the point, as its own format does, and 2 where rounding carries into it; a long double
 * is written with four, as its explicit integer bit suggests and other C libraries print it.
 */
static void put_hex(struct sink *sink, const struct spec *spec, struct parts *parts)
{
	static const char *const prefixes[2][4] = { { "0x", "-0x", "+0x", " 0x" }, { "0X", "-0X", "+0X", " 0X" } };
	const char *letters = spec->conversion == 'A' ? "0123456789ABCDEF" : "0123456789abcdef";
	bool wide = spec->length == 'L', carry = false;
	char digits[17];
	int count = 0, shown = spec->precision, exponent;
	struct text text = {
		.prefix = prefixes[spec->conversion == 'A'][parts->negative ? 1 : spec->plus ? 2 : spec->space ? 3 : 0],
	};

	while (parts->mantissa && !(parts->mantissa >> 63)) {
		parts->mantissa <<= 1;
		parts->exponent--;
	}
	if (!wide && parts->mantissa && parts->exponent + 63 < -1022) {	/* subnormal as a double: the leading digit is 0 */
		parts->mantissa >>= -1022 - (parts->exponent + 63);
		parts->exponent = -1022 - 63;
	}
	if (shown >= 0 && shown < 16)
		carry = round_hex(parts, (wide ? 4 : 1) + 4 * shown);
	if (!wide) {
		digits[count++] = carry ? '2' : letters[parts->mantissa >> 63];
		for (uint64_t rest = parts->mantissa << 1; rest; rest <<= 4)
			digits[count++] = letters[rest >> 60];
		exponent = parts->exponent + 63;
	} else {
		if (carry)
			parts->mantissa = 1ull << 60;
		for (uint64_t rest = parts->mantissa; rest || !count; rest <<= 4)
			digits[count++] = letters[rest >> 60];
		exponent = parts->exponent + (carry ? 64 : 60);
	}
	if (!parts->mantissa && !carry)
		exponent = 0;
	if (shown < 0)
		shown = count - 1;
	text.head = digits;
	text.head_count = 1;
	text.tail = digits + 1;
	text.tail_count = count - 1 < shown ? count - 1 : shown;
	text.tail_zeros = shown - text.tail_count;
	text.point = shown > 0 || spec->alternate;
	exponent_text(text.suffix, spec->conversion == 'A' ? 'P' : 'p', exponent, 1);
	put(sink, spec, &text);
}

static void put_special(struct sink *sink, const struct spec *spec, const char *sign, bool nan)
{
	bool upper = spec->conversion < 'a';
	struct spec plain = *spec;
	struct text text = { .prefix = sign, .head = nan ? (upper ? "NAN" : "nan") : (upper ? "INF" : "inf"), .head_count = 3 };

	plain.zero = false;
	put(sink, &plain, &text);
}

void __format_float(struct sink *sink, const struct spec *spec, long double value)
{
	struct parts parts = take_apart(value);
	const char *sign = parts.negative ? "-" : spec->plus ? "+" : spec->space ? " " : "";
	int precision = spec->precision < 0 ? 6 : spec->precision;
	struct digits digits;

	if (parts.nan || parts.infinite) {
		put_special(sink, spec, sign, parts.nan);
		return;
	}
	if (spec->conversion == 'a' || spec->conversion == 'A') {
		put_hex(sink, spec, &parts);
		return;
	}
	if (!expand_few(&parts, parts.negative ? -value : value, spec, precision, &digits))
		expand(&parts, &digits);
	if (spec->conversion == 'e' || spec->conversion == 'E')
		put_scientific(sink, spec, sign, &digits, precision, false);
	else if (spec->conversion == 'f' || spec->conversion == 'F')
		put_fixed(sink, spec, sign, &digits, precision, false);
	else
		put_general(sink, spec, sign, &digits, precision);
}
