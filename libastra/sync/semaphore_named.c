/*
 * Named semaphores: a file of /dev/shm that holds a sem_t, mapped once in a process however often it is opened. A new one is
 * written under another name and linked to its own, so that nobody finds it half made. The list of open ones has a lock.
 */
#include <errno.h>
#include <fcntl.h>
#include <semaphore.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lock.h"
#include "shm_impl.h"

/* [l] lock */
struct open_semaphore {
	struct open_semaphore *next;	/* [l] */
	sem_t *sem;			/* [l] */
	dev_t device;			/* [l] */
	ino_t number;			/* [l] */
	unsigned references;		/* [l] */
};

FORK_LOCK(lock);
static struct open_semaphore *all;

static sem_t *map(int fd, const struct stat *st)
{
	struct open_semaphore *entry;
	void *memory;

	for (entry = all; entry; entry = entry->next) {
		if (entry->device == st->st_dev && entry->number == st->st_ino) {
			entry->references++;
			return entry->sem;
		}
	}
	entry = malloc(sizeof(*entry));
	if (!entry)
		return SEM_FAILED;
	memory = mmap(NULL, sizeof(sem_t), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (memory == MAP_FAILED) {
		free(entry);
		return SEM_FAILED;
	}
	*entry = (struct open_semaphore){ all, memory, st->st_dev, st->st_ino, 1 };
	all = entry;
	return memory;
}

static sem_t *open_existing(const char *path)
{
	int fd = open(path, O_RDWR | O_NOFOLLOW | O_CLOEXEC);
	sem_t *sem = SEM_FAILED;
	struct stat st;

	if (fd < 0)
		return SEM_FAILED;
	if (fstat(fd, &st) == 0) {
		errno = EINVAL;
		if (st.st_size >= (off_t)sizeof(sem_t)) {
			lock_acquire(&lock);
			sem = map(fd, &st);
			lock_release(&lock);
		}
	}
	close(fd);
	return sem;
}

/* 0, or -1 with EEXIST when another one was faster. */
static int create(const char *path, mode_t mode, unsigned int value)
{
	char temporary[SHM_PATH_MAX] = "/dev/shm/.sem.XXXXXX";
	sem_t sem;
	int fd, result = -1;

	if (sem_init(&sem, 1, value) < 0)
		return -1;
	fd = mkstemp(temporary);
	if (fd < 0)
		return -1;
	if (write(fd, &sem, sizeof(sem)) == sizeof(sem)) {
		mode_t mask = umask(0);

		umask(mask);
		if (fchmod(fd, mode & 0777 & ~mask) == 0)
			result = link(temporary, path);
	}
	unlink(temporary);
	close(fd);
	return result;
}

sem_t *sem_open(const char *name, int flags, ...)
{
	char path[SHM_PATH_MAX];
	unsigned int value = 0;
	mode_t mode = 0;
	va_list args;
	sem_t *sem;

	if (__shm_path(path, "sem.", name) < 0)
		return SEM_FAILED;
	va_start(args, flags);
	if (flags & O_CREAT) {
		mode = va_arg(args, mode_t);
		value = va_arg(args, unsigned int);
	}
	va_end(args);
	for (;;) {
		if (!(flags & O_CREAT) || !(flags & O_EXCL)) {
			sem = open_existing(path);
			if (sem != SEM_FAILED || errno != ENOENT || !(flags & O_CREAT))
				return sem;
		}
		if (create(path, mode, value) < 0) {
			if (errno != EEXIST || flags & O_EXCL)
				return SEM_FAILED;
			continue;
		}
		return open_existing(path);
	}
}

int sem_close(sem_t *sem)
{
	struct open_semaphore **link, *entry;
	bool last;

	lock_acquire(&lock);
	for (link = &all; *link && (*link)->sem != sem; link = &(*link)->next)
		;
	entry = *link;
	last = entry && --entry->references == 0;
	if (last)
		*link = entry->next;
	lock_release(&lock);
	if (!entry) {
		errno = EINVAL;
		return -1;
	}
	if (last) {
		munmap(sem, sizeof(*sem));
		free(entry);
	}
	return 0;
}

int sem_unlink(const char *name)
{
	char path[SHM_PATH_MAX];

	return __shm_path(path, "sem.", name) < 0 ? -1 : unlink(path);
}
