/*
 * Stage 2, relocation: applies the relocations of an object, then makes its relro range read-only. At the start, what is
 * needed comes before what needs it and the program last (its COPY relocations take finished data). Thread-local storage
 * is laid out. Indirect functions' resolvers are the only foreign code that runs here, after their object's other
 * relocations. dlopen uses the same functions later, under the lock.
 */
#include <sys/mman.h>

#include "rtld.h"

static bool overlaps(uintptr_t start, size_t size, const void *table, size_t table_size)
{
	return table && start < (uintptr_t)table + table_size && (uintptr_t)table < start + size;
}

static bool hits_table(const struct object *o, uintptr_t start, size_t size)
{
	return overlaps(start, size, o->strings, o->strings_size) ||
	       overlaps(start, size, o->symbols, o->symbol_limit * sizeof(Elf64_Sym)) ||
	       overlaps(start, size, o->versym, o->symbol_limit * 2) ||
	       overlaps(start, size, o->gnu.bloom, o->gnu.words * 8ul + o->gnu.buckets * 4ul) ||
	       overlaps(start, size, o->sysv.bucket, (o->sysv.buckets + o->sysv.chains) * 4ul) ||
	       overlaps(start, size, o->rela, o->rela_count * sizeof(Elf64_Rela)) ||
	       overlaps(start, size, o->plt_rela, o->plt_rela_count * sizeof(Elf64_Rela)) ||
	       overlaps(start, size, o->relr, o->relr_count * 8);
}

/* Where a relocation may write. The segment of the last one comes first: there are few, and mostly it is that one. */
void *relocation_target(struct object *object, uint64_t address, size_t size)
{
	const Elf64_Phdr *w = object->writable;
	void *place = (void *)(object->base + address);

	if (!w || !segment_holds(w, address, size)) {
		if (!image_range(object, address, size, PF_W))
			die(object_name(object), ": a relocation lies outside its writable segments", NULL);
		for (w = object->phdr; w->p_type != PT_LOAD || !(w->p_flags & PF_W) || !segment_holds(w, address, size);)
			w++;
		object->writable = w;
	}
	if (object->writable_tables && hits_table(object, (uintptr_t)place, size))
		die(object_name(object), ": a relocation would change the tables of its symbols", NULL);
	return place;
}

static void copy_data(struct object *object, const Elf64_Rela *r)
{
	size_t index = ELF64_R_SYM(r->r_info);
	struct symbol symbol = resolve(object, index, FOR_COPY);
	size_t size = object->symbols[index].st_size;

	if (!symbol.sym)
		return;
	if (symbol.sym->st_size < size)
		size = symbol.sym->st_size;
	if (!image_range(symbol.object, symbol.sym->st_value, size, PF_R))
		die(object_name(symbol.object), ": a variable lies outside its segments", NULL);
	memmove(relocation_target(object, r->r_offset, size), (const void *)(symbol.object->base + symbol.sym->st_value), size);
}

static struct object *tls_owner_of(const struct object *object, const struct symbol *symbol)
{
	if (!symbol->object->tls_module)
		die(object_name(object), ": wants a thread-local variable of ", object_name(symbol->object), ", which has none",
		    NULL);
	return symbol->object;
}

static uintptr_t tls_value(const struct symbol *symbol, int64_t addend)
{
	return (symbol->sym ? symbol->sym->st_value : 0) + (uintptr_t)addend;
}

/* The offset of a thread-local variable from the thread pointer, a negative number; it must be the same in every thread. */
static uintptr_t tls_offset_of(const struct object *object, const struct symbol *symbol, int64_t addend)
{
	struct object *owner = tls_owner_of(object, symbol);

	if (!owner->tls_offset && !tls_make_static(owner))
		die(object_name(object), ": wants a variable of ", object_name(owner),
		    " in static thread-local storage, which has no room left", NULL);
	return tls_value(symbol, addend) - owner->tls_offset;
}

