/* The C emitter: IR in, one C file and its header out.  Here is what surrounds
 * the statements: the dispatch to the handlers, the table of source places, the
 * kernel's function, its entry that checks arguments, and the uniform call.
 *
 *     static int lm_head_task(QwWorker *worker, const void *captures, int64_t ob)  parallel bodies
 *     static int rms_lm_head_run(QwWorker *worker, ...)                            the kernel
 *     int rms_lm_head(QwCtx *ctx, ...)                                        what users call
 *     int rms_lm_head__call(QwCtx *ctx, void *const *args)                    what qwc calls
 *
 * The text depends on the IR alone: same kernel, same C. */
#include "back/emit.h"
#include <string.h>

/* ---- names and types ----------------------------------------------------- */

const char *ctype(QwDtype d)
{
    return qw_dtype_info[d].ctype;
}

const char *dsuffix(QwDtype d)
{
    return qw_dtype_info[d].suffix;
}

const char *dtype_enum(QwDtype d)
{
    static const char *const names[] = {
#define DTYPE(id, suffix, pl, torch, c, bytes, npy, st, cls) [id] = #id,
#include "dtype.def"
#undef DTYPE
    };
    return names[d];
}

const char *em_name(IrValue *v, const char *other)
{
    return v->name ? v->name->s : other;
}

const char *em_subject(IrValue *v)
{
    while (!v->name && v->def && v->def->nargs &&
           ir_op_info[v->def->op].cls == CLS_TENSOR)
        v = v->def->args[0];
    return em_name(v, "");
}

const char *em_pointer_type(Em *e, IrValue *t)
{
    bool fresh = t->def && t->def->op == IR_ALLOC;
    const char *k = e->written[t->id] || fresh ? "" : "const ";
    return arena_printf(e->a, "%s%s *", k, ctype(t->type->dtype));
}

void em_rename(Em *e, int var, const IrValue *v)
{
    Var *x = &e->vars.p[var];
    if (!v->name || !x->made_up || x->fn != e->fn) return;
    x->hint = v->name->s;
    x->made_up = false;
}

int em_bind(Em *e, IrValue *v, int var)
{
    if (!v->name && v->def && v->def->nresults == 1)
        e->vars.p[var].made_up |= e->vars.p[var].fresh;
    e->vars.p[var].fresh = false;
    return e->var_of[v->id] = var;
}

Ex em_value(Em *e, IrValue *v)
{
    if (v->is_const)
        return qw_dtype_is_float(v->type->dtype) ? ex_float(e, v->c.f)
                                                 : ex_int(e, v->c.i);
    int var = e->var_of[v->id];
    if (!var) ice(e->s, v->span, "emit: value %d has no variable", v->id);
    return ex_var(e, var);
}

/* ---- places -------------------------------------------------------------- */

static const char *loop_names(Em *e)
{
    Text t = {.a = e->a};
    for (int i = 0; i < e->loops.n && i < 8; i++) {
        const IrOp *l = e->loops.p[i];
        text_printf(&t, "%s%s", i ? "," : "",
                    l->at.name ? l->at.name->s
                               : em_name(l->region[0]->args[0], "i"));
    }
    return text_str(&t);
}

Ex em_loops(Em *e)
{
    if (!e->loops.n) return ex_fmt(e, PREC_ATOM, "NULL");
    Text t = {.a = e->a};
    text_puts(&t, "(const int64_t[]){");
    for (int i = 0; i < e->loops.n && i < 8; i++)
        text_printf(&t, "%s%s", i ? ", " : "",
                    ex_fmt(e, 0, "%e",
                           em_value(e, e->loops.p[i]->region[0]->args[0]))
                        .s);
    text_puts(&t, "}");
    return (Ex){.s = text_str(&t), .prec = PREC_POST};
}

/* a store, or the window that pass strips makes of one */
static bool is_store(const Em *e, const IrOp *op)
{
    return op->op == IR_STORE || op->op == IR_COPY ||
        (op->op == IR_VIEW && ir_in_core(op) && e->written[op->results[0]->id]);
}

