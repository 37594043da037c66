/*
 * The dynamic section: turns its entries into checked pointers of struct object. An entry that points outside the
 * image makes us die with words. Usable from stage 1 on.
 */
#include "rtld.h"

/* Values by tag, for the tags below DT_NUM and the few GNU ones. */
struct tags {
	uint64_t low[DT_NUM];
	uint64_t present;		/* a bit for each tag of `low` */
	uint64_t gnu_hash, versym, flags_1;
};

static void collect(struct object *object, struct tags *tags)
{
	size_t room = image_room(object, (uintptr_t)object->dynamic - object->base) / sizeof(Elf64_Dyn);
	const Elf64_Dyn *d = object->dynamic;

	while (object->dynamic_count < room && d->d_tag != DT_NULL) {
		if ((uint64_t)d->d_tag < DT_NUM) {
			tags->low[d->d_tag] = d->d_un.d_val;
			tags->present |= 1ul << d->d_tag;
			object->needed_room += d->d_tag == DT_NEEDED;
		} else if (d->d_tag == DT_GNU_HASH) {
			tags->gnu_hash = d->d_un.d_ptr;
		} else if (d->d_tag == DT_VERSYM) {
			tags->versym = d->d_un.d_ptr;
		} else if (d->d_tag == DT_FLAGS_1) {
			tags->flags_1 = d->d_un.d_val;
		}
		object->dynamic_count++;
		d++;
	}
	if (object->dynamic_count == room)
		die(object_name(object), ": its dynamic section has no end", NULL);
}

/* A table of `size` bytes at link address `address`; NULL when the tag is absent. */
static void *table(const struct object *object, uint64_t address, uint64_t size, const char *what)
{
	void *range;

	if (!address || !size)
		return NULL;
	range = image_range(object, address, size, PF_R);
	if (!range)
		die(object_name(object), ": its ", what, " lies outside its segments", NULL);
	return range;
}

static const char *string_at(const struct object *object, uint64_t offset)
{
	if (offset >= object->strings_size)
		die(object_name(object), ": a name lies outside its string table", NULL);
	return object->strings + offset;
}

/*
 * Tools that edit libraries put these tables into writable segments, where a relocation could change what was checked.
 */
static bool in_writable_segment(const struct object *object, const void *table)
{
	return table && image_range(object, (uintptr_t)table - object->base, 1, PF_W);
}

static void note_writable_tables(struct object *object)
{
	object->writable_tables = in_writable_segment(object, object->strings) ||
				  in_writable_segment(object, object->symbols) ||
				  in_writable_segment(object, object->gnu.bloom) ||
				  in_writable_segment(object, object->sysv.bucket) ||
				  in_writable_segment(object, object->versym) || in_writable_segment(object, object->rela) ||
				  in_writable_segment(object, object->plt_rela) || in_writable_segment(object, object->relr);
}

static void parse_symbols(struct object *object, const struct tags *tags)
{
	size_t room = image_room(object, tags->low[DT_SYMTAB]);

	object->strings = table(object, tags->low[DT_STRTAB], tags->low[DT_STRSZ], "string table");
	object->strings_size = object->strings ? tags->low[DT_STRSZ] : 0;
	if (object->strings && object->strings[object->strings_size - 1])
		die(object_name(object), ": its string table has no end", NULL);
	object->symbols = table(object, tags->low[DT_SYMTAB], sizeof(Elf64_Sym), "symbol table");
	object->symbol_limit = object->symbols ? room / sizeof(Elf64_Sym) : 0;
	if (tags->gnu_hash)
		parse_gnu_hash(object, tags->gnu_hash);
	else if (tags->low[DT_HASH])
		parse_sysv_hash(object, tags->low[DT_HASH]);
	object->versym = table(object, tags->versym, 2, "version table");
	room = tags->versym ? image_room(object, tags->versym) / 2 : object->symbol_limit;
	if (object->symbol_limit > room)
		object->symbol_limit = room;
	if (tags->low[DT_SYMENT] && tags->low[DT_SYMENT] != sizeof(Elf64_Sym))
		die(object_name(object), ": its symbols have an unknown size", NULL);
}

