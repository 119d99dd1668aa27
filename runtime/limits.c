/* Measures the limits of limits.h: a read of a buffer by all threads, and
 * loops of independent multiply-adds in registers.  The loops are assembly, for
 * they need more registers and other instructions than this file is compiled
 * for; they run only where the ISA level says so. */
#include "limits.h"
#include <emmintrin.h>
#include <string.h>
#include <time.h>
#include "context.h"
#include "cpu.h"

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* ---- reading ------------------------------------------------------------- */

enum { BLOCK = 1 << 20, LEAST = 16 << 20 };

typedef struct Read {
    const char *p;
    int64_t bytes, blocks;
} Read;

static int read_block(QwWorker *w, const void *env, int64_t i)
{
    const Read *r = env;
    const int64_t from = i % r->blocks * BLOCK;
    const int64_t bytes = qw_min(BLOCK, r->bytes - from);
    const char *p = r->p + from;
    __m128i x = _mm_setzero_si128(), y = x, z = x, u = x;
    for (int64_t o = 0; o + 64 <= bytes; o += 64) {
        x = _mm_xor_si128(x, _mm_loadu_si128((const __m128i *)(p + o)));
        y = _mm_xor_si128(y, _mm_loadu_si128((const __m128i *)(p + o + 16)));
        z = _mm_xor_si128(z, _mm_loadu_si128((const __m128i *)(p + o + 32)));
        u = _mm_xor_si128(u, _mm_loadu_si128((const __m128i *)(p + o + 48)));
    }
    x = _mm_xor_si128(_mm_xor_si128(x, y), _mm_xor_si128(z, u));
    memcpy(qw_frame(w), &x, sizeof x); /* else nothing would be read */
    return QW_OK;
}

/* Seconds of a parallel loop; 0: it could not run. */
static double timed(QwCtx *ctx, QwBody *body, const void *env, int64_t n)
{
    QwWorker *w = qw_enter(ctx, 64, "limits");
    if (!w)
        return 0;
    const double start = now();
    const int status = qw_parallel(w, body, env, n, NULL);
    const double end = now();
    return qw_leave(w, status) == QW_OK ? end - start : 0;
}

double qw_limit_read(QwCtx *ctx, const void *p, int64_t bytes)
{
    if (bytes < 64)
        return 0;
    const Read r = {p, bytes, (bytes + BLOCK - 1) / BLOCK};
    const int64_t times = bytes < LEAST ? (LEAST + bytes - 1) / bytes : 1;
    const double t = timed(ctx, read_block, &r, r.blocks * times);
    return t > 0 ? (double)(bytes * times) / t : 0;
}

/* ---- arithmetic ---------------------------------------------------------- */

/* Accumulators 0 .. last are cleared, then n times each gets one `op`. */
#define SPIN(name, op, clear, reg, last, one, other)                      \
    static void name(int64_t n)                                           \
    {                                                                     \
        __asm__ volatile("vzeroall\n\t"                                   \
                         ".altmacro\n\t"                                  \
                         ".macro qw_each_" #name " f, i=0\n\t"            \
                         "\\f \\i\n\t"                                    \
                         ".if \\i - " #last "\n\t"                        \
                         "qw_each_" #name " \\f, %%(\\i + 1)\n\t"         \
                         ".endif\n\t"                                     \
                         ".endm\n\t"                                      \
                         ".macro qw_clear_" #name " i\n\t"                \
                         clear " %%" reg "\\i, %%" reg "\\i, %%" reg "\\i\n\t" \
                         ".endm\n\t"                                      \
                         ".macro qw_op_" #name " i\n\t"                   \
                         op " %%" reg one ", %%" reg other ", %%" reg "\\i\n\t" \
                         ".endm\n\t"                                      \
                         "qw_each_" #name " qw_clear_" #name "\n\t"       \
                         clear " %%" reg one ", %%" reg one ", %%" reg one "\n\t" \
                         clear " %%" reg other ", %%" reg other ", %%" reg other "\n\t" \
                         "1:\n\t"                                         \
                         "qw_each_" #name " qw_op_" #name "\n\t"          \
                         "dec %0\n\t"                                     \
                         "jnz 1b\n\t"                                     \
                         "vzeroupper\n\t"                                 \
                         ".purgem qw_each_" #name "\n\t"                  \
                         ".purgem qw_clear_" #name "\n\t"                 \
                         ".purgem qw_op_" #name "\n\t"                    \
                         ".noaltmacro\n\t"                                \
                         : "+r"(n)                                        \
                         :                                                \
                         : "cc", "xmm0", "xmm1", "xmm2", "xmm3", "xmm4",  \
                           "xmm5", "xmm6", "xmm7", "xmm8", "xmm9",        \
                           "xmm10", "xmm11", "xmm12", "xmm13", "xmm14",   \
                           "xmm15");                                      \
    }