/* a line of the table of places; equal ones are one */
Ex em_site(Em *e, const IrOp *op, const char *what, int axis)
{
    Text t = {.a = e->a};
    Place p = source_place(e->s, op->span.lo);
    text_printf(&t, "%d, %d, ", p.line, p.col);
    text_c_string(&t,
                  p.src                     ? p.src->path
                      : e->opt->source_name ? e->opt->source_name
                                            : "");
    text_puts(&t, ", ");
    text_c_string(&t, what);
    text_puts(&t, ", ");
    const IrOp *scope = op->op == IR_SCOPE ? op : e->scope;
    text_c_string(&t, scope && scope->at.name ? scope->at.name->s : "");
    text_puts(&t, ", ");
    text_c_string(&t, loop_names(e));
    text_printf(&t, ", %d", axis);
    const char *row = text_str(&t);
    int n = 0;
    while (n < e->sites.n && strcmp(e->site_rows.p[n], row)) n++;
    if (n == e->sites.n) {
        EmitSite site = {op->span, op->inl, arena_printf(e->a, "%s", what),
                         is_store(e, op), compared_loops(e)};
        vec_push(e->a, &e->sites, site);
        vec_push(e->a, &e->site_rows, row);
    }
    return ex_fmt(e, PREC_UNARY, "&site[%d]", (int64_t)n);
}

/* ---- statements ---------------------------------------------------------- */

void emit_fail(Em *e, const IrOp *op, Ex cond, const char *status,
               const char *what, int axis, Ex v0, Ex v1, Ex v2)
{
    put_line(e, "if (%e)", cond);
    put_then(e, "return qw_fail(%w, %s, %e, %e, %e, %e, %e);", status,
             em_site(e, op, what, axis), v0, v1, v2, em_loops(e));
}

const char *em_source_line(Em *e, const IrOp *op)
{
    Place p = source_place(e->s, op->span.lo);
    const char *text;
    if (!op->span.hi || !p.src) return NULL;
    int n = source_line_text(p.src, p.line, &text);
    while (n && (*text == ' ' || *text == '\t')) text++, n--;
    const char *slash = strrchr(p.src->path, '/'),
               *file = slash ? slash + 1 : p.src->path;
    bool home = p.src == source_of(e->s, e->f->span) || !e->f->span.hi;
    return arena_printf(e->a, "%s%s%d: %.*s", home ? "" : file, home ? "" : ":",
                        p.line, n, text);
}

/* the source line of the statement, once a statement */
static void comment_source(Em *e, const IrOp *op)
{
    const char *text = em_source_line(e, op);
    Place p = source_place(e->s, op->span.lo);
    if (!text || ir_op_info[op->op].flags & OPF_T ||
        (p.line == e->last_line && p.src == e->last_source))
        return;
    e->last_line = p.line;
    e->last_source = p.src;
    put_comment(e, text);
    if (!e->opt->line_directives) return;
    Text q = {.a = e->a};
    text_c_string(&q, p.src->path);
    Line l = {.kind = LN_LINE,
              .text = text_str(&q),
              .src_line = p.line,
              .indent = e->fn->indent};
    vec_push(e->a, &e->fn->lines, l);
}

void emit_op(Em *e, IrOp *op)
{
    static void (*const handler[])(Em *, IrOp *) = {
        [CLS_STRUCT] = emit_flow,       [CLS_SCALAR] = emit_scalar,
        [CLS_CHECK] = emit_check,       [CLS_TENSOR] = emit_tensor,
        [CLS_MEMORY] = emit_memory,     [CLS_TILE] = emit_tile,
        [CLS_EW1] = emit_compute,       [CLS_EW2] = emit_compute,
        [CLS_REDUCE] = emit_compute,    [CLS_MATRIX] = emit_compute,
        [CLS_SELECTION] = emit_compute,
    };
    comment_source(e, op);
    emit_touches(e, op);
    if (e->opt->measure && e->scope) emit_traffic(e, op);
    handler[ir_op_info[op->op].cls](e, op);
}

void emit_region(Em *e, IrRegion *r)
{
    for (IrOp *op = r->first; op; op = op->next) emit_op(e, op);
}

/* ---- which tensors are written ------------------------------------------- */

static void mark_written(void *user, IrOp *op)
{
    bool *written = user;
    if (op->op == IR_STORE || op->op == IR_COPY || op->op == IR_WRITE)
        written[op->args[0]->id] = true;
}

static void find_writes(Em *e)
{
    e->written = NEW_ARRAY(e->a, bool, e->f->next_value + 1);
    ir_walk(e->f->body, mark_written, e->written);
    ir_spread(e->f, NULL, FLOW_BACKWARD, e->written);
}

