/* libraries: tables_sysv tables_relr */
/* Forms of tables that the usual link does not use: DT_HASH alone, DT_RELR. */
#include <dlfcn.h>

#include "check.h"

int sysv_only(void);
int relr_sum(void);

int main(void)
{
	Dl_info info;

	CHECK(sysv_only() == 61 && dlsym(RTLD_DEFAULT, "another") && !dlsym(RTLD_DEFAULT, "no_other"));
	CHECK(dladdr(dlsym(RTLD_DEFAULT, "another"), &info) && info.dli_sname && info.dli_sname[0] == 'a');
	CHECK(relr_sum() == 301);
	CHECK_END();
}
