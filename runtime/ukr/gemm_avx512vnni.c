/* i8 products on AVX-512-VNNI: Q tiles.
 *
 * vpdpbusd multiplies unsigned by signed bytes and adds exactly, so weights are
 * taken as w + 128 and every sum begins with -128 times the sum of its row of
 * a.  Exact sums may be cut anywhere: N-contiguous weights are transposed into
 * panels in scratch, whose products are added up in c. */
#include <immintrin.h>
#include "ukr.h"

#define INLINE static inline __attribute__((always_inline))
#define UNROLL _Pragma("GCC unroll 16")

typedef int8_t Elem;
enum { OCTET = 16, PANEL_K = 256, PANEL_N = 64 };

INLINE __m128i load_octet(const Elem *p, int64_t left)
{
    const __mmask16 mask = left >= OCTET ? 0xffff
                                         : (__mmask16)((1u << left) - 1);
    return _mm_maskz_loadu_epi8(mask, p);
}

INLINE __m512i weights(__m512i w)
{
    return _mm512_xor_si512(w, _mm512_set1_epi8(-128));
}

INLINE __m512 dot(__m512 sum, __m512i a, __m512i w)
{
    return _mm512_castsi512_ps(
        _mm512_dpbusd_epi32(_mm512_castps_si512(sum), w, a));
}

INLINE __m256 dot_half(__m256 sum, __m256i a, __m256i w)
{
    return _mm256_castsi256_ps(
        _mm256_dpbusd_epi32(_mm256_castps_si256(sum), w, a));
}

INLINE __m512 add_sums(__m512 x, __m512 y)
{
    return _mm512_castsi512_ps(
        _mm512_add_epi32(_mm512_castps_si512(x), _mm512_castps_si512(y)));
}

INLINE __m128 add_four(__m128 x, __m128 y)
{
    return _mm_castsi128_ps(
        _mm_add_epi32(_mm_castps_si128(x), _mm_castps_si128(y)));
}

#include "gemm_q.inc"

/* Where sums over [k0, k0 + k) begin: dword 0 of a lane is its row's -128 sum,
 * the others are zeros.  a is packed. */
static void start_block(const Packed *p, int64_t m, int64_t rows, int64_t k,
                        float *start)
{
    const __m512i first = _mm512_maskz_set1_epi32(0x1111, -1);
    const int64_t groups = groups_of(rows);
    const Elem *a = p->a + m * p->k + p->k0 * 4 * groups;
    const __m512i all = _mm512_set1_epi8(1);
    for (int64_t i = 0; i < groups; i++) {
        __m512i sum = _mm512_setzero_si512();
        for (int64_t o = 0; o < k; o += OCTET)
            sum = _mm512_dpbusd_epi32(sum, all,
                                      _mm512_load_si512(
                                          a +
                                          (o * groups / OCTET + i) * LANES));
        sum = _mm512_add_epi32(sum, _mm512_shuffle_epi32(sum, 0x4e));
        sum = _mm512_add_epi32(sum, _mm512_shuffle_epi32(sum, 0xb1));
        sum = _mm512_and_si512(first, _mm512_slli_epi32(sum, 7));
        sum = _mm512_sub_epi32(_mm512_setzero_si512(), sum);
        _mm512_store_si512(start + 16 * i, sum);
    }
}

static void run_part(const QwkGemm *g, const Packed *p, float *start)
{
    for (int64_t m = 0; m < g->m; m += 16)
        start_block(p, m, g->m - m < 16 ? g->m - m : 16, whole_octets(g->k),
                    start + m / 16 * MAX_GROUPS * 16);
    run_product(g, p);
}

/* Each of the four lanes of 16 rows of bytes is transposed: out[i] holds byte i
 * of every row. */
