/* The C emitter on the files of tests/unit/emit, each of which shows one fact: the C is
 * compiled in memory, run with 1 and 3 threads, and held against the
 * interpreter on the same data and within its bounds; the text must pass gcc,
 * clang and tcc without a warning.  Lines in the files:
 *     // syms: 5 3, 16 3     values of the dynamic dimensions, run by run
 *     // status: 904         what the entry returns
 *     // scalars: 3 0.5      values of scalar parameters
 *     // ints: 0 7           range of integer data (default -4 4)
 * Two more tests compute what they expect in plain C. */
#include "back/back.h"
#include <glob.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

enum { MAX_ARGS = 16, MAX_SYMS = 4, MAX_RUNS = 4 };

typedef struct Case {
    const char *path;
    Session *s;
    const Source *src;
    int64_t syms[MAX_RUNS][MAX_SYMS];
    int nruns, status;
    double scalars[MAX_ARGS];
    int64_t lo, hi;
} Case;

typedef struct Data { /* the arguments of one run */
    void *mem[MAX_ARGS];
    int64_t n[MAX_ARGS], shape[MAX_ARGS][IR_MAX_RANK];
    double *bound[MAX_ARGS];
} Data;

/* ---- reading a case --------------------------------------------------------- */

static const char *header(const Case *c, const char *key)
{
    const char *at = strstr(c->src->text, key);
    return at ? at + strlen(key) : NULL;
}

static void read_runs(Case *c, const char *text)
{
    c->nruns = 1;
    for (int k = 0; text && *text && *text != '\n';) {
        char *end;
        c->syms[c->nruns - 1][k++] = strtoll(text, &end, 10);
        text = end + strspn(end, " ");
        if (*text != ',') continue;
        text++;
        c->nruns++;
        k = 0;
    }
}

static void read_case(Case *c, const char *path)
{
    const char *err, *text;
    char *end;
    c->path = path;
    c->s = session_new();
    c->s->err = stderr;
    c->src = source_load(c->s, path, (Span){0, 0}, &err);
    assert_non_null(c->src);
    read_runs(c, header(c, "// syms:"));
    text = header(c, "// status:");
    c->status = text ? atoi(text) : 0;
    text = header(c, "// ints:");
    c->lo = text ? strtoll(text, &end, 10) : -4;
    c->hi = text ? strtoll(end, NULL, 10) : 4;
    text = header(c, "// scalars:");
    for (int k = 0; text && *text && *text != '\n' && k < MAX_ARGS;
         k++, text = end)
        c->scalars[k] = strtod(text, &end);
}

static IrFunc *parse(Case *c)
{
    IrFunc *f = ir_parse(c->s, c->src);
    diag_flush(c->s);
    assert_non_null(f);
    return f;
}

/* ---- data --------------------------------------------------------------------- */

static uint32_t next_random(uint32_t *state)
{
    *state = *state * 1664525u + 1013904223u;
    return *state >> 8;
}

static void fill(const Case *c, const IrParam *p, void *mem, int64_t n,
                 uint32_t seed)
{
    QwDtype d = p->value->type->dtype;
    for (int64_t i = 0; i < n; i++) {
        char *at = (char *)mem + i * qw_dtype_size(d);
        uint32_t r = next_random(&seed);
        if (qw_dtype_is_float(d))
            qw_elem_set_f64(d, at, (double)(r % 4001) / 2000.0 - 1.0);
        else if (qw_dtype_info[d].cls == 'u')
            qw_elem_set_i64(d, at, c->hi > 0 ? r % (uint32_t)(c->hi + 1) : 0);
        else
            qw_elem_set_i64(d, at,
                            c->lo +
                                (int64_t)(r % (uint32_t)(c->hi - c->lo + 1)));
    }
}

static int64_t extent(const IrFunc *f, const IrParam *p, int axis,
                      const int64_t *syms)
{
    for (int k = 0; k < f->nsyms; k++)
        if (p->dim_sym[axis] == f->syms[k].name) return syms[k];
    return p->value->type->shape[axis];
}

static void make_data(const Case *c, const IrFunc *f, const int64_t *syms,
                      Data *d)
{
    *d = (Data){0};
    for (int i = 0, scalar = 0; i < f->nparams; i++) {
        const IrParam *p = &f->params[i];
        const Type *t = p->value->type;
        d->n[i] = 1;
        for (int k = 0; k < t->rank; k++)
            d->n[i] *= d->shape[i][k] = extent(f, p, k, syms);
        d->mem[i] = calloc((size_t)d->n[i] + 1, 8);
        d->bound[i] = calloc((size_t)d->n[i] + 1, sizeof(double));
        if (t->kind == TY_TENSOR)
            fill(c, p, d->mem[i], d->n[i], (uint32_t)i * 77u + 5u);
        else if (qw_dtype_is_float(t->dtype))
            qw_elem_set_f64(t->dtype, d->mem[i], c->scalars[scalar++]);
        else
            qw_elem_set_i64(t->dtype, d->mem[i], (int64_t)c->scalars[scalar++]);
    }
}

