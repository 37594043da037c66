/*
 * ip: flush. What a dump shows and the words select is remembered, then taken away one by one, by requests that repeat the kernel's own
 * messages: it removes the very thing that it described. Rounds go on until nothing is left, since a dump may hold more than is kept.
 */
#include "ip.h"

#define KEPT_MAX   128
#define KEPT_BYTES 512
#define ROUNDS     64

static struct { char bytes[KEPT_BYTES]; } kept[KEPT_MAX];
static unsigned kept_count, device;

static void keep(const struct message *m)
{
	if (kept_count < KEPT_MAX && m->length <= KEPT_BYTES)
		memcpy(kept[kept_count++].bytes, m, m->length);
}

static void keep_address(const struct message *m)
{
	if (((const struct address_header *)body_of(m))->index == device)
		keep(m);
}

/* Of the main table; the others belong to the addresses. */
static void keep_route(const struct message *m)
{
	const struct route_header *h = body_of(m);
	const uint32_t *through = attribute_of(m, sizeof(*h), ROUTE_DEVICE, NULL);

	if (h->table == MAIN_TABLE && (!device || (through && *through == device)))
		keep(m);
}

/* What somebody set for good stays. */
static void keep_neighbour(const struct message *m)
{
	const struct neighbour_header *h = body_of(m);

	if ((unsigned)h->index == device && !(h->state & (STATE_PERMANENT | STATE_NOARP)))
		keep(m);
}

static void flush(int dump, int removal, int family, void (*select)(const struct message *m))
{
	for (int i = 0; i < ROUNDS; i++) {
		kept_count = 0;
		answers_of_dump(dump, family, select);
		if (!kept_count)
			return;
		for (unsigned k = 0; k < kept_count; k++) {
			const struct message *m = (const struct message *)kept[k].bytes;

			request_begin(removal, 0, body_of(m), m->length - sizeof(*m));
			request_perform();
		}
	}
	tool_fail(1, "flush: new ones come as fast as they are taken away");
}

/* "[dev] NAME", and for routes "table main". */
static bool read_words(char **words)
{
	bool table = false;

	for (; *words; words++) {
		if (!strcmp(*words, "table") && words[1] && !strcmp(words[1], "main")) {
			table = true;
			words++;
		} else if (!strcmp(*words, "dev") && words[1]) {
			device = device_index(*++words);
		} else {
			device = device_index(*words);
		}
	}
	return table;
}

void flush_object(char object, char **words)
{
	bool table = read_words(words);

	if (!device && !(table && object == 'r'))
		tool_fail(255, "flush requires arguments: \"dev\" and a name%s", object == 'r' ? ", or \"table main\"" : "");
	if (object == 'a')
		flush(GET_ADDRESS, DELETE_ADDRESS, options.family, keep_address);
	else if (object == 'r')
		flush(GET_ROUTE, DELETE_ROUTE, options.family == AF_UNSPEC ? AF_INET : options.family, keep_route);
	else
		flush(GET_NEIGHBOUR, DELETE_NEIGHBOUR, options.family, keep_neighbour);
}
