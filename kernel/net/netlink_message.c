/* Writing and reading netlink messages: headers and attributes. No state; any context. */
#include "net/netlink_internal.h"

#include "lib/error.h"
#include "lib/string.h"
#include "net/socket_abi.h"

/* n bytes more of the message, cleared up to the alignment; NULL: it does not fit. */
static u8 *room(struct nl_writer *w, u32 n)
{
	u8 *at = w->data + w->used;

	if (w->full || NL_ALIGN(n) > w->size - w->used) {
		w->full = true;
		return NULL;
	}
	memset(at, 0, NL_ALIGN(n));
	w->used += NL_ALIGN(n);
	return at;
}

void nl_begin(struct nl_writer *w, u32 port, u32 sequence, u16 type, u16 flags, const void *header, u32 n)
{
	struct nlmsghdr h = { .type = type, .flags = flags, .sequence = sequence, .port = port };
	u8 *at;

	w->begun = w->used;
	w->full = false;
	at = room(w, (u32)sizeof(h) + n);
	if (!at)
		return;
	memcpy(at, &h, sizeof(h));
	memcpy(at + sizeof(h), header, n);
}

bool nl_end(struct nl_writer *w)
{
	u32 length = w->used - w->begun;

	if (w->full) {
		w->used = w->begun;
		return false;
	}
	memcpy(w->data + w->begun, &length, sizeof(length));
	return true;
}

void nl_put(struct nl_writer *w, u16 type, const void *data, u32 n)
{
	struct nlattr a = { .length = (u16)(sizeof(a) + n), .type = type };
	u8 *at = room(w, a.length);

	if (!at)
		return;
	memcpy(at, &a, sizeof(a));
	memcpy(at + sizeof(a), data, n);
}

void nl_put_u8(struct nl_writer *w, u16 type, u8 value) { nl_put(w, type, &value, sizeof(value)); }
void nl_put_u32(struct nl_writer *w, u16 type, u32 value) { nl_put(w, type, &value, sizeof(value)); }

void nl_put_address(struct nl_writer *w, u16 type, const struct ip_address *a)
{
	if (ip_is_v4(a))
		nl_put(w, type, a->b + 12, 4);
	else
		nl_put(w, type, a->b, 16);
}

u32 nl_nest(struct nl_writer *w, u16 type)
{
	u32 at = w->used;

	nl_put(w, type, NULL, 0);
	return at;
}

void nl_nest_end(struct nl_writer *w, u32 at)
{
	u16 length = (u16)(w->used - at);

	if (!w->full)
		memcpy(w->data + at, &length, sizeof(length));
}

int nl_parse(const struct nl_request *r, u32 skip, const struct nlattr **attributes, u32 max, const u8 *least)
{
	u32 at = NL_ALIGN(skip);

	memset(attributes, 0, (max + 1) * sizeof(*attributes));
	if (r->length < skip)
		return -EINVAL;
	while (r->length >= at + sizeof(struct nlattr)) {
		const struct nlattr *a = (const struct nlattr *)(r->body + at);
		u16 type = a->type & NLA_TYPE;

		if (a->length < sizeof(*a) || a->length > r->length - at)
			break;
		if (type <= max) {
			if (nl_size(a) < least[type])
				return -ERANGE;
			attributes[type] = a;
		}
		at += NL_ALIGN((u32)a->length);
	}
	return 0;
}

u32 nl_u32(const struct nlattr *a)
{
	u32 value;

	memcpy(&value, nl_data(a), sizeof(value));
	return value;
}

bool nl_address(const struct nlattr *a, u8 family, struct ip_address *to)
{
	u32 be;

	if (nl_size(a) != (family == AF_INET ? 4u : 16u))
		return false;
	if (family == AF_INET) {
		memcpy(&be, nl_data(a), 4);
		*to = ip4_from_be(be);
	} else {
		memcpy(to->b, nl_data(a), 16);
	}
	return true;
}
