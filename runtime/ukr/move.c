/* Operations that move elements without computing: copies, fills, gathers,
 * scatters, and the atomic addition.  One implementation serves every ISA;
 * rows are moved by memmove or in words of the element's size.  Addresses
 * need only the alignment of an element. */
#include "dtype.h"
#include "qwrt.h"
#include <string.h>

/* ---- copies -------------------------------------------------------------- */

void qw_copy(int64_t size, void *d, int64_t ldd, const void *a, int64_t lda,
             int64_t m, int64_t n)
{
    if (m <= 0 || n <= 0) return;
    if (m > 1 && ldd == n && lda == n) {
        n *= m;
        m = 1;
    }
    for (int64_t i = 0; i < m; i++)
        memmove((char *)d + i * ldd * size, (const char *)a + i * lda * size,
                (size_t)(n * size));
}

/* d[i*ldd + j*csd] = a[i*lda + j*csa] for elements of one size */
#define MOVE(T)                                                          \
    static void move_##T(T *d, int64_t ldd, int64_t csd, const T *a,     \
                         int64_t lda, int64_t csa, int64_t m, int64_t n) \
    {                                                                    \
        for (int64_t i = 0; i < m; i++)                                  \
            for (int64_t j = 0; j < n; j++)                              \
                d[i * ldd + j * csd] = a[i * lda + j * csa];             \
    }
MOVE(uint8_t)
MOVE(uint16_t)
MOVE(uint32_t)
MOVE(uint64_t)

static void move_strided(int64_t size, void *d, int64_t ldd, int64_t csd,
                         const void *a, int64_t lda, int64_t csa, int64_t m,
                         int64_t n)
{
    switch (size) {
    case 1: move_uint8_t(d, ldd, csd, a, lda, csa, m, n); return;
    case 2: move_uint16_t(d, ldd, csd, a, lda, csa, m, n); return;
    case 4: move_uint32_t(d, ldd, csd, a, lda, csa, m, n); return;
    default: move_uint64_t(d, ldd, csd, a, lda, csa, m, n); return;
    }
}

/* Blocks of 32 columns keep the lines of a transposed operand in cache. */
enum { BLOCK = 32 };

static void move_blocked(int64_t size, void *d, int64_t ldd, int64_t csd,
                         const void *a, int64_t lda, int64_t csa, int64_t m,
                         int64_t n)
{
    for (int64_t j = 0; j < n; j += BLOCK)
        move_strided(size, (char *)d + j * csd * size, ldd, csd,
                     (const char *)a + j * csa * size, lda, csa, m,
                     n - j < BLOCK ? n - j : BLOCK);
}

void qw_gather_strided(int64_t size, void *d, int64_t ldd, const void *a,
                       int64_t lda, int64_t csa, int64_t m, int64_t n)
{
    if (csa == 1)
        qw_copy(size, d, ldd, a, lda, m, n);
    else
        move_blocked(size, d, ldd, 1, a, lda, csa, m, n);
}

void qw_scatter_strided(int64_t size, void *d, int64_t ldd, int64_t csd,
                        const void *a, int64_t lda, int64_t m, int64_t n)
{
    if (csd == 1)
        qw_copy(size, d, ldd, a, lda, m, n);
    else
        move_blocked(size, d, ldd, csd, a, lda, 1, m, n);
}

/* ---- fills --------------------------------------------------------------- */

static bool is_zero(int64_t size, const void *value)
{
    static const char zeros[8];
    return memcmp(value, zeros, (size_t)size) == 0;
}

void qw_fill(int64_t size, void *d, int64_t ldd, const void *value, int64_t m,
             int64_t n)
{
    if (n <= 0) return;
    if (!is_zero(size, value)) {
        move_strided(size, d, ldd, 1, value, 0, 0, m, n);
        return;
    }
    for (int64_t i = 0; i < m; i++)
        memset((char *)d + i * ldd * size, 0, (size_t)(n * size));
}

void qw_pad(int64_t size, void *d, int64_t ldd, const void *value, int64_t vm,
            int64_t vn, int64_t m, int64_t n)
{
    vm = qw_max(0, qw_min(vm, m));
    vn = qw_max(0, qw_min(vn, n));
    qw_fill(size, (char *)d + vn * size, ldd, value, vm, n - vn);
    qw_fill(size, (char *)d + vm * ldd * size, ldd, value, m - vm, n);
}

void qw_arange(QwDtype t, void *d, int64_t start, int64_t n)
{
    const int64_t size = qw_dtype_size(t);
    for (int64_t i = 0; i < n; i++)
        qw_elem_set_i64(t, (char *)d + i * size,
                        (int64_t)((uint64_t)start + (uint64_t)i));
}

/* ---- atomic addition ----------------------------------------------------- */

static uint32_t add_f32(uint32_t x, uint32_t y)
{
    float a, b;
    memcpy(&a, &x, sizeof a);
    memcpy(&b, &y, sizeof b);
    a += b;
    memcpy(&x, &a, sizeof x);
    return x;
}

static uint16_t add_f16(uint16_t x, uint16_t y)
{
    return qw_f32_to_f16(qw_f16_to_f32(x) + qw_f16_to_f32(y), QW_NONE);
}

