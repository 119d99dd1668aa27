/* Kernels calling kernels: the callee's body is spliced in with fresh locals.
 * Tensors are passed by reference, tiles and scalars by value.  The same
 * annotations make the parameters of the entry. */
#include "lower/lower_int.h"
#include <string.h>

/* ---- annotations --------------------------------------------------------- */

typedef enum { PK_ANY_TENSOR, PK_TENSOR, PK_SCALAR, PK_TASK } ParamKindOf;
typedef struct ParamType {
    ParamKindOf kind;
    int dir; /* 0 plain, 1 Out, 2 InOut */
    QwDtype dtype;
    int rank;
    int64_t dim[IR_MAX_RANK];
    DynSym *sym[IR_MAX_RANK];
    Span dim_span[IR_MAX_RANK];
} ParamType;

static bool malformed(Lower *L, const Node *p, Span at)
{
    Diag *d = lw_error(L, E0302, at.hi ? at : p->span,
                       "the type of `%s` is not one that kernels have",
                       p->param.name->s);
    diag_help(
        L->s, d,
        "`%s: pl.Tensor[[M, N], pl.FP32]`, or `pl.Out[...]` of it, or `pl.Scalar[pl.INT32]`",
        p->param.name->s);
    return false;
}

static bool read_dim(Lower *L, const Node *p, Sv s, int k, ParamType *t)
{
    t->dim_span[k] = s.span;
    if (s.kind == K_ERROR) return false;
    if (s.kind == K_CONST && v_dynsym(s.c)) {
        t->sym[k] = v_dynsym(s.c);
        t->dim[k] = -1;
        return true;
    }
    if (s.kind == K_CONST && s.c.kind != V_INT) {
        lw_error(L, E0302, s.span, "an extent of `%s` is an int, found %s",
                 p->param.name->s, lw_what(L, s));
        return false;
    }
    if (!const_int(s, &t->dim[k])) return malformed(L, p, s.span);
    if (t->dim[k] > 0 && t->dim[k] <= IR_MAX_EXTENT) return true;
    if (t->dim[k] > 0)
        lw_error(L, E0410, s.span, "extent %lld: extents are at most %lld",
                 (long long)t->dim[k], (long long)IR_MAX_EXTENT);
    else
        lw_error(L, E0410, s.span, "extent %lld: extents are positive",
                 (long long)t->dim[k]);
    return false;
}

static bool read_tensor(Lower *L, const Node *p, const Node *ann, ParamType *t)
{
    const NodeVec *ix = &ann->index.index;
    t->kind = PK_TENSOR;
    if (ix->n < 2) return malformed(L, p, ann->span);
    const Sv dims = lower_expr(L, ix->p[0]);
    if (dims.kind == K_ERROR) return false;
    t->rank = sv_len(dims);
    if (t->rank < 0) return malformed(L, p, ann->span);
    if (t->rank < 1 || t->rank > IR_MAX_RANK) {
        lw_error(L, E1104, ix->p[0]->span,
                 "a tensor of rank %d; tensors have 1 to %d axes", t->rank,
                 IR_MAX_RANK);
        return false;
    }
    for (int k = 0; k < t->rank; k++)
        if (!read_dim(L, p, sv_item(dims, k), k, t)) return false;
    return dtype_arg(L, lower_expr(L, ix->p[1]), ix->p[1]->span, &t->dtype);
}

static bool read_scalar(Lower *L, const Node *p, const Node *ann, ParamType *t)
{
    t->kind = PK_SCALAR;
    if (ann->index.index.n != 1) return malformed(L, p, ann->span);
    Sv d = lower_expr(L, ann->index.index.p[0]);
    if (d.kind == K_CONST && d.c.kind == V_DTYPE && d.c.flag == DT_PL_TASK_ID) {
        t->kind = PK_TASK;
        return true;
    }
    return dtype_arg(L, d, ann->index.index.p[0]->span, &t->dtype);
}

