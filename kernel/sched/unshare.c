/*
 * unshare(2): the calling thread gets its own copy of what it shares with others. There is one name space of each kind, so a
 * new one is refused as by a kernel that was built without it. Copies are made first, then both are exchanged under
 * tasks_lock, by which /proc finds what a thread uses. Task context.
 */
#include "fs/file.h"
#include "lib/error.h"
#include "mm/aspace.h"
#include "sched/process.h"
#include "trace/unimplemented.h"

#define SPACES (CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWTIME)
#define KNOWN  (CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD | CLONE_SYSVSEM | SPACES)

static int check(u64 flags)
{
	const struct process *p = current->process;

	if (flags & ~KNOWN) {
		report_unimplemented_value("unshare", "flags", flags & ~KNOWN);
		return -EINVAL;
	}
	if (flags & CLONE_NEWUSER)
		flags |= CLONE_THREAD;
	/* These cannot be unshared, only found to be unshared already; a new user name space is for single threads, too. */
	if ((flags & (CLONE_THREAD | CLONE_SIGHAND | CLONE_VM)) && READ_ONCE(p->thread_count) > 1)
		return -EINVAL;
	if ((flags & (CLONE_SIGHAND | CLONE_VM)) && atomic_read(&p->sighand->refs) > 1)
		return -EINVAL;
	if ((flags & CLONE_VM) && atomic_read(&current->mm->refs) > 1)
		return -EINVAL;
	if ((flags & SPACES & ~CLONE_NEWUSER) && !capable(CAP_SYS_ADMIN))
		return -EPERM;
	if (flags & SPACES) {
		report_unimplemented_value("unshare", "flags", flags & SPACES);
		return -EINVAL;
	}
	return 0;
}

static int copy(u64 flags, struct fs_context **fs, struct fd_table **files)
{
	if ((flags & CLONE_FS) && atomic_read(&current->fs->refs) > 1) {
		*fs = fs_context_clone(current->fs);
		if (!*fs)
			return -ENOMEM;
	}
	if (flags & CLONE_FILES) {
		*files = fd_table_clone(current->files);
		if (!*files) {
			if (*fs)
				fs_context_put(*fs);
			return -ENOMEM;
		}
	}
	return 0;
}

int process_unshare(u64 flags)
{
	struct fs_context *fs = NULL, *old_fs = current->fs;
	struct fd_table *files = NULL, *old_files = current->files;
	int error = check(flags);
	irqstate s;

	if (!error)
		error = copy(flags, &fs, &files);
	if (error)
		return error;
	s = spin_lock_irqsave(&tasks_lock);
	if (fs)
		current->fs = fs;
	if (files)
		current->files = files;
	spin_unlock_irqrestore(&tasks_lock, s);
	if (fs)
		fs_context_put(old_fs);
	if (files)
		fd_table_put(old_files);
	return 0;
}
