/* bf16 products with K-contiguous weights on AVX-512-BF16: Q tiles, and for few
 * rows of a and few k, as in the scores of attention, tiles of their own.
 *
 * There the lanes of a vector are four weight rows: 64 bytes of each are loaded
 * and transposed, which is cheaper than a broadcast for every octet, and a row
 * of a, its octet in all lanes, needs one dot product for them: rows of a are
 * not filled up to four.  The order of sums is the same. */
#include "gemm_avx512bf16.h"

typedef uint16_t Elem;
enum { OCTET = 8 };

INLINE __m128i load_octet(const Elem *p, int64_t left)
{
    const __mmask8 mask = left >= OCTET ? 0xff : (__mmask8)((1u << left) - 1);
    return _mm_maskz_loadu_epi16(mask, p);
}

INLINE __m512i weights(__m512i w)
{
    return w;
}

#define EACH_SOURCE(make, ...) make(PLAIN, __VA_ARGS__) make(BYTES, __VA_ARGS__)
#define LIST_SOURCES(name)                   \
    {                                        \
        tile_PLAIN_##name, tile_BYTES_##name \
    }

INLINE Table cast_table(QwDtype from)
{
    return load_table(qwk_byte_table(from));
}

/* Up to 32 bytes of each row, then zeros. */
INLINE void cast_rows(Elem (*to)[4 * OCTET], const char *first,
                      const char *second, int64_t k, const Table *table)
{
    const __mmask32 mask = k < 32 ? ((__mmask32)1 << (k > 0 ? k : 0)) - 1
                                  : ~(__mmask32)0;
    const __m256i x = _mm256_maskz_loadu_epi8(mask, first),
                  y = _mm256_maskz_loadu_epi8(mask, second);
    __m512i v[2];
    cast_bytes(v, _mm512_inserti64x4(_mm512_castsi256_si512(x), y, 1), table);
    _mm512_store_si512(to[0], v[0]);
    _mm512_store_si512(to[1], v[1]);
}

INLINE __m256 dot_half(__m256 sum, __m256i w, __m256i a)
{
    return _mm256_dpbf16_ps(sum, (__m256bh)w, (__m256bh)a);
}

INLINE __m128 add_four(__m128 x, __m128 y)
{
    return _mm_add_ps(x, y);
}

#include "gemm_q.inc"

/* ---- few rows, few k ------------------------------------------------------- */

enum {
    FEW_ROWS = 8,
    FEW_A = 2048, /* elements of a, at most: 8 times as many bytes packed */
    QUADS = 2,    /* of weight rows in a tile */
    FEW_COLUMNS = 4 * QUADS,
    FEW_DISTANCE = 32 << 10 /* as DISTANCE, into the second level: the values of
                             * a short page behind its keys */
};

static bool is_few(const QwkGemm *g)
{
    return g->from == QW_BF16 && g->m <= FEW_ROWS &&
        g->m * whole_octets(g->k) <= FEW_A;
}

/* [octet][row], each in all lanes. */
static void pack_few(const QwkGemm *g, Elem *out)
{
    const Elem *a = g->a;
    for (int64_t k = 0; k < g->k; k += OCTET)
        for (int64_t r = 0; r < g->m; r++, out += LANES)
            _mm512_store_si512(out,
                               _mm512_broadcast_i32x4(
                                   g->flags & QW_AT
                                       ? gather_octet(a + k * g->lda + r,
                                                      g->lda, g->k - k)
                                       : load_octet(a + r * g->lda + k,
                                                    g->k - k)));
}

/* 64 bytes of up to four weight rows, transposed: w[u] has octet u of each. */
INLINE void load_quad(__m512i w[4], const Elem *b, int64_t ldb, int64_t rows,
                      int64_t k)
{
    const __mmask32 mask = k < STEP ? ((__mmask32)1 << k) - 1 : ~(__mmask32)0;
    __m512i r[4];
    UNROLL
    for (int i = 0; i < 4; i++)
        r[i] = rows >= 4 && k >= STEP
            ? _mm512_loadu_si512(b + i * ldb)
            : _mm512_maskz_loadu_epi16(i < rows ? mask : 0, b + i * ldb);
    transpose_lanes(w, r);
}

INLINE void few_octet(__m512 sum[FEW_ROWS][QUADS], const Elem *a,
                      __m512i w[QUADS][4], const int u, const int rows)
{
    UNROLL
    for (int r = 0; r < rows; r++) {
        const __m512i x = _mm512_load_si512(a + r * LANES);
        UNROLL
        for (int q = 0; q < QUADS; q++) sum[r][q] = dot(sum[r][q], w[q][u], x);
    }
}

