/* Array files: .npy, .npz, .safetensors.
 *
 * Readers treat a file as hostile: every count, size and offset is checked
 * before it is used, and a file that is not exactly what its format allows is
 * refused with one line that says what is wrong and at which byte.  Data is
 * mapped where it lies aligned in the file, and copied otherwise.  A mapped
 * file must not be truncated by others while it is in use. */
#ifndef QW_IO_H
#define QW_IO_H
#include "tensor.h"

typedef enum QwIoErr {
    QW_IO_OK,
    QW_IO_OPEN, /* cannot be opened, read or written: the system's reason */
    QW_IO_MALFORMED, /* E1008 */
    QW_IO_MISSING,   /* no such member or tensor; msg lists what there is */
    QW_IO_TENSOR     /* the tensor library refused: cx->err */
} QwIoErr;

typedef struct QwIoError {
    QwIoErr err;
    int64_t offset; /* of the byte at fault, -1: none */
    char msg[512];  /* without the file name; lower case, no final period */
} QwIoError;

/* One tensor of a file, by extension.  member: name inside .npz and
 * .safetensors; NULL: the only one.  NULL and *e on failure. */
QwTensor *qw_io_load(QwTcx *, const char *path, const char *member,
                     QwIoError *e);

/* Names of the tensors of a file: each is passed to fn, in file order. */
bool qw_io_list(const char *path,
                void (*fn)(void *arg, const char *name, QwDtype, int rank,
                           const int64_t *shape),
                void *arg, QwIoError *e);

/* Writers make a file without a name (where the file system has none such, a
 * temporary one beside `path`) and name it when it is complete: nothing
 * half-written is ever seen.  bfloat16 goes to .npy and .npz as uint16. */
/* Any bytes, in the same way.  A link is followed; a pipe or a device is
 * written in place. */
bool qw_io_save_bytes(const char *path, const void *, size_t n, QwIoError *);
bool qw_io_save_npy(const char *path, QwTensor *, QwIoError *);
bool qw_io_save_npz(const char *path, int n, const char *const *names,
                    QwTensor *const *, QwIoError *);
bool qw_io_save_safetensors(const char *path, int n, const char *const *names,
                            QwTensor *const *, QwIoError *);
#endif