static void free_data(Data *d)
{
    for (int i = 0; i < MAX_ARGS; i++) free(d->mem[i]), free(d->bound[i]);
}

/* ---- running -------------------------------------------------------------------- */

static int run_compiled(Case *c, Jit *jit, const IrFunc *f, Data *d,
                        const int64_t *syms, int threads, bool report)
{
    void *args[MAX_ARGS + MAX_SYMS];
    int64_t own[MAX_SYMS];
    memcpy(own, syms, sizeof own);
    for (int i = 0; i < f->nparams; i++) args[i] = d->mem[i];
    for (int k = 0; k < f->nsyms; k++) args[f->nparams + k] = &own[k];
    QwCtx *ctx = qw_ctx_new();
    qw_set_threads(ctx, threads);
    int status = jit_entry(jit)(ctx, args);
    if (status && report)
        print_message("%s: %s\n", c->path, qw_last_error(ctx));
    qw_ctx_free(ctx);
    return status;
}

static int run_interpreted(Case *c, Data *d, const int64_t *syms)
{
    IrFunc *f = parse(c);
    InterpArg args[MAX_ARGS] = {0};
    for (int i = 0; i < f->nparams; i++) {
        const Type *t = f->params[i].value->type;
        args[i].t = (TensorArg){.data = d->mem[i], .rank = t->rank};
        memcpy(args[i].t.shape, d->shape[i], sizeof args[i].t.shape);
        args[i].bound = d->bound[i];
        if (t->kind == TY_TENSOR) continue;
        if (qw_dtype_is_float(t->dtype))
            args[i].s.f = qw_elem_f64(t->dtype, d->mem[i]);
        else
            args[i].s.i = qw_elem_i64(t->dtype, d->mem[i]);
    }
    InterpResult r = {0};
    FILE *err = c->s->err, *null = fopen("/dev/null", "w");
    c->s->err = null;
    interp_run(f, args, syms, NULL, &r);
    diag_flush(c->s);
    c->s->err = err;
    fclose(null);
    return r.status;
}

static void compare(const Case *c, const IrFunc *f, const Data *got,
                    const Data *want, int run)
{
    for (int i = 0; i < f->nparams; i++) {
        QwDtype d = f->params[i].value->type->dtype;
        int size = qw_dtype_size(d);
        for (int64_t k = 0; k < got->n[i]; k++) {
            const char *a = (char *)got->mem[i] + k * size,
                       *b = (char *)want->mem[i] + k * size;
            if (memcmp(a, b, (size_t)size) == 0) continue;
            double x = qw_elem_f64(d, a), y = qw_elem_f64(d, b),
                   e = want->bound[i][k];
            if (qw_dtype_is_float(d) &&
                (fabs(x - y) <= e || (isnan(x) && isnan(y)) || isinf(e)))
                continue;
            fail_msg(
                "%s: run %d: %s[%lld] is %.9g, the interpreter has %.9g (bound %.3g)",
                c->path, run, f->params[i].name->s, (long long)k, x, y, e);
        }
    }
}

static void run_case(void **state)
{
    Case *c = *state;
    IrFunc *f = parse(c);
    EmitOptions o = {.source_name = c->path};
    Jit *jit = jit_compile(c->s, emit_c(f, &o));
    for (int run = 0; run < c->nruns; run++) {
        Data want;
        make_data(c, f, c->syms[run], &want);
        int status = run_interpreted(c, &want, c->syms[run]);
        if (status != c->status)
            fail_msg("%s: run %d: the interpreter returns %d", c->path, run,
                     status);
        for (int threads = 1; threads <= 3; threads += 2) {
            Data got;
            make_data(c, f, c->syms[run], &got);
            status = run_compiled(c, jit, f, &got, c->syms[run], threads,
                                  !c->status);
            if (status != c->status)
                fail_msg("%s: run %d: status %d, expected %d", c->path, run,
                         status, c->status);
            if (!status) compare(c, f, &got, &want, run);
            free_data(&got);
        }
        free_data(&want);
    }
    jit_free(jit);
}

/* ---- compilers ------------------------------------------------------------------- */

