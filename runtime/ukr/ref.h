/* Shared by the ref kernels: elements of every float dtype as FP32 values.
 * get_<t> widens exactly, put_<t> rounds once to nearest even (T9). */
#ifndef QW_REF_H
#define QW_REF_H
#include "dtype.h"
#include "ukr.h"

static inline float get_f32(float x)
{
    return x;
}
static inline float get_f16(uint16_t x)
{
    return qw_f16_to_f32(x);
}
static inline float get_bf16(uint16_t x)
{
    return qw_bf16_to_f32(x);
}
static inline float put_f32(float x)
{
    return x;
}
static inline uint16_t put_f16(float x)
{
    return qw_f32_to_f16(x, QW_NONE);
}
static inline uint16_t put_bf16(float x)
{
    return qw_f32_to_bf16(x, QW_NONE);
}

/* ref_math.c: within 0.51 ULP, from + - * / of doubles alone */
float qwk_exp(float);
float qwk_log(float);
float qwk_sin(float);
float qwk_cos(float);
#endif