static bool read_type(Lower *L, const Node *p, const Node *ann, ParamType *t)
{
    const Node *head = ann->kind == ND_INDEX ? ann->index.of : ann;
    const char *path = pl_path(L, head);
    if (!path) return malformed(L, p, ann->span);
    const bool indexed = ann->kind == ND_INDEX;
    const int dir = !strcmp(path, "Out") ? 1 : !strcmp(path, "InOut") ? 2 : 0;
    if (dir && indexed && ann->index.index.n == 1 && !t->dir) {
        t->dir = dir;
        return read_type(L, p, ann->index.index.p[0], t);
    }
    if (!strcmp(path, "Scalar") && indexed) {
        if (!t->dir) return read_scalar(L, p, ann, t);
        Diag *d = lw_error(L, E0303, ann->span,
                           "the scalar `%s` cannot be an output",
                           p->param.name->s);
        diag_help(L->s, d, "return the scalar, or write it into a tensor");
        return false;
    }
    if (!strcmp(path, "Tensor")) {
        if (indexed) return read_tensor(L, p, ann, t);
        t->kind = PK_ANY_TENSOR;
        return true;
    }
    return malformed(L, p, ann->span);
}

/* the type of a parameter; names in it are those around the kernel */
static bool param_type(Lower *L, KernelObject *k, const Node *p, ParamType *t)
{
    static const FnInfo no_names = {.words = 1};
    *t = (ParamType){0};
    L->failed = false;
    if (!p->param.ann) {
        Diag *d = lw_error(L, E0302, p->span,
                           "the kernel parameter `%s` needs a type",
                           p->param.name->s);
        diag_help(L->s, d, "`%s: pl.Tensor[[M, N], pl.FP32]`",
                  p->param.name->s);
        return false;
    }
    Sv none = {.kind = K_UNSET};
    FnFrame around = {.info = &no_names, .kernel = k, .vals = &none},
            *fn = L->fn;
    L->fn = &around;
    const bool ok = read_type(L, p, p->param.ann, t);
    L->fn = fn;
    return ok;
}

/* ---- frames -------------------------------------------------------------- */

static const FnInfo *info_of(Lower *L, const Node *def)
{
    for (int i = 0; i < L->infos.n; i++)
        if (L->infos.p[i]->def == def) return L->infos.p[i];
    const FnInfo *fi = fn_info(L->a, def);
    vec_push(L->a, &L->infos, fi);
    return fi;
}

static FnFrame *new_frame(Lower *L, KernelObject *k)
{
    FnFrame *fn = NEW(L->a, FnFrame);
    fn->info = info_of(L, k->def);
    fn->kernel = k;
    fn->up = L->fn;
    fn->depth = L->fn ? L->fn->depth + 1 : 0;
    fn->vals = NEW_ARRAY(L->a, Sv, fn->info->n + 1);
    for (int i = 0; i <= fn->info->n; i++) fn->vals[i] = (Sv){.kind = K_UNSET};
    fn->vals[fn->info->n] = sv_none(k->def->span);
    return fn;
}

static int first_param(const KernelObject *k)
{
    return k->cls != NULL;
}

static void bind_self(FnFrame *fn, KernelObject *k)
{
    KernelObject *program = k->program ? k->program : k;
    if (k->cls && k->def->def.params.n)
        fn->vals[0] = sv_const(v_obj(&program->o), k->def->span);
}

/* the body of the frame in L->fn */
static void lower_frame_body(Lower *L)
{
    const Node *def = L->fn->kernel->def;
    if (!front_check_kernel_returns(L->s, def)) L->errors++;
    lower_block(L, &def->def.body, true);
}

/* ---- the entry ----------------------------------------------------------- */

static IrValue *symbol_value(Lower *L, DynSym *sym, int param, int axis,
                             Span sp)
{
    IrFunc *f = L->f;
    Str name = sym->name;
    for (int i = 0; i < f->nsyms; i++)
        if (f->syms[i].name == name) return f->syms[i].value;
    IrSym *bigger = NEW_ARRAY(f->arena, IrSym, f->nsyms + 1);
    if (f->nsyms) memcpy(bigger, f->syms, sizeof *bigger * (size_t)f->nsyms);
    f->syms = bigger;
    IrValue *v = ir_value(f, ir_index(f), sp);
    v->is_param = true;
    v->name = name;
    f->syms[f->nsyms++] = (IrSym){name, v, param, axis};
    return v;
}

