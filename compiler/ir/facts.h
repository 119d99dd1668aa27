/* What linear.c and range.c remember about values, by
 * value id.  Private to ir/. */
#ifndef QWC_IR_FACTS_H
#define QWC_IR_FACTS_H
#include "ir/ir.h"

struct IrFacts {
    int cap;           /* length of the three lists */
    IrLinear **linear; /* trimmed to n terms; NULL: not asked yet */
    IrRange *range;
    unsigned char *state; /* of range: 0 unknown, 1 being computed, 2 known */
};
struct IrFacts *ir_facts(IrFunc *,
                         const IrValue *); /* with room for the value */
enum { IR_FACT_DEPTH = 200 }; /* longest chain of definitions looked through */
#endif
