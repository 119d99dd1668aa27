/* Kernel AST + module constants -> tile IR.  The only room that sees both. */
#ifndef QWC_LOWER_H
#define QWC_LOWER_H
#include "front/ast.h"
#include "host/host.h"
#include "ir/ir.h"

/* Lowers one entry kernel with everything it calls inlined.  NULL when there
 * were errors (reported through diag).  The same kernel object may be lowered
 * again (another engine, other options). */
IrFunc *lower_kernel(Session *, Interp *, KernelObject *);
#endif
