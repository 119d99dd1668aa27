/* What verify.c finds: the first broken rule, for ir_verify (our bug) and for
 * ir_parse (the text's mistake).  Private to ir/. */
#ifndef QWC_IR_VERIFY_H
#define QWC_IR_VERIFY_H
#include "ir/ir.h"
typedef struct IrFault {
    const char *text;
    Span span;
} IrFault; /* text NULL: none */
IrFault ir_check(const IrFunc *);
#endif
