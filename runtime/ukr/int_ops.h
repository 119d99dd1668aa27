/* What the integer operations compute, once for the ref kernels and for the
 * vectors of ew_int.inc: bits modulo 2^n, in a type that C does not widen. */
#ifndef QW_INT_OPS_H
#define QW_INT_OPS_H
#include "ukr.h"

/* An unsigned type of 32 bits at least, and x in it; what does not fit T falls
 * off in the end. */
#define Bits(T) \
    __typeof__(__builtin_choose_expr(sizeof(T) < 8, (uint32_t)0, (uint64_t)0))
#define BITS(T, x) ((Bits(T))(x))

/* Counts outside 0 <= y < bits give 0. */
#define IN_WIDTH(T, y) (BITS(T, y) < 8 * sizeof(T))

/* BINARY(op, t, T, value of x and y) */
#define INT_BINARIES(BINARY, t, T)                  \
    BINARY(add, t, T, (T)(BITS(T, x) + BITS(T, y))) \
    BINARY(sub, t, T, (T)(BITS(T, x) - BITS(T, y))) \
    BINARY(mul, t, T, (T)(BITS(T, x) * BITS(T, y))) \
    BINARY(max, t, T, x > y ? x : y)                \
    BINARY(min, t, T, x < y ? x : y)                \
    BINARY(cmp_eq, t, T, x == y)                    \
    BINARY(cmp_ne, t, T, x != y)                    \
    BINARY(cmp_lt, t, T, x < y)                     \
    BINARY(cmp_le, t, T, x <= y)                    \
    BINARY(cmp_gt, t, T, x > y)                     \
    BINARY(cmp_ge, t, T, x >= y)                    \
    BINARY(and, t, T, (T)(x & y))                   \
    BINARY(or, t, T, (T)(x | y))                    \
    BINARY(xor, t, T, (T)(x ^ y))

/* SHIFT(op, t, T, value of x and y) */
#define INT_SHIFTS(SHIFT, t, T)                                          \
    SHIFT(shl, t, T, IN_WIDTH(T, y) ? (T)(BITS(T, x) << BITS(T, y)) : 0) \
    SHIFT(shr, t, T, IN_WIDTH(T, y) ? (T)(x >> y) : 0)

/* UNARY(op, t, T, value of x) */
#define INT_UNARIES(UNARY, t, T)                      \
    UNARY(neg, t, T, (T)(0 - BITS(T, x)))             \
    UNARY(abs, t, T, x < 1 ? (T)(0 - BITS(T, x)) : x) \
    UNARY(not, t, T, (T)~x)
#endif
