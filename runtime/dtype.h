/* Facts about element types, from dtype.def, and the scalar conversions that
 * define them (language.md 8.4).  Bits of 16-bit floats travel as uint16_t. */
#ifndef QW_DTYPE_H
#define QW_DTYPE_H
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include "qwrt.h" /* enum QwDtype, enum QwRound */

typedef struct QwDtypeInfo {
    const char *suffix;      /* "bf16": part of symbol names */
    const char *pl;          /* "BF16", NULL: not a kernel dtype */
    const char *torch;       /* "bfloat16" */
    const char *ctype;       /* "uint16_t" */
    const char *npy;         /* "<f4", NULL: none */
    const char *safetensors; /* "BF16" */
    int bytes;
    char cls; /* 'b' 'i' 'u' 'f' */
} QwDtypeInfo;
extern const QwDtypeInfo qw_dtype_info[QW_DTYPE_COUNT];
static inline int qw_dtype_size(QwDtype d)
{
    return qw_dtype_info[d].bytes;
}
static inline bool qw_dtype_is_float(QwDtype d)
{
    return qw_dtype_info[d].cls == 'f';
}
static inline bool qw_dtype_is_int(QwDtype d)
{
    return qw_dtype_info[d].cls == 'i' || qw_dtype_info[d].cls == 'u';
}
int64_t qw_dtype_min(QwDtype); /* integers and bool */
uint64_t qw_dtype_max(QwDtype);

static inline uint32_t qw_f32_bits(float x)
{
    uint32_t u;
    memcpy(&u, &x, sizeof u);
    return u;
}
static inline float qw_f32_of_bits(uint32_t u)
{
    float x;
    memcpy(&x, &u, sizeof x);
    return x;
}

/* dtype.c: scalar conversions, exact per 8.4; NaN -> quiet NaN */
float qw_bf16_to_f32(uint16_t);
float qw_f16_to_f32(uint16_t);
uint16_t qw_f32_to_bf16(float, QwRound);
uint16_t qw_f32_to_f16(float, QwRound);
/* from double with ONE rounding (for torch float64 -> narrower) */
float qw_f64_to_f32(double);
uint16_t qw_f64_to_bf16(double);
uint16_t qw_f64_to_f16(double);
/* one element at p as double / int64 (floats truncate), and back (RNE; ints
 * wrap): helpers for slow paths */
double qw_elem_f64(QwDtype, const void *p);
int64_t qw_elem_i64(QwDtype, const void *p);
void qw_elem_set_f64(QwDtype, void *p, double);
void qw_elem_set_i64(QwDtype, void *p, int64_t);
/* float -> integer of tensors: toward zero, saturating, NaN -> 0; to bool != 0 */
int64_t qw_f64_to_i64(double);
int64_t qw_f64_to_int(QwDtype, double); /* U64: the bits */
/* pack.c: products may read weights of this dtype from packed copies, on some
 * CPUs (qw_pack) */
bool qw_dtype_packs(QwDtype);
#endif
