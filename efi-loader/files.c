/*
 * Reads boot.cfg, the kernel and the root archive from the volume that the loader was started from. What a file
 * contains is judged elsewhere (config.c, elf.c, and the kernel for the archive); here it only has to exist, to have
 * bytes, and to be readable to its end.
 */
#include "bytes.h"
#include "loader.h"

#define CONFIG_PATH     "/boot.cfg"
#define CONFIG_FILE_MAX (64 * 1024)
#define READ_CHUNK      (8ull << 20)
#define PROGRESS_ABOVE  (32ull << 20)	/* bytes; larger files tell how far they are, a line each PROGRESS_ABOVE */
#define MIB             (1ull << 20)

/* EFI_FILE_INFO and the longest name that a FAT directory can hold. */
union file_info {
	EFI_FILE_INFO info;
	uint8_t room[sizeof(EFI_FILE_INFO) + 512];
};

static EFI_FILE_HANDLE open_volume(const struct loader *loader)
{
	EFI_GUID guid = EFI_SIMPLE_FILE_SYSTEM_PROTOCOL_GUID;
	EFI_FILE_IO_INTERFACE *file_system;
	EFI_FILE_HANDLE volume;

	if (!loader->self->DeviceHandle ||
	    EFI_ERROR(boot_services->HandleProtocol(loader->self->DeviceHandle, &guid, (void **)&file_system)))
		fail("the loader was not started from a volume with a file system");
	if (EFI_ERROR(file_system->OpenVolume(file_system, &volume)))
		fail("the volume that the loader was started from cannot be opened");
	return volume;
}

/* Opens for reading; the path has slashes and is printable ASCII. NULL when there is no such file. */
static EFI_FILE_HANDLE open_file(EFI_FILE_HANDLE volume, const char *path)
{
	CHAR16 wide[CONFIG_PATH_SIZE];
	EFI_FILE_HANDLE file;
	EFI_STATUS status;
	size_t i;

	for (i = 0; path[i]; i++)
		wide[i] = path[i] == '/' ? '\\' : (CHAR16)path[i];
	wide[i] = 0;
	status = volume->Open(volume, &file, wide, EFI_FILE_MODE_READ, 0);
	if (status == EFI_NOT_FOUND)
		return NULL;
	if (EFI_ERROR(status))
		fail("%s cannot be opened (EFI error %llu)", path, (uint64_t)status & ~EFI_ERROR_MASK);
	return file;
}

static uint64_t file_size(EFI_FILE_HANDLE file, const char *path)
{
	EFI_GUID guid = EFI_FILE_INFO_ID;
	union file_info buffer;
	UINTN size = sizeof(buffer);

	if (EFI_ERROR(file->GetInfo(file, &guid, &size, &buffer)))
		fail("the size of %s cannot be read", path);
	if (buffer.info.Attribute & EFI_FILE_DIRECTORY)
		fail("%s is a directory", path);
	if (buffer.info.FileSize == 0)
		fail("%s is empty", path);
	return buffer.info.FileSize;
}

static void read_all(EFI_FILE_HANDLE file, const char *path, const struct loaded_file *target)
{
	uint64_t done = 0;

	while (done < target->size) {
		uint64_t left = target->size - done;
		UINTN part = left < READ_CHUNK ? left : READ_CHUNK;
		EFI_STATUS status = file->Read(file, &part, target->data + done);

		if (EFI_ERROR(status))
			fail("%s cannot be read beyond byte %llu (EFI error %llu)", path, done,
			     (uint64_t)status & ~EFI_ERROR_MASK);
		if (part == 0)
			fail("%s ends after %llu of %llu bytes", path, done, target->size);
		done += part;
		if (target->size > PROGRESS_ABOVE && done % PROGRESS_ABOVE == 0)
			print_line("%s: %llu of %llu MiB", path, done / MIB, target->size / MIB);
	}
}

static struct loaded_file load(EFI_FILE_HANDLE file, const char *path)
{
	struct loaded_file loaded = { .size = file_size(file, path) };

	loaded.data = allocate_pages(loaded.size, path);
	read_all(file, path, &loaded);
	memset(loaded.data + loaded.size, 0, whole_pages(loaded.size) - loaded.size);
	file->Close(file);
	return loaded;
}

static void read_config(EFI_FILE_HANDLE volume, struct boot_config *config)
{
	EFI_FILE_HANDLE file = open_file(volume, CONFIG_PATH);
	struct config_error error;
	struct loaded_file text;

	config_defaults(config);
	if (!file)
		return;
	if (file_size(file, CONFIG_PATH) > CONFIG_FILE_MAX)
		fail("%s is larger than %u KiB", CONFIG_PATH, CONFIG_FILE_MAX / 1024);
	text = load(file, CONFIG_PATH);
	if (!config_parse(config, (const char *)text.data, text.size, &error))
		fail("%s, line %u: %s", CONFIG_PATH, error.line, error.sentence);
}

static struct loaded_file load_required(EFI_FILE_HANDLE volume, const char *path, const char *role)
{
	EFI_FILE_HANDLE file = open_file(volume, path);

	if (!file)
		fail("the %s %s is missing on the volume that the loader was started from", role, path);
	return load(file, path);
}

void read_files(struct loader *loader)
{
	EFI_FILE_HANDLE volume = open_volume(loader);

	read_config(volume, &loader->config);
	loader->kernel_file = load_required(volume, loader->config.kernel, "kernel");
	loader->archive = load_required(volume, loader->config.root, "root archive");
	volume->Close(volume);
}
