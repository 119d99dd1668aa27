/* Verdicts on outputs: the rules of language.md 3.2 and the derived bound of
 * 8.5, with everything the report of 14.4 prints. */
#ifndef QW_COMPARE_H
#define QW_COMPARE_H
#include "tensor.h"

typedef enum QwCompareRule {
    QW_CMP_CLOSE, /* |a - e| <= atol + rtol * |e|, or the same infinity */
    QW_CMP_RATIO_ALLCLOSE, /* share outside CLOSE <= max_error_ratio, actual all finite */
    QW_CMP_RATIO_RELDIFF, /* diff_thd, pct_thd, max_diff_hd */
    QW_CMP_TOPK_PAIR,     /* indices; vals, dim, descending */
    QW_CMP_PASS_RATE,     /* share inside CLOSE >= threshold */
    QW_CMP_BOUND /* |a - e| <= bound, or the same infinity or both NaN */
} QwCompareRule;

typedef struct QwCompare {
    QwCompareRule rule;
    double rtol, atol;
    double max_error_ratio;
    double diff_thd, pct_thd, max_diff_hd;
    double threshold;
    QwTensor *vals; /* TOPK_PAIR: actual values, shape of the indices */
    int dim;
    bool descending;
    QwTensor *
        bound; /* BOUND: float32 or float64, shape of the output; +inf: ambiguous */
} QwCompare;

enum { QW_SHOWN = 20 };

typedef struct QwMismatch {
    int64_t pos; /* row-major */
    double actual, expected;
    double allowed; /* |a - e| allowed; NaN where the rule has no such thing */
} QwMismatch;

typedef struct QwVerdict {
    bool passed;
    bool meaningless; /* cannot judge: E1009, reason says why; passed is false */
    bool empty;       /* meaningless because there are no elements */
    char reason[320]; /* one line; "" when all is well */
    int rank;
    int64_t shape[QWT_RANK];
    int64_t compared;   /* elements */
    int64_t mismatched; /* outside the rule for one element */
    double max_abs,
        max_rel; /* over finite pairs; rel: against |expected|, expected != 0 */
    int64_t max_abs_at, max_rel_at; /* -1: none */
    int64_t max_ulp, max_ulp_at;    /* 16-bit dtypes, finite pairs; -1: none */
    int64_t nan_actual, nan_expected, inf_actual, inf_expected;
    double
        used; /* largest |a - e| / allowed of an element, 1 is the edge; NaN: no such thing */
    int64_t used_at;
    double median_bound; /* BOUND: median of bound / |expected|, else NaN */
    int64_t ambiguous;   /* BOUND: elements without a finite bound */
    double worst;        /* RATIO_RELDIFF: largest d */
    int nshown;
    QwMismatch shown[QW_SHOWN]; /* the first mismatches, in order */
} QwVerdict;

/* Judges actual against expected.  false: an operand could not be read
 * (cx->err).  A difference of shape or dtype is a failed verdict. */
bool qw_compare(QwTensor *actual, QwTensor *expected, const QwCompare *,
                QwVerdict *);
/* "[3, 17]" for a position of the verdict; text[QWT_SHAPE_TEXT] */
char *qw_verdict_index(const QwVerdict *, int64_t pos, char *text);
#endif