static void parse_relocations(struct object *object, const struct tags *tags)
{
	if (tags->low[DT_REL] || (tags->low[DT_JMPREL] && tags->low[DT_PLTREL] != DT_RELA))
		die(object_name(object), ": has relocations without addends, which x86-64 does not use", NULL);
	if (tags->low[DT_RELAENT] && tags->low[DT_RELAENT] != sizeof(Elf64_Rela))
		die(object_name(object), ": its relocations have an unknown size", NULL);
	object->rela = table(object, tags->low[DT_RELA], tags->low[DT_RELASZ], "relocation table");
	object->rela_count = object->rela ? tags->low[DT_RELASZ] / sizeof(Elf64_Rela) : 0;
	object->plt_rela = table(object, tags->low[DT_JMPREL], tags->low[DT_PLTRELSZ], "PLT relocation table");
	object->plt_rela_count = object->plt_rela ? tags->low[DT_PLTRELSZ] / sizeof(Elf64_Rela) : 0;
	object->relr = table(object, tags->low[DT_RELR], tags->low[DT_RELRSZ], "relative relocation table");
	object->relr_count = object->relr ? tags->low[DT_RELRSZ] / 8 : 0;
	if (tags->low[DT_PLTGOT] && image_range(object, tags->low[DT_PLTGOT], 24, PF_W))
		object->plt_got = tags->low[DT_PLTGOT];
}

static uintptr_t code_at(const struct object *object, uint64_t address, const char *what)
{
	if (!address)
		return 0;
	if (!image_range(object, address, 1, PF_X))
		die(object_name(object), ": its ", what, " is not in an executable segment", NULL);
	return object->base + address;
}

static const uintptr_t *functions(const struct object *object, const struct tags *tags, int tag, int size_tag, size_t *count)
{
	const uintptr_t *array = table(object, tags->low[tag], tags->low[size_tag], "table of constructors or destructors");

	*count = array ? tags->low[size_tag] / sizeof(*array) : 0;
	return array;
}

static void parse_initializers(struct object *object, const struct tags *tags)
{
	object->init = code_at(object, tags->low[DT_INIT], "init function");
	object->fini = code_at(object, tags->low[DT_FINI], "fini function");
	object->preinit_array = functions(object, tags, DT_PREINIT_ARRAY, DT_PREINIT_ARRAYSZ, &object->preinit_count);
	object->init_array = functions(object, tags, DT_INIT_ARRAY, DT_INIT_ARRAYSZ, &object->init_count);
	object->fini_array = functions(object, tags, DT_FINI_ARRAY, DT_FINI_ARRAYSZ, &object->fini_count);
}

static void parse_headers(struct object *object)
{
	for (size_t i = 0; i < object->phnum; i++) {
		const Elf64_Phdr *p = &object->phdr[i];

		if (p->p_type == PT_TLS) {
			if (p->p_filesz > p->p_memsz || p->p_align & (p->p_align - 1) || p->p_memsz > (1ul << 30) ||
			    p->p_align > PAGE_SIZE || (p->p_filesz && !image_range(object, p->p_vaddr, p->p_filesz, PF_R)))
				die(object_name(object), ": its thread-local segment is malformed", NULL);
			object->tls = p;
		} else if (p->p_type == PT_GNU_RELRO && p->p_memsz) {
			uintptr_t end = p->p_vaddr + image_room(object, p->p_vaddr);

			if (!image_range(object, p->p_vaddr, 1, PF_W) ||
			    p->p_memsz > ((end + PAGE_SIZE - 1) & -PAGE_SIZE) - p->p_vaddr)
				die(object_name(object), ": its relro range lies outside its segments", NULL);
			object->relro = (object->base + p->p_vaddr) & -PAGE_SIZE;
			object->relro_size = ((object->base + p->p_vaddr + p->p_memsz) & -PAGE_SIZE) - object->relro;
		}
	}
}

static bool has_tag(const struct tags *tags, int tag)
{
	return tags->present >> tag & 1;
}

static void parse_flags(struct object *object, const struct tags *tags)
{
	uint64_t flags = tags->low[DT_FLAGS];

	object->symbolic = flags & FLAG_SYMBOLIC || has_tag(tags, DT_SYMBOLIC);
	object->bind_now = flags & FLAG_BIND_NOW || tags->flags_1 & FLAG1_NOW || has_tag(tags, TAG_BIND_NOW);
	object->static_tls = flags & FLAG_STATIC_TLS;
	object->permanent |= (tags->flags_1 & FLAG1_NODELETE) != 0;
	object->is_program = tags->flags_1 & FLAG1_PIE;
}

void parse_dynamic(struct object *object)
{
	struct tags tags = { 0 };

	collect(object, &tags);
	parse_symbols(object, &tags);
	parse_relocations(object, &tags);
	parse_initializers(object, &tags);
	parse_headers(object);
	parse_flags(object, &tags);
	if (tags.low[DT_SONAME]) {
		object->soname = string_at(object, tags.low[DT_SONAME]);
		object->soname_hash = gnu_hash_of(object->soname);
	}
	if (tags.low[DT_RUNPATH])
		object->runpath = string_at(object, tags.low[DT_RUNPATH]);
	else if (tags.low[DT_RPATH])
		object->rpath = string_at(object, tags.low[DT_RPATH]);
	parse_versions(object);
	note_writable_tables(object);
	object->map.l_addr = object->base;
	object->map.l_ld = (Elf64_Dyn *)object->dynamic;
}
