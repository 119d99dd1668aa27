/* The rooms that read what others wrote, each as a function of bytes.  None of
 * them writes a file or opens one (source_load is wrapped at link time), and
 * each run has small limits.  A refusal is a good end; `fatal` comes back here
 * (wrapped, too); all else that ends the process is a find. */
#include "targets.h"

#include <setjmp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "cli/cli.h"
#include "io/io_int.h"
#include "ir/ir.h"

enum { MEMORY = 16 << 20 }; /* bytes that one run may hold */

/* ---- what the linker wraps ---------------------------------------------------- */

static jmp_buf on_fatal;
static const char *text; /* the file under test */
static size_t text_len;
static Session *now;

void __wrap_fatal(ExitCode code, const char *fmt, ...) PRINTF(2, 3) NORETURN;
Source *__wrap_source_load(Session *, const char *path, Span from,
                           const char **err);

void __wrap_fatal(ExitCode code, const char *fmt, ...)
{
    (void)code;
    (void)fmt;
    longjmp(on_fatal, 1);
}

/* The main file is the text under test; there are no others. */
Source *__wrap_source_load(Session *s, const char *path, Span from,
                           const char **err)
{
    (void)from;
    *err = s->sources.n || strcmp(path, "fuzz.pl") ? "there is one file" : NULL;
    if (*err) return NULL;
    Source *src = source_from_text(s, path, text, text_len);
    return source_check_utf8(s, src) ? src : NULL;
}

/* ---- sessions ------------------------------------------------------------------ */

static FILE *nowhere(void)
{
    static FILE *f;
    if (!f) f = fopen("/dev/null", "w");
    return f;
}

static Session *session(const unsigned char *bytes, size_t n)
{
    static const struct {
        LimitId id;
        int64_t value;
    } limits[] = {
        {LIM_TENSOR_BYTES, 1 << 20},
        {LIM_TILE_BYTES, 1 << 20},
        {LIM_UNROLL, 64},
        {LIM_IR_NODES, 20000},
        {LIM_MEMORY, MEMORY},
        {LIM_HOST_STEPS, 20000},
        {LIM_HOST_CONTAINER, 1 << 16},
        {LIM_HOST_STRING, 1 << 16},
    };
    text = (const char *)bytes;
    text_len = n;
    Session *s = now = session_new();
    s->err = nowhere();
    for (size_t i = 0; i < LEN(limits); i++)
        s->limit[limits[i].id] = limits[i].value;
    return s;
}

/* ---- targets ------------------------------------------------------------------- */

static void run_front(const unsigned char *bytes, size_t n)
{
    Session *s = session(bytes, n);
    Text out = {.a = s->arena};
    const char *err;
    Source *src = source_load(s, "fuzz.pl", (Span){0, 0}, &err);
    if (src) {
        token_dump(s, src, &out);
        Node *m = front_parse(s, src);
        if (m) ast_dump(s, m, &out);
    }
    diag_flush(s);
}

typedef struct Loaded {
    Session *s;
    Options o;
    Interp *in;
    Module *m; /* NULL: refused */
} Loaded;

static void load(Loaded *l, bool driver)
{
    l->o = (Options){.command = "compile", .threads = "1"};
    l->in = load_interp(l->s, &l->o, NULL);
    l->in->opt.out = l->in->opt.err = nowhere();
    l->m = interp_load_main(l->in, "fuzz.pl", driver);
}

static void unload(Loaded *l)
{
    diag_flush(l->s);
    interp_drop(l->in);
}

static void run_host(const unsigned char *bytes, size_t n)
{
    Loaded l = {.s = session(bytes, n)};
    load(&l, true);
    if (l.m && !l.s->nerrors) host_report_unused(l.in);
    unload(&l);
}

/* every kernel of the file through lowering, verifier, passes and emitter */
static void compile_all(Loaded *l)
{
    Value v;
    Str name;
    for (int pos = 0; module_next(l->m, &pos, &name, &v);) {
        if (v.kind != V_KERNEL || l->s->nerrors) continue;
        for (int fusion = 0; fusion < 2; fusion++) {
            Build b;
            l->o.fusion = fusion ? FUSION_ON : FUSION_OFF;
            build_kernel(l->s, l->in, &l->o, v.kernel, fusion, &b);
            build_free(&b);
        }
    }
}

