/* The strings of args.h. The limits are execve(2)'s: 128 KiB a string, a quarter of the stack's limit in all. */
#include "exec/args.h"

#include "lib/error.h"
#include "lib/string.h"
#include "mm/slab.h"
#include "mm/usercopy.h"
#include "sched/process.h"

#define TOTAL_MIN KIB(128)
#define TOTAL_MAX MIB(6)

struct arg_chunk {
	struct list link;
	size_t used;
	char data[];
};
#define CHUNK_DATA (PAGE_SIZE - sizeof(struct arg_chunk))

static void strings_free(struct arg_strings *s)
{
	struct arg_chunk *c, *next;

	list_for_each_safe(c, next, &s->chunks, link)
		kfree(c);
	list_init(&s->chunks);
}

void args_init(struct exec_args *a)
{
	memset(a, 0, sizeof(*a));
	list_init(&a->argv.chunks);
	list_init(&a->envp.chunks);
	a->limit = MAX(MIN(TOTAL_MAX, rlimit_get(RLIMIT_STACK) / 4), TOTAL_MIN);
}

void args_free(struct exec_args *a)
{
	strings_free(&a->argv);
	strings_free(&a->envp);
	for (unsigned i = 0; i < a->prefix_count; i++)
		kfree(a->prefix[i]);
}

static u64 total(const struct exec_args *a)
{
	u64 bytes = a->argv.bytes + a->envp.bytes;

	for (unsigned i = 0; i < a->prefix_count; i++)
		bytes += strlen(a->prefix[i]) + 1;
	return bytes + (a->prefix_count + a->argv.count + a->envp.count) * sizeof(u64);
}

/* Room at the end: the last chunk, or a new one. */
static struct arg_chunk *room(struct arg_strings *s)
{
	struct arg_chunk *c;

	if (!list_empty(&s->chunks)) {
		c = list_last(&s->chunks, struct arg_chunk, link);
		if (c->used < CHUNK_DATA)
			return c;
	}
	c = kmalloc(PAGE_SIZE);
	if (!c)
		return NULL;
	c->used = 0;
	list_add_tail(&s->chunks, &c->link);
	return c;
}

static int add_kernel(struct exec_args *a, struct arg_strings *s, const char *string)
{
	size_t left = strlen(string) + 1;

	if (left > ARG_STRING_MAX)
		return -E2BIG;
	while (left > 0) {
		struct arg_chunk *c = room(s);
		size_t n;

		if (!c)
			return -ENOMEM;
		n = MIN(left, CHUNK_DATA - c->used);
		memcpy(c->data + c->used, string, n);
		c->used += n;
		s->bytes += n;
		string += n;
		left -= n;
	}
	s->count++;
	return total(a) > a->limit ? -E2BIG : 0;
}

/* Copies up to the end of the string's page at a time, so nothing beyond the string's last page is touched. */
static int add_user(struct exec_args *a, struct arg_strings *s, u64 address)
{
	u64 length = 0;

	for (;;) {
		struct arg_chunk *c = room(s);
		size_t n;
		char *end;

		if (!c)
			return -ENOMEM;
		n = MIN(PAGE_SIZE - (address & PAGE_MASK), CHUNK_DATA - c->used);
		if (copy_from_user(c->data + c->used, UADDR(address), n) < 0)
			return -EFAULT;
		end = memchr(c->data + c->used, 0, n);
		if (end)
			n = (size_t)(end + 1 - (c->data + c->used));
		c->used += n;
		s->bytes += n;
		length += n;
		address += n;
		if (length > ARG_STRING_MAX || total(a) > a->limit)
			return -E2BIG;
		if (end)
			break;
	}
	s->count++;
	return total(a) > a->limit ? -E2BIG : 0;
}

/* A null array is an empty one, as Linux has it. */
static int read_user_array(struct exec_args *a, struct arg_strings *s, uaddr array)
{
	u64 pointer;
	int r = 0;

	for (u64 i = 0; array.v != 0 && r == 0; i++) {
		if (copy_from_user(&pointer, UADDR(array.v + i * sizeof(pointer)), sizeof(pointer)) < 0)
			return -EFAULT;
		if (pointer == 0)
			break;
		r = add_user(a, s, pointer);
		preempt_point();
	}
	return r;
}

static int read_kernel_array(struct exec_args *a, struct arg_strings *s, const char *const *array)
{
	int r = 0;

	for (; *array && r == 0; array++)
		r = add_kernel(a, s, *array);
	return r;
}

int args_read(struct exec_args *a, const char *path, const struct exec_source *source)
{
	u64 reserved = strlen(path) + 1 + sizeof(u64);
	int r;

	if (reserved >= a->limit)
		return -E2BIG;
	a->limit -= reserved;
	if (source->kernel_argv) {
		r = read_kernel_array(a, &a->argv, source->kernel_argv);
		if (r == 0)
			r = read_kernel_array(a, &a->envp, source->kernel_envp);
	} else {
		r = read_user_array(a, &a->argv, source->argv);
		if (r == 0)
			r = read_user_array(a, &a->envp, source->envp);
	}
	if (r == 0 && a->argv.count == 0)
		r = add_kernel(a, &a->argv, "");
	return r;
}

int args_push(struct exec_args *a, const char *string)
{
	char *copy = kstrdup(string);

	if (!copy)
		return -ENOMEM;
	a->prefix[a->prefix_count++] = copy;
	return total(a) > a->limit ? -E2BIG : 0;
}

void args_pop(struct exec_args *a)
{
	if (a->prefix_count > 0)
		kfree(a->prefix[--a->prefix_count]);
	else
		a->drop_first = true;
}

/* The bytes of the original argv[0] that are left out. */
static u64 dropped_bytes(const struct exec_args *a)
{
	const struct arg_chunk *c;
	u64 bytes = 0;

	if (!a->drop_first)
		return 0;
	list_for_each(c, &a->argv.chunks, link) {
		const char *end = memchr(c->data, 0, c->used);

		if (end)
			return bytes + (u64)(end + 1 - c->data);
		bytes += c->used;
	}
	return bytes;
}

u64 args_count(const struct exec_args *a)
{
	return a->prefix_count + a->argv.count - a->drop_first;
}

u64 args_bytes(const struct exec_args *a)
{
	u64 bytes = a->argv.bytes - dropped_bytes(a);

	for (unsigned i = 0; i < a->prefix_count; i++)
		bytes += strlen(a->prefix[i]) + 1;
	return bytes;
}

static int strings_for_each(const struct arg_strings *s, u64 skip, int (*fn)(void *context, const char *data, size_t size),
			    void *context)
{
	const struct arg_chunk *c;
	int r = 0;

	list_for_each(c, &s->chunks, link) {
		u64 skipped = MIN(skip, c->used);

		skip -= skipped;
		if (skipped < c->used)
			r = fn(context, c->data + skipped, c->used - skipped);
		if (r != 0)
			return r;
	}
	return 0;
}

int args_for_each(const struct exec_args *a, int (*fn)(void *context, const char *data, size_t size), void *context)
{
	int r = 0;

	for (unsigned i = a->prefix_count; i > 0 && r == 0; i--)
		r = fn(context, a->prefix[i - 1], strlen(a->prefix[i - 1]) + 1);
	if (r == 0)
		r = strings_for_each(&a->argv, dropped_bytes(a), fn, context);
	return r == 0 ? strings_for_each(&a->envp, 0, fn, context) : r;
}