static void refuse_warnings(const char *command)
{
    if (system(command)) fail_msg("refused by: %s", command);
}

static void builds_without_warning(void **state)
{
    glob_t *files = *state;
    char dir[] = "/tmp/qwc-emit-XXXXXX", path[128];
    assert_non_null(mkdtemp(dir));
    for (size_t i = 0; i < files->gl_pathc; i++) {
        Case c = {0};
        read_case(&c, files->gl_pathv[i]);
        EmitOptions o = {.source_name = c.path, .line_directives = i % 2 == 1};
        snprintf(path, sizeof path, "%s/%zu.c", dir, i);
        FILE *out = fopen(path, "w");
        fputs(emit_c(parse(&c), &o)->c, out);
        fclose(out);
        session_free(c.s);
    }
    static const char *const compiler[] = {"gcc", "clang", "tcc"};
    char command[512];
    for (int i = 0; i < 3; i++) {
        snprintf(command, sizeof command, "command -v %s >/dev/null",
                 compiler[i]);
        if (system(command)) continue;
        snprintf(
            command, sizeof command,
            "cd %s && for f in *.c; do %s -std=c99 -Wall -Wextra -Werror -I'%s/runtime' -c -o x.o $f || exit 1; done",
            dir, compiler[i], getcwd(path, sizeof path));
        refuse_warnings(command);
    }
    snprintf(command, sizeof command, "rm -r %s", dir);
    refuse_warnings(command);
}

/* ---- against plain C ---------------------------------------------------------------- */

static Case text_case(const char *text)
{
    Case c = {.path = "text"};
    c.s = session_new();
    c.src = source_from_text(c.s, "text.ir", text, strlen(text));
    return c;
}

static void swaps_two_tiles(void **state)
{
    (void)state;
    Case c = text_case(
        "func swap(%a: &i32[2, 4], %b: &i32[2, 4], %out: out &i32[4, 4], %n: index) {\n"
        "    scope name(\"swap\") {\n"
        "        %x: i32[2, 4] = load %a [0, 0] [2, 4] shape(2, 4)\n"
        "        %y: i32[2, 4] = load %b [0, 0] [2, 4] shape(2, 4)\n"
        "        %x.3: i32[2, 4], %y.3: i32[2, 4] = for range %i = 0, %n, 1 carry(%x.1: i32[2, 4] = %x, %y.1: i32[2, 4] = %y) {\n"
        "            %x.2: i32[2, 4] = add %x.1, 1:i32\n"
        "            yield %y.1, %x.2\n"
        "        }\n"
        "        store %out, %x.3 [0, 0]\n"
        "        store %out, %y.3 [2, 0]\n"
        "    }\n"
        "}\n");
    IrFunc *f = parse(&c);
    EmitOptions o = {0};
    Jit *jit = jit_compile(c.s, emit_c(f, &o));
    for (int64_t n = 0; n < 5; n++) {
        int32_t a[8], b[8], out[16], x[8], y[8];
        for (int i = 0; i < 8; i++) x[i] = a[i] = i, y[i] = b[i] = 100 * i;
        QwCtx *ctx = qw_ctx_new();
        void *args[] = {a, b, out, &n};
        assert_int_equal(jit_entry(jit)(ctx, args), QW_OK);
        qw_ctx_free(ctx);
        for (int64_t k = 0; k < n; k++)
            for (int i = 0; i < 8; i++) {
                int32_t t = x[i] + 1;
                x[i] = y[i];
                y[i] = t;
            }
        assert_memory_equal(out, x, sizeof x);
        assert_memory_equal(out + 8, y, sizeof y);
    }
    jit_free(jit);
    session_free(c.s);
}

static void names_stay_legal(void **state)
{
    (void)state;
    Case c = text_case(
        "func int(%while: &f32[4, 4], %qw_add: out &f32[4, 4], %worker: index) {\n"
        "    scope name(\"a*/b\\n\") {\n"
        "        %site: f32[4, 4] = load %while [0, 0] [4, 4] shape(4, 4)\n"
        "        %_: f32[4, 4] = add %site, 1.0\n"
        "        %frame: f32[4, 4] = mul %_, %site\n"
        "        store %qw_add, %frame [0, 0]\n"
        "    }\n"
        "}\n");
    IrFunc *f = parse(&c);
    EmitOptions o = {.source_name = "a*/ \"b\"\n#error\\"};
    jit_free(jit_compile(c.s, emit_c(f, &o)));
    session_free(c.s);
}