static void run_lower(const unsigned char *bytes, size_t n)
{
    Loaded l = {.s = session(bytes, n)};
    load(&l, false);
    if (l.m && !l.s->nerrors) compile_all(&l);
    unload(&l);
}

/* What is printed reads back as itself. */
static void run_ir(const unsigned char *bytes, size_t n)
{
    Session *s = session(bytes, n);
    const char *err;
    Source *src = source_load(s, "fuzz.pl", (Span){0, 0}, &err);
    IrFunc *f = src ? ir_parse(s, src) : NULL;
    if (f && !s->nerrors) {
        Text once = {.a = s->arena}, twice = {.a = s->arena};
        if (!ir_verify(f, "parse")) abort();
        ir_print(f, &once);
        f = ir_parse(s, source_from_text(s, "again.ir", once.s, once.n));
        if (f) ir_print(f, &twice);
        if (!f || strcmp(once.s, text_str(&twice))) abort();
    }
    diag_flush(s);
}

/* A file in memory: the loaders map what lies aligned. */
static int memory_file(const unsigned char *bytes, size_t n)
{
    static int fd = -1;
    if (fd < 0) fd = memfd_create("fuzz", MFD_CLOEXEC);
    if (fd < 0 || ftruncate(fd, 0) || pwrite(fd, bytes, n, 0) != (ssize_t)n)
        abort();
    return fd;
}

typedef struct Names {
    char *name[4];
    int n;
} Names;

static void take_name(void *arg, const char *name, QwDtype dtype, int rank,
                      const int64_t *shape)
{
    Names *names = arg;
    (void)dtype;
    (void)rank;
    (void)shape;
    if (names->n < (int)LEN(names->name))
        names->name[names->n++] = strdup(name);
}

/* reads every byte that the tensor claims to have */
static void touch(QwTensor *t)
{
    if (!t) return;
    const volatile unsigned char *p = qwt_data(t);
    for (int64_t i = 0, n = p ? qwt_bytes(t) : 0; i < n; i++) (void)p[i];
    qwt_unref(t);
}

static void run_data(const unsigned char *bytes, size_t n)
{
    QwFile f = {.p = n ? bytes : NULL,
                .size = (int64_t)n,
                .fd = memory_file(bytes, n)};
    QwTcx cx = {.mem_limit = MEMORY, .tensor_limit = MEMORY};
    QwIoError e = {.offset = -1};
    Names npz = {.n = 0}, st = {.n = 0};
    touch(qw_npy_load(&cx, &f, &e));
    touch(qw_npz_load(&cx, &f, NULL, &e));
    touch(qw_safetensors_load(&cx, &f, NULL, &e));
    qw_npz_list(&f, take_name, &npz, &e);
    qw_safetensors_list(&f, take_name, &st, &e);
    for (int i = 0; i < npz.n; i++) {
        touch(qw_npz_load(&cx, &f, npz.name[i], &e));
        free(npz.name[i]);
    }
    for (int i = 0; i < st.n; i++) {
        touch(qw_safetensors_load(&cx, &f, st.name[i], &e));
        free(st.name[i]);
    }
}

const FuzzTarget fuzz_targets[] = {
    {"front", true, run_front}, {"host", true, run_host},
    {"lower", true, run_lower}, {"ir", true, run_ir},
    {"data", false, run_data},
};
const int fuzz_target_count = LEN(fuzz_targets);

const FuzzTarget *fuzz_target(const char *name)
{
    for (int i = 0; i < fuzz_target_count; i++)
        if (!strcmp(fuzz_targets[i].name, name)) return &fuzz_targets[i];
    return NULL;
}

void fuzz_run(const FuzzTarget *t, const unsigned char *bytes, size_t n)
{
    if (!setjmp(on_fatal)) t->run(bytes, n);
    session_free(now);
    now = NULL;
}
