/* Inside of the module golden: specs (golden_spec.c), comparators
 * (golden_compare.c), run_jit and the module table (mod_golden.c). */
#ifndef QWC_GOLDEN_H
#define QWC_GOLDEN_H
#include "host/interp.h"

/* golden_spec.c */

/* golden_compare.c */
Value fn_ratio_allclose(Interp *, CallArgs *);
Value fn_ratio_reldiff(Interp *, CallArgs *);
Value fn_topk_pair_compare(Interp *, CallArgs *);
Value fn_pass_rate_compare(Interp *, CallArgs *);
Value fn_validate_golden(Interp *, CallArgs *);
bool is_callable(Value);

/* what a comparator is given beside `actual` and `expected` */
enum { COMPARATOR_KEYWORDS = 5 };
extern const char *const comparator_keyword[COMPARATOR_KEYWORDS];
#endif
