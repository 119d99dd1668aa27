/* Which vector instructions may be used. */
#ifndef QW_CPU_H
#define QW_CPU_H
#include <stdbool.h>

/* Each level includes the former ones. */
typedef enum QwIsa {
    QW_ISA_ref,
    QW_ISA_avx2,
    QW_ISA_avx512,
    QW_ISA_avx512vnni,
    QW_ISA_avx512bf16,
    QW_ISA_COUNT
} QwIsa;

QwIsa qw_cpu_isa(void);                       /* best level of CPU and OS */
int qw_cpu_l1_bytes(void);                    /* data cache, 0: unknown */
extern const char *const qw_isa_names[];      /* by QwIsa; NULL after them */
bool qw_isa_parse(const char *name, QwIsa *); /* false: no such level */
#endif
