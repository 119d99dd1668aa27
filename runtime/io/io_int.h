/* Inside the array file readers: a mapped file, and files being written. */
#ifndef QW_IO_INT_H
#define QW_IO_INT_H
#include <stdio.h>

#include "io.h"

typedef struct QwFile {
    const unsigned char *p; /* size bytes; NULL when empty */
    int64_t size;
    int fd;
} QwFile;
bool qw_io_fail(QwIoError *, QwIoErr, int64_t offset, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));
/* A tensor of the bytes at offset (checked by the caller to lie inside):
 * mapped if aligned for dtype, else copied. */
QwTensor *qw_file_tensor(QwTcx *, const QwFile *, int64_t offset, QwDtype,
                         int rank, const int64_t *shape, QwIoError *);

/* A file under construction: without a name, or path.XXXXXX beside path. */
typedef struct QwOut {
    FILE *f;
    char *tmp, *path; /* tmp NULL: no name of its own */
    bool nameless;    /* gets its name when it is complete */
    int64_t at;       /* bytes written */
    int why;          /* errno of the first failure, 0: none */
} QwOut;
bool qw_out_open(QwOut *, const char *path, QwIoError *);
void qw_out_put(QwOut *, const void *, size_t);
/* renames when all went well, else removes; frees */
bool qw_out_close(QwOut *, bool ok, QwIoError *);

/* npy.c: the header at p; data follows at *data. */
typedef struct QwNpy {
    QwDtype dtype;
    int rank;
    int64_t shape[QWT_RANK];
    int64_t count;
    int64_t data; /* bytes from the start of the array */
} QwNpy;
bool qw_npy_header(const unsigned char *p, int64_t size, int64_t base, QwNpy *,
                   QwIoError *);
/* header text for a tensor; returns its length (a multiple of 64) */
size_t qw_npy_make_header(const QwTensor *, char text[512]);

typedef void QwListFn(void *arg, const char *name, QwDtype, int rank,
                      const int64_t *shape);
QwTensor *qw_npy_load(QwTcx *, const QwFile *, QwIoError *);
bool qw_npy_list(const QwFile *, QwListFn *, void *arg, QwIoError *);
QwTensor *qw_npz_load(QwTcx *, const QwFile *, const char *member, QwIoError *);
bool qw_npz_list(const QwFile *, QwListFn *, void *arg, QwIoError *);
QwTensor *qw_safetensors_load(QwTcx *, const QwFile *, const char *member,
                              QwIoError *);
bool qw_safetensors_list(const QwFile *, QwListFn *, void *arg, QwIoError *);
/* " (there are: a, b, ...)" of at most a few names, appended to e->msg */
void qw_io_add_name(QwIoError *, const char *name, int i);
#endif