static IrValue *entry_tensor(Lower *L, const ParamType *t, int param, Span sp,
                             IrParam *out)
{
    int64_t shape[IR_MAX_RANK], bytes = qw_dtype_size(t->dtype);
    for (int k = 0; k < t->rank; k++) {
        shape[k] = t->dim[k];
        if (shape[k] >= 0 && !mul_ok(bytes, shape[k], &bytes))
            bytes = INT64_MAX;
    }
    bytes_ok(L, LIM_TENSOR_BYTES, bytes, sp);
    IrValue *v = ir_value(L->f, ir_tensor(L->f, t->dtype, t->rank, shape), sp);
    v->dim = new_list(L, t->rank);
    v->stride = new_list(L, t->rank);
    for (int k = 0; k < t->rank; k++) {
        v->dim[k] = t->sym[k]
            ? symbol_value(L, t->sym[k], param, k, t->dim_span[k])
            : ir_idx(L->f, t->dim[k]);
        out->dim_sym[k] = t->sym[k] ? t->sym[k]->name : NULL;
    }
    v->stride[t->rank - 1] = ir_idx(L->f, 1);
    for (int k = t->rank - 2; k >= 0; k--) {
        v->stride[k] = emit_int(L, IR_SMUL, v->stride[k + 1], v->dim[k + 1],
                                sp);
        if (v->stride[k]->def)
            v->stride[k]->def->at.nowrap =
                true; /* the tensor exists, so its size fits */
    }
    return v;
}

static bool entry_param(Lower *L, KernelObject *k, int i, const Node *p)
{
    IrParam *out = &L->f->params[i];
    ParamType t;
    const Span sp = p->span;
    *out = (IrParam){.name = p->param.name, .span = sp};
    if (!param_type(L, k, p, &t)) return false;
    if (t.kind == PK_ANY_TENSOR) {
        Diag *d = lw_error(L, E0302, p->param.ann->span,
                           "the entry needs the shape and dtype of `%s`",
                           p->param.name->s);
        diag_help(
            L->s, d,
            "`%s: pl.Tensor[[M, N], pl.FP32]`; bare `pl.Tensor` is for inline kernels",
            p->param.name->s);
        return false;
    }
    if (t.kind == PK_TASK) return malformed(L, p, p->param.ann->span);
    out->dir = t.dir;
    out->value = t.kind == PK_TENSOR
        ? entry_tensor(L, &t, i, sp, out)
        : ir_value(L->f, ir_scalar(L->f, t.dtype), sp);
    out->value->is_param = true;
    out->value->name = p->param.name;
    Sv v = sv_ir(out->value, sp);
    if (is_int_scalar(v)) v = sv_ir(to_index(L, v.v), sp);
    if (v.kind == K_SCALAR) name_value(v.v, p->param.name);
    L->fn->vals[i + first_param(k)] = v;
    return true;
}

static const char *signature_text(Lower *L, KernelObject *k)
{
    Text t = {.a = L->a};
    const NodeVec *params = &k->def->def.params;
    text_printf(&t, "%s(", k->def->def.name->s);
    for (int i = first_param(k); i < params->n; i++) {
        const Span sp = params->p[i]->span;
        const Source *src = source_of(L->s, sp);
        if (i > first_param(k)) text_puts(&t, ", ");
        bool space = false;
        for (int32_t at = sp.lo; src && at < sp.hi; at++) {
            const char c = src->text[at - src->base];
            if ((c == ' ' || c == '\n' || c == '\r') && space) continue;
            space = c == ' ' || c == '\n' || c == '\r';
            text_putc(&t, space ? ' ' : c);
        }
    }
    text_putc(&t, ')');
    return text_str(&t);
}

void bind_entry(Lower *L, KernelObject *k)
{
    const NodeVec *params = &k->def->def.params;
    const int n = params->n - first_param(k);
    L->fn = new_frame(L, k);
    bind_self(L->fn, k);
    L->f->span = k->def->def.name_span;
    L->f->signature = signature_text(L, k);
    L->f->nparams = n > 0 ? n : 0;
    L->f->params = NEW_ARRAY(L->a, IrParam, L->f->nparams + 1);
    L->rebound = NEW_ARRAY(L->a, Sv, L->f->nparams + 1);
    if (!front_check_kernel_signature(L->s, k->def)) {
        L->errors++;
        return;
    }
    if (n > L->s->limit[LIM_PARAMS]) {
        L->errors++;
        limit_check(L->s, LIM_PARAMS, n,
                    params->p[L->s->limit[LIM_PARAMS]]->span);
    }
    for (int i = 0; i < L->f->nparams; i++)
        if (!entry_param(L, k, i, params->p[i + first_param(k)])) {
            L->fn->vals[i + first_param(k)] = sv_error();
            L->errors++;
        }
    if (L->errors) return;
    lower_frame_body(L);
}

/* ---- binding arguments of a call ----------------------------------------- */

