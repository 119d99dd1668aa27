/* Binding (14.2): specs against parameters, dynamic symbols, and the data of
 * every parameter. */
#include "cli/harness.h"
#include <stdlib.h>
#include <string.h>

static bool is_tensor(const IrParam *p)
{
    return p->value->type->kind == TY_TENSOR;
}

/* ---- specs and parameters side by side (E1002) --------------------------- */

static const char *dims_text(Session *s, int rank, const int64_t *shape,
                             const IrParam *p)
{
    Text t = {.a = s->arena};
    text_putc(&t, '[');
    for (int k = 0; k < rank; k++) {
        if (k) text_puts(&t, ", ");
        if (shape[k] >= 0)
            text_printf(&t, "%lld", (long long)shape[k]);
        else
            text_puts(&t, p && p->dim_sym[k] ? p->dim_sym[k]->s : "?");
    }
    text_putc(&t, ']');
    return text_str(&t);
}

static const char *dtype_text(QwDtype d)
{
    return qw_dtype_info[d].pl ? qw_dtype_info[d].pl : qw_dtype_info[d].torch;
}

static const char *param_text(Session *s, const IrParam *p)
{
    const Type *t = p->value->type;
    if (t->kind != TY_TENSOR)
        return arena_printf(s->arena, "%s: %s", p->name->s,
                            dtype_text(t->dtype));
    return arena_printf(s->arena, "%s: %s %s", p->name->s,
                        dims_text(s, t->rank, t->shape, p),
                        dtype_text(t->dtype));
}

static const char *spec_text(Session *s, Value v)
{
    if (v_has_type(v, &tensor_spec_type)) {
        TensorSpec *ts = (TensorSpec *)v.o;
        return arena_printf(s->arena, "%s: %s %s%s", ts->name->s,
                            dims_text(s, ts->rank, ts->shape, NULL),
                            dtype_text(ts->dtype),
                            ts->is_output ? " (output)" : "");
    }
    if (v_has_type(v, &scalar_spec_type)) {
        ScalarSpec *ss = (ScalarSpec *)v.o;
        return arena_printf(s->arena, "%s: %s", ss->name->s,
                            dtype_text(ss->dtype));
    }
    return arena_printf(s->arena, "a %s", v_type_name(v));
}

static bool matches(const IrParam *p, Value v)
{
    const Type *t = p->value->type;
    if (v_has_type(v, &scalar_spec_type)) {
        ScalarSpec *ss = (ScalarSpec *)v.o;
        bool ints = !qw_dtype_is_float(ss->dtype) &&
            !qw_dtype_is_float(t->dtype);
        return t->kind == TY_SCALAR && ss->name == p->name &&
            (ss->dtype == t->dtype || ints);
    }
    if (!v_has_type(v, &tensor_spec_type)) return false;
    TensorSpec *ts = (TensorSpec *)v.o;
    if (t->kind != TY_TENSOR || ts->name != p->name || ts->rank != t->rank ||
        ts->dtype != t->dtype)
        return false;
    for (int k = 0; k < t->rank; k++)
        if (t->shape[k] >= 0 && t->shape[k] != ts->shape[k]) return false;
    return true;
}

static bool specs_differ(Run *r, SeqObj *specs)
{
    const IrFunc *f = r->f;
    bool same = specs->n == f->nparams;
    for (int i = 0; i < specs->n && i < f->nparams; i++)
        same = same && matches(&f->params[i], specs->p[i]);
    if (same) return false;
    Diag *d = diag_new(r->s, E1002, f->span,
                       "the specs do not fit the parameters of `%s`",
                       f->name->s);
    diag_note(r->s, d, (Span){0, 0}, "  %-44s %s", "parameter", "spec");
    for (int i = 0; i < specs->n || i < f->nparams; i++) {
        bool ok = i < specs->n && i < f->nparams &&
            matches(&f->params[i], specs->p[i]);
        diag_note(r->s, d, (Span){0, 0}, "%s %-44s %s", ok ? " " : "!",
                  i < f->nparams ? param_text(r->s, &f->params[i]) : "-",
                  i < specs->n ? spec_text(r->s, specs->p[i]) : "-");
    }
    diag_help(
        r->s, d,
        "give one spec a parameter, in order, with equal name, shape and dtype");
    run_fail(r, EXIT_SOURCE, "specs and parameters differ");
    return true;
}

