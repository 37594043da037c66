/* sources: sbin/dhcp/message.c */
/*
 * libFuzzer target for answers of DHCP servers: the input is what stands behind a header that fits the question. Whatever is taken from
 * it must be usable: names without odd characters, counts within their arrays, times in order.
 */
#include <arpa/inet.h>
#include <ctype.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "../../sbin/dhcp/dhcp.h"

#define HEADER 240

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool condition)
{
	if (!condition)
		abort();
}

static void check_name(const char *name, size_t room)
{
	require(strnlen(name, room) < room);
	for (; *name; name++)
		require(isalnum((unsigned char)*name) || *name == '-' || *name == '.');
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct question q = { .type = DISCOVER, .id = 0x01020304, .mac = { 2, 0, 0, 0, 0, 1 } };
	uint8_t question[MESSAGE_MAX], *message = malloc(HEADER + size);
	struct lease l;

	require(message != NULL && write_question(&q, question) <= MESSAGE_MAX);
	memcpy(message, question, HEADER);
	message[0] = 2;
	message[16] = 10;
	if (size > 192)
		memcpy(message + 44, data, 192);	/* the fields that may hold options as well */
	memcpy(message + HEADER, data, size);
	if (read_answer(message, HEADER + size, &q, &l)) {
		require(l.routes <= ROUTES_MAX && l.servers <= SERVERS_MAX);
		require(l.time && l.renew <= l.rebind && l.rebind <= l.time);
		check_name(l.host, sizeof(l.host));
		check_name(l.domain, sizeof(l.domain));
	}
	free(message);
	return 0;
}