typedef struct Binding {
    DynSym *sym;
    IrValue *extent;
    Span at;
} Binding;
typedef struct Call {
    KernelObject *k;
    const Node *call;
    FnFrame *fn; /* the callee's */
    VEC(Binding) sym;
} Call;

static bool disagree(Lower *L, const Call *c, const Node *p, const Node *arg,
                     const char *fmt, ...) PRINTF(5, 6);
static bool disagree(Lower *L, const Call *c, const Node *p, const Node *arg,
                     const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    const char *text = arena_vprintf(L->a, fmt, ap);
    va_end(ap);
    Diag *d = lw_error(L, E0411, arg->span, "%s", text);
    diag_label(L->s, d, p->span, "parameter `%s` of `%s`", p->param.name->s,
               c->k->def->def.name->s);
    return false;
}

/* extents a and b must be one; provably different is E0411,
 * unknown is checked at run time */
static bool same_extent(Lower *L, const Call *c, IrValue *a, IrValue *b,
                        int axis, const Node *p, const Node *arg)
{
    int64_t d;
    if (ir_equal(L->f, a, b)) return true;
    const IrRange ra = ir_range(L->f, a), rb = ir_range(L->f, b);
    if ((ir_diff_const(L->f, a, b, &d) && d != 0) || ra.hi < rb.lo ||
        rb.hi < ra.lo)
        return disagree(L, c, p, arg, "axis %d of `%s` is %s, expected %s",
                        axis, lw_source(L, arg->span), lw_extent(L, a),
                        lw_extent(L, b));
    IrValue *args[2] = {a, b};
    emit(L, IR_CHECK_EQ, c->call->span, 2, args)->at.name =
        str_printf(L->s, "axis %d of the argument `%s` of `%s`", axis,
                   p->param.name->s, c->k->def->def.name->s);
    return true;
}

static bool bind_symbol(Lower *L, Call *c, DynSym *sym, IrValue *extent,
                        int axis, const Node *p, const Node *arg)
{
    for (int i = 0; i < c->sym.n; i++)
        if (c->sym.p[i].sym == sym)
            return same_extent(L, c, extent, c->sym.p[i].extent, axis, p, arg);
    vec_push(L->a, &c->sym, ((Binding){sym, extent, arg->span}));
    return true;
}

/* the actual with the static extents that the parameter declares */
static IrValue *refined(Lower *L, const ParamType *t, IrValue *x, Span sp)
{
    bool needed = false;
    Window w = {.rank = x->type->rank};
    IrValue *size[IR_MAX_RANK];
    for (int k = 0; k < t->rank; k++) {
        needed |= t->dim[k] >= 0 && x->type->shape[k] < 0;
        size[k] = t->dim[k] >= 0 ? ir_idx(L->f, t->dim[k]) : ir_dim(L->f, x, k);
        w.off[k] = ir_idx(L->f, 0);
        w.win[k] = x->valid ? ir_valid(L->f, x, k) : size[k];
    }
    return needed ? emit_view(L, x, &w, size, 0, sp) : x;
}

static bool bind_tensor(Lower *L, Call *c, const ParamType *t, const Node *p,
                        const Node *arg, Sv *v)
{
    if (v->kind != K_TENSOR && v->kind != K_TILE)
        return lw_kind(L, *v, arg,
                       arena_printf(L->a, "a tensor for `%s`",
                                    p->param.name->s));
    if (t->kind == PK_ANY_TENSOR) return true;
    IrValue *x = v->v;
    if (x->type->rank != t->rank)
        return disagree(L, c, p, arg, "`%s` is %s, expected rank %d",
                        lw_source(L, arg->span), lw_what(L, *v), t->rank);
    if (x->type->dtype != t->dtype) {
        Diag *d = lw_error(L, E0308, arg->span, "`%s` is %s, expected %s",
                           lw_source(L, arg->span), lw_what(L, *v),
                           lw_dtype(t->dtype));
        diag_label(L->s, d, p->span, "parameter `%s` of `%s`", p->param.name->s,
                   c->k->def->def.name->s);
        return false;
    }
    for (int k = 0; k < t->rank; k++) {
        IrValue *have = ir_dim(L->f, x, k);
        const bool ok = t->sym[k]
            ? bind_symbol(L, c, t->sym[k], have, k, p, arg)
            : same_extent(L, c, have, ir_idx(L->f, t->dim[k]), k, p, arg);
        if (!ok) return false;
    }
    if (v->kind == K_TENSOR) v->v = refined(L, t, x, c->call->span);
    return true;
}