/* ---- dynamic symbols ----------------------------------------------------- */

static int sym_index(const IrFunc *f, Str name)
{
    for (int j = 0; j < f->nsyms; j++)
        if (f->syms[j].name == name) return j;
    return -1;
}

/* analysis, and the entry itself, take extents to be at most that */
static bool extent_fits(Run *r, int j, int64_t extent)
{
    if (extent <= IR_MAX_EXTENT) return true;
    const IrSym *y = &r->f->syms[j];
    Diag *d = diag_new(r->s, E1105, r->f->params[y->param].span,
                       "`%s` is %lld, and an extent is at most %lld",
                       y->name->s, (long long)extent, (long long)IR_MAX_EXTENT);
    diag_at(r->s, d, "axis %d of `%s`", y->axis,
            r->f->params[y->param].name->s);
    return run_fail(r, EXIT_SOURCE, "an extent is too large");
}

static bool bind_axis(Run *r, int i, int k, int64_t extent)
{
    const IrFunc *f = r->f;
    int j = sym_index(f, f->params[i].dim_sym[k]);
    if (j < 0) return true;
    if (!extent_fits(r, j, extent)) return false;
    if (r->syms[j] < 0) {
        r->syms[j] = extent;
        return true;
    }
    if (r->syms[j] == extent) return true;
    const IrSym *y = &f->syms[j];
    Diag *d =
        diag_new(r->s, E1006, f->params[i].span,
                 "`%s` is %lld in `%s` (axis %d) but %lld in `%s` (axis %d)",
                 y->name->s, (long long)r->syms[j], f->params[y->param].name->s,
                 y->axis, (long long)extent, f->params[i].name->s, k);
    diag_label(r->s, d, f->params[y->param].span, "first bound here");
    diag_help(r->s, d,
              "one symbol has one extent in a call: make the shapes agree");
    return run_fail(r, EXIT_DATA, "dynamic extents disagree");
}

static bool bind_syms(Run *r)
{
    for (int i = 0; i < r->n; i++)
        for (int k = 0; k < r->args[i].rank && is_tensor(r->args[i].p); k++)
            if (r->args[i].p->dim_sym[k] &&
                !bind_axis(r, i, k, r->args[i].shape[k]))
                return false;
    return true;
}

/* SYMBOL=N of --dim: the index of the symbol */
static int dim_option(Run *r, const char *text, int64_t *n)
{
    const char *eq = strchr(text, '=');
    if (!eq || !option_int(eq + 1, n) || *n < 0)
        fatal(EXIT_USAGE, "`--dim %s`: write --dim SYMBOL=N", text);
    const int j = sym_index(r->f, str_n(r->s, text, (size_t)(eq - text)));
    if (j >= 0) return j;
    Text t = {.a = r->s->arena};
    for (int i = 0; i < r->nsyms; i++)
        text_printf(&t, "%s`%s`", i ? ", " : "; it has ",
                    r->f->syms[i].name->s);
    fatal(EXIT_USAGE, "`--dim %s`: `%s` has no such dynamic dimension%s", text,
          r->f->name->s, text_str(&t));
}

/* ---- with specs ---------------------------------------------------------- */

static void take_spec(Arg *a, Value v)
{
    if (v_has_type(v, &scalar_spec_type)) {
        a->ss = (ScalarSpec *)v.o;
        return;
    }
    a->ts = (TensorSpec *)v.o;
    a->is_output = a->ts->is_output;
    a->rank = a->ts->rank;
    memcpy(a->shape, a->ts->shape, sizeof a->ts->shape);
}

/* specs fix every extent: --dim can only repeat it */
static void dims_agree(Run *r)
{
    for (int i = 0; i < r->o->dims.n; i++) {
        const char *text = r->o->dims.p[i];
        int64_t n;
        const int j = dim_option(r, text, &n);
        if (r->syms[j] != n)
            fatal(
                EXIT_USAGE,
                "`--dim %s`: the specs make `%s` %lld; build_tensor_specs decides it (--spec-arg NAME=VALUE)",
                text, r->f->syms[j].name->s, (long long)r->syms[j]);
    }
}

