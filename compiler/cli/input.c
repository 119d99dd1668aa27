/* --input NAME=SRC and --save NAME=FILE: array files, pseudo-inputs and
 * numbers become tensors of exactly the dtype and shape that a spec asks for.
 * An axis of -1 takes the extent that a file has. */
#include "cli/cli.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include "io.h"

const char *input_source(const Options *o, const char *name)
{
    size_t n = strlen(name);
    for (int i = o->inputs.n - 1; i >= 0; i--)
        if (strncmp(o->inputs.p[i], name, n) == 0 && o->inputs.p[i][n] == '=')
            return o->inputs.p[i] + n + 1;
    return NULL;
}

typedef struct Want {
    Session *s;
    QwTcx *cx;
    Span at; /* of the parameter */
    const char *name, *src;
    QwDtype dtype;
    int rank;
    int64_t shape[QWT_RANK];
    int64_t repeat; /* SRC*L; 1: as it is */
} Want;

static QwTensor *wrong(const Want *w, DiagCode code, const char *fmt, ...)
    PRINTF(3, 4);
static QwTensor *wrong(const Want *w, DiagCode code, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    const char *why = arena_vprintf(w->s->arena, fmt, ap);
    va_end(ap);
    diag_new(w->s, code, w->at, "input `%s` from `%s`: %s", w->name, w->src,
             why);
    return NULL;
}

static QwTensor *tensor_error(const Want *w)
{
    DiagCode c = w->cx->err == QWT_ERR_MEMORY ? E1110
        : w->cx->err == QWT_ERR_SIZE          ? E1105
                                              : E1005;
    return wrong(w, c, "%s", w->cx->msg);
}

/* ---- files --------------------------------------------------------------- */

/* "f.safetensors:lm_head.weight" -> path and member; NULL: not a file */
static char *split_member(Arena *a, const char *src, size_t n,
                          const char **member)
{
    static const char *const ext[] = {".npz", ".safetensors"};
    *member = NULL;
    if (str_ends(src, n, ".npy") || str_ends(src, n, ".npz") ||
        str_ends(src, n, ".safetensors"))
        return arena_printf(a, "%.*s", (int)n, src);
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < LEN(ext); k++)
            if (src[i] == ':' && str_ends(src, i, ext[k])) {
                *member = arena_printf(a, "%.*s", (int)(n - i - 1),
                                       src + i + 1);
                return arena_printf(a, "%.*s", (int)i, src);
            }
    return NULL;
}

static QwTensor *load_file(const Want *w, const char *path, const char *member)
{
    QwIoError e;
    QwTensor *t = qw_io_load(w->cx, path, member, &e);
    if (t) return t;
    if (e.err == QW_IO_OPEN) return wrong(w, E1003, "it %s", e.msg);
    if (e.err == QW_IO_TENSOR) return tensor_error(w);
    if (e.offset >= 0)
        return wrong(w, E1008, "%s (at byte %lld)", e.msg, (long long)e.offset);
    return wrong(w, e.err == QW_IO_MISSING ? E1003 : E1008, "%s", e.msg);
}

/* BF16 may come as a .npy of uint16: the same bits under another name */
static QwTensor *reinterpret_bf16(const Want *w, QwTensor *t)
{
    if (w->dtype != QW_BF16 || t->dtype != QW_U16) return t;
    t->dtype = QW_BF16;
    return t;
}

static QwTensor *fits(const Want *w, QwTensor *t)
{
    char a[QWT_SHAPE_TEXT], b[QWT_SHAPE_TEXT];
    if (t->dtype != w->dtype) {
        wrong(w, E1004, "it is %s, expected %s", qw_dtype_info[t->dtype].torch,
              qw_dtype_info[w->dtype].torch);
        qwt_unref(t);
        return NULL;
    }
    bool same = t->rank == w->rank;
    for (int k = 0; same && k < t->rank; k++) {
        int64_t extent = t->shape[k];
        same = (k || mul_ok(extent, w->repeat, &extent)) &&
            (w->shape[k] < 0 || extent == w->shape[k]);
    }
    if (same) return t;
    wrong(w, E1005, "its shape is %s%s, expected %s",
          qwt_shape_text(a, t->rank, t->shape),
          w->repeat > 1 ? " before repeating" : "",
          qwt_shape_text(b, w->rank, w->shape));
    qwt_unref(t);
    return NULL;
}

/* ---- pseudo-inputs ------------------------------------------------------- */

typedef QwTensor *PseudoFn(const Want *, const char *arg);

static QwTensor *full_of(const Want *w, double v)
{
    if (qw_dtype_is_float(w->dtype))
        return qwt_fill_f64(w->cx, w->dtype, w->rank, w->shape, v);
    return qwt_fill_i64(w->cx, w->dtype, w->rank, w->shape, (int64_t)v);
}