/* ---- the kernel's functions ---------------------------------------------- */

typedef struct Param {
    IrValue *value;
    const char *name, *type;
    bool tensor;
    int var;
} Param;
typedef VEC(Param) Params;

/* how the entry takes a scalar */
static const char *argument_ctype(const Type *t)
{
    if (qw_dtype_is_float(t->dtype)) return "float";
    return t->dtype == QW_BOOL ? "int" : ctype(t->dtype);
}

static Params make_params(Em *e)
{
    Params ps = {0};
    IrFunc *f = e->f;
    for (int i = 0; i < f->nparams + f->nsyms; i++) {
        bool sym = i >= f->nparams;
        IrValue *v = sym ? f->syms[i - f->nparams].value : f->params[i].value;
        Str name = sym ? f->syms[i - f->nparams].name : f->params[i].name;
        Param p = {.value = v, .tensor = v->type->kind == TY_TENSOR};
        p.type = p.tensor ? em_pointer_type(e, v) : argument_ctype(v->type);
        p.var = em_bind(e, v,
                        var_new(e, name->s,
                                p.tensor ? p.type : scalar_ctype(v->type),
                                false));
        vec_push(e->a, &e->fn->params, p.var);
        vec_push(e->a, &ps, p);
    }
    return ps;
}

static void put_body(Text *t, Em *e, const char *head, const Fn *fn)
{
    text_wrapped(t, head, 0);
    text_puts(t, "{\n");
    if (!e->vars.p[fn->w].uses) text_puts(t, "    (void)worker;\n");
    text_puts(t, fn->text);
    text_puts(t, "}\n\n");
}

static const char *spaced(Em *e, const char *type, const char *name)
{
    return arena_printf(e->a, "%s%s%s", type,
                        type[strlen(type) - 1] == '*' ? "" : " ", name);
}

/* the parameters the body reads, as declaration or as arguments */
static const char *run_list(Em *e, const Params *ps, bool declare)
{
    Text t = {.a = e->a};
    for (int i = 0; i < ps->n; i++) {
        const Var *v = &e->vars.p[ps->p[i].var];
        if (!v->uses) continue;
        text_printf(&t, ", %s",
                    declare ? spaced(e, v->type, v->name) : v->name);
    }
    return text_str(&t);
}

static const char *entry_head(Em *e, const char *name, const Params *ps)
{
    Text t = {.a = e->a};
    text_printf(&t, "int %s(QwCtx *ctx", name);
    for (int i = 0; i < ps->n; i++)
        text_printf(&t, ", %s",
                    spaced(e, ps->p[i].type, e->vars.p[ps->p[i].var].name));
    text_putc(&t, ')');
    return text_str(&t);
}

static void put_entry(Em *e, Text *t, const char *entry, const char *run,
                      const Params *ps)
{
    text_wrapped(t, entry_head(e, entry, ps), 0);
    text_puts(t, "{\n");
    Text bad = {.a = e->a};
    text_puts(&bad, "if (!ctx");
    for (int i = 0; i < ps->n; i++) {
        const Param *p = &ps->p[i];
        const char *name = e->vars.p[p->var].name;
        if (p->tensor)
            text_printf(&bad, " || !%s", name);
        else if (i >= e->f->nparams)
            text_printf(&bad, " || %s < 0 || %s > QW_MAX_EXTENT", name, name);
    }
    text_puts(&bad, ")");
    text_wrapped(t, text_str(&bad), 1);
    text_printf(t, "        return qw_refuse(ctx, \"%s\");\n", entry);
    text_printf(t,
                "    QwWorker *const worker = qw_enter(ctx, %lld, \"%s\");\n",
                (long long)e->plan->frame, entry);
    text_puts(t, "    if (!worker)\n        return qw_failure(ctx)->status;\n");
    text_wrapped(t,
                 arena_printf(e->a, "return qw_leave(worker, %s(worker%s));",
                              run, run_list(e, ps, false)),
                 1);
    text_puts(t, "}\n\n");
}

/* args[i] as the entry wants it */
static const char *call_argument(Em *e, const Param *p, int i)
{
    QwDtype d = p->value->type->dtype;
    if (p->tensor) return arena_printf(e->a, "args[%d]", i);
    if (d == QW_BF16 || d == QW_F16)
        return arena_printf(e->a, "qw_%s_to_f32(*(const uint16_t *)args[%d])",
                            dsuffix(d), i);
    return arena_printf(e->a, "*(const %s *)args[%d]", ctype(d), i);
}