static bool bind_specs(Run *r)
{
    SeqObj *specs = r->req->specs.seq;
    if (specs_differ(r, specs)) return false;
    for (int i = 0; i < r->n; i++) take_spec(&r->args[i], specs->p[i]);
    if (!bind_syms(r)) return false;
    dims_agree(r);
    return true;
}

/* ---- without specs ------------------------------------------------------- */

static bool dim_options(Run *r)
{
    for (int i = 0; i < r->o->dims.n; i++) {
        int64_t n;
        const int j = dim_option(r, r->o->dims.p[i], &n);
        if (!extent_fits(r, j, n)) return false;
        r->syms[j] = n;
    }
    return true;
}

static void missing(Run *r, Diag **d, const char *fmt, const char *name)
{
    if (!*d)
        *d = diag_new(r->s, E1003, r->f->span,
                      "`%s` has no specs, and some of its data is missing",
                      r->f->name->s);
    diag_help(r->s, *d, fmt, name);
}

static void shape_from_type(Run *r, Arg *a)
{
    const Type *t = a->p->value->type;
    a->rank = t->rank;
    for (int k = 0; k < t->rank; k++) {
        int j = a->p->dim_sym[k] ? sym_index(r->f, a->p->dim_sym[k]) : -1;
        a->shape[k] = t->shape[k] >= 0 || j < 0 ? t->shape[k] : r->syms[j];
    }
}

static bool needs_input(const Arg *a)
{
    return !is_tensor(a->p) || a->p->dir == 2 ||
        (a->p->dir == 0 && (a->p->read || !a->p->written));
}

/* files first: they know their shapes and bind the symbols */
static bool bind_bare(Run *r)
{
    Diag *d = NULL;
    if (!dim_options(r)) return false;
    for (int i = 0; i < r->n; i++) {
        Arg *a = &r->args[i];
        const char *src = input_source(r->o, a->p->name->s);
        a->is_output = is_tensor(a->p) && a->p->written;
        if (!is_tensor(a->p)) continue;
        shape_from_type(r, a);
        if (!src) {
            if (needs_input(a))
                missing(r, &d, "`--input %s=FILE.npy`", a->p->name->s);
            continue;
        }
        a->data = input_tensor(r->s, run_tcx(r), a->p->span, a->p->name->s, src,
                               a->dtype, a->rank, a->shape);
        if (!a->data) return run_fail(r, EXIT_DATA, "input data");
        memcpy(a->shape, a->data->shape, sizeof(int64_t) * (size_t)a->rank);
        for (int k = 0; k < a->rank; k++)
            if (a->p->dim_sym[k] && !bind_axis(r, i, k, a->shape[k]))
                return false;
    }
    for (int i = 0; i < r->n; i++)
        if (!is_tensor(r->args[i].p) &&
            !input_source(r->o, r->args[i].p->name->s))
            missing(r, &d, "`--input %s=NUMBER`", r->args[i].p->name->s);
    for (int j = 0; j < r->nsyms; j++)
        if (r->syms[j] < 0)
            missing(r, &d, "`--dim %s=N`", r->f->syms[j].name->s);
    if (d) return run_fail(r, EXIT_DATA, "missing inputs");
    for (int i = 0; i < r->n; i++)
        if (is_tensor(r->args[i].p)) shape_from_type(r, &r->args[i]);
    return true;
}

static bool known_names(Run *r)
{
    for (int i = 0; i < r->o->inputs.n; i++) {
        const char *text = r->o->inputs.p[i], *eq = strchr(text, '=');
        if (!eq)
            fatal(EXIT_USAGE, "`--input %s`: write --input NAME=SOURCE", text);
        Str name = str_n(r->s, text, (size_t)(eq - text));
        const char *cand[128];
        bool found = false;
        for (int k = 0; k < r->n && k < 128; k++) {
            cand[k] = r->args[k].p->name->s;
            found = found || r->args[k].p->name == name;
        }
        if (found) continue;
        const char *best = str_nearest(name->s, cand, r->n < 128 ? r->n : 128);
        Diag *d = diag_new(r->s, E1003, r->f->span,
                           "`--input %s`: `%s` has no parameter `%s`", text,
                           r->f->name->s, name->s);
        if (best) diag_help(r->s, d, "did you mean `%s`?", best);
        return run_fail(r, EXIT_DATA, "unknown input");
    }
    return true;
}

