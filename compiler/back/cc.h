/* Running the system compiler, for the engine `cc` and for files. */
#ifndef QWC_CC_H
#define QWC_CC_H
#include "back/back.h"

extern const char cc_flags[]; /* separated by blanks */
const char *cc_name(void);    /* $CC, or cc */
/* a new private folder below $TMPDIR, or NULL */
const char *cc_folder(Arena *);
/* mode: more flags.  Returns a wait status; fatal when there is no compiler. */
int cc_run(Arena *, const char *mode, const char *c, const char *out);
#endif
