/* Measures the limits of peaks.h: a read of a buffer by all threads, and
 * loops of independent multiply-adds in registers.  The loops are assembly, for
 * they need more registers and other instructions than this file is compiled
 * for; they run only where the ISA level says so. */
#include "peaks.h"
#include <emmintrin.h>
#include <string.h>
#include "context.h"
#include "cpu.h"

/* ---- reading ------------------------------------------------------------- */

enum { BLOCK = 1 << 20, LEAST = 128 << 20 };

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

/* Seconds of a parallel loop whose threads are awake; 0: it could not run. */
static double timed(QwCtx *ctx, QwBody *body, const void *env, int64_t n)
{
    QwWorker *w = qw_enter(ctx, 64, "limits");
    if (!w) return 0;
    int status = qw_parallel(w, body, env, 2 * (int64_t)qw_threads(ctx), NULL);
    const double start = qw_now();
    if (status == QW_OK) status = qw_parallel(w, body, env, n, NULL);
    const double end = qw_now();
    return qw_leave(w, status) == QW_OK ? end - start : 0;
}

double qw_limit_read(QwCtx *ctx, const void *p, int64_t bytes)
{
    if (bytes < 64) return 0;
    const Read r = {p, bytes, (bytes + BLOCK - 1) / BLOCK};
    const int64_t times = bytes < LEAST ? (LEAST + bytes - 1) / bytes : 1;
    const double t = timed(ctx, read_block, &r, r.blocks * times);
    return t > 0 ? (double)(bytes * times) / t : 0;
}

/* ---- arithmetic ---------------------------------------------------------- */

#define TWELVE "0,1,2,3,4,5,6,7,8,9,10,11"
#define TWENTY_FOUR TWELVE ",12,13,14,15,16,17,18,19,20,21,22,23"

/* n times `op` on each accumulator; the registers of `all` are cleared first */
#define SPIN(name, reg, clear, all, op, accumulators, one, other)             \
    static void name(int64_t n)                                               \
    {                                                                         \
        __asm__ volatile(".irp i," all "\n\t" clear " %%" reg "\\i, %%" reg   \
                         "\\i, %%" reg "\\i\n\t.endr\n"                       \
                         "1:\n\t.irp i," accumulators "\n\t" op " %%" reg one \
                         ", %%" reg other ", %%" reg "\\i\n\t.endr\n\t"       \
                         "dec %0\n\t"                                         \
                         "jnz 1b\n\t"                                         \
                         "vzeroupper"                                         \
                         : "+r"(n)                                            \
                         :                                                    \
                         : "cc", "xmm0", "xmm1", "xmm2", "xmm3", "xmm4",      \
                           "xmm5", "xmm6", "xmm7", "xmm8", "xmm9", "xmm10",   \
                           "xmm11", "xmm12", "xmm13", "xmm14", "xmm15");      \
    }
#define SPIN_YMM(name, op) \
    SPIN(name, "ymm", "vxorps", TWELVE ",14,15", op, TWELVE, "14", "15")
#define SPIN_ZMM(name, op)                                                   \
    SPIN(name, "zmm", "vpxord", TWENTY_FOUR ",30,31", op, TWENTY_FOUR, "30", \
         "31")
SPIN_YMM(spin_ymm_fma, "vfmadd231ps")
SPIN_ZMM(spin_zmm_fma, "vfmadd231ps")
SPIN_ZMM(spin_zmm_bf16, "vdpbf16ps")
SPIN_ZMM(spin_zmm_int8, "vpdpbusd")

typedef struct Spin {
    void (*run)(int64_t n);
    int64_t operations; /* of one turn */
} Spin;

static Spin spin_for(QwUnit unit)
{
    QwIsa isa = QW_ISA_ref;
    qw_isa_parse(qw_isa(), &isa);
    if (unit == QW_UNIT_BF16 && isa >= QW_ISA_avx512bf16)
        return (Spin){spin_zmm_bf16, 24 * 64};
    if (unit == QW_UNIT_INT8 && isa >= QW_ISA_avx512vnni)
        return (Spin){spin_zmm_int8, 24 * 128};
    if (isa >= QW_ISA_avx512) return (Spin){spin_zmm_fma, 24 * 32};
    if (isa >= QW_ISA_avx2) return (Spin){spin_ymm_fma, 12 * 16};
    return (Spin){NULL, 0};
}

enum { TURNS = 4000, TASKS = 100 }; /* tasks of 25 us, for each thread */

static int spin_task(QwWorker *w, const void *env, int64_t i)
{
    (void)w;
    (void)i;
    ((const Spin *)env)->run(TURNS);
    return QW_OK;
}

double qw_limit_ops(QwCtx *ctx, QwUnit unit)
{
    const Spin s = spin_for(unit);
    if (!s.run) return 0;
    const int64_t tasks = TASKS * (int64_t)qw_threads(ctx);
    const double t = timed(ctx, spin_task, &s, tasks);
    return t > 0 ? (double)(tasks * TURNS * s.operations) / t : 0;
}

double qw_call_ops(const QwCtx *ctx, QwUnit unit)
{
    double sum = 0;
    for (int i = 0; i < ctx->workers; i++) sum += ctx->worker[i].ops[unit];
    return sum;
}
