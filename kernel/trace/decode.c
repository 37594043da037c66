/*
 * Recorded calls in words: names and kinds of arguments come from abi/syscalls.def by way of a generated table, errors from
 * abi/errno.def. No state but constants; strings of the program are read through the user copies, so task context.
 */
#include "trace/decode.h"

#include "lib/printf.h"
#include "lib/string.h"
#include "mm/usercopy.h"
#include "trace/call_names.h"
#include "trace/call_ring.h"

#define CALLS   512
#define PATH_SHOWN 48

/* The table's row of a call: each argument's text is what syscalls.def says, "KIND NAME" or "DIRECTION TYPE NAME[COUNT]". */
struct row {
	u8 count;
	const char *arguments[6];
};

#define DECODE(number, name, count, ...) [number] = { count, { __VA_ARGS__ } },
static const struct row rows[CALLS] = {
#include "gen/syscalls_decode.inc"
};
#undef DECODE

static const char *error_name(i64 error)
{
	switch (error) {
#define ERRNO(name, number, text) \
	case number:              \
		return #name;
#include "abi/errno.def"
#undef ERRNO
	/* These a program never sees: the call was to be made again. */
	case 512:
	case 513:
	case 514:
	case 516:
		return "ERESTART";
	default:
		return NULL;
	}
}

static bool is_kind(const char *argument, const char *kind)
{
	size_t n = strlen(kind);

	return strncmp(argument, kind, n) == 0 && argument[n] == ' ';
}

static bool is_text(const char *s)
{
	for (; *s; s++)
		if ((u8)*s < ' ' || (u8)*s >= 0x7f)
			return false;
	return true;
}

/* As much of a string as shows which one it was; only the address of what is no text any more. */
static int put_string(char *buf, size_t size, u64 address)
{
	char text[PATH_SHOWN];
	ssize_t n = copy_string_from_user(text, UADDR(address), sizeof(text));
	size_t missing;

	if (n >= 0 && is_text(text))
		return scnprintf(buf, size, "\"%s\"", text);
	missing = n >= 0 ? 1 : copy_from_user_partial(text, UADDR(address), sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	if (missing != 0 || !is_text(text))
		return scnprintf(buf, size, "%#llx", (unsigned long long)address);
	return scnprintf(buf, size, "\"%s\"...", text);
}

static int put_argument(char *buf, size_t size, const char *argument, u64 value)
{
	static const char *const signed_kinds[] = { "int", "fd", "pid", "long", "off", "signal", "clockid" };

	if (is_kind(argument, "dirfd") && (i32)value == -100)
		return scnprintf(buf, size, "AT_FDCWD");
	if (is_kind(argument, "path"))
		return put_string(buf, size, value);
	if (is_kind(argument, "mode"))
		return scnprintf(buf, size, "%#llo", (unsigned long long)(u32)value);
	if (is_kind(argument, "long") || is_kind(argument, "off"))
		return scnprintf(buf, size, "%lld", (long long)value);
	if (is_kind(argument, "size") || is_kind(argument, "uid") || is_kind(argument, "gid"))
		return scnprintf(buf, size, "%llu", (unsigned long long)value);
	for (unsigned i = 0; i < ARRAY_SIZE(signed_kinds); i++)
		if (is_kind(argument, signed_kinds[i]))
			return scnprintf(buf, size, (i32)value > 9 && is_kind(argument, "int") ? "%#x" : "%d", (i32)value);
	if (is_kind(argument, "dirfd"))
		return scnprintf(buf, size, "%d", (i32)value);
	if (value == 0)
		return scnprintf(buf, size, is_kind(argument, "ulong") || is_kind(argument, "uint") ? "0" : "NULL");
	return scnprintf(buf, size, "%#llx", (unsigned long long)value);
}

static int put_result(char *buf, size_t size, i64 result)
{
	const char *error = result < 0 && result >= -4095 ? error_name(-result) : NULL;

	if (error)
		return scnprintf(buf, size, " = -%s", error);
	return scnprintf(buf, size, result > 0xffffffffll || result < -4095 ? " = %#llx" : " = %lld", (long long)result);
}

void decode_call(const struct call_record *r, char *buf, size_t size)
{
	const struct row *row = r->number < CALLS ? &rows[r->number] : NULL;
	const char *name = call_name(r->number);
	unsigned count = row && (row->count || row->arguments[0]) ? row->count : 0;
	size_t n;

	if (name)
		n = (size_t)scnprintf(buf, size, "%s(", name);
	else
		n = (size_t)scnprintf(buf, size, "call %u(", r->number);
	for (unsigned i = 0; i < count; i++) {
		n += (size_t)scnprintf(buf + n, size - n, i ? ", " : "");
		n += (size_t)put_argument(buf + n, size - n, row->arguments[i], r->args[i]);
	}
	n += (size_t)scnprintf(buf + n, size - n, ")");
	(void)put_result(buf + n, size - n, r->result);
}
