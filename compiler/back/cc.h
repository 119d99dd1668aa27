/* Running the system compiler, for the engine `cc` and for files. */
#ifndef QWC_CC_H
#define QWC_CC_H
#include "back/back.h"

extern const char cc_flags[]; /* separated by blanks */
/* the mode that makes a library: what it calls of its own is its own, also
 * where a kernel has the name of a function that the process knows (`write`) */
#define CC_SHARED "-shared -Wl,-Bsymbolic"
const char *cc_name(void); /* $CC, or cc */
/* a new private folder below $TMPDIR, or NULL */
const char *cc_folder(Arena *);
/* mode: more flags.  A wait status, or -errno when nothing ran. */
int cc_run(Arena *, const char *mode, const char *c, const char *out);
/* It ended by itself, and compiles other C: the C it refuses is to blame. */
bool cc_is_sound(Arena *, int status);
/* Tells why there is no result.  c: where the C is kept, or NULL. */
void cc_failed(Session *, const Emitted *, int status, bool sound,
               const char *c) NORETURN;
#endif