static QwTensor *pseudo_zeros(const Want *w, const char *arg)
{
    (void)arg;
    return full_of(w, 0);
}
static QwTensor *pseudo_ones(const Want *w, const char *arg)
{
    (void)arg;
    return full_of(w, 1);
}

static QwTensor *pseudo_full(const Want *w, const char *arg)
{
    double v;
    if (!arg || !option_double(arg, &v))
        return wrong(w, E1003, "write full:VALUE");
    if (!qw_dtype_is_float(w->dtype) &&
        (v != floor(v) || v < (double)qw_dtype_min(w->dtype) ||
         v > (double)qw_dtype_max(w->dtype) || v >= 0x1p63))
        return wrong(w, E1004, "%s is no value of %s", arg,
                     qw_dtype_info[w->dtype].torch);
    return full_of(w, v);
}

static QwTensor *shaped(const Want *w, QwTensor *t)
{
    if (!t) return NULL;
    QwTensor *to = qwt_to(t, w->dtype),
             *r = to ? qwt_reshape(to, w->rank, w->shape, true) : NULL;
    qwt_unref(t);
    qwt_unref(to);
    return r;
}

static QwTensor *pseudo_arange(const Want *w, const char *arg)
{
    int64_t n = 1;
    (void)arg;
    for (int k = 0; k < w->rank; k++)
        if (!mul_ok(n, w->shape[k], &n))
            return wrong(w, E1105, "the shape overflows");
    return shaped(w, qwt_arange_i64(w->cx, QW_I64, n, 0, 1));
}

static bool seed_and_scale(const char *arg, int64_t *seed, double *scale)
{
    if (!arg) return false;
    const char *colon = strchr(arg, ':');
    char head[32];
    size_t n = colon ? (size_t)(colon - arg) : strlen(arg);
    if (n >= sizeof head) return false;
    memcpy(head, arg, n);
    head[n] = '\0';
    return option_int(head, seed) &&
        (!colon || option_double(colon + 1, scale));
}

static bool draws_floats(const Want *w)
{
    if (qw_dtype_is_float(w->dtype)) return true;
    wrong(w, E1004, "it draws floats, expected %s: write ints:SEED",
          qw_dtype_info[w->dtype].torch);
    return false;
}

static QwTensor *pseudo_rand(const Want *w, const char *arg)
{
    int64_t seed;
    double scale = 1;
    if (!seed_and_scale(arg, &seed, &scale))
        return wrong(w, E1003, "write rand:SEED");
    if (!draws_floats(w)) return NULL;
    return qwt_uniform(w->cx, w->dtype, w->rank, w->shape, (uint64_t)seed, 0, 0,
                       scale);
}

static QwTensor *pseudo_randn(const Want *w, const char *arg)
{
    int64_t seed;
    double scale = 1;
    if (!seed_and_scale(arg, &seed, &scale))
        return wrong(w, E1003, "write randn:SEED or randn:SEED:SCALE");
    if (!draws_floats(w)) return NULL;
    return qwt_normal(w->cx, w->dtype, w->rank, w->shape, (uint64_t)seed, 0, 0,
                      scale);
}

/* small exact integers: every sum of products of them is exact in FP32 */
static QwTensor *pseudo_ints(const Want *w, const char *arg)
{
    int64_t seed,
        lo = w->dtype == QW_BOOL || qw_dtype_info[w->dtype].cls == 'u' ? 0 : -4;
    double scale = 1;
    if (!seed_and_scale(arg, &seed, &scale))
        return wrong(w, E1003, "write ints:SEED");
    QwTensor *t = qwt_randint(w->cx, QW_I64, w->rank, w->shape, (uint64_t)seed,
                              0, lo, w->dtype == QW_BOOL ? 2 : 5);
    return shaped(w, t);
}

static const struct {
    const char *name;
    PseudoFn *make;
} pseudo_table[] = {
    {"zeros", pseudo_zeros},   {"ones", pseudo_ones}, {"full", pseudo_full},
    {"arange", pseudo_arange}, {"rand", pseudo_rand}, {"randn", pseudo_randn},
    {"ints", pseudo_ints},
};

static QwTensor *make_pseudo(const Want *w, const char *src)
{
    size_t n = strcspn(src, ":");
    for (size_t i = 0; i < LEN(pseudo_table); i++) {
        if (strlen(pseudo_table[i].name) != n ||
            strncmp(pseudo_table[i].name, src, n) != 0)
            continue;
        for (int k = 0; k < w->rank; k++)
            if (w->shape[k] < 0)
                return wrong(
                    w, E1003,
                    "its shape is not known: give the dynamic dimensions with --dim");
        QwTensor *t = pseudo_table[i].make(w, src[n] ? src + n + 1 : NULL);
        if (!t && !w->s->nerrors) return tensor_error(w);
        return t;
    }
    return wrong(
        w, E1003,
        "no such source: give a .npy, .npz:MEMBER or .safetensors:TENSOR file, zeros, ones, full:V, arange, rand:SEED, randn:SEED or ints:SEED");
}