static void fill_descriptor(struct object *object, const struct symbol *symbol, int64_t addend, uintptr_t *place)
{
	struct object *owner = tls_owner_of(object, symbol);
	struct tls_index *index;

	if (owner->tls_offset) {
		place[0] = (uintptr_t)tlsdesc_static;
		place[1] = tls_offset_of(object, symbol, addend);
		return;
	}
	lazy_setup();
	index = allocate(sizeof(*index));
	*index = (struct tls_index){ owner->tls_module, tls_value(symbol, addend) };
	place[0] = (uintptr_t)tlsdesc_dynamic;
	place[1] = (uintptr_t)index;
}

static void refuse_type(const struct object *object, uint32_t type)
{
	char number[] = "0000000000";
	char *digit = number + sizeof(number) - 1;

	do {
		*--digit = (char)('0' + type % 10);
		type /= 10;
	} while (type);
	die(object_name(object), ": uses relocation type ", digit, ", which x86-64 programs do not have", NULL);
}

static bool is_tls(uint32_t type)
{
	return type == R_X86_64_DTPMOD64 || type == R_X86_64_DTPOFF64 || type == R_X86_64_TPOFF64 || type == R_X86_64_TLSDESC;
}

/* A weak thread-local variable that nobody defines has address zero by the symbol's value, not by a module. */
static void apply_tls(struct object *object, const Elf64_Rela *r, struct symbol *symbol, uintptr_t *place)
{
	if (!symbol->object)
		symbol->object = object;
	switch (ELF64_R_TYPE(r->r_info)) {
	case R_X86_64_DTPMOD64:
		*place = tls_owner_of(object, symbol)->tls_module;
		break;
	case R_X86_64_DTPOFF64:
		*place = tls_value(symbol, r->r_addend);
		break;
	case R_X86_64_TPOFF64:
		*place = tls_offset_of(object, symbol, r->r_addend);
		break;
	case R_X86_64_TLSDESC:
		fill_descriptor(object, symbol, r->r_addend, place);
		break;
	}
}

/* One object's relocation. Relocations of one symbol often follow each other: the last answer is kept. */
struct pass {
	struct object *object;
	size_t index;			/* of the symbol that `found` is for; 0: none */
	enum resolve_how how;
	struct symbol found;
	bool indirect;			/* there is an R_X86_64_IRELATIVE */
};

static struct symbol find(struct pass *pass, size_t index, enum resolve_how how)
{
	if (index != pass->index || how != pass->how) {
		pass->found = resolve(pass->object, index, how);
		pass->index = index;
		pass->how = how;
	}
	return pass->found;
}

static void apply(struct pass *pass, const Elf64_Rela *r)
{
	struct object *object = pass->object;
	uint32_t type = ELF64_R_TYPE(r->r_info);
	struct symbol symbol = { NULL, object };
	uintptr_t *place;

	pass->indirect |= type == R_X86_64_IRELATIVE;
	if (type == R_X86_64_NONE || type == R_X86_64_IRELATIVE)
		return;
	if (type == R_X86_64_COPY) {
		copy_data(object, r);
		return;
	}
	place = relocation_target(object, r->r_offset, type == R_X86_64_TLSDESC ? 16 : type == R_X86_64_32 ? 4 : 8);
	if (type != R_X86_64_RELATIVE && ELF64_R_SYM(r->r_info))
		symbol = find(pass, ELF64_R_SYM(r->r_info), type == R_X86_64_JUMP_SLOT ? FOR_CALL : FOR_DATA);
	if (is_tls(type)) {
		apply_tls(object, r, &symbol, place);
		return;
	}
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
	case R_X86_64_PC64:
		*place = symbol_address(&symbol) + (uintptr_t)r->r_addend - (uintptr_t)place;
		break;
	case R_X86_64_32:
		if (symbol_address(&symbol) + (uintptr_t)r->r_addend > UINT32_MAX)
			die(object_name(object), ": a 32-bit relocation does not reach its symbol", NULL);
		*(uint32_t *)place = (uint32_t)(symbol_address(&symbol) + (uintptr_t)r->r_addend);
		break;
	case R_X86_64_SIZE64:
		*place = (symbol.sym ? symbol.sym->st_size : 0) + (uintptr_t)r->r_addend;
		break;
	default:
		refuse_type(object, type);
	}
}

