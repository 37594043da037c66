/* id [-u|-g|-G] [-n] [-r]: who this process is. */
#include "names.h"
#include "tool.h"

static void show(const char *file, unsigned number, bool by_name)
{
	if (by_name)
		fputs(name_of(file, number), stdout);
	else
		printf("%u", number);
}

static void show_groups(bool by_name)
{
	gid_t groups[256];
	int count = getgroups(256, groups);

	show(GROUPS, getegid(), by_name);
	for (int i = 0; i < count; i++) {
		if (groups[i] == getegid())
			continue;
		putchar(' ');
		show(GROUPS, groups[i], by_name);
	}
}

static void show_all(void)
{
	gid_t groups[256];
	int count = getgroups(256, groups);

	printf("uid=%u(%s)", getuid(), name_of(USERS, getuid()));
	printf(" gid=%u(%s)", getgid(), name_of(GROUPS, getgid()));
	if (geteuid() != getuid())
		printf(" euid=%u(%s)", geteuid(), name_of(USERS, geteuid()));
	if (getegid() != getgid())
		printf(" egid=%u(%s)", getegid(), name_of(GROUPS, getegid()));
	for (int i = 0; i < count; i++)
		printf("%s%u(%s)", i ? "," : " groups=", groups[i], name_of(GROUPS, groups[i]));
}

int main(int argc, char **argv)
{
	bool by_name = false, is_real = false;
	int option, what = 0;

	tool_name = "id";
	while ((option = getopt(argc, argv, "ugGnr")) >= 0) {
		switch (option) {
		case 'n': by_name = true; break;
		case 'r': is_real = true; break;
		case 'u':
		case 'g':
		case 'G': what = option; break;
		default: tool_usage("[-u|-g|-G] [-n] [-r]");
		}
	}
	if (what == 'u')
		show(USERS, is_real ? getuid() : geteuid(), by_name);
	else if (what == 'g')
		show(GROUPS, is_real ? getgid() : getegid(), by_name);
	else if (what == 'G')
		show_groups(by_name);
	else
		show_all();
	putchar('\n');
	return tool_end();
}
