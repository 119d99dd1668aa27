/* CPU detection.  A level counts only when the CPU has every extension its
 * kernels are compiled with AND the operating system saves the registers they
 * use (XGETBV): AVX without OS support faults.  The enumerators are spelt as
 * the file suffixes of ukr/, so tables can paste them. */
#include "cpu.h"
#include <cpuid.h>
#include <string.h>
#include <unistd.h>

typedef struct CpuId {
    unsigned a, b, c, d;
} CpuId;

static CpuId cpuid(unsigned leaf, unsigned sub)
{
    CpuId r = {0, 0, 0, 0};
    if (leaf <= (unsigned)__get_cpuid_max(0, NULL))
        __cpuid_count(leaf, sub, r.a, r.b, r.c, r.d);
    return r;
}

/* XCR0: bits 1-2 SSE and AVX state, 5-7 mask and ZMM state. */
static unsigned os_state(void)
{
    if (!(cpuid(1, 0).c & bit_OSXSAVE)) return 0;
    unsigned lo, hi;
    __asm__ volatile("xgetbv" : "=a"(lo), "=d"(hi) : "c"(0));
    return lo;
}

static bool has_all(unsigned word, unsigned bits)
{
    return (word & bits) == bits;
}

QwIsa qw_cpu_isa(void)
{
    enum { AVX_STATE = 0x06, ZMM_STATE = 0xe6 };
    const unsigned os = os_state();
    const CpuId one = cpuid(1, 0), seven = cpuid(7, 0), ext = cpuid(7, 1);
    if (!has_all(os, AVX_STATE) ||
        !has_all(one.c, bit_AVX | bit_FMA | bit_F16C) ||
        !has_all(seven.b, bit_AVX2))
        return QW_ISA_ref;
    const unsigned zmm = bit_AVX512F | bit_AVX512BW | bit_AVX512DQ |
        bit_AVX512VL;
    if (!has_all(os, ZMM_STATE) || !has_all(seven.b, zmm)) return QW_ISA_avx2;
    if (!has_all(seven.c, bit_AVX512VNNI)) return QW_ISA_avx512;
    return has_all(ext.a, bit_AVX512BF16) && has_all(seven.c, bit_AVX512VBMI)
        ? QW_ISA_avx512bf16
        : QW_ISA_avx512vnni;
}

int qw_cpu_l1_bytes(void)
{
    const long bytes = sysconf(_SC_LEVEL1_DCACHE_SIZE);
    return bytes > 0 && bytes < 1 << 20 ? (int)bytes : 0;
}

const char *const qw_isa_names[] = {"ref",        "avx2",       "avx512",
                                    "avx512vnni", "avx512bf16", NULL};

bool qw_isa_parse(const char *name, QwIsa *isa)
{
    for (int i = 0; i < QW_ISA_COUNT; i++) {
        if (strcmp(name, qw_isa_names[i]) != 0) continue;
        *isa = (QwIsa)i;
        return true;
    }
    return false;
}
