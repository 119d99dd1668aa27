/* Weights that a context holds a second time, in the order in which micro-
 * kernels read them (qw_pack of qwrt.h): what the products look up. */
#ifndef QW_PACK_H
#define QW_PACK_H
#include <stdatomic.h>
#include <stdbool.h>
#include "qwrt.h"
#include "ukr/ukr.h"

typedef int64_t QwPackKernel(const QwkPack *);

typedef struct QwPacked {
    const char *w;
    QwDtype dtype;
    int64_t rows, columns, bytes; /* of w */
    char *copy;
    int64_t copy_bytes, stride; /* stride: from panel to panel */
    QwPackKernel *kernel;       /* made the copy */
    atomic_bool used;           /* by a product */
} QwPacked;

/* Reads b from its packed copy, if there is one and it holds the window. */
void qw_pack_use(const QwCtx *, QwDtype, QwPackKernel *, QwkGemm *);
void qw_pack_free(QwCtx *); /* all copies */
/* dispatch.c: NULL: products of the dtype read no packed weights */
QwPackKernel *qw_pack_kernel(QwDtype);
#endif
