/* System calls about user and group ids. Thin over sched/cred.c, which knows the rules; task context. */
#include "lib/types.h"
#include "gen/syscalls_kernel.h"
#include "lib/error.h"
#include "mm/slab.h"
#include "mm/usercopy.h"
#include "sched/process.h"

#define GROUPS_MAX 65536

long sys_getuid(void) { return current->cred->uid; }
long sys_geteuid(void) { return current->cred->euid; }
long sys_getgid(void) { return current->cred->gid; }
long sys_getegid(void) { return current->cred->egid; }

long sys_setuid(unsigned int uid) { return cred_set_id(IDS_USER, uid); }
long sys_setgid(unsigned int gid) { return cred_set_id(IDS_GROUP, gid); }
long sys_setreuid(unsigned int ruid, unsigned int euid) { return cred_set_re_ids(IDS_USER, ruid, euid); }
long sys_setregid(unsigned int rgid, unsigned int egid) { return cred_set_re_ids(IDS_GROUP, rgid, egid); }
long sys_setfsuid(unsigned int uid) { return (i32)cred_set_files_id(IDS_USER, uid); }
long sys_setfsgid(unsigned int gid) { return (i32)cred_set_files_id(IDS_GROUP, gid); }

long sys_setresuid(unsigned int ruid, unsigned int euid, unsigned int suid)
{
	return cred_set_res_ids(IDS_USER, ruid, euid, suid);
}

long sys_setresgid(unsigned int rgid, unsigned int egid, unsigned int sgid)
{
	return cred_set_res_ids(IDS_GROUP, rgid, egid, sgid);
}

static long put_three(uaddr a, u32 av, uaddr b, u32 bv, uaddr c, u32 cv)
{
	if (put_user_object(a, &av) < 0 || put_user_object(b, &bv) < 0 || put_user_object(c, &cv) < 0)
		return -EFAULT;
	return 0;
}

long sys_getresuid(uaddr ruid, uaddr euid, uaddr suid)
{
	const struct cred *c = current->cred;

	return put_three(ruid, c->uid, euid, c->euid, suid, c->suid);
}

long sys_getresgid(uaddr rgid, uaddr egid, uaddr sgid)
{
	const struct cred *c = current->cred;

	return put_three(rgid, c->gid, egid, c->egid, sgid, c->sgid);
}

long sys_getgroups(int size, uaddr list)
{
	const struct cred *c = current->cred;

	if (size < 0)
		return -EINVAL;
	if (size == 0)
		return c->group_count;
	if ((u32)size < c->group_count)
		return -EINVAL;
	if (copy_to_user(list, c->groups, c->group_count * sizeof(u32)) < 0)
		return -EFAULT;
	return c->group_count;
}

long sys_setgroups(size_t size, uaddr list)
{
	u32 count = (u32)size, *groups;
	long r;

	if (!capable(CAP_SETGID))
		return -EPERM;
	if (count > GROUPS_MAX)
		return -EINVAL;
	if (count == 0)
		return cred_set_groups(NULL, 0);
	groups = kmalloc_array(count, sizeof(u32));
	if (!groups)
		return -ENOMEM;
	r = copy_from_user(groups, list, count * sizeof(u32));
	if (r == 0)
		r = cred_set_groups(groups, count);
	kfree(groups);
	return r;
}