static void put_call(Em *e, Text *t, const char *entry, const Params *ps)
{
    text_printf(
        t,
        "/* The same with its arguments in an array: the data of a tensor, a pointer to a scalar. */\n");
    text_printf(t, "int %s__call(QwCtx *ctx, void *const *args)\n{\n", entry);
    Text call = {.a = e->a};
    text_printf(&call, "return %s(ctx", entry);
    for (int i = 0; i < ps->n; i++)
        text_printf(&call, ", %s", call_argument(e, &ps->p[i], i));
    text_puts(&call, ");");
    if (!ps->n) text_puts(t, "    (void)args;\n");
    text_wrapped(t, text_str(&call), 1);
    text_puts(t, "}\n");
}

/* ---- the files ----------------------------------------------------------- */

static void put_head_comment(Em *e, Text *t)
{
    text_printf(t, "/* Made by qwc from %s; do not edit.\n",
                comment_safe(e->a,
                             e->opt->source_name ? e->opt->source_name
                                                 : "a kernel"));
    const char *sig = comment_safe(e->a,
                                   e->f->signature ? e->f->signature : "");
    if (*sig) text_puts(t, " *\n *     ");
    int depth = 0;
    for (const char *s = sig; *s; s++) {
        depth += (*s == '(' || *s == '[') - (*s == ')' || *s == ']');
        text_putc(t, *s == '\n' ? ' ' : *s);
        bool list = depth == 1 && (*s == '(' || (*s == ',' && s[1] == ' '));
        if (!list || s[1] == ')') continue;
        text_puts(t, "\n *         "); /* one parameter a line */
        if (s[1] == ' ') s++;
    }
    text_puts(t, *sig ? "\n */\n" : " */\n");
}

static void put_sites(Em *e, Text *t)
{
    if (!e->sites.n) return;
    text_puts(
        t,
        "/* id, line, column, file, tensor or variable, scope, loops, axis */\n");
    text_puts(t, "static const QwSite site[] = {\n");
    for (int i = 0; i < e->sites.n; i++)
        text_printf(t, "    {%d, %s},\n", i, e->site_rows.p[i]);
    text_puts(t, "};\n\n");
}

static const char *direction(const IrParam *p, bool written)
{
    if (p->dir == 1) return "written";
    if (p->dir == 2) return "read and written";
    return !written ? "read" : p->read ? "read and written" : "written";
}

static void put_parameter_docs(Em *e, Text *t, const Params *ps)
{
    int width = 0;
    for (int i = 0; i < ps->n; i++) {
        int n = (int)strlen(e->vars.p[ps->p[i].var].name);
        if (n > width) width = n;
    }
    for (int i = 0; i < ps->n; i++) {
        const Type *type = ps->p[i].value->type;
        const char *name = e->vars.p[ps->p[i].var].name;
        if (i >= e->f->nparams) {
            const IrSym *s = &e->f->syms[i - e->f->nparams];
            text_printf(t, " *   %-*s  extent of axis %d of %s\n", width, name,
                        s->axis, e->f->params[s->param].name->s);
            continue;
        }
        const IrParam *p = &e->f->params[i];
        text_printf(t, " *   %-*s  %s", width, name,
                    qw_dtype_info[type->dtype].pl);
        for (int k = 0; k < type->rank; k++) {
            text_puts(t, k ? ", " : " [");
            if (p->dim_sym[k])
                text_puts(t, p->dim_sym[k]->s);
            else
                text_printf(t, "%lld", (long long)type->shape[k]);
        }
        bool written = e->written[ps->p[i].value->id];
        text_printf(t, "%s%s%s\n", ps->p[i].tensor ? "], " : " scalar",
                    ps->p[i].tensor ? direction(p, written) : "",
                    p->weights ? "; weights (qw_pack)" : "");
    }
}

static void put_entry_docs(Em *e, Text *t, const Params *ps)
{
    text_puts(
        t,
        "/* Runs the kernel on all workers of ctx.  Tensors are dense and row-major, 16-bit floats\n"
        " * are their bits.  Returns QW_OK or a QwStatus; qw_last_error(ctx) says more.\n");
    if (ps->n) text_puts(t, " *\n");
    put_parameter_docs(e, t, ps);
    text_puts(t, " */\n");
}

