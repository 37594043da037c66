/* What this system calls itself: uname(2), /proc/version, /proc/astra. The release says which Linux's calls it offers. */
#ifndef LIB_VERSION_H
#define LIB_VERSION_H

#define ASTRA_VERSION  "0.1"
#define KERNEL_SYSNAME "Linux"
#define KERNEL_RELEASE "6.1.0-astra"
#define KERNEL_VERSION "#1 SMP ASTRA.OS"

#endif
