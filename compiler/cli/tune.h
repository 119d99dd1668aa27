/* What `qwc tune` finds, kept in a file beside the source, FILE.tune for
 * FILE.pl: lines `NAME = VALUE` that run, compile and bench take up as if each
 * were `-D NAME=VALUE` before the others. */
#ifndef QWC_TUNE_H
#define QWC_TUNE_H
#include "cli/cli.h"

typedef struct TuneFile {
    const char *path;
    const char *source;  /* its checksum as it was read, or NULL */
    StrVec imports;      /* "SUM PATH", as they were read */
    StrVec constants;    /* "NAME=VALUE" */
    const char *comment; /* lines without `# `, for the reader */
} TuneFile;

const char *tune_path(Session *, const char *source); /* x.pl: x.tune */
void tune_write(Session *, const char *source, const TuneFile *);
/* Takes up the file beside o->files, unless an option stands against it, and
 * says so. */
void tune_take_up(Session *, Options *o);
#endif