static const char *header_text(Em *e, const char *entry, const Params *ps)
{
    Text t = {.a = e->a};
    put_head_comment(e, &t);
    Text guard = {.a = e->a};
    for (const char *s = entry; *s; s++)
        text_putc(&guard, *s >= 'a' && *s <= 'z' ? (char)(*s - 32) : *s);
    text_printf(&t, "#ifndef %s_H\n#define %s_H\n#include \"qwrt.h\"\n\n",
                text_str(&guard), text_str(&guard));
    text_puts(&t, "#ifdef __cplusplus\nextern \"C\" {\n#endif\n\n");
    put_entry_docs(e, &t, ps);
    text_wrapped(&t, arena_printf(e->a, "%s;", entry_head(e, entry, ps)), 0);
    text_puts(
        &t,
        "\n/* The same with its arguments in an array: the data of a tensor, a pointer to a scalar\n"
        " * (of its own dtype), a pointer to each extent (int64_t). */\n");
    text_printf(&t, "int %s__call(QwCtx *ctx, void *const *args);\n\n", entry);
    text_puts(&t, "#ifdef __cplusplus\n}\n#endif\n#endif\n");
    return text_str(&t);
}

static void put_outlined(Em *e, Text *t, const Fn *b)
{
    if (b->captures.n) {
        text_printf(t, "struct %s_env {\n", b->name);
        for (int k = 0; k < b->captures.n; k++)
            text_printf(t, "    %s;\n",
                        spaced(e, e->vars.p[b->captures.p[k]].type,
                               capture_name(b, b->captures.p[k])));
        text_puts(t, "};\n\n");
    }
    const Var *i = &e->vars.p[b->index];
    if (b->comment)
        text_printf(t, "/* %s */\n", comment_safe(e->a, b->comment));
    text_printf(
        t,
        "static int %s(QwWorker *worker, const void *captures, int64_t %s)\n{\n",
        b->name, i->name);
    if (b->captures.n)
        text_printf(t, "    const struct %s_env *const env = captures;\n",
                    b->name);
    else
        text_puts(t, "    (void)captures;\n");
    if (!e->vars.p[b->w].uses) text_puts(t, "    (void)worker;\n");
    if (!i->uses) text_printf(t, "    (void)%s;\n", i->name);
    text_puts(t, b->text);
    text_puts(t, "}\n\n");
}

static const char *source_text(Em *e, const char *entry, const char *run,
                               Fn *fn, const Params *ps)
{
    Text t = {.a = e->a};
    put_head_comment(e, &t);
    text_puts(&t, "#include \"qwrt.h\"\n\n");
    put_sites(e, &t);
    for (int i = 0; i < e->bodies.n; i++) put_outlined(e, &t, e->bodies.p[i]);
    put_body(&t, e,
             arena_printf(e->a, "static int %s(QwWorker *worker%s)", run,
                          run_list(e, ps, true)),
             fn);
    put_entry_docs(e, &t, ps);
    put_entry(e, &t, entry, run, ps);
    put_call(e, &t, entry, ps);
    return text_str(&t);
}

Emitted *emit_c(IrFunc *f, const EmitOptions *opt)
{
    Emitted *out = NEW(f->arena, Emitted);
    Em em = {.f = f,
             .s = f->s,
             .a = f->arena,
             .opt = opt,
             .plan = plan_buffers(f)},
       *e = &em;
    Var none = {0};
    vec_push(e->a, &e->vars, none);
    e->var_of = NEW_ARRAY(e->a, int, f->next_value + 1);
    find_writes(e);
    const char *entry = name_global(e, f->name->s);
    out->entry = entry;
    out->call = name_global(e, arena_printf(e->a, "%s__call", entry));
    const char *run = name_global(e, arena_printf(e->a, "%s_run", entry));
    e->fn = fn_new(e, run);
    Fn *fn = e->fn;
    Params ps = make_params(e);
    emit_region(e, f->body);
    put_line(e, "return QW_OK;");
    fn_finish(e, fn);
    out->c = source_text(e, entry, run, fn, &ps);
    out->h = header_text(e, entry, &ps);
    out->sites = e->sites.p;
    out->nsites = e->sites.n;
    out->shared = e->shared.p;
    out->nshared = e->shared.n;
    out->frame = e->plan->frame;
    return out;
}