/* ---- SRC*L --------------------------------------------------------------- */

static const char *split_repeat(Want *w, const char *src)
{
    const char *star = strrchr(src, '*');
    int64_t n;
    w->repeat = 1;
    if (!star || !option_int(star + 1, &n) || n < 1) return src;
    w->repeat = n;
    return arena_printf(w->s->arena, "%.*s", (int)(star - src), src);
}

static QwTensor *repeated(const Want *w, QwTensor *t)
{
    if (w->repeat == 1 || !t) return t;
    QwTensor *r = qwt_evaluate(t) ? qwt_repeat_mapped(t, w->repeat) : NULL;
    qwt_unref(t);
    return r ? r : tensor_error(w);
}

QwTensor *input_tensor(Session *s, QwTcx *cx, Span at, const char *name,
                       const char *src, QwDtype dtype, int rank,
                       const int64_t *shape)
{
    Want w = {.s = s,
              .cx = cx,
              .at = at,
              .name = name,
              .src = src,
              .dtype = dtype,
              .rank = rank};
    memcpy(w.shape, shape, sizeof(int64_t) * (size_t)rank);
    const char *base = split_repeat(&w, src), *member;
    const char *path = split_member(s->arena, base, strlen(base), &member);
    if (path) {
        QwTensor *t = load_file(&w, path, member);
        t = t ? fits(&w, reinterpret_bf16(&w, t)) : NULL;
        return repeated(&w, t);
    }
    if (w.repeat > 1 && w.shape[0] >= 0) {
        if (w.shape[0] % w.repeat)
            return wrong(&w, E1005, "%lld rows are no multiple of %lld",
                         (long long)w.shape[0], (long long)w.repeat);
        w.shape[0] /= w.repeat;
    }
    return repeated(&w, make_pseudo(&w, base));
}

bool input_scalar(Session *s, Span at, const char *name, const char *src,
                  QwDtype dtype, int64_t *i, double *f)
{
    Want w = {.s = s, .at = at, .name = name, .src = src, .dtype = dtype};
    if (qw_dtype_is_float(dtype)) {
        if (!option_double(src, f))
            return wrong(&w, E1003, "give a number") != NULL;
        return true;
    }
    if (!option_int(src, i)) return wrong(&w, E1003, "give an integer") != NULL;
    *f = (double)*i;
    if (*i < qw_dtype_min(dtype) ||
        (*i > 0 && (uint64_t)*i > qw_dtype_max(dtype)))
        return wrong(&w, E1004, "%s is no value of %s", src,
                     qw_dtype_info[dtype].torch) != NULL;
    return true;
}

/* ---- --save -------------------------------------------------------------- */

static bool save_one(Session *s, const char *path, Str name, QwTensor *t)
{
    QwIoError e;
    size_t n = strlen(path);
    const char *names[1] = {name->s};
    bool ok = str_ends(path, n, ".npz") ? qw_io_save_npz(path, 1, names, &t, &e)
        : str_ends(path, n, ".safetensors")
        ? qw_io_save_safetensors(path, 1, names, &t, &e)
        : qw_io_save_npy(path, t, &e);
    if (!ok) {
        fprintf(s->err, "qwc: %s %s\n", path, e.msg);
    }
    return ok;
}

static bool save_all(Session *s, const char *dir, int n, Str const *names,
                     QwTensor *const *ts)
{
    mkdir(dir, 0777);
    const char *out = arena_printf(s->arena, "%s/out", dir);
    mkdir(out, 0777);
    for (int i = 0; i < n; i++)
        if (!save_one(s, arena_printf(s->arena, "%s/%s.npy", out, names[i]->s),
                      names[i], ts[i]))
            return false;
    return true;
}

bool save_outputs(Session *s, const Options *o, int n, Str const *names,
                  QwTensor *const *ts)
{
    for (int k = 0; k < o->saves.n; k++) {
        const char *text = o->saves.p[k], *eq = strchr(text, '=');
        if (!eq) {
            if (!save_all(s, text, n, names, ts)) return false;
            continue;
        }
        Str name = str_n(s, text, (size_t)(eq - text));
        int hit = -1;
        for (int i = 0; i < n; i++)
            if (names[i] == name) hit = i;
        if (hit >= 0 && !save_one(s, eq + 1, name, ts[hit])) return false;
    }
    return true;
}