static bool bind_int(Lower *L, QwDtype d, const Node *arg, Sv *v)
{
    int64_t i;
    if (const_int(*v, &i)) {
        if (int_fits(d, i)) return true;
        does_not_fit(L, arena_printf(L->s->arena, "%lld", (long long)i), d,
                     arg->span);
        return false;
    }
    if (d == QW_I64) return true;
    IrValue *r = emit1(L, IR_SCAST, arg->span, ir_scalar(L->f, d), 1,
                       &v->v); /* checks the range */
    r->def->at.nowrap = ir_scalar_fits(L->f, r->def);
    if (r->def->at.nowrap) ir_remove(r->def);
    return true;
}

static bool bind_scalar(Lower *L, const ParamType *t, const Node *p,
                        const Node *arg, Sv *v)
{
    if (!is_number(*v))
        return lw_kind(L, *v, arg,
                       arena_printf(L->a, "a scalar for `%s`",
                                    p->param.name->s));
    if (qw_dtype_is_int(t->dtype) && is_int_scalar(*v))
        return bind_int(L, t->dtype, arg, v);
    if (t->dtype == QW_BOOL && is_bool_scalar(*v)) return true;
    const Type *type = ir_scalar(L->f, t->dtype);
    IrValue *c = qw_dtype_is_float(t->dtype) ? float_const(L, *v, type) : NULL;
    if (c) return *v = sv_ir(c, arg->span), true;
    if (v->kind == K_SCALAR && v->v->type->dtype == t->dtype) return true;
    Diag *d = lw_error(L, E0307, arg->span, "`%s` is %s, expected %s",
                       lw_source(L, arg->span), lw_what(L, *v),
                       lw_dtype(t->dtype));
    diag_help(L->s, d, "`pl.cast(%s, %s)`", lw_source(L, arg->span),
              lw_dtype(t->dtype));
    return false;
}

static bool bind_param(Lower *L, Call *c, int slot, const Node *p,
                       const Node *arg, Sv v)
{
    ParamType t;
    const bool failed = L->failed;
    if (!param_type(L, c->k, p, &t)) return false;
    L->failed = failed;
    bool ok;
    if (t.kind == PK_TASK)
        ok = v.kind == K_TASK || lw_kind(L, v, arg, "a TASK_ID");
    else if (t.kind == PK_SCALAR)
        ok = bind_scalar(L, &t, p, arg, &v);
    else
        ok = bind_tensor(L, c, &t, p, arg, &v);
    v.span = arg->span;
    c->fn->vals[slot] = ok ? v : sv_error();
    return ok;
}

static bool wrong_call(Lower *L, const Call *c, Span at, const char *text)
{
    Diag *d = lw_error(L, E0310, at, "%s", text);
    diag_note(L->s, d, c->k->def->def.name_span, "the signature is `%s`",
              signature_text(L, c->k));
    return false;
}

static bool match_args(Lower *L, Call *c, int first, const Node **arg)
{
    const NodeVec *params = &c->k->def->def.params, *args = &c->call->call.args;
    const int skip = first_param(c->k), n = params->n - skip;
    int pos = 0;
    for (int i = first; i < args->n; i++) {
        const Node *a = args->p[i];
        if (a->kind == ND_KEYWORD) {
            int k = 0;
            while (k < n && params->p[k + skip]->param.name != a->kw.name) k++;
            if (k == n && first &&
                (!strcmp(a->kw.name->s, "deps") ||
                 !strcmp(a->kw.name->s, "no_dep_args")))
                continue;
            if (k == n)
                return wrong_call(L, c, a->kw.name_span,
                                  arena_printf(L->a,
                                               "`%s` has no parameter `%s`",
                                               c->k->def->def.name->s,
                                               a->kw.name->s));
            if (arg[k])
                return wrong_call(L, c, a->kw.name_span,
                                  arena_printf(L->a, "`%s` is given twice",
                                               a->kw.name->s));
            arg[k] = a->kw.value;
            continue;
        }
        if (pos >= n)
            return wrong_call(L, c, a->span,
                              arena_printf(L->a,
                                           "too many arguments: `%s` takes %d",
                                           c->k->def->def.name->s, n));
        arg[pos++] = a;
    }
    for (int k = 0; k < n; k++)
        if (!arg[k])
            return wrong_call(
                L, c, c->call->span,
                arena_printf(L->a, "the argument `%s` of `%s` is missing",
                             params->p[k + skip]->param.name->s,
                             c->k->def->def.name->s));
    return true;
}

