/* whoami: the effective user's name. */
#include "names.h"
#include "tool.h"

int main(void)
{
	tool_name = "whoami";
	puts(name_of(USERS, geteuid()));
	return tool_end();
}
