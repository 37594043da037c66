/*
 * Symbol search: GNU or SysV hash in each object of the list, with versions. Tables are the file's word: every index
 * is checked before use. Usable once the objects are loaded.
 */
#include "rtld.h"

/* What is looked for; hashes are made once for all objects. */
struct query {
	const char *name;
	uint32_t gnu, sysv;
	const struct version *version;	/* NULL: the default one */
};

uint32_t gnu_hash_of(const char *name)
{
	uint32_t h = 5381;

	for (; *name; name++)
		h = h * 33 + (unsigned char)*name;
	return h;
}

static uint32_t sysv_hash_of(const char *name)
{
	uint32_t h = 0;

	for (; *name; name++) {
		h = (h << 4) + (unsigned char)*name;
		h ^= (h >> 24) & 0xf0;
	}
	return h & 0x0fffffff;
}

static bool version_matches(const struct object *object, size_t index, const struct version *wanted)
{
	uint16_t raw, number;

	if (!object->versym)
		return true;
	raw = object->versym[index];
	number = raw & 0x7fff;
	if (!wanted)
		return number != 0 && !(raw & 0x8000);
	if (number >= object->version_count || !object->versions[number].name)
		return number == 1;
	return object->versions[number].hash == wanted->hash && !strcmp(object->versions[number].name, wanted->name);
}

static const Elf64_Sym *candidate(const struct object *object, size_t index, const struct query *query)
{
	const Elf64_Sym *sym = &object->symbols[index];
	unsigned type = ELF64_ST_TYPE(sym->st_info), bind = ELF64_ST_BIND(sym->st_info);

	if (sym->st_shndx == SHN_UNDEF || (!sym->st_value && type != STT_TLS && sym->st_shndx != SHN_ABS))
		return NULL;
	if (bind != STB_GLOBAL && bind != STB_WEAK && bind != STB_GNU_UNIQUE)
		return NULL;
	if (ELF64_ST_VISIBILITY(sym->st_other) == 1 || ELF64_ST_VISIBILITY(sym->st_other) == 2)
		return NULL;
	if (sym->st_name >= object->strings_size || strcmp(object->strings + sym->st_name, query->name))
		return NULL;
	return version_matches(object, index, query->version) ? sym : NULL;
}

static const Elf64_Sym *find_gnu(const struct object *object, const struct query *query)
{
	const uint32_t *table = object->gnu_hash;
	uint32_t buckets = table[0], first = table[1], words = table[2], shift = table[3] & 31, index;
	const uint64_t *bloom = (const uint64_t *)(table + 4);
	uintptr_t at = (uintptr_t)table - object->base;
	const uint32_t *bucket, *chain;
	size_t chain_limit;
	uint64_t word;

	if (!buckets || !words || words & (words - 1) ||
	    !image_range(object, at, 16 + words * 8ul + buckets * 4ul, PF_R))
		die(object_name(object), ": its hash table is malformed", NULL);
	word = bloom[(query->gnu / 64) & (words - 1)];
	if (!((word >> (query->gnu & 63)) & (word >> ((query->gnu >> shift) & 63)) & 1))
		return NULL;
	bucket = (const uint32_t *)(bloom + words);
	chain = bucket + buckets;
	chain_limit = image_room(object, (uintptr_t)chain - object->base) / 4;
	index = bucket[query->gnu % buckets];
	if (index < first)
		return NULL;
	for (; index < object->symbol_limit && index - first < chain_limit; index++) {
		uint32_t hash = chain[index - first];
		const Elf64_Sym *sym = (hash | 1) == (query->gnu | 1) ? candidate(object, index, query) : NULL;

		if (sym || hash & 1)
			return sym;
	}
	return NULL;
}

static const Elf64_Sym *find_sysv(const struct object *object, const struct query *query)
{
	const uint32_t *table = object->sysv_hash;
	uint32_t buckets = table[0], chains = table[1], steps = 0;

	if (!buckets || !image_range(object, (uintptr_t)table - object->base, (2ul + buckets + chains) * 4, PF_R))
		die(object_name(object), ": its hash table is malformed", NULL);
	for (uint32_t i = table[2 + query->sysv % buckets]; i && i < chains && steps < chains; steps++) {
		const Elf64_Sym *sym = i < object->symbol_limit ? candidate(object, i, query) : NULL;

		if (sym)
			return sym;
		i = table[2 + buckets + i];
	}
	return NULL;
}

static const Elf64_Sym *find_in(const struct object *object, const struct query *query)
{
	if (object->gnu_hash)
		return find_gnu(object, query);
	return object->sysv_hash ? find_sysv(object, query) : NULL;
}

static struct symbol find(struct object *from, const struct query *query, bool skip_self)
{
	struct symbol found = { NULL, NULL };

	if (from->symbolic && !skip_self && (found.sym = find_in(from, query))) {
		found.object = from;
		return found;
	}
	for (struct object *o = objects; o; o = o->next) {
		if (skip_self && o == from)
			continue;
		found.sym = find_in(o, query);
		if (found.sym) {
			found.object = o;
			break;
		}
	}
	return found;
}

static const struct version *wanted_version(const struct object *object, size_t index)
{
	size_t number;

	if (!object->versym)
		return NULL;
	number = object->versym[index] & 0x7fff;
	if (number < 2 || number >= object->version_count || !object->versions[number].name)
		return NULL;
	return &object->versions[number];
}

struct symbol resolve(struct object *object, size_t index, bool skip_self)
{
	const Elf64_Sym *sym;
	struct symbol found = { NULL, NULL };
	struct query query;

	if (index >= object->symbol_limit || object->symbols[index].st_name >= object->strings_size)
		die(object_name(object), ": a relocation names a symbol outside its table", NULL);
	sym = &object->symbols[index];
	if (ELF64_ST_BIND(sym->st_info) == STB_LOCAL)
		return (struct symbol){ sym, object };
	query.name = object->strings + sym->st_name;
	query.gnu = gnu_hash_of(query.name);
	query.sysv = sysv_hash_of(query.name);
	query.version = wanted_version(object, index);
	found = find(object, &query, skip_self);
	if (!found.sym && ELF64_ST_BIND(sym->st_info) != STB_WEAK)
		die("symbol ", query.name, query.version ? ", version " : "", query.version ? query.version->name : "",
		    ", is in no loaded library (wanted by ", object_name(object), ")", NULL);
	return found;
}

/* The run-time address; an indirect function is asked for it. Zero when the symbol is weak and absent. */
uintptr_t symbol_address(const struct symbol *symbol)
{
	uintptr_t address;

	if (!symbol->sym)
		return 0;
	if (symbol->sym->st_shndx == SHN_ABS)
		return symbol->sym->st_value;
	address = symbol->object->base + symbol->sym->st_value;
	if (ELF64_ST_TYPE(symbol->sym->st_info) == STT_GNU_IFUNC)
		address = ((uintptr_t(*)(void))address)();
	return address;
}
