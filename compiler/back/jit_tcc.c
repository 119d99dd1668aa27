/* The JIT: libtcc compiles the emitted C in memory.  It reads nothing from
 * disk: the line that includes qwrt.h becomes the embedded header, -nostdlib
 * and -nostdinc keep libtcc from looking.  The code sees only the symbols of
 * the table below.  Its pages are never writable and executable at once: libtcc
 * asks for both, the linker sends that request to __wrap_mprotect, which takes
 * the execute bit out, and the code becomes read-execute when complete. */
#include "back/back.h"
#include <dlfcn.h>
#include <errno.h>
#include <libtcc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

extern const char qwrt_header[]; /* build/gen/qwrt_embed.c */

int __real_mprotect(void *, size_t, int);
int __wrap_mprotect(void *, size_t, int);

int __wrap_mprotect(void *at, size_t bytes, int prot)
{
    if ((prot & PROT_WRITE) && (prot & PROT_EXEC)) prot &= ~PROT_EXEC;
    return __real_mprotect(at, bytes, prot);
}

/* ---- what compiled code may call ----------------------------------------- */

typedef struct Symbol {
    const char *name;
    const void *address;
} Symbol;

#define SYM(name) {#name, (const void *)(uintptr_t)name},
#define OP_SYM(op, t, T) SYM(qw_##op##_##t)
/* clang-format off */
static const Symbol symbols[] = {
    SYM(memset) SYM(memmove) SYM(memcpy) /* struct copies and initialisers */
    SYM(qw_enter) SYM(qw_refuse) SYM(qw_leave) SYM(qw_frame) SYM(qw_alloc) SYM(qw_alloc_part)
    SYM(qw_mark) SYM(qw_release) SYM(qw_parallel) SYM(qw_next_index)
    SYM(qw_task) SYM(qw_task_at) SYM(qw_moved) SYM(qw_fail) SYM(qw_fail_text)
    SYM(qw_failure) SYM(qw_valid) SYM(qw_touch) SYM(qw_iteration) SYM(qw_touch_hold) SYM(qw_mul_overflows)
    SYM(qw_shl_overflows) SYM(qw_trip) SYM(qw_fmin) SYM(qw_fmax)
    SYM(qw_bf16_to_f32) SYM(qw_f16_to_f32) SYM(qw_f32_to_bf16)
    SYM(qw_f32_to_f16) SYM(qw_f32_to_i64) SYM(qw_i64_to_f32)
    QW_EACH_NUM(OP_SYM, add) QW_EACH_NUM(OP_SYM, sub) QW_EACH_NUM(OP_SYM, mul)
    QW_EACH_NUM(OP_SYM, div) QW_EACH_NUM(OP_SYM, max) QW_EACH_NUM(OP_SYM, min)
    QW_EACH_NUM(OP_SYM, fmod) QW_EACH_NUM(OP_SYM, cmp_eq)
    QW_EACH_NUM(OP_SYM, cmp_ne) QW_EACH_NUM(OP_SYM, cmp_lt)
    QW_EACH_NUM(OP_SYM, cmp_le) QW_EACH_NUM(OP_SYM, cmp_gt)
    QW_EACH_NUM(OP_SYM, cmp_ge) QW_EACH_FLOAT(OP_SYM, expdif)
    QW_EACH_INT(OP_SYM, and) QW_EACH_INT(OP_SYM, or) QW_EACH_INT(OP_SYM, xor)
    QW_EACH_INT(OP_SYM, shl) QW_EACH_INT(OP_SYM, shr) QW_EACH_NUM(OP_SYM, neg)
    QW_EACH_NUM(OP_SYM, abs) QW_EACH_INT(OP_SYM, not) QW_EACH_FLOAT(OP_SYM, exp)
    QW_EACH_FLOAT(OP_SYM, log) QW_EACH_FLOAT(OP_SYM, sqrt)
    QW_EACH_FLOAT(OP_SYM, rsqrt) QW_EACH_FLOAT(OP_SYM, recip)
    QW_EACH_FLOAT(OP_SYM, sin) QW_EACH_FLOAT(OP_SYM, cos)
    QW_EACH_NUM(OP_SYM, row_sum) QW_EACH_NUM(OP_SYM, row_max)
    QW_EACH_NUM(OP_SYM, row_min) QW_EACH_NUM(OP_SYM, col_sum)
    QW_EACH_NUM(OP_SYM, col_max) QW_EACH_NUM(OP_SYM, col_min)
    QW_EACH_NUM(OP_SYM, row_argmax) QW_EACH_NUM(OP_SYM, row_argmin) SYM(qw_copy)
    SYM(qw_gather_strided) SYM(qw_scatter_strided) SYM(qw_fill) SYM(qw_pad)
    SYM(qw_arange) SYM(qw_prefetch) SYM(qw_cast) SYM(qw_atomic_add) SYM(qw_gemm_bf16)
    SYM(qw_gemm_f16) SYM(qw_gemm_f32) SYM(qw_gemm_i8) SYM(qw_gemm_u8)
    SYM(qw_gemm_bf16_cast) SYM(qw_gemm_f16_cast) SYM(qw_gemm_f32_cast)
    SYM(qw_gemm_i8_cast) SYM(qw_gemm_u8_cast)
    SYM(qw_gemm_keep) SYM(qw_gemm_next) SYM(qw_sort32) SYM(qw_mrgsort_blocks)
    SYM(qw_mrgsort_lists) SYM(qw_gather_mask) SYM(qw_gather_index)
    SYM(qw_scatter_index) SYM(qw_scatter_mask)
};
/* clang-format on */

