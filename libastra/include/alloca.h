/* Memory of the calling function, gone when it returns; nothing says that there was too little. */
#ifndef _ALLOCA_H
#define _ALLOCA_H

#define alloca(size) __builtin_alloca(size)

#endif