INLINE void store_columns(const Tile *t, int64_t row, int64_t columns, __m256 v)
{
    const __mmask8 mask = (__mmask8)((1u << columns) - 1);
    float *c = t->c + row * t->ldc;
    if (t->accumulate) v = _mm256_add_ps(v, _mm256_maskz_loadu_ps(mask, c));
    _mm256_mask_storeu_ps(c, mask, v);
}

/* Two rows of the result at a time; of the second there may be none. */
INLINE void store_few(const Tile *t, __m512 sum[FEW_ROWS][QUADS],
                      int64_t columns, const int rows)
{
    const __m512i order = _mm512_setr_epi32(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10,
                                            14, 3, 7, 11, 15);
    UNROLL
    for (int r = 0; r < rows; r += 2) {
        const int s = r + 1 < rows ? r + 1 : r;
        const __m512 v =
            _mm512_permutexvar_ps(order,
                                  sum_partials(sum[r][0], sum[r][1], sum[s][0],
                                               sum[s][1]));
        store_columns(t, r, columns, _mm512_castps512_ps256(v));
        if (s > r) store_columns(t, s, columns, _mm512_extractf32x8_ps(v, 1));
    }
}

INLINE void few(const Tile *t, int64_t columns, const int rows)
{
    __m512 sum[FEW_ROWS][QUADS];
    __m512i w[QUADS][4];
    const Elem *a = t->a, *b = (const Elem *)(const void *)t->w;
    const int64_t ldw = t->ldw / SIZE;
    Prefetch next = t->next;
    UNROLL
    for (int r = 0; r < rows; r++) {
        UNROLL
        for (int q = 0; q < QUADS; q++) sum[r][q] = _mm512_setzero_ps();
    }
    int64_t k = t->k;
    if (columns == FEW_COLUMNS)
        for (; k >= STEP; k -= STEP, b += STEP, a += 4 * rows * LANES) {
            prefetch_lines(&next, FEW_COLUMNS);
            UNROLL
            for (int q = 0; q < QUADS; q++)
                load_quad(w[q], b + 4 * q * ldw, ldw, 4, STEP);
            UNROLL
            for (int u = 0; u < 4; u++)
                few_octet(sum, a + u * rows * LANES, w, u, rows);
        }
    for (; k > 0; k -= STEP, b += STEP, a += 4 * rows * LANES) {
        UNROLL
        for (int q = 0; q < QUADS; q++)
            load_quad(w[q], b + 4 * q * ldw, ldw, columns - 4 * q, k);
        UNROLL
        for (int u = 0; u < 4; u++)
            if (k > u * OCTET) few_octet(sum, a + u * rows * LANES, w, u, rows);
    }
    store_few(t, sum, columns, rows);
}

#define FEW(rows)                                                     \
    static __attribute__((noinline)) void few_##rows(const Tile *t,   \
                                                     int64_t columns) \
    {                                                                 \
        few(t, columns, rows);                                        \
    }
FEW(1)
FEW(2)
FEW(3)
FEW(4)
FEW(5)
FEW(6)
FEW(7)
FEW(8)

static void run_few(const QwkGemm *g)
{
    static void (*const form[FEW_ROWS])(const Tile *,
                                        int64_t) = {few_1, few_2, few_3, few_4,
                                                    few_5, few_6, few_7, few_8};
    for (int64_t n = 0; n < g->n; n += FEW_COLUMNS) {
        Tile t = {.w = (const char *)g->b + n * g->ldb * SIZE,
                  .ldw = g->ldb * SIZE,
                  .a = g->scratch,
                  .k = g->k,
                  .c = (float *)g->c + n,
                  .ldc = g->ldc,
                  .accumulate = (g->flags & QW_ACC) != 0,
                  .next = prefetch_of(g, n, FEW_COLUMNS, FEW_DISTANCE)};
        t.next.near = false;
        form[g->m - 1](&t, g->n - n < FEW_COLUMNS ? g->n - n : FEW_COLUMNS);
    }
}

static int64_t few_product(const QwkGemm *g)
{
    const int64_t need = g->m * whole_octets(g->k) * 4 * SIZE;
    if (need > g->scratch_bytes) return need;
    if (!g->packed) pack_few(g, g->scratch);
    run_few(g);
    return 0;
}

int64_t qwk_gemm_bf16_bt_avx512bf16(const QwkGemm *g)
{
    if (is_few(g)) return few_product(g);
    const int64_t need = packed_size(g) * SIZE;
    if (need > g->scratch_bytes) return need;
    if (!g->packed) pack(g, g->scratch);
    run_product(g, &(Packed){.a = g->scratch, .k = whole_octets(g->k)});
    return 0;
}
