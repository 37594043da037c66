/* sources: libastra/net/dns_message.c */
/*
 * libFuzzer target for answers of DNS servers. Half of the inputs stand behind the right header and question, so that the fuzzer gets
 * to the records; the rest are messages of their own. What comes out must be names and counts that a program may use.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "../../libastra/internal/dns_impl.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool condition)
{
	if (!condition)
		abort();
}

static void check_name(const char *name)
{
	require(strnlen(name, DNS_NAME) < DNS_NAME);
	for (; *name; name++)
		require(*name > ' ' && *name < 0x7f);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const uint16_t types[] = { DNS_A, DNS_AAAA, DNS_PTR };
	uint16_t type = types[size ? data[0] % 3 : 0];
	struct dns_answer answer;
	uint8_t *message;
	size_t head = 0;

	if (size < 4 || size > 60000)
		return 0;
	message = malloc(DNS_QUESTION + size);
	require(message != NULL);
	if (data[0] & 0x80) {
		head = __dns_question(message, 0x1234, "www.example.org", type);
		require(head > 0 && head <= DNS_QUESTION);
		message[2] |= 0x80;
		message[3] = data[1];
		message[7] = data[2];
	}
	memcpy(message + head, data + 3, size - 3);
	message = realloc(message, head + size - 3);
	require(message != NULL);
	if (__dns_answer(message, head + size - 3, 0x1234, "www.example.org", type, &answer)) {
		require(answer.count <= DNS_RECORDS);
		check_name(answer.canonical);
		check_name(answer.name);
	}
	free(message);
	return 0;
}
