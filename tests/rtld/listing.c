/* opens: unload_one */
/* oracle: host */
/* What is loaded, as unwinders and debuggers see it: dl_iterate_phdr and the list behind DT_DEBUG follow dlopen and dlclose. */
#include <dlfcn.h>
#include <link.h>
#include <string.h>

#include "check.h"

extern ElfW(Dyn) _DYNAMIC[];

struct seen {
	int objects, ours, holds_main;
	unsigned long long adds, subs;
};

int main(void);

static int visit(struct dl_phdr_info *info, size_t size, void *data)
{
	struct seen *seen = data;

	CHECK(size >= sizeof(*info) && info->dlpi_phnum && info->dlpi_name);
	seen->objects++;
	seen->ours += strstr(info->dlpi_name, "unload_one.so") != NULL;
	seen->adds = info->dlpi_adds;
	seen->subs = info->dlpi_subs;
	for (int i = 0; i < info->dlpi_phnum; i++) {
		ElfW(Addr) start = info->dlpi_addr + info->dlpi_phdr[i].p_vaddr;

		if (info->dlpi_phdr[i].p_type == PT_LOAD && (ElfW(Addr))main >= start &&
		    (ElfW(Addr))main < start + info->dlpi_phdr[i].p_memsz)
			seen->holds_main += seen->objects == 1;
	}
	return 0;
}

static int stop_at_once(struct dl_phdr_info *info, size_t size, void *data)
{
	(void)info;
	(void)size;
	++*(int *)data;
	return 42;
}

static struct r_debug *debug(void)
{
	for (ElfW(Dyn) *d = _DYNAMIC; d->d_tag != DT_NULL; d++) {
		if (d->d_tag == DT_DEBUG)
			return (struct r_debug *)d->d_un.d_ptr;
	}
	return NULL;
}

static int in_list(const char *name)
{
	int found = 0;

	CHECK(debug() && debug()->r_state == RT_CONSISTENT && debug()->r_brk);
	for (struct link_map *m = debug()->r_map; m; m = m->l_next) {
		CHECK((!m->l_prev || m->l_prev->l_next == m) && m->l_ld);
		found += strstr(m->l_name, name) != NULL;
	}
	return found;
}

int main(void)
{
	struct seen before = { 0 }, during = { 0 }, after = { 0 };
	int calls = 0;
	void *library;

	dl_iterate_phdr(visit, &before);
	library = dlopen("unload_one.so", RTLD_NOW);
	dl_iterate_phdr(visit, &during);
	CHECK(library && in_list("unload_one.so") == 1);
	dlclose(library);
	dl_iterate_phdr(visit, &after);
	CHECK(in_list("unload_one.so") == 0);
	CHECK(before.holds_main == 1 && before.ours == 0 && during.ours == 1 && after.ours == 0);
	CHECK(during.objects == before.objects + 1 && after.objects == before.objects);
	CHECK(during.adds == before.adds + 1 && after.subs == before.subs + 1);
	CHECK(dl_iterate_phdr(stop_at_once, &calls) == 42 && calls == 1);
	CHECK_END();
}