static bool bind_call(Lower *L, Call *c, int first)
{
    const NodeVec *params = &c->k->def->def.params;
    const int skip = first_param(c->k), n = params->n - skip;
    const Node **arg = NEW_ARRAY(L->a, const Node *, n + 1);
    if (!match_args(L, c, first, arg)) return false;
    Sv *v = NEW_ARRAY(L->a, Sv, n + 1);
    bool ok = true;
    for (int i = 0; i < n; i++) {
        v[i] = lower_expr(L, arg[i]);
        ok &= v[i].kind != K_ERROR;
    }
    if (!ok) return false;
    bind_self(c->fn, c->k);
    for (int i = 0; i < n && ok; i++)
        ok = bind_param(L, c, i + skip, params->p[i + skip], arg[i], v[i]);
    return ok;
}

/* ---- splicing ------------------------------------------------------------ */

static bool recursive(Lower *L, KernelObject *k, const Node *call)
{
    const FnFrame *f = L->fn;
    while (f && f->kernel != k) f = f->up;
    if (!f) return false;
    const char *chain = k->def->def.name->s;
    for (const FnFrame *g = L->fn; g; g = g == f ? NULL : g->up)
        chain = arena_printf(L->a, "%s -> %s", g->kernel->def->def.name->s,
                             chain);
    Diag *d = lw_error(L, E0209, call->span, "the kernel `%s` calls itself: %s",
                       k->def->def.name->s, chain);
    diag_label(L->s, d, k->def->def.name_span, "defined here");
    return true;
}

static void run_body(Lower *L, void *cx)
{
    FnFrame *caller = L->fn;
    L->fn = cx;
    lower_frame_body(L);
    L->fn = caller;
}

/* an incore callee is one core scope; only what it returns leaves it */
static void run_incore(Lower *L, KernelObject *k, FnFrame *fn, const Node *call)
{
    IrRegion *at = L->at;
    CoreScope core = {.span = call->span, .fn = fn};
    Join j = {.at = call->span, .live = {true, false}, .scope = true};
    j.op = emit(L, IR_SCOPE, call->span, 0, NULL);
    j.op->at.name = k->def->def.name;
    L->at = j.op->region[0] = ir_region(L->f, j.op);
    L->core = &core;
    run_body(L, fn);
    L->core = NULL;
    L->at = at;
    Sv *ret = &fn->vals[fn->info->n];
    *ret = join_value(L, &j, *ret, *ret, NULL);
    join_finish(L, &j);
}

static bool callable(Lower *L, KernelObject *k, const Node *call)
{
    if (recursive(L, k, call)) return false;
    if (L->fn->depth + 1 > L->s->limit[LIM_INLINE_DEPTH]) {
        L->failed = true;
        L->errors++;
        return limit_check(L->s, LIM_INLINE_DEPTH, L->fn->depth + 1,
                           call->span);
    }
    if (k->kind != KERNEL_INCORE || !L->core) return true;
    Diag *d = lw_error(L, E0602, call->span,
                       "`%s` is a core scope, called inside a core scope",
                       k->def->def.name->s);
    diag_label(L->s, d, L->core->span, "the outer scope begins here");
    diag_help(L->s, d, "`@pl.jit.inline` makes it part of the scope around it");
    return false;
}

Sv call_kernel(Lower *L, KernelObject *k, const Node *call, int first)
{
    if (!callable(L, k, call)) return sv_error();
    Call *c = NEW(L->a, Call);
    c->k = k;
    c->call = call;
    if (!front_check_kernel_signature(L->s, k->def)) {
        L->errors++;
        return sv_error();
    }
    c->fn = new_frame(L, k);
    if (!bind_call(L, c, first)) return sv_error();
    const uint64_t path = L->path;
    InlineFrame frame = {call->span, k->def->def.name, L->inl}, *outer = L->inl;
    LoopCx *loop = L->loop;
    const int errors = L->errors;
    L->path = path * 0x9e3779b97f4a7c15ULL + (uint64_t)(uint32_t)call->span.lo +
        1;
    L->inl = arena_dup(L->a, &frame, sizeof frame);
    L->loop = NULL;
    if (k->kind == KERNEL_INCORE)
        run_incore(L, k, c->fn, call);
    else
        run_body(L, c->fn);
    L->path = path;
    L->inl = outer;
    L->loop = loop;
    L->failed = L->errors > errors;
    if (L->failed) return sv_error();
    return c->fn->vals[c->fn->info->n];
}
