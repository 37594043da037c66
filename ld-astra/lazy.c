/*
 * Lazy binding: a call through the PLT of an object that was not linked with -z now comes to lazy_entry when it is made
 * for the first time, which asks lazy_bind for the function and jumps there. Any thread, any moment, so it takes the lock;
 * the slot is one aligned word, and who reads the old value merely comes here too.
 */
#include <cpuid.h>

#include "rtld.h"

#define CPUID1_OSXSAVE (1u << 27)
/* SSE, AVX, MPX, AVX-512: what may hold arguments. Not x87, whose arguments lie on the stack, nor what follows. */
#define ARGUMENT_STATE 0xeeu
#define LEGACY_SIZE    (512 + 64)

uint32_t vector_mask;			/* components that XSAVE keeps; 0: FXSAVE */
size_t vector_size;			/* bytes that it writes, header included */

/* Asks the processor, once, which vector state there is to keep; in a virtual machine each question is slow. */
void lazy_setup(void)
{
	static bool asked;
	uint32_t a, b, c, d;

	if (asked)
		return;
	asked = true;
	vector_size = LEGACY_SIZE;
	__cpuid(1, a, b, c, d);
	if (!(c & CPUID1_OSXSAVE))
		return;
	__asm__("xgetbv" : "=a"(a), "=d"(d) : "c"(0));
	vector_mask = a & ARGUMENT_STATE;
	for (uint32_t i = 2; i < 8; i++) {
		if (!(vector_mask >> i & 1))
			continue;
		__cpuid_count(13, i, a, b, c, d);
		if (b + a > vector_size)
			vector_size = b + a;
	}
}

static bool in_relro(const struct object *object, uintptr_t address)
{
	return address >= object->relro && address - object->relro < object->relro_size;
}

/* Whether the object's PLT may wait until it is called. */
bool lazy_allowed(struct object *object, bool now)
{
	uintptr_t got = object->base + object->plt_got;

	if (now || object->bind_now || start_info.bind_now || !object->plt_got || !object->plt_rela_count || got & 7 ||
	    in_relro(object, got) || in_relro(object, got + 23))
		return false;
	relocation_target(object, object->plt_got, 24);
	return true;
}

/* The PLT's first words lead to lazy_entry; written last, so that no relocation changes them. */
void lazy_connect(struct object *object)
{
	uintptr_t *got = (uintptr_t *)(object->base + object->plt_got);

	lazy_setup();
	got[1] = (uintptr_t)object;
	got[2] = (uintptr_t)lazy_entry;
}

static const Elf64_Rela *plt_relocation(const struct object *object, size_t index)
{
	if (!is_object(object))
		die("a call through a PLT whose table was overwritten", NULL);
	if (index >= object->plt_rela_count || ELF64_R_TYPE(object->plt_rela[index].r_info) != R_X86_64_JUMP_SLOT)
		die(object_name(object), ": calls through a PLT entry that it does not have", NULL);
	return &object->plt_rela[index];
}

/* Called by lazy_entry with the words that the PLT pushed, which are the library's. */
uintptr_t lazy_bind(struct object *object, size_t index)
{
	const Elf64_Rela *r;
	struct symbol symbol;
	uintptr_t *slot, address;

	rtld_lock();
	r = plt_relocation(object, index);
	slot = relocation_target(object, r->r_offset, 8);
	if (in_relro(object, (uintptr_t)slot) || in_relro(object, (uintptr_t)slot + 7))
		die(object_name(object), ": a slot of its PLT lies in its relro range", NULL);
	symbol = resolve(object, ELF64_R_SYM(r->r_info), FOR_CALL);
	address = symbol_address(&symbol);
	if (symbol.sym && !is_code(symbol.object, address))
		die(object_name(object), ": calls a symbol of ", object_name(symbol.object), " that is not code", NULL);
	__atomic_store_n(slot, address, __ATOMIC_RELEASE);
	rtld_unlock();
	return address;
}