static void known_output(Run *r, const char *option, const char *text)
{
    const char *eq = strchr(text, '=');
    const Str name = str_n(r->s, text, (size_t)(eq - text));
    const char *cand[128];
    int n = 0;
    for (int k = 0; k < r->n; k++) {
        const IrParam *p = r->args[k].p;
        if (p->name == name && r->args[k].is_output) return;
        if (p->name == name && !p->written)
            fatal(EXIT_USAGE, "`%s %s`: `%s` never stores into `%s`", option,
                  text, r->f->name->s, name->s);
        if (!r->args[k].is_output) continue;
        if (n < (int)LEN(cand)) cand[n++] = r->args[k].p->name->s;
    }
    fatal(EXIT_USAGE, "`%s %s`: `%s` has no output `%s`%s", option, text,
          r->f->name->s, name->s,
          did_you_mean(r->s->arena, name->s, cand, n, ""));
}

/* a mistyped name is told before the work, not after it */
static void known_outputs(Run *r)
{
    for (int i = 0; i < r->o->compares.n; i++) {
        const char *text = r->o->compares.p[i], *eq = strchr(text, '=');
        if (!eq)
            fatal(EXIT_USAGE, "`--compare %s`: write --compare OUTPUT=RULE",
                  text);
        known_output(r, "--compare", text);
        v_drop(r->in, run_comparator(r, text, eq + 1));
    }
    for (int i = 0; i < r->o->saves.n; i++)
        if (strchr(r->o->saves.p[i], '='))
            known_output(r, "--save", r->o->saves.p[i]);
}

bool run_bind(Run *r)
{
    r->n = r->f->nparams;
    r->args = NEW_ARRAY(r->s->arena, Arg, r->n + 1);
    r->nsyms = r->f->nsyms;
    for (int j = 0; j < r->nsyms; j++) r->syms[j] = -1;
    for (int i = 0; i < r->n; i++) {
        r->args[i].p = &r->f->params[i];
        r->args[i].stored = -1;
        r->args[i].dtype = r->f->params[i].value->type->dtype;
    }
    if (!known_names(r)) return false;
    if (!(v_is_set(r->req->specs) ? bind_specs(r) : bind_bare(r))) return false;
    known_outputs(r);
    return true;
}

/* ---- data ---------------------------------------------------------------- */

static bool scalar_data(Run *r, Arg *a)
{
    const char *src = input_source(r->o, a->p->name->s);
    if (src) {
        if (!input_scalar(r->s, a->p->span, a->p->name->s, src, a->dtype, &a->i,
                          &a->f))
            return run_fail(r, EXIT_DATA, "input data");
    } else if (a->ss->value.kind == V_FLOAT)
        a->f = a->ss->value.f;
    else
        a->f = (double)(a->i = a->ss->value.i);
    if (qw_dtype_is_float(a->dtype))
        qw_elem_set_f64(a->dtype, a->bytes, a->f);
    else
        qw_elem_set_i64(a->dtype, a->bytes, a->i);
    return true;
}

static QwTensor *made_by_spec(Run *r, Arg *a)
{
    if (!a->ts) return qwt_zeros(run_tcx(r), a->dtype, a->rank, a->shape);
    r->in->at = a->ts->span;
    Value v = spec_tensor(r->in, a->ts);
    if (v_is_error(v)) {
        host_report(r->in);
        return NULL;
    }
    QwTensor *t = qwt_contiguous(v_tensor(v));
    v_drop(r->in, v);
    return t;
}

static bool no_tensor(Run *r, const Arg *a)
{
    const QwTcx *cx = run_tcx(r);
    diag_new(r->s, cx->err == QWT_ERR_SIZE ? E1105 : E1110, a->p->span,
             "cannot make `%s`: %s", a->p->name->s, cx->msg);
    return run_fail(r, cx->err == QWT_ERR_SIZE ? EXIT_SOURCE : EXIT_ENVIRONMENT,
                    "input data");
}