INLINE void transpose(__m512i out[16], const __m512i r[16])
{
    __m512i x[16], y[16];
    UNROLL
    for (int i = 0; i < 8; i++) {
        x[2 * i] = _mm512_unpacklo_epi8(r[2 * i], r[2 * i + 1]);
        x[2 * i + 1] = _mm512_unpackhi_epi8(r[2 * i], r[2 * i + 1]);
    }
    UNROLL
    for (int i = 0; i < 16; i += 4) {
        UNROLL
        for (int h = 0; h < 2; h++) {
            y[i + 2 * h] = _mm512_unpacklo_epi16(x[i + h], x[i + h + 2]);
            y[i + 2 * h + 1] = _mm512_unpackhi_epi16(x[i + h], x[i + h + 2]);
        }
    }
    UNROLL
    for (int i = 0; i < 16; i += 8) {
        UNROLL
        for (int h = 0; h < 4; h++) {
            x[i + 2 * h] = _mm512_unpacklo_epi32(y[i + h], y[i + h + 4]);
            x[i + 2 * h + 1] = _mm512_unpackhi_epi32(y[i + h], y[i + h + 4]);
        }
    }
    UNROLL
    for (int h = 0; h < 8; h++) {
        out[2 * h] = _mm512_unpacklo_epi64(x[h], x[h + 8]);
        out[2 * h + 1] = _mm512_unpackhi_epi64(x[h], x[h + 8]);
    }
}

INLINE void store_lane(Elem *to, __m128i v)
{
    _mm_store_si128((__m128i *)(void *)to, v);
}

/* Rows [k0, k0 + PANEL_K) x columns [n, n + PANEL_N) of b, transposed, with
 * zeros where there is nothing. */
static void fill_panel(const QwkGemm *g, int64_t k0, int64_t n, Elem *panel)
{
    const int64_t rows = g->k - k0, columns = g->n - n;
    const int64_t step = OCTET * PANEL_K; /* from lane to lane */
    const __mmask64 mask = columns < PANEL_N ? ((__mmask64)1 << columns) - 1
                                             : ~(__mmask64)0;
    for (int64_t k = 0; k < PANEL_K && k < rows; k += OCTET) {
        const Elem *b = (const Elem *)g->b + (k0 + k) * g->ldb + n;
        __m512i r[OCTET], out[OCTET];
        UNROLL
        for (int i = 0; i < OCTET; i++)
            r[i] = _mm512_maskz_loadu_epi8(k + i < rows ? mask : 0,
                                           b + i * g->ldb);
        transpose(out, r);
        UNROLL
        for (int i = 0; i < OCTET; i++) {
            Elem *to = panel + i * PANEL_K + k;
            store_lane(to, _mm512_castsi512_si128(out[i]));
            store_lane(to + step, _mm512_extracti32x4_epi32(out[i], 1));
            store_lane(to + 2 * step, _mm512_extracti32x4_epi32(out[i], 2));
            store_lane(to + 3 * step, _mm512_extracti32x4_epi32(out[i], 3));
        }
    }
}

static void prefetch_panel(const QwkGemm *g, int64_t k0, int64_t n)
{
    for (int64_t k = k0; k < g->k && k < k0 + PANEL_K; k++)
        _mm_prefetch((const char *)g->b + k * g->ldb + n, _MM_HINT_T1);
}

static void run_panels(const QwkGemm *g, Packed p, float *start, Elem *panel)
{
    for (int64_t k = 0; k < g->k || k == 0; k += PANEL_K)
        for (int64_t n = 0; n < g->n; n += PANEL_N) {
            QwkGemm part = *g;
            fill_panel(g, k, n, panel);
            if (n + PANEL_N < g->n) prefetch_panel(g, k, n + PANEL_N);
            part.b = panel;
            part.ldb = PANEL_K;
            part.c = (int32_t *)g->c + n;
            part.n = g->n - n < PANEL_N ? g->n - n : PANEL_N;
            part.k = g->k - k < PANEL_K ? g->k - k : PANEL_K;
            part.flags = k > 0 ? g->flags | QW_ACC : g->flags;
            part.next = NULL;
            p.k0 = k;
            run_part(&part, &p, start);
        }
}

int64_t qwk_gemm_i8_avx512vnni(const QwkGemm *g)
{
    const bool bt = (g->flags & QW_BT) != 0;
    const int64_t blocks = (g->m + 15) / 16;
    const int64_t start = blocks * MAX_GROUPS * 16;
    const int64_t panel = bt ? 0 : PANEL_K * PANEL_N;
    const int64_t a = packed_size(g);
    const int64_t need = start * (int64_t)sizeof(float) + panel + a;
    if (need > g->scratch_bytes) return need;
    float *const at = g->scratch;
    Elem *const packed = (Elem *)(void *)(at + start);
    if (!g->packed) pack(g, packed);
    const Packed p = {.a = packed, .start = at, .k = whole_octets(g->k)};
    if (bt)
        run_part(g, &p, at);
    else
        run_panels(g, p, at, packed + a);
    return 0;
}
