/*
 * Symbol search: where a name is looked for, and in which order. An object looks in global_scope, then in the group that
 * it was loaded with; DT_SYMBOLIC puts itself, RTLD_DEEPBIND its group, in front. Usable once the objects are loaded.
 */
#include "rtld.h"

static const struct object *skip_until(const struct scope *scope, const struct object *after, size_t *from)
{
	*from = 0;
	while (after && *from < scope->count) {
		if (scope->list[(*from)++] == after)
			return after;
	}
	return NULL;
}

/* Behind `after` when it is not NULL; nothing when the scope does not hold it. */
struct symbol find_in_scope(const struct scope *scope, const struct query *query, const struct object *after)
{
	size_t i;

	for (skip_until(scope, after, &i); i < scope->count; i++) {
		struct object *object = scope->list[i];
		const Elf64_Sym *sym = may_have(object, query) && !object->doomed ? find_in(object, query) : NULL;

		if (sym)
			return (struct symbol){ sym, object };
	}
	return (struct symbol){ NULL, NULL };
}

static struct symbol find_except(const struct scope *scope, const struct query *query, const struct object *skipped)
{
	struct symbol found = find_in_scope(scope, query, NULL);

	return found.sym && found.object == skipped ? find_in_scope(scope, query, skipped) : found;
}

struct symbol find_from(struct object *from, const struct query *query, const struct object *skipped)
{
	struct symbol found = { NULL, from };

	if (from->symbolic && from != skipped && (found.sym = find_in(from, query)))
		return found;
	if (from->deep && from->scope)
		found = find_except(from->scope, query, skipped);
	if (!found.sym)
		found = find_except(&global_scope, query, skipped);
	if (!found.sym && !from->deep && from->scope)
		found = find_except(from->scope, query, skipped);
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

/* What `from` was bound to must stay as long as `from`, also when it is not among its dependencies. */
static void note_bound(struct object *from, struct object *to)
{
	struct arena *before;

	if (to == from || to->permanent || scope_has(&from->bound, to))
		return;
	for (size_t i = 0; i < from->needed_count; i++) {
		if (from->needed[i] == to)
			return;
	}
	before = arena_use(from->arena);
	scope_add(&from->bound, to);
	arena_use(before);
}

struct symbol resolve(struct object *object, size_t index, enum resolve_how how)
{
	const Elf64_Sym *sym;
	struct symbol found;
	struct query query;

	if (index >= object->symbol_limit || object->symbols[index].st_name >= object->strings_size)
		die(object_name(object), ": a relocation names a symbol outside its table", NULL);
	sym = &object->symbols[index];
	if (ELF64_ST_BIND(sym->st_info) == STB_LOCAL ||
	    (sym->st_shndx != SHN_UNDEF && ELF64_ST_VISIBILITY(sym->st_other) != 0 && how != FOR_COPY))
		return (struct symbol){ sym, object };
	query = make_query(object->strings + sym->st_name, wanted_version(object, index));
	query.for_call = how == FOR_CALL;
	found = find_from(object, &query, how == FOR_COPY ? object : NULL);
	if (!found.sym && ELF64_ST_BIND(sym->st_info) != STB_WEAK)
		die("symbol ", query.name, query.version ? ", version " : "", query.version ? query.version->name : "",
		    query.version ? "," : "", " is in no loaded library (wanted by ", object_name(object), ")", NULL);
	if (found.sym)
		note_bound(object, found.object);
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
	if (ELF64_ST_TYPE(symbol->sym->st_info) == STT_GNU_IFUNC) {
		if (!is_code(symbol->object, address))
			die(object_name(symbol->object), ": the resolver of an indirect function is not code", NULL);
		address = ((uintptr_t(*)(void))address)();
	}
	return address;
}
