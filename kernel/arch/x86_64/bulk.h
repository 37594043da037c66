/* How long runs of user memory are copied and cleared (bulk.c chooses, usercopy.S does); for C and assembly. */
#ifndef ARCH_X86_64_BULK_H
#define ARCH_X86_64_BULK_H

#define BULK_LOOP  0	/* eight bytes an instruction, 64 bytes a turn */
#define BULK_WORDS 1	/* REP MOVSQ, REP STOSQ */
#define BULK_BYTES 2	/* REP MOVSB, REP STOSB */

#define USER_BULK_MIN 256	/* bytes; below it the start-up of a string instruction costs more than the loop */

#endif
