/* Parts of the buffer planner.  Private to
 * buffers.c, in_place.c and frame.c. */
#ifndef QWC_BUFFERS_H
#define QWC_BUFFERS_H
#include "back/emit.h"

/* in_place.c: what an op allows.  May the result overwrite operand k in its own
 * buffer? */
bool may_overwrite(const IrOp *, int k);
/* operand k must be copied before the call can read it: columns that are not
 * adjacent, or fewer valid elements than the op reads (they read as zero) */
bool operand_needs_copy(IrFunc *, const IrOp *, int k);
/* a result that is only another look at operand 0, which lies at base */
bool place_is_view(IrFunc *, const IrOp *, const Where *base, int64_t *stride);

/* frame.c */
void intervals_add(Arena *, Intervals *, int lo, int hi);
bool intervals_meet(const Intervals *, const Intervals *);
/* gives each slot its offset and the frame its size */
void pack_frame(Arena *, Plan *);
#endif