static uint16_t add_bf16(uint16_t x, uint16_t y)
{
    return qw_f32_to_bf16(qw_bf16_to_f32(x) + qw_bf16_to_f32(y), QW_NONE);
}

/* Adds with compare-and-swap; sum is an expression of x (there) and y. */
#define ATOMIC_ADD(name, T, sum)                                            \
    static void atomic_##name(T *d, int64_t ldd, const T *a, int64_t lda,   \
                              int64_t m, int64_t n)                         \
    {                                                                       \
        for (int64_t i = 0; i < m; i++)                                     \
            for (int64_t j = 0; j < n; j++) {                               \
                T *at = &d[i * ldd + j];                                    \
                const T y = a[i * lda + j];                                 \
                T x = __atomic_load_n(at, __ATOMIC_RELAXED);                \
                while (!__atomic_compare_exchange_n(at, &x, (T)(sum), true, \
                                                    __ATOMIC_RELAXED,       \
                                                    __ATOMIC_RELAXED))      \
                    continue;                                               \
            }                                                               \
    }
ATOMIC_ADD(f32, uint32_t, add_f32(x, y))
ATOMIC_ADD(f16, uint16_t, add_f16(x, y))
ATOMIC_ADD(bf16, uint16_t, add_bf16(x, y))
ATOMIC_ADD(w8, uint8_t, x + y)
ATOMIC_ADD(w16, uint16_t, x + y)
ATOMIC_ADD(w32, uint32_t, x + y)
ATOMIC_ADD(w64, uint64_t, x + y)

void qw_atomic_add(QwDtype t, void *d, int64_t ldd, const void *a, int64_t lda,
                   int64_t m, int64_t n)
{
    switch (t) {
    case QW_F32: atomic_f32(d, ldd, a, lda, m, n); return;
    case QW_F16: atomic_f16(d, ldd, a, lda, m, n); return;
    case QW_BF16: atomic_bf16(d, ldd, a, lda, m, n); return;
    case QW_I8:
    case QW_U8: atomic_w8(d, ldd, a, lda, m, n); return;
    case QW_I16:
    case QW_U16: atomic_w16(d, ldd, a, lda, m, n); return;
    case QW_I32:
    case QW_U32: atomic_w32(d, ldd, a, lda, m, n); return;
    case QW_I64:
    case QW_U64: atomic_w64(d, ldd, a, lda, m, n); return;
    default: return;
    }
}

/* ---- gather and scatter (language.md 9, 62-65) --------------------------- */

/* Of 1, 2, 4 or 8 bytes. */
static inline void copy_element(void *d, const void *x, int64_t size)
{
    switch (size) {
    case 1: memcpy(d, x, 1); return;
    case 2: memcpy(d, x, 2); return;
    case 4: memcpy(d, x, 4); return;
    default: memcpy(d, x, 8); return;
    }
}

void qw_gather_mask(int64_t size, void *d, const void *p, int64_t len,
                    int32_t period, int32_t mask)
{
    char *to = d;
    for (int64_t i = 0; i < len; i += period)
        for (int64_t j = 0; j < period && i + j < len; j++) {
            if ((mask >> j & 1) == 0) continue;
            copy_element(to, (const char *)p + (i + j) * size, size);
            to += size;
        }
}

/* len: lanes of d; x holds one element for each kept lane. */
void qw_scatter_mask(int64_t size, void *d, const void *x, int64_t len,
                     int32_t period, int32_t mask)
{
    const char *from = x;
    for (int64_t i = 0; i < len; i += period)
        for (int64_t j = 0; j < period && i + j < len; j++) {
            if ((mask >> j & 1) == 0) continue;
            copy_element((char *)d + (i + j) * size, from, size);
            from += size;
        }
}

int qw_gather_index(int64_t size, void *d, int64_t ldd, const void *x,
                    int64_t ldx, int64_t nx, const int32_t *idx, int64_t ldi,
                    int64_t m, int64_t k, int64_t *bad)
{
    for (int64_t i = 0; i < m; i++)
        for (int64_t j = 0; j < k; j++) {
            const int64_t at = idx[i * ldi + j];
            if (at < 0 || at >= nx) {
                *bad = at;
                return QW_ERR_INDEX;
            }
            copy_element((char *)d + (i * ldd + j) * size,
                         (const char *)x + (i * ldx + at) * size, size);
        }
    return QW_OK;
}

int qw_scatter_index(int64_t size, void *d, int64_t ldd, int64_t nd,
                     const int32_t *idx, int64_t ldi, const void *src,
                     int64_t lds, int64_t m, int64_t k, int64_t *bad)
{
    for (int64_t i = 0; i < m; i++)
        for (int64_t j = 0; j < k; j++) {
            const int64_t at = idx[i * ldi + j];
            if (at < 0 || at >= nd) {
                *bad = at;
                return QW_ERR_INDEX;
            }
            copy_element((char *)d + (i * ldd + at) * size,
                         (const char *)src + (i * lds + j) * size, size);
        }
    return QW_OK;
}
