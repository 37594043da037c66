/* opens: mutant open_b */
/*
 * Corrupt libraries: thousands of copies of lib/mutant.so with a few bytes of their headers and tables changed. Each is
 * opened, asked and closed in a child; it may be refused with words, work, or die of its own code, but ld-astra itself may
 * neither crash nor run for ever. Usage: mutation [COUNT [SEED]]; a failure names the seed that shows it alone.
 */
#include <dlfcn.h>
#include <elf.h>
#include <fcntl.h>
#include <link.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>

#include "check.h"
#include "self.h"

#define REFUSED 10
#define RAN     11
#define OWN_END 12			/* died of its own code */
#define OUR_END 13			/* died or hung inside ld-astra */
#define NO_WORDS 14
#define LATE    15			/* refused with words at a call: the linker ends the process with 127 */

struct region {
	size_t offset, size, entry;
};

static unsigned char original[65536], mutant[65536];
static size_t length;
static struct region regions[32];
static int region_count;
static uintptr_t linker_start, linker_end, linker_tls;
static const char path[] = "/tmp/mutant.so";
static uint64_t state;

static uint32_t random_below(uint32_t limit)
{
	state = state * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(state >> 33) % limit;
}

static size_t file_offset(uint64_t address)
{
	const Elf64_Ehdr *header = (const Elf64_Ehdr *)original;
	const Elf64_Phdr *p = (const Elf64_Phdr *)(original + header->e_phoff);

	for (int i = 0; i < header->e_phnum; i++) {
		if (p[i].p_type == PT_LOAD && address >= p[i].p_vaddr && address < p[i].p_vaddr + p[i].p_filesz)
			return address - p[i].p_vaddr + p[i].p_offset;
	}
	return 0;
}

static void add_region(size_t offset, size_t size, size_t entry)
{
	if (offset && size && offset + size <= length && region_count < 32)
		regions[region_count++] = (struct region){ offset, size, entry };
}

static void find_tables(const Elf64_Dyn *d)
{
	uint64_t value[DT_NUM] = { 0 };

	for (; d->d_tag != DT_NULL; d++) {
		if (d->d_tag >= 0 && d->d_tag < DT_NUM)
			value[d->d_tag] = d->d_un.d_val;
		else if (d->d_tag == DT_VERSYM)
			add_region(file_offset(d->d_un.d_ptr), 30, 2);
		else if (d->d_tag == DT_GNU_HASH || d->d_tag == DT_VERDEF || d->d_tag == DT_VERNEED)
			add_region(file_offset(d->d_un.d_ptr), 128, 4);
	}
	add_region(file_offset(value[DT_SYMTAB]), 12 * sizeof(Elf64_Sym), sizeof(Elf64_Sym));
	add_region(file_offset(value[DT_HASH]), 80, 4);
	add_region(file_offset(value[DT_STRTAB]), value[DT_STRSZ], 1);
	add_region(file_offset(value[DT_RELA]), value[DT_RELASZ], sizeof(Elf64_Rela));
	add_region(file_offset(value[DT_JMPREL]), value[DT_PLTRELSZ], sizeof(Elf64_Rela));
	add_region(file_offset(value[DT_PLTGOT]), 24, 8);
	add_region(file_offset(value[DT_RELR]), value[DT_RELRSZ], 8);
}

static void find_regions(void)
{
	const Elf64_Ehdr *header = (const Elf64_Ehdr *)original;
	const Elf64_Phdr *p = (const Elf64_Phdr *)(original + header->e_phoff);

	regions[region_count++] = (struct region){ 0, sizeof(*header), 2 };
	add_region(header->e_phoff, header->e_phnum * sizeof(*p), sizeof(*p));
	for (int i = 0; i < header->e_phnum; i++) {
		if (p[i].p_type != PT_DYNAMIC)
			continue;
		for (int weight = 0; weight < 4; weight++)
			add_region(p[i].p_offset, p[i].p_filesz, sizeof(Elf64_Dyn));
		find_tables((const Elf64_Dyn *)(original + p[i].p_offset));
	}
}

/* One field of one entry: a random byte, a value from the edges of its type, or a value copied from another place. */
static void change(void)
{
	static const uint64_t edges[] = { 0, 1, 2, 7, 8, 0xff, 0xfff, 0x1000, 0x7fff, 0xffff, 0x10000, 0x7fffffff, 0x80000000,
					  0xffffffff, 1ull << 32, 1ull << 46, 1ull << 47, INT64_MAX, 1ull << 63, -8ull, -1ull };
	const struct region *r = &regions[random_below((uint32_t)region_count)];
	size_t at = r->offset + random_below((uint32_t)r->size), width = 1u << random_below(4);
	uint64_t value;

	if (r->entry > 1)
		at &= -width;
	if (at + width > length)
		return;
	memcpy(&value, mutant + at, 8 < length - at ? 8 : length - at);
	switch (random_below(5)) {
	case 0:
		value = edges[random_below(sizeof(edges) / sizeof(*edges))];
		break;
	case 1:
		value ^= 1ull << random_below(8 * (uint32_t)width);
		break;
	case 2:
		value += random_below(2) ? random_below(64) : -(uint64_t)random_below(64);
		break;
	case 3:
		memcpy(&value, original + r->offset + random_below((uint32_t)r->size) % (length - 8), 8);
		break;
	default:
		value = random_below(0x10000);
	}
	memcpy(mutant + at, &value, width);
}

