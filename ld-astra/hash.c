/*
 * The hash tables of an object, GNU and SysV: checked once when the object is made, then searched without further
 * checks of the headers. Chains and indices stay the file's word: each step is bounded. Usable from stage 1 on.
 */
#include "rtld.h"

uint32_t gnu_hash_of(const char *name)
{
	uint32_t h = 5381;

	for (; *name; name++)
		h = h * 33 + (unsigned char)*name;
	return h;
}

uint32_t sysv_hash_of(const char *name)
{
	uint32_t h = 0;

	for (; *name; name++) {
		h = (h << 4) + (unsigned char)*name;
		h ^= (h >> 24) & 0xf0;
	}
	return h & 0x0fffffff;
}

struct query make_query(const char *name, const struct version *version)
{
	return (struct query){ .name = name, .gnu = gnu_hash_of(name), .version = version };
}

void parse_gnu_hash(struct object *object, uint64_t address)
{
	const uint32_t *header = image_range(object, address, 16, PF_R);
	struct gnu_table *table = &object->gnu;

	if (!header || address & 7)
		die(object_name(object), ": its hash table lies outside its segments", NULL);
	table->buckets = header[0];
	table->first = header[1];
	table->words = header[2];
	table->shift = header[3] & 31;
	if (!table->buckets || !table->words || table->words & (table->words - 1) ||
	    !image_range(object, address, 16 + table->words * 8ul + table->buckets * 4ul, PF_R))
		die(object_name(object), ": its hash table is malformed", NULL);
	table->bloom = (const uint64_t *)(header + 4);
	table->bucket = (const uint32_t *)(table->bloom + table->words);
	table->chain = table->bucket + table->buckets;
	table->chain_limit = image_room(object, (uintptr_t)table->chain - object->base) / 4;
}

void parse_sysv_hash(struct object *object, uint64_t address)
{
	const uint32_t *header = image_range(object, address, 8, PF_R);
	struct sysv_table *table = &object->sysv;

	if (!header || !header[0] || !image_range(object, address, (2ul + header[0] + header[1]) * 4, PF_R))
		die(object_name(object), ": its hash table is malformed", NULL);
	table->buckets = header[0];
	table->chains = header[1];
	table->bucket = header + 2;
	table->chain = table->bucket + table->buckets;
}

static bool version_matches(const struct object *object, size_t index, const struct query *query)
{
	const struct version *wanted = query->version;
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

/*
 * A program that takes the address of another's function may hold an undefined symbol with a value, its own PLT entry:
 * that address is the function's for everyone, but calls need not take the detour.
 */
static bool is_definition(const struct object *object, const Elf64_Sym *sym, const struct query *query)
{
	unsigned type = ELF64_ST_TYPE(sym->st_info);

	if (sym->st_shndx == SHN_UNDEF)
		return sym->st_value && type == STT_FUNC && !query->for_call && object == program;
	return sym->st_value || type == STT_TLS || sym->st_shndx == SHN_ABS;
}

static const Elf64_Sym *candidate(const struct object *object, size_t index, const struct query *query)
{
	const Elf64_Sym *sym = &object->symbols[index];
	unsigned bind = ELF64_ST_BIND(sym->st_info), visibility = ELF64_ST_VISIBILITY(sym->st_other);

	if (bind != STB_GLOBAL && bind != STB_WEAK && bind != STB_GNU_UNIQUE)
		return NULL;
	if (visibility == VISIBILITY_INTERNAL || visibility == VISIBILITY_HIDDEN || !is_definition(object, sym, query))
		return NULL;
	if (sym->st_name >= object->strings_size || strcmp(object->strings + sym->st_name, query->name))
		return NULL;
	return version_matches(object, index, query) ? sym : NULL;
}

static const Elf64_Sym *find_gnu(const struct object *object, const struct query *query)
{
	const struct gnu_table *table = &object->gnu;
	uint32_t first = table->first, index;

	if (!may_have(object, query))
		return NULL;
	index = table->bucket[query->gnu % table->buckets];
	if (index < first)
		return NULL;
	for (; index < object->symbol_limit && index - first < table->chain_limit; index++) {
		uint32_t hash = table->chain[index - first];
		const Elf64_Sym *sym = (hash | 1) == (query->gnu | 1) ? candidate(object, index, query) : NULL;

		if (sym || hash & 1)
			return sym;
	}
	return NULL;
}

static const Elf64_Sym *find_sysv(const struct object *object, const struct query *query)
{
	const struct sysv_table *table = &object->sysv;
	uint32_t steps = 0, i = table->bucket[sysv_hash_of(query->name) % table->buckets];

	for (; i && i < table->chains && steps < table->chains; steps++) {
		const Elf64_Sym *sym = i < object->symbol_limit ? candidate(object, i, query) : NULL;

		if (sym)
			return sym;
		i = table->chain[i];
	}
	return NULL;
}

const Elf64_Sym *find_in(const struct object *object, const struct query *query)
{
	if (object->gnu.bloom)
		return find_gnu(object, query);
	return object->sysv.bucket ? find_sysv(object, query) : NULL;
}

/* How many symbols there are to walk through; no table says so directly when there is only the GNU one. */
size_t symbol_count(const struct object *object)
{
	const struct gnu_table *table = &object->gnu;
	uint32_t last = 0;

	if (!table->bloom)
		return object->sysv.chains < object->symbol_limit ? object->sysv.chains : object->symbol_limit;
	for (uint32_t i = 0; i < table->buckets; i++) {
		if (table->bucket[i] > last)
			last = table->bucket[i];
	}
	if (last < table->first)
		return table->first < object->symbol_limit ? table->first : object->symbol_limit;
	while (last < object->symbol_limit && last - table->first < table->chain_limit && !(table->chain[last - table->first] & 1))
		last++;
	return last < object->symbol_limit ? last + 1 : object->symbol_limit;
}