static void apply_indirect(struct object *object, const Elf64_Rela *r)
{
	uintptr_t *place;

	if (ELF64_R_TYPE(r->r_info) != R_X86_64_IRELATIVE)
		return;
	place = relocation_target(object, r->r_offset, 8);
	if (!image_range(object, (uintptr_t)r->r_addend, 1, PF_X))
		die(object_name(object), ": the resolver of an indirect function is not code", NULL);
	*place = ((uintptr_t(*)(void))(object->base + (uintptr_t)r->r_addend))();
}

static void add_base(struct object *object, uint64_t address)
{
	*(uintptr_t *)relocation_target(object, address, 8) += object->base;
}

/* A bit for each word from `where` on. Mostly all lie in the segment of the one before, and need one check. */
static void add_base_to_words(struct object *object, uint64_t where, uint64_t bits)
{
	size_t size = bits ? 8ul * (64 - (unsigned)__builtin_clzl(bits)) : 0;
	bool checked = object->writable && !object->writable_tables && segment_holds(object->writable, where, size);
	uintptr_t base = object->base;

	for (; checked && bits; bits &= bits - 1)
		((uintptr_t *)(base + where))[__builtin_ctzl(bits)] += base;
	for (; bits; bits &= bits - 1)
		add_base(object, where + 8ul * (unsigned)__builtin_ctzl(bits));
}

/* DT_RELR: an even word is an address, an odd one a bitmap of the 63 words behind. */
static void apply_relr(struct object *object)
{
	uint64_t where = 0;

	for (size_t i = 0; i < object->relr_count; i++) {
		uint64_t entry = object->relr[i];

		if (!(entry & 1)) {
			add_base(object, entry);
			where = entry + 8;
			continue;
		}
		add_base_to_words(object, where, entry >> 1);
		where += 63 * 8;
	}
}

/* The slots of a PLT that is bound later point back into the PLT, by link address. */
static void apply_plt(struct pass *pass, bool lazy)
{
	struct object *object = pass->object;

	for (size_t i = 0; i < object->plt_rela_count; i++) {
		const Elf64_Rela *r = &object->plt_rela[i];

		if (lazy && ELF64_R_TYPE(r->r_info) == R_X86_64_JUMP_SLOT)
			add_base(object, r->r_offset);
		else
			apply(pass, r);
	}
}

/*
 * Nearly all relocations are of this type, a pointer into the object itself, and in the segment of the one before. Returns
 * the first that is not.
 */
static const Elf64_Rela *apply_relative(const struct object *object, const Elf64_Rela *r, const Elf64_Rela *end)
{
	const Elf64_Phdr *w = object->writable;
	uintptr_t base = object->base;

	if (!w || w->p_memsz < 8 || object->writable_tables)
		return r;
	for (; r < end && r->r_info == R_X86_64_RELATIVE && r->r_offset - w->p_vaddr <= w->p_memsz - 8; r++)
		*(uintptr_t *)(base + r->r_offset) = base + (uintptr_t)r->r_addend;
	return r;
}

static void apply_rela(struct pass *pass)
{
	struct object *object = pass->object;
	const Elf64_Rela *end = object->rela + object->rela_count;

	for (const Elf64_Rela *r = object->rela; r < end;) {
		r = apply_relative(object, r, end);
		if (r < end)
			apply(pass, r++);
	}
}

void relocate(struct object *object, bool now)
{
	struct pass pass = { .object = object };
	bool lazy = lazy_allowed(object, now);

	apply_relr(object);
	apply_rela(&pass);
	apply_plt(&pass, lazy);
	if (lazy)
		lazy_connect(object);
	for (size_t i = 0; i < object->rela_count && pass.indirect; i++)
		apply_indirect(object, &object->rela[i]);
	for (size_t i = 0; i < object->plt_rela_count && pass.indirect; i++)
		apply_indirect(object, &object->plt_rela[i]);
	if (lazy)
		lazy_connect(object);
}

void protect(const struct object *object)
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
			relocate(o, false);
	}
	for (struct object *o = objects; o; o = o->next)
		protect(o);
}