static void make_mutant(uint64_t seed)
{
	size_t size = length;
	int fd;

	state = seed * 0x9e3779b97f4a7c15u + 1;
	memcpy(mutant, original, length);
	for (uint32_t n = 1 + random_below(3); n; n--)
		change();
	if (!random_below(40))
		size = random_below((uint32_t)length);
	fd = open(path, O_CREAT | O_TRUNC | O_WRONLY, 0755);
	CHECK(fd >= 0 && write(fd, mutant, size) == (ssize_t)size);
	close(fd);
}

/*
 * The 17th general register of the machine context is RIP. The first instructions of __tls_get_addr only follow the pointer
 * that code gives them: a constructor that was changed to start in the middle of a function may give anything.
 */
static void died(int number, siginfo_t *info, void *context)
{
	uintptr_t at = ((const uintptr_t *)context)[5 + 16];

	(void)number;
	(void)info;
	_exit(at >= linker_start && at < linker_end && at - linker_tls >= 32 ? OUR_END : OWN_END);
}

static void catch_signals(void)
{
	static const int numbers[] = { SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGTRAP, SIGALRM };
	static char stack[32768];
	struct sigaction action = { .sa_sigaction = died, .sa_flags = SA_SIGINFO | SA_ONSTACK };

	sigaltstack(&(stack_t){ .ss_sp = stack, .ss_size = sizeof(stack) }, NULL);
	for (size_t i = 0; i < sizeof(numbers) / sizeof(*numbers); i++)
		sigaction(numbers[i], &action, NULL);
}

static int try_mutant(void)
{
	static const char *const names[] = { "mutant_value", "mutant_data", "mutant_thread", "mutant_chosen", "absent" };
	void *library, *found;
	const char *text;
	Dl_info info;

	close(2);
	catch_signals();
	library = dlopen(path, RTLD_LAZY);
	text = library ? NULL : dlerror();
	if (!library)
		return text && text[0] ? REFUSED : NO_WORDS;
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		found = dlsym(library, names[i]);
		if (found)
			dladdr(found, &info);
	}
	dlvsym(library, "mutant_two", "MUTANT_1");
	found = dlsym(library, "mutant_value");
	if (found)
		((int (*)(void))found)();
	dlclose(library);
	return RAN;
}

/* The child's end of the pipe closes when it ends; one that takes ten seconds is told to say where it is. */
static int outcome(uint64_t seed)
{
	struct pollfd end;
	int status = 0, ends[2];
	pid_t child;

	make_mutant(seed);
	if (pipe(ends) < 0 || (child = fork()) < 0)
		return OUR_END;
	if (!child)
		_exit(try_mutant());
	close(ends[1]);
	end = (struct pollfd){ .fd = ends[0], .events = POLLIN };
	if (poll(&end, 1, 10000) == 0)
		kill(child, SIGALRM);
	close(ends[0]);
	waitpid(child, &status, 0);
	if (!WIFEXITED(status))
		return OWN_END;
	return WEXITSTATUS(status) == 127 ? LATE : WEXITSTATUS(status);
}

static int find_linker(struct dl_phdr_info *info, size_t size, void *data)
{
	(void)size;
	(void)data;
	for (int i = 0; i < info->dlpi_phnum && strstr(info->dlpi_name, "ld-astra"); i++) {
		if (info->dlpi_phdr[i].p_type == PT_LOAD && info->dlpi_phdr[i].p_flags & PF_X) {
			linker_start = info->dlpi_addr + info->dlpi_phdr[i].p_vaddr;
			linker_end = linker_start + info->dlpi_phdr[i].p_memsz;
		}
	}
	return 0;
}

static void load_original(void)
{
	int fd = open(beside("lib/mutant.so"), O_RDONLY);
	ssize_t n = read(fd, original, sizeof(original));

	CHECK(fd >= 0 && n > 0 && n < (ssize_t)sizeof(original));
	length = n > 0 ? (size_t)n : 0;
	close(fd);
}

int main(int argc, char **argv)
{
	uint64_t count = argc > 1 ? strtoul(argv[1], NULL, 0) : 400, first = argc > 2 ? strtoul(argv[2], NULL, 0) : 1;
	unsigned results[16] = { 0 };

	dl_iterate_phdr(find_linker, NULL);
	load_original();
	linker_tls = (uintptr_t)dlsym(dlopen("ld-astra.so.1", RTLD_NOW), "__tls_get_addr");
	CHECK(linker_end > linker_start && linker_tls > linker_start && linker_tls < linker_end);
	CHECK(setenv("LD_LIBRARY_PATH", beside("lib"), 1) == 0);
	dlopen("open_b.so", RTLD_NOW | RTLD_GLOBAL);
	find_regions();
	for (uint64_t seed = first; seed < first + count && length; seed++) {
		int result = outcome(seed);

		results[result & 15]++;
		if (result != OUR_END && result != NO_WORDS)
			continue;
		printf("seed %lu: %s\n", (unsigned long)seed, result == NO_WORDS ? "refused, no words" : "ld-astra died");
		check_failures++;
	}
	unlink(path);
	printf("%u refused, %u refused at a call, %u ran, %u died of their own code\n", results[REFUSED], results[LATE], results[RAN],
	       results[OWN_END]);
	CHECK(results[REFUSED] > count / 10 && results[RAN] > count / 10);
	CHECK_END();
}
