/* DNS messages: questions written, answers read. See dns_impl.h for what may be relied upon. */
#include <string.h>
#include <strings.h>

#include "../internal/dns_impl.h"

#define HEADER      12
#define LABEL_MAX   63
#define JUMPS_MAX   32		/* pointers in one name */
#define CHAIN_MAX   16		/* CNAMEs one after the other */
#define POINTER     0xc0
#define FLAG_ANSWER 0x80	/* of byte 2 */
#define FLAG_CUT    0x02
#define FLAG_WANT   0x01	/* recursion desired */
#define OPCODE      0x78

struct reader {
	const uint8_t *message;
	size_t length, at;
};

static uint16_t get16(const uint8_t *b)
{
	return (uint16_t)(b[0] << 8 | b[1]);
}

static uint8_t *put16(uint8_t *out, uint16_t value)
{
	*out++ = (uint8_t)(value >> 8);
	*out++ = (uint8_t)value;
	return out;
}

/* The name in wire form; NULL: a label is empty or too long, or the whole is. */
static uint8_t *put_name(uint8_t *out, const char *name)
{
	const uint8_t *start = out;

	while (*name) {
		size_t n = strcspn(name, ".");

		if (n == 0 || n > LABEL_MAX || (size_t)(out - start) + n + 2 > 255)
			return NULL;
		*out++ = (uint8_t)n;
		memcpy(out, name, n);
		out += n;
		name += n;
		name += *name == '.';
	}
	*out++ = 0;
	return out;
}

size_t __dns_question(uint8_t *out, uint16_t id, const char *name, uint16_t type)
{
	uint8_t *at = put16(out, id);

	memset(at, 0, HEADER - 2);
	at[0] = FLAG_WANT;
	at[3] = 1;	/* one question */
	at = put_name(out + HEADER, name);
	if (!at || !*name || *name == '.')
		return 0;
	at = put16(at, type);
	at = put16(at, DNS_INTERNET);
	return (size_t)(at - out);
}

bool __dns_same_name(const char *a, const char *b)
{
	size_t la = strlen(a), lb = strlen(b);

	la -= la && a[la - 1] == '.';
	lb -= lb && b[lb - 1] == '.';
	return la == lb && !strncasecmp(a, b, la);
}

static bool is_host_character(uint8_t c)
{
	return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') || c == '-' || c == '_';
}

/* Appends a label; false when it does not fit or is not of a host name's characters. */
static bool add_label(char *text, size_t *used, const uint8_t *label, size_t n)
{
	if (*used + n + 2 > DNS_NAME)
		return false;
	if (*used)
		text[(*used)++] = '.';
	for (size_t i = 0; i < n; i++) {
		if (!is_host_character(label[i]))
			return false;
		text[(*used)++] = (char)label[i];
	}
	return true;
}

/*
 * Reads the name at r->at and stands behind it. A pointer must lead to before the place from which it was reached, so that every
 * name comes to an end. False: malformed. *good false: well-formed, but no host name; text is not valid then.
 */
static bool get_name(struct reader *r, char *text, bool *good)
{
	size_t at = r->at, end = 0, limit = r->at, used = 0;
	int jumps = 0;

	*good = true;
	while (at < r->length && r->message[at]) {
		uint8_t n = r->message[at];

		if ((n & POINTER) == POINTER) {
			if (r->length - at < 2)
				return false;
			if (!end)
				end = at + 2;
			at = get16(r->message + at) & 0x3fff;
			if (at >= limit || ++jumps > JUMPS_MAX)
				return false;
			limit = at;
			continue;
		}
		if (n > LABEL_MAX || n >= r->length - at)
			return false;
		if (*good)
			*good = add_label(text, &used, r->message + at + 1, n);
		at += n + 1u;
	}
	if (at >= r->length)
		return false;
	text[used < DNS_NAME ? used : DNS_NAME - 1] = '\0';
	r->at = end ? end : at + 1;
	return true;
}

struct record {
	char owner[DNS_NAME];
	bool good;		/* the owner is a host name */
	uint16_t type, size;
	size_t data;		/* where it stands in the message */
};

static bool get_record(struct reader *r, struct record *record)
{
	const uint8_t *b;

	if (!get_name(r, record->owner, &record->good) || r->length - r->at < 10)
		return false;
	b = r->message + r->at;
	record->type = get16(b);
	record->size = get16(b + 8);
	record->data = r->at + 10;
	if (get16(b + 2) != DNS_INTERNET)
		record->good = false;
	if (r->length - record->data < record->size)
		return false;
	r->at = record->data + record->size;
	return true;
}

/* The name that a CNAME or PTR holds. */
static bool get_target(const struct reader *r, const struct record *record, char *name)
{
	struct reader at = { r->message, r->length, record->data };
	bool good;

	return get_name(&at, name, &good) && good && at.at == record->data + record->size;
}

static void take_record(const struct reader *r, const struct record *record, struct dns_answer *answer)
{
	size_t size = record->type == DNS_A ? 4 : 16;

	if (answer->count == DNS_RECORDS)
		return;
	if (record->type == DNS_PTR) {
		if (answer->count || !get_target(r, record, answer->name))
			return;
	} else if (record->size != size) {
		return;
	} else {
		memcpy(answer->addresses[answer->count], r->message + record->data, size);
	}
	answer->count++;
}

/* One walk over the answers for answer->canonical; false when a CNAME led on from it, so that another walk is wanted. */
static bool walk_answers(struct reader r, unsigned count, uint16_t type, struct dns_answer *answer)
{
	char target[DNS_NAME];
	struct record record;

	for (unsigned i = 0; i < count && get_record(&r, &record); i++) {
		if (!record.good || !__dns_same_name(record.owner, answer->canonical))
			continue;
		if (record.type == type) {
			take_record(&r, &record, answer);
		} else if (record.type == DNS_CNAME && get_target(&r, &record, target)) {
			memcpy(answer->canonical, target, DNS_NAME);
			return false;
		}
	}
	return true;
}

bool __dns_answer(const uint8_t *message, size_t length, uint16_t id, const char *name, uint16_t type, struct dns_answer *answer)
{
	struct reader r = { message, length, HEADER };
	char asked[DNS_NAME];
	bool good;

	if (length < HEADER || get16(message) != id || !(message[2] & FLAG_ANSWER) || (message[2] & OPCODE) || get16(message + 4) != 1)
		return false;
	if (!get_name(&r, asked, &good) || r.length - r.at < 4 || !good || !__dns_same_name(asked, name) ||
	    get16(message + r.at) != type || get16(message + r.at + 2) != DNS_INTERNET)
		return false;
	r.at += 4;
	memset(answer, 0, sizeof(*answer));
	answer->code = message[3] & 0xf;
	answer->truncated = message[2] & FLAG_CUT;
	memcpy(answer->canonical, asked, sizeof(asked));
	for (int links = 0; links < CHAIN_MAX && !answer->count; links++) {
		if (walk_answers(r, get16(message + 6), type, answer))
			break;
	}
	return true;
}
