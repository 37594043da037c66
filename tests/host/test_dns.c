/* sources: libastra/net/dns_message.c */
/* DNS messages: what is asked, what is taken from an answer, and what is not believed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "../../libastra/internal/dns_impl.h"

#define ID 0xbeef

struct message {
	uint8_t bytes[4096];
	size_t length;
};

static void put(struct message *m, const void *data, size_t size)
{
	memcpy(m->bytes + m->length, data, size);
	m->length += size;
}

static void put16(struct message *m, unsigned value)
{
	put(m, (uint8_t[]) { (uint8_t)(value >> 8), (uint8_t)value }, 2);
}

static void begin(struct message *m, const char *name, uint16_t type)
{
	m->length = __dns_question(m->bytes, ID, name, type);
	assert_true(m->length > 0);
	m->bytes[2] |= 0x80;
}

/* A record whose owner is a pointer to `owner`; the place of its data. */
static size_t record(struct message *m, unsigned owner, unsigned type, const void *data, size_t size)
{
	put16(m, 0xc000 | owner);
	put16(m, type);
	put16(m, 1);
	put16(m, 0);
	put16(m, 60);
	put16(m, (unsigned)size);
	put(m, data, size);
	m->bytes[7]++;
	return m->length - size;
}

static void question(void **state)
{
	static const uint8_t want[] = "\xbe\xef\1\0\0\1\0\0\0\0\0\0\3www\7example\3org\0\0\x1c\0\1";
	uint8_t out[DNS_QUESTION];
	char name[300];

	(void)state;
	assert_int_equal(__dns_question(out, ID, "www.example.org", DNS_AAAA), sizeof(want) - 1);
	assert_memory_equal(out, want, sizeof(want) - 1);
	assert_int_equal(__dns_question(out, ID, "www.example.org.", DNS_AAAA), sizeof(want) - 1);
	assert_int_equal(__dns_question(out, ID, "", DNS_A), 0);
	assert_int_equal(__dns_question(out, ID, ".", DNS_A), 0);
	assert_int_equal(__dns_question(out, ID, "a..b", DNS_A), 0);
	memset(name, 'a', sizeof(name));
	name[64] = '\0';
	assert_int_equal(__dns_question(out, ID, name, DNS_A), 0);
	memset(name, 'a', sizeof(name));
	for (int i = 50; i < 300; i += 50)
		name[i] = '.';
	name[253] = '\0';
	assert_true(__dns_question(out, ID, name, DNS_A) > 0);
	name[253] = 'a';
	name[254] = '\0';
	assert_int_equal(__dns_question(out, ID, name, DNS_A), 0);
}

static void addresses(void **state)
{
	struct message m;
	struct dns_answer a;

	(void)state;
	begin(&m, "host.example", DNS_A);
	record(&m, 12, DNS_A, "\1\2\3\4", 4);
	record(&m, 12, DNS_A, "\5\6\7\10", 4);
	record(&m, 12, DNS_A, "\5\6\7", 3);
	assert_true(__dns_answer(m.bytes, m.length, ID, "HOST.example.", DNS_A, &a));
	assert_int_equal(a.count, 2);
	assert_memory_equal(a.addresses[1], "\5\6\7\10", 4);
	assert_string_equal(a.canonical, "host.example");
	assert_false(__dns_answer(m.bytes, m.length, ID + 1, "host.example", DNS_A, &a));
	assert_false(__dns_answer(m.bytes, m.length, ID, "other.example", DNS_A, &a));
	assert_false(__dns_answer(m.bytes, m.length, ID, "host.example", DNS_AAAA, &a));
	m.bytes[2] &= 0x7f;
	assert_false(__dns_answer(m.bytes, m.length, ID, "host.example", DNS_A, &a));
}

/* The chain stands in the wrong order, as some servers send it. */
static void aliases(void **state)
{
	struct message m;
	struct dns_answer a;
	size_t second;

	(void)state;
	begin(&m, "a.example", DNS_A);
	record(&m, 14, DNS_A, "\11\11\11\11", 4);	/* of "example": nobody asked */
	second = record(&m, 12, DNS_CNAME, "\1b\xc0\16", 4);
	record(&m, (unsigned)second, DNS_CNAME, "\1c\xc0\16", 4);
	record(&m, (unsigned)m.length - 4, DNS_A, "\1\2\3\4", 4);
	assert_true(__dns_answer(m.bytes, m.length, ID, "a.example", DNS_A, &a));
	assert_int_equal(a.count, 1);
	assert_string_equal(a.canonical, "c.example");
	assert_memory_equal(a.addresses[0], "\1\2\3\4", 4);
}

static void loops(void **state)
{
	struct message m;
	struct dns_answer a;

	(void)state;
	begin(&m, "a.example", DNS_A);
	record(&m, 12, DNS_CNAME, "\xc0\14", 2);	/* to itself */
	assert_true(__dns_answer(m.bytes, m.length, ID, "a.example", DNS_A, &a));
	assert_int_equal(a.count, 0);

	begin(&m, "a.example", DNS_A);
	record(&m, (unsigned)m.length, DNS_A, "\1\2\3\4", 4);	/* a pointer to itself */
	assert_true(__dns_answer(m.bytes, m.length, ID, "a.example", DNS_A, &a));
	assert_int_equal(a.count, 0);
}

/* Terminal escapes and blanks in a name make the record worthless. */
static void odd_names(void **state)
{
	struct message m;
	struct dns_answer a;

	(void)state;
	begin(&m, "4.3.2.1.in-addr.arpa", DNS_PTR);
	record(&m, 12, DNS_PTR, "\5\33[31m\0", 7);
	record(&m, 12, DNS_PTR, "\4good\7example\0", 14);
	assert_true(__dns_answer(m.bytes, m.length, ID, "4.3.2.1.in-addr.arpa", DNS_PTR, &a));
	assert_int_equal(a.count, 1);
	assert_string_equal(a.name, "good.example");
}

static void cut_anywhere(void **state)
{
	struct message m;
	struct dns_answer a;

	(void)state;
	begin(&m, "host.example", DNS_AAAA);
	record(&m, 12, DNS_CNAME, "\5other\xc0\21", 8);
	record(&m, (unsigned)m.length - 8, DNS_AAAA, "0123456789abcdef", 16);
	for (size_t n = 0; n < m.length; n++) {
		if (__dns_answer(m.bytes, n, ID, "host.example", DNS_AAAA, &a))
			assert_int_equal(a.count, 0);
	}
	assert_true(__dns_answer(m.bytes, m.length, ID, "host.example", DNS_AAAA, &a));
	assert_int_equal(a.count, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(question), cmocka_unit_test(addresses), cmocka_unit_test(aliases), cmocka_unit_test(loops),
		cmocka_unit_test(odd_names), cmocka_unit_test(cut_anywhere),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
