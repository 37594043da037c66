/*
 * Stage 2, relocation: applies every relocation of every object, dependencies before what needs them, the program
 * last (its COPY relocations take finished data), then makes relro ranges read-only. Thread-local storage is laid out.
 * Indirect functions' resolvers are the only foreign code that runs here, after their object's other relocations.
 */
#include <sys/mman.h>

#include "rtld.h"

static void *target(const struct object *object, uint64_t address, size_t size)
{
	void *place = image_range(object, address, size, PF_W);

	if (!place)
		die(object_name(object), ": a relocation lies outside its writable segments", NULL);
	return place;
}

static void copy_data(struct object *object, const Elf64_Rela *r)
{
	size_t index = ELF64_R_SYM(r->r_info);
	struct symbol symbol = resolve(object, index, true);
	size_t size = object->symbols[index].st_size;

	if (!symbol.sym)
		return;
	if (symbol.sym->st_size < size)
		size = symbol.sym->st_size;
	if (!image_range(symbol.object, symbol.sym->st_value, size, PF_R))
		die(object_name(symbol.object), ": a variable lies outside its segments", NULL);
	memcpy(target(object, r->r_offset, size), (const void *)symbol_address(&symbol), size);
}

/* The offset of a thread-local variable from the thread pointer, a negative number. */
static uintptr_t tls_offset_of(const struct object *object, const struct symbol *symbol, int64_t addend)
{
	const struct object *owner = symbol->sym ? symbol->object : object;
	uintptr_t value = symbol->sym ? symbol->sym->st_value : 0;

	if (!owner->tls_module)
		die(object_name(object), ": wants a thread-local variable of ", object_name(owner), ", which has none", NULL);
	return value + (uintptr_t)addend - owner->tls_offset;
}

static bool needs_symbol(uint32_t type)
{
	return type == R_X86_64_64 || type == R_X86_64_GLOB_DAT || type == R_X86_64_JUMP_SLOT ||
	       type == R_X86_64_DTPMOD64 || type == R_X86_64_DTPOFF64 || type == R_X86_64_TPOFF64 ||
	       type == R_X86_64_TLSDESC;
}

static void apply(struct object *object, const Elf64_Rela *r)
{
	uint32_t type = ELF64_R_TYPE(r->r_info);
	struct symbol symbol = { NULL, object };
	uintptr_t *place;

	if (type == R_X86_64_NONE || type == R_X86_64_IRELATIVE)
		return;
	if (type == R_X86_64_COPY) {
		copy_data(object, r);
		return;
	}
	place = target(object, r->r_offset, type == R_X86_64_TLSDESC ? 16 : 8);
	if (needs_symbol(type) && ELF64_R_SYM(r->r_info))
		symbol = resolve(object, ELF64_R_SYM(r->r_info), false);

	switch (type) {
	case R_X86_64_RELATIVE:
		*place = object->base + (uintptr_t)r->r_addend;
		break;
	case R_X86_64_64:
		*place = symbol_address(&symbol) + (uintptr_t)r->r_addend;
		break;
	case R_X86_64_GLOB_DAT:
	case R_X86_64_JUMP_SLOT:
		*place = symbol_address(&symbol);
		break;
	case R_X86_64_DTPMOD64:
		*place = (symbol.sym ? symbol.object : object)->tls_module;
		break;
	case R_X86_64_DTPOFF64:
		*place = (symbol.sym ? symbol.sym->st_value : 0) + (uintptr_t)r->r_addend;
		break;
	case R_X86_64_TPOFF64:
		*place = tls_offset_of(object, &symbol, r->r_addend);
		break;
	case R_X86_64_TLSDESC:
		place[0] = (uintptr_t)tlsdesc_static;
		place[1] = tls_offset_of(object, &symbol, r->r_addend);
		break;
	default:
		die(object_name(object), ": uses a relocation that is not known", NULL);
	}
}

static void apply_indirect(struct object *object, const Elf64_Rela *r)
{
	if (ELF64_R_TYPE(r->r_info) != R_X86_64_IRELATIVE)
		return;
	if (!image_range(object, (uintptr_t)r->r_addend, 1, PF_X))
		die(object_name(object), ": the resolver of an indirect function is not code", NULL);
	*(uintptr_t *)target(object, r->r_offset, 8) = ((uintptr_t(*)(void))(object->base + (uintptr_t)r->r_addend))();
}

static void add_base(const struct object *object, uint64_t address)
{
	*(uintptr_t *)target(object, address, 8) += object->base;
}

/* DT_RELR: an even word is an address, an odd one a bitmap of the 63 words behind. */
static void apply_relr(const struct object *object)
{
	uint64_t where = 0;

	for (size_t i = 0; i < object->relr_count; i++) {
		uint64_t entry = object->relr[i];

		if (!(entry & 1)) {
			add_base(object, entry);
			where = entry + 8;
			continue;
		}
		for (int bit = 1; bit < 64; bit++) {
			if (entry >> bit & 1)
				add_base(object, where + 8ul * (unsigned)(bit - 1));
		}
		where += 63 * 8;
	}
}

static void relocate(struct object *object)
{
	apply_relr(object);
	for (size_t i = 0; i < object->rela_count; i++)
		apply(object, &object->rela[i]);
	for (size_t i = 0; i < object->plt_rela_count; i++)
		apply(object, &object->plt_rela[i]);
	for (size_t i = 0; i < object->rela_count; i++)
		apply_indirect(object, &object->rela[i]);
	for (size_t i = 0; i < object->plt_rela_count; i++)
		apply_indirect(object, &object->plt_rela[i]);
}

static void protect(const struct object *object)
{
	if (object->relro_size && sys(mprotect, object->relro, object->relro_size, PROT_READ) < 0)
		die(object_name(object), ": its relro range cannot be made read-only", NULL);
}

void relocate_all(void)
{
	struct object *last = objects;

	while (last->map.l_next)
		last = (struct object *)last->map.l_next;
	for (struct object *o = last; o; o = (struct object *)o->map.l_prev) {
		if (o != self)
			relocate(o);
	}
	for (struct object *o = objects; o; o = o->next)
		protect(o);
}
