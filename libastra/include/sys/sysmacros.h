/* Device numbers, Linux's 64-bit encoding: 12 + 20 bits of major, 20 + 12 bits of minor. */
#ifndef _SYS_SYSMACROS_H
#define _SYS_SYSMACROS_H

#define major(dev) ((unsigned)((((dev) >> 8) & 0xfff) | (((unsigned long)(dev) >> 32) & 0xfffff000u)))
#define minor(dev) ((unsigned)(((dev) & 0xff) | (((dev) >> 12) & 0xffffff00u)))
#define makedev(major, minor) \
	((((major) & 0xfffff000ul) << 32) | (((major) & 0xffful) << 8) | (((minor) & 0xffffff00ul) << 12) | ((minor) & 0xfful))

#endif