/* ---- compiling ----------------------------------------------------------- */

typedef struct Job {
    Session *s;
    const Emitted *e;
    Text messages;
} Job;

static void collect_message(void *user, const char *message)
{
    Job *job = user;
    text_printf(&job->messages, "%s\n", message);
}

/* our C was refused: keep it, say how to see the same again */
NORETURN static void refused(Job *job, const char *stage)
{
    const char *dir = getenv("TMPDIR");
    char *path = arena_printf(job->s->arena, "%s/qwc-XXXXXX.c",
                              dir && *dir ? dir : "/tmp");
    int fd = mkstemps(path, 2);
    size_t n = strlen(job->e->c);
    if (fd < 0 || write(fd, job->e->c, n) != (ssize_t)n)
        path = arena_printf(job->s->arena,
                            "(a file that cannot be written: %s)",
                            strerror(errno));
    if (fd >= 0) close(fd);
    ice(job->s, (Span){0, 0},
        "libtcc does not %s the C of `%s`:\n%sthe C is in %s; see it again with: tcc -c -I runtime %s",
        stage, job->e->entry, text_str(&job->messages), path, path);
}

const char *emitted_whole(Arena *a, const Emitted *e)
{
    static const char include[] = "#include \"qwrt.h\"\n";
    const char *at = strstr(e->c, include);
    if (!at) return e->c;
    int line = 2;
    for (const char *p = e->c; p < at; p++) line += *p == '\n';
    Text t = {.a = a};
    text_put(&t, e->c, (size_t)(at - e->c));
    text_puts(&t, qwrt_header);
    text_printf(&t, "\n#line %d \"%s.c\"\n", line, e->entry);
    text_puts(&t, at + sizeof include - 1);
    return text_str(&t);
}

static TCCState *compile(Job *job)
{
    TCCState *t = tcc_new();
    if (!t) fatal(EXIT_ENVIRONMENT, "out of memory: libtcc does not start");
    tcc_set_error_func(t, job, collect_message);
    tcc_set_options(t, "-nostdlib -nostdinc -Werror");
    tcc_set_output_type(t, TCC_OUTPUT_MEMORY);
    ArenaMark mark = arena_mark(job->s->arena);
    bool ok = tcc_compile_string(t, emitted_whole(job->s->arena, job->e)) == 0;
    if (ok) arena_reset(job->s->arena, mark);
    if (!ok) refused(job, "compile");
    for (size_t i = 0; i < LEN(symbols); i++)
        tcc_add_symbol(t, symbols[i].name, symbols[i].address);
    return t;
}

static void relocate(Job *job, TCCState *t, Jit *jit)
{
    int size = tcc_relocate(t, NULL);
    if (size <= 0) refused(job, "link");
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    jit->bytes = ((size_t)size + page - 1) / page * page;
    jit->code = mmap(NULL, jit->bytes, PROT_READ | PROT_WRITE,
                     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (jit->code == MAP_FAILED)
        fatal(EXIT_ENVIRONMENT, "out of memory: %zu bytes of code: %s",
              jit->bytes, strerror(errno));
    if (tcc_relocate(t, jit->code) < 0) refused(job, "link");
    if (__real_mprotect(jit->code, jit->bytes, PROT_READ | PROT_EXEC))
        fatal(EXIT_ENVIRONMENT, "cannot make compiled code executable: %s",
              strerror(errno));
}

Jit *jit_compile(Session *s, const Emitted *e)
{
    Job job = {.s = s, .e = e, .messages = {.a = s->arena}};
    Jit *jit = NEW(s->arena, Jit);
    TCCState *t = compile(&job);
    relocate(&job, t, jit);
    jit->entry = (EntryFn *)(uintptr_t)tcc_get_symbol(t, e->call);
    if (!jit->entry) refused(&job, "find the entry of");
    tcc_delete(t);
    return jit;
}

EntryFn *jit_entry(Jit *jit)
{
    return jit->entry;
}

void jit_free(Jit *jit)
{
    if (jit && jit->code) munmap(jit->code, jit->bytes);
    if (jit && jit->library) {
        dlclose(jit->library);
        close(jit->fd);
    }
    if (jit) *jit = (Jit){0};
}