/* one page is never writable and executable; this file does not ask for it either */
static void code_is_not_writable(void **state)
{
    (void)state;
    FILE *maps = fopen("/proc/self/maps", "r");
    if (!maps) skip();
    Case c = text_case("func nothing(%n: index) {\n}\n");
    EmitOptions o = {0};
    Jit *jit = jit_compile(c.s, emit_c(parse(&c), &o));
    char line[512];
    bool found = false;
    unsigned long lo, hi, at = (unsigned long)(uintptr_t)jit_entry(jit);
    while (fgets(line, sizeof line, maps)) {
        char mode[8];
        if (sscanf(line, "%lx-%lx %7s", &lo, &hi, mode) != 3) continue;
        if (strchr(mode, 'w') && strchr(mode, 'x'))
            fail_msg("writable and executable: %s", line);
        if (at < lo || at >= hi) continue;
        found = true;
        assert_string_equal(mode, "r-xp");
    }
    fclose(maps);
    assert_true(found);
    jit_free(jit);
    session_free(c.s);
}

/* ---- failures in the user's terms ------------------------------------------------------ */

static void failure_is_located(void **state)
{
    (void)state;
    Case c = text_case(
        "func f(%x: &f32[8, 16], %out: out &f32[8, 16], %n: index) {\n"
        "    for range %b = 0, 2, 1 {\n"
        "        for range %k = 0, 3, 1 {\n"
        "            scope name(\"copy\") {\n"
        "                %r: index = smul %b, %n\n"
        "                %t: f32[4, 16] = load %x [%r, 0] [4, 16] shape(4, 16)\n"
        "                store %out, %t [0, 0]\n"
        "            }\n"
        "        }\n"
        "    }\n"
        "}\n");
    EmitOptions o = {0};
    Emitted *e = emit_c(parse(&c), &o);
    Jit *jit = jit_compile(c.s, e);
    float x[128] = {0}, out[128];
    int64_t n = 5;
    void *args[] = {x, out, &n};
    QwCtx *ctx = qw_ctx_new();
    assert_int_equal(jit_entry(jit)(ctx, args), QW_ERR_BOUNDS);
    char *text = NULL;
    size_t size;
    c.s->err = open_memstream(&text, &size);
    back_report_failure(c.s, e, qw_failure(ctx));
    diag_flush(c.s);
    fclose(c.s->err);
    assert_string_equal(
        text,
        "error[E0904]: the window [5, 9) leaves `x`: axis 0 has 8 elements\n"
        " --> text.ir:6:34\n"
        "  |\n"
        "6 |                 %t: f32[4, 16] = load %x [%r, 0] [4, 16] shape(4, 16)\n"
        "  |                                  ^^^^ offset 5, extent 4\n"
        "  = note: in task `copy`, with b = 1, k = 0\n"
        "  = help: `clamp=True` trims the window to what is there; `valid_shape=` says how much is\n"
        "\n"
        "(see `qwc explain E0904`)\n");
    free(text);
    qw_ctx_free(ctx);
    jit_free(jit);
    session_free(c.s);
}

/* other files may be named on the command line */
int main(int argc, char **argv)
{
    glob_t files;
    if (glob(argc > 1 ? argv[1] : "tests/unit/emit/*.ir", 0, NULL, &files))
        return 77;
    for (int i = 2; i < argc; i++) glob(argv[i], GLOB_APPEND, NULL, &files);
    size_t n = files.gl_pathc;
    Case *all = calloc(n, sizeof *all);
    struct CMUnitTest *tests = calloc(n + 5, sizeof *tests);
    for (size_t i = 0; i < n; i++) {
        read_case(&all[i], files.gl_pathv[i]);
        tests[i] = (struct CMUnitTest){.name = files.gl_pathv[i],
                                       .test_func = run_case,
                                       .initial_state = &all[i]};
    }
    tests[n] = (struct CMUnitTest){.name = "builds_without_warning",
                                   .test_func = builds_without_warning,
                                   .initial_state = &files};
    tests[n + 1] = (struct CMUnitTest)cmocka_unit_test(swaps_two_tiles);
    tests[n + 2] = (struct CMUnitTest)cmocka_unit_test(names_stay_legal);
    tests[n + 3] = (struct CMUnitTest)cmocka_unit_test(code_is_not_writable);
    tests[n + 4] = (struct CMUnitTest)cmocka_unit_test(failure_is_located);
    int failed = _cmocka_run_group_tests("emit", tests, n + 5, NULL, NULL);
    for (size_t i = 0; i < n; i++) session_free(all[i].s);
    free(all);
    free(tests);
    globfree(&files);
    return failed;
}
