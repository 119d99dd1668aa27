/* For the tests of the reference engine: runs a kernel given as IR text on
 * arrays of the test.  Every array is one parameter, in order; its shape is
 * that of the parameter's type.  Functions are static inline: each test
 * program includes this once. */
#ifndef INTERP_BENCH_H
#define INTERP_BENCH_H
#include "back/back.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

enum { BENCH_PARAMS = 8, BENCH_TEXT = 8192 };
typedef struct Bench {
    void *data[BENCH_PARAMS];    /* in: arrays (tensors) */
    double *bound[BENCH_PARAMS]; /* in: room for bounds, or NULL */
    double scalar[BENCH_PARAMS]; /* in: values of scalar parameters */
    int64_t sym[BENCH_PARAMS];   /* in: dynamic symbols */
    InterpChecks checks;         /* in */
    int64_t ambiguous;           /* out */
    int warnings;                /* out */
} Bench;

static inline void bench_args(const Bench *b, const IrFunc *f, InterpArg *args)
{
    for (int i = 0; i < f->nparams; i++) {
        const Type *t = f->params[i].value->type;
        args[i] = (InterpArg){.t = {.data = b->data[i], .rank = t->rank},
                              .bound = b->bound[i]};
        if (t->kind == TY_SCALAR && qw_dtype_is_float(t->dtype))
            args[i].s.f = b->scalar[i];
        else if (t->kind == TY_SCALAR)
            args[i].s.i = (int64_t)b->scalar[i];
        for (int k = 0; k < t->rank; k++) args[i].t.shape[k] = t->shape[k];
    }
    for (int i = 0; i < f->nsyms; i++)
        if (f->syms[i].param < BENCH_PARAMS)
            args[f->syms[i].param].t.shape[f->syms[i].axis] = b->sym[i];
}

/* the status of the run; ends the test when the text does not parse */
static inline int bench_run(Bench *b, const char *ir)
{
    Session *s = session_new();
    s->err = fopen("/dev/null", "w");
    const Source *src = source_from_text(s, "test.ir", ir, strlen(ir));
    IrFunc *f = ir_parse(s, src);
    if (!f) {
        Text t = {.a = s->arena};
        for (int i = 0; i < s->diags.n; i++) diag_render(s, s->diags.p[i], &t);
        fail_msg("%s\n%s", text_str(&t), ir);
    }
    InterpArg args[BENCH_PARAMS];
    InterpResult r;
    bench_args(b, f, args);
    const bool ok = interp_run(f, args, b->sym, &b->checks, &r);
    assert_int_equal(ok, r.status == 0);
    b->ambiguous = r.ambiguous;
    b->warnings = s->nwarnings;
    fclose(s->err);
    session_free(s);
    return r.status;
}

/* a kernel of one core scope; the text may hold printf directives */
PRINTF(3, 4)
static inline int bench_scope(Bench *b, const char *params, const char *body,
                              ...)
{
    char text[BENCH_TEXT], whole[BENCH_TEXT + 512];
    va_list ap;
    va_start(ap, body);
    vsnprintf(text, sizeof text, body, ap);
    va_end(ap);
    snprintf(whole, sizeof whole, "func k(%s) {\n scope {\n%s }\n}\n", params,
             text);
    return bench_run(b, whole);
}
#endif
