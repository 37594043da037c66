/*
 * Questions about what is loaded: dlsym, dladdr, dl_iterate_phdr. They change nothing but that an indirect function's
 * resolver may run and a thread-local variable get its block. Take the lock themselves.
 */
#include <dlfcn.h>

#include "rtld.h"

struct asking {
	void *handle;
	struct query query;
	struct object *caller;
	void *result;
};

/* Destructors of what is being unloaded still count as its own. */
bool is_object(const void *pointer)
{
	for (struct object *o = objects; o; o = o->next) {
		if (o == pointer)
			return true;
	}
	return false;
}

bool is_handle(const void *handle)
{
	return is_object(handle) && !((const struct object *)handle)->doomed;
}

/* RTLD_NEXT: behind the caller in the first of its scopes that holds it. */
static struct symbol find_next(struct object *caller, const struct query *query)
{
	struct symbol none = { NULL, NULL };

	if (caller->global)
		return find_in_scope(&global_scope, query, caller);
	return caller->scope ? find_in_scope(caller->scope, query, caller) : none;
}

static struct symbol find_by_handle(const struct asking *asking)
{
	struct object *object = asking->handle;

	if (asking->handle == RTLD_DEFAULT)
		return find_from(asking->caller, &asking->query, NULL);
	if (asking->handle == RTLD_NEXT)
		return find_next(asking->caller, &asking->query);
	if (!is_handle(asking->handle))
		die("dlsym: not a handle that dlopen returned", NULL);
	if (object == program)
		return find_in_scope(&global_scope, &asking->query, NULL);
	return find_in_scope(&object->group, &asking->query, NULL);
}

static const char *place_name(const struct asking *asking)
{
	if (asking->handle == RTLD_DEFAULT || asking->handle == program)
		return "any library that is loaded for all";
	return asking->handle == RTLD_NEXT ? object_name(asking->caller) : object_name(asking->handle);
}

static void ask(void *context)
{
	struct asking *asking = context;
	struct symbol found = find_by_handle(asking);
	const struct version *version = asking->query.version;

	if (!found.sym)
		die("symbol ", asking->query.name, version ? ", version " : "", version ? version->name : "",
		    version ? "," : "", " is not in ",
		    asking->handle == RTLD_NEXT ? "a library behind " : "", place_name(asking),
		    asking->handle && asking->handle != RTLD_NEXT && asking->handle != program ? " or what it needs" : "",
		    " (wanted by ", object_name(asking->caller), ")", NULL);
	if (ELF64_ST_TYPE(found.sym->st_info) != STT_TLS) {
		asking->result = (void *)symbol_address(&found);
		return;
	}
	if (!found.object->tls_module)
		die(object_name(found.object), ": has a thread-local symbol but no thread-local segment", NULL);
	asking->result = __tls_get_addr(&(struct tls_index){ found.object->tls_module, found.sym->st_value });
}

int rtld_symbol(void *handle, const char *name, const char *version, const void *caller, void **result, char *error)
{
	struct version wanted = { version, version ? sysv_hash_of(version) : 0 };
	struct asking asking = { .handle = handle, .query = make_query(name, version ? &wanted : NULL) };
	bool good;

	rtld_lock();
	asking.caller = object_at((uintptr_t)caller);
	if (!asking.caller)
		asking.caller = program;
	good = attempt(ask, &asking, error);
	*result = asking.result;
	rtld_unlock();
	return good ? 0 : -1;
}

/* The symbol that holds the address, or else the nearest one before it whose size is not told. */
static const Elf64_Sym *nearest(const struct object *object, uintptr_t address)
{
	const Elf64_Sym *best = NULL;
	size_t count = symbol_count(object);

	for (size_t i = 0; i < count; i++) {
		const Elf64_Sym *s = &object->symbols[i];
		unsigned type = ELF64_ST_TYPE(s->st_info), bind = ELF64_ST_BIND(s->st_info);

		if (s->st_shndx == SHN_UNDEF || s->st_shndx == SHN_ABS || type == STT_TLS || bind == STB_LOCAL ||
		    s->st_name >= object->strings_size || s->st_value > address ||
		    (s->st_size ? address - s->st_value >= s->st_size : address != s->st_value))
			continue;
		if (!best || s->st_value > best->st_value)
			best = s;
	}
	return best;
}

int rtld_address(const void *address, void *info)
{
	Dl_info *out = info;
	struct object *object;

	rtld_lock();
	object = object_at((uintptr_t)address);
	if (object) {
		const Elf64_Sym *sym = nearest(object, (uintptr_t)address - object->base);

		out->dli_fname = object_name(object);
		out->dli_fbase = (void *)object->start;
		out->dli_sname = sym ? object->strings + sym->st_name : NULL;
		out->dli_saddr = sym ? (void *)(object->base + sym->st_value) : NULL;
	}
	rtld_unlock();
	return object != NULL;
}

/* Without making a block for a thread that has not used the module yet. */
static void *own_block(size_t module)
{
	const struct tcb *tcb;

	__asm__("mov %%fs:0, %0" : "=r"(tcb));
	return module && module <= tcb->dtv[0] ? (void *)tcb->dtv[module] : NULL;
}

int rtld_iterate(int (*visit)(struct dl_phdr_info *, size_t, void *), void *data)
{
	int result = 0;

	rtld_lock();
	for (struct object *o = objects; o && !result; o = o->next) {
		struct dl_phdr_info info = {
			.dlpi_addr = o->base,
			.dlpi_name = o->map.l_name,
			.dlpi_phdr = o->phdr,
			.dlpi_phnum = (Elf64_Half)o->phnum,
			.dlpi_adds = objects_added,
			.dlpi_subs = objects_removed,
			.dlpi_tls_modid = o->tls_module,
			.dlpi_tls_data = own_block(o->tls_module),
		};

		result = visit(&info, sizeof(info), data);
	}
	rtld_unlock();
	return result;
}