static bool tensor_data(Run *r, Arg *a)
{
    const char *src = a->ts ? input_source(r->o, a->p->name->s) : NULL;
    const int before = r->s->nerrors;
    if (src)
        a->data = input_tensor(r->s, run_tcx(r), a->p->span, a->p->name->s, src,
                               a->dtype, a->rank, a->shape);
    else if (!a->data)
        a->data = made_by_spec(r, a);
    if (a->data && qwt_evaluate(a->data)) return true;
    if (r->s->nerrors > before)
        return run_fail(r, status_of_reports(r->s, EXIT_SOURCE), "input data");
    return no_tensor(r, a);
}

/* parameters are distinct memory unless nothing is written (5.11) */
static bool one_tensor_twice(Run *r)
{
    for (int i = 0; i < r->n; i++)
        for (int k = i + 1; k < r->n; k++) {
            const Arg *a = &r->args[i], *b = &r->args[k];
            if (!a->data || !b->data || !(a->p->written || b->p->written) ||
                !qwt_shares_memory(a->data, b->data))
                continue;
            const Arg *w = a->p->written ? a : b;
            Diag *d = diag_new(
                r->s, E1007, b->p->span,
                "`%s` and `%s` are bound to one tensor, and the kernel writes `%s`",
                a->p->name->s, b->p->name->s, w->p->name->s);
            diag_label(r->s, d, a->p->span, "bound first here");
            diag_help(r->s, d, "give one of them a copy: `.clone()`");
            return run_fail(r, EXIT_DATA,
                            "one tensor is bound to two parameters");
        }
    return true;
}

/* What the kernel writes is memory of its own, so that a tensor
 * which the program still holds stays as it was.  Only memory that
 * somebody shares is copied. */
static bool own_what_is_written(Run *r)
{
    for (int i = 0; i < r->n; i++) {
        Arg *a = &r->args[i];
        if (!a->data || !a->p->written) continue;
        QwTensor *own = qwt_clone(a->data);
        if (!own) return no_tensor(r, a);
        qwt_unref(a->data);
        a->data = own;
    }
    return true;
}

/* bytes that `a` will take of the memory; 0 for a file, which is mapped, and
 * for a tensor that is there already.  -1: more than any machine has. */
static int64_t bytes_to_make(Run *r, const Arg *a)
{
    const bool there = a->data || (a->ts && a->ts->init.kind == V_TENSOR);
    if (!is_tensor(a->p) || there || input_source(r->o, a->p->name->s))
        return 0;
    int64_t bytes = qw_dtype_size(a->dtype);
    for (int k = 0; k < a->rank; k++)
        if (!mul_ok(bytes, a->shape[k], &bytes)) return -1;
    return bytes;
}

/* told before the first input is made: making 20 GB of 26 takes a minute */
static bool inputs_fit(Run *r)
{
    const int64_t left = run_memory_left(r);
    int64_t total = 0, largest = 0;
    const Arg *big = NULL;
    for (int i = 0; i < r->n; i++) {
        const int64_t n = bytes_to_make(r, &r->args[i]);
        if (n < 0 || !add_ok(total, n, &total)) return true; /* E1105 tells */
        if (n > largest) largest = n, big = &r->args[i];
    }
    if (!left || total <= left) return true;
    Diag *d = diag_new(r->s, E1110, big->p->span,
                       "the data of `%s` takes %lld bytes, and the limit "
                       "`memory` leaves %lld",
                       r->f->name->s, (long long)total, (long long)left);
    diag_at(r->s, d, "the largest is `%s`, of %lld bytes", big->p->name->s,
            (long long)largest);
    diag_help(r->s, d,
              "make it smaller (the driver's options, `--spec-arg NAME=VALUE`), "
              "or let one block of a file stand in for many: `--input "
              "%s=FILE*N`",
              big->p->name->s);
    return run_fail(r, EXIT_ENVIRONMENT, "the data does not fit the memory");
}

bool run_inputs(Run *r)
{
    if (!inputs_fit(r)) return false;
    for (int i = 0; i < r->n; i++) {
        Arg *a = &r->args[i];
        bool ok = is_tensor(a->p) ? tensor_data(r, a) : scalar_data(r, a);
        a->fresh = a->is_output && a->p->dir != 2 &&
            (!a->ts || v_is_none(a->ts->init)) &&
            !input_source(r->o, a->p->name->s);
        if (!ok) return false;
    }
    return one_tensor_twice(r) && own_what_is_written(r);
}
