/*
 * Symbol versions: one table per object, by the index that DT_VERSYM uses, filled from what it defines and what it
 * wants. Chains are walked inside their segment only, and a chain that does not advance ends. Usable from stage 1 on.
 */
#include "rtld.h"

#define VERSION_LIMIT 32768

static uint64_t tag_value(const struct object *object, int64_t tag)
{
	for (size_t i = 0; i < object->dynamic_count; i++) {
		if (object->dynamic[i].d_tag == tag)
			return object->dynamic[i].d_un.d_val;
	}
	return 0;
}

static const char *name_at(const struct object *object, uint32_t offset)
{
	return offset < object->strings_size ? object->strings + offset : "";
}

static void set_version(struct object *object, size_t index, const char *name, uint32_t hash)
{
	index &= 0x7fff;
	if (index >= object->version_count) {
		size_t count = index + 16;
		struct version *grown = allocate(count * sizeof(*grown));

		memcpy(grown, object->versions, object->version_count * sizeof(*grown));
		object->versions = grown;
		object->version_count = count;
	}
	object->versions[index] = (struct version){ name, hash };
}

static void parse_defined(struct object *object)
{
	uint64_t at = tag_value(object, DT_VERDEF), count = tag_value(object, DT_VERDEFNUM);

	for (uint64_t i = 0; at && i < count && i < VERSION_LIMIT; i++) {
		const Elf64_Verdef *def = image_range(object, at, sizeof(*def), PF_R);
		const Elf64_Verdaux *aux = def ? image_range(object, at + def->vd_aux, sizeof(*aux), PF_R) : NULL;

		if (!aux)
			die(object_name(object), ": its version definitions lie outside its segments", NULL);
		if (!(def->vd_flags & VER_FLG_BASE))
			set_version(object, def->vd_ndx, name_at(object, aux->vda_name), def->vd_hash);
		if (!def->vd_next)
			break;
		at += def->vd_next;
	}
}

/* Calls `use` for each version that the object wants of the library `file`. */
static void each_wanted(struct object *object,
			void (*use)(struct object *object, const char *file, const Elf64_Vernaux *aux))
{
	uint64_t at = tag_value(object, DT_VERNEED), count = tag_value(object, DT_VERNEEDNUM);
	int steps = 0;

	for (uint64_t i = 0; at && i < count && i < VERSION_LIMIT; i++) {
		const Elf64_Verneed *need = image_range(object, at, sizeof(*need), PF_R);
		uint64_t aux_at = need ? at + need->vn_aux : 0;

		for (int k = 0; need && k < need->vn_cnt; k++) {
			const Elf64_Vernaux *aux = image_range(object, aux_at, sizeof(*aux), PF_R);

			if (!aux || ++steps > VERSION_LIMIT) {
				need = NULL;
				break;
			}
			use(object, name_at(object, need->vn_file), aux);
			aux_at += aux->vna_next;
		}
		if (!need)
			die(object_name(object), ": its wanted versions lie outside its segments", NULL);
		if (!need->vn_next)
			break;
		at += need->vn_next;
	}
}

static void note_wanted(struct object *object, const char *file, const Elf64_Vernaux *aux)
{
	(void)file;
	set_version(object, aux->vna_other, name_at(object, aux->vna_name), aux->vna_hash);
}

void parse_versions(struct object *object)
{
	if (!object->versym)
		return;
	parse_defined(object);
	each_wanted(object, note_wanted);
}

static void check_wanted(struct object *object, const char *file, const Elf64_Vernaux *aux)
{
	const char *name = name_at(object, aux->vna_name);

	for (size_t i = 0; i < object->needed_count; i++) {
		const struct object *library = object->needed[i];

		if (!library->soname || strcmp(library->soname, file) || !library->versym)
			continue;
		for (size_t k = 0; k < library->version_count; k++) {
			if (library->versions[k].name && !strcmp(library->versions[k].name, name))
				return;
		}
		if (!(aux->vna_flags & VER_FLG_WEAK))
			die(object_name(library), ": version ", name, " is not there (wanted by ", object_name(object), ")",
			    NULL);
	}
}

/* Once the dependencies are known: does each library define what is wanted of it? */
void check_wanted_versions(const struct object *object)
{
	if (object->versym)
		each_wanted((struct object *)object, check_wanted);
}
