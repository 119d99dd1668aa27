/* Host functions that a kernel calls on constants: math.sqrt(D), and
 * the built-ins of Python.  They are computed here by the host's rules;
 * of what only the run knows they are refused with the operation of
 * `pl` that says the same. */
#include "lower/lower_int.h"
#include <string.h>

/* ---- built-ins ----------------------------------------------------------- */

/* What says the same of a scalar, and of a tile if it is no habit; `$`: the
 * operands as they are written. */
typedef struct Builtin {
    const char *name, *scalar, *tile;
} Builtin;

static const Builtin builtins[] = {
    {"abs", "`pl.max($, -$)`", NULL},
    {"all", NULL, NULL},
    {"any", NULL, NULL},
    {"bool", "`$ != 0`", NULL},
    {"divmod", NULL, NULL},
    {"float", "`pl.cast($, pl.FP32)`", NULL},
    {"int", "`pl.cast($, pl.INT64)`, which rounds to the nearest", NULL},
    {"len", NULL, "`$.shape[0]`"},
    {"list", NULL, NULL},
    {"max", "`pl.max($)`", "`pl.maximum($)`"},
    {"min", "`pl.min($)`", "`pl.minimum($)`"},
    {"pow", NULL, NULL},
    {"round", "`pl.cast($, pl.INT64)`",
     "`pl.cast($, target_type=pl.INT32, mode=\"rint\")`"},
    {"sorted", NULL, NULL},
    {"str", NULL, NULL},
    {"sum", NULL, NULL},
    {"tuple", NULL, NULL},
};

static const Builtin *builtin_of(const char *name)
{
    for (size_t i = 0; i < LEN(builtins); i++)
        if (!strcmp(builtins[i].name, name)) return &builtins[i];
    return NULL;
}

const char *builtin_help(Lower *L, const char *name)
{
    Value v;
    if (!strcmp(name, "print"))
        return "kernels print at compile time: `pl.static_print(...)`";
    if (!strcmp(name, "range")) return "kernels loop over `pl.range(...)`";
    if (builtin_of(name) || !host_builtin(L->in, str(L->s, name), &v))
        return NULL;
    return arena_printf(
        L->a,
        "kernels have no built-in `%s`; name its result at module level: `NAME = %s(...)`",
        name, name);
}

/* what to write for a built-in of something that is no constant */
static const char *instead(Lower *L, const Builtin *b, const Node *call, Sv s)
{
    const NodeVec *args = &call->call.args;
    const bool tile = is_shaped(s);
    const char *here = tile ? b->tile : b->scalar;
    const Span all = span_join(args->p[0]->span, args->p[args->n - 1]->span);
    Text t = {.a = L->a};
    if (!tile && !is_number(s)) return NULL;
    if (is_int_scalar(s) && !strcmp(b->name, "int"))
        return arena_printf(L->a, "`%s` is an integer already",
                            lw_source(L, args->p[0]->span));
    if (tile && (!here || (args->n == 1 && habit_known(b->name))))
        here = habit_operation(L, b->name, first_operand(call));
    if (!here) return NULL;
    if (*here != '`') return arena_printf(L->a, "`%s`", here);
    for (; *here; here++) {
        if (*here == '$')
            text_puts(&t, lw_source(L, all));
        else
            text_putc(&t, *here);
    }
    return text_str(&t);
}

/* ---- calls --------------------------------------------------------------- */

/* the host's value of a constant, also of a tuple or list of them */
static bool constant_value(Lower *L, Sv s, Value *out)
{
    int64_t i;
    if (s.kind == K_TUPLE) {
        Value *items = NEW_ARRAY(L->a, Value, s.t->n + 1);
        for (int k = 0; k < s.t->n; k++)
            if (!constant_value(L, s.t->p[k], &items[k])) return false;
        const Value v = v_tuple(L->in, items, s.t->n);
        *out = s.t->is_list ? host_list_of(L->in, v) : v;
        return true;
    }
    if (s.kind == K_SCALAR && const_int(s, &i))
        *out = v_int(i);
    else if (foldable(s))
        *out = s.c;
    else
        return false;
    return true;
}

/* np.exp(t), torch.relu(t): the host's functions know no tiles */
static void not_in_kernels(Lower *L, const Node *call, DiagCode code)
{
    const Node *fn = call->call.fn;
    Diag *d = lw_error(L, code, fn->span, "`%s` does not compute on tiles",
                       lw_source(L, fn->span));
    const char *name = fn->attr.name->s,
               *habit = habit_operation(L, name, first_operand(call));
    if (call->call.args.n > 1 && !habit_known(name) && op_find(name))
        diag_help(L->s, d, "`pl.%s(%s, ...)`", name,
                  lw_source(L, call->call.args.p[0]->span));
    else if (habit)
        diag_help(L->s, d, "`%s`", habit);
    else
        diag_help(
            L->s, d,
            "kernels compute with the operations of `pl`: `qwc list ops` names them");
}

typedef struct HostArgs {
    Value *pos;
    KwArg *kw;
    int npos, nkw;
} HostArgs;

static bool host_args(Lower *L, const Node *call, const Builtin *b, HostArgs *a)
{
    const NodeVec *args = &call->call.args;
    const bool library = !b && call->call.fn->kind == ND_ATTR;
    bool ok = true;
    *a = (HostArgs){NEW_ARRAY(L->a, Value, args->n + 1),
                    NEW_ARRAY(L->a, KwArg, args->n + 1), 0, 0};
    for (int i = 0; i < args->n; i++) {
        const bool named = args->p[i]->kind == ND_KEYWORD;
        const Node *arg = named ? args->p[i]->kw.value : args->p[i];
        const Sv s = lower_expr(L, arg);
        Value v;
        if (library && is_shaped(s) && arg == first_operand(call))
            return not_in_kernels(L, call, E0306), false;
        if (s.kind == K_ERROR || !ok) {
            ok = false;
        } else if (!constant_value(L, s, &v)) {
            Diag *d =
                lw_error(L, E0306, arg->span,
                         "`%s` is computed at compile time and needs constants",
                         lw_source(L, call->call.fn->span));
            const char *help = b ? instead(L, b, call, s) : NULL;
            if (help) diag_help(L->s, d, "%s", help);
            ok = false;
        } else if (named) {
            a->kw[a->nkw++] = (KwArg){args->p[i]->kw.name, v};
        } else {
            a->pos[a->npos++] = v;
        }
    }
    return ok;
}

static Sv call_on_constants(Lower *L, Value fn, const Builtin *b, const Node *n)
{
    HostArgs a;
    Value r;
    if (!host_args(L, n, b, &a)) return sv_error();
    r = host_call(L->in, fn, a.pos, a.npos, a.kw, a.nkw, n->span);
    if (!v_is_error(r)) return from_host(L, r, n->span);
    lw_error(L, E0311, n->span, "this constant has no value: %s",
             host_failed(L->in) ? host_exc_text(L->in, v_obj(&L->in->exc->o))
                                : "?");
    host_clear(L->in);
    return sv_error();
}

/* ---- libraries of the host ----------------------------------------------- */

bool is_library(const char *name)
{
    static const char *const names[] = {"np", "numpy", "torch", "math",
                                        "F",  "nn",    "jnp"};
    for (size_t i = 0; i < LEN(names); i++)
        if (!strcmp(name, names[i])) return true;
    return false;
}

static bool host_function(Lower *L, const Node *fn, Value *v)
{
    Value of;
    if (captured(L, fn, v)) return true;
    return fn->kind == ND_ATTR && captured(L, fn->attr.of, &of) &&
        of.kind == V_MODULE && host_attr(L->in, of, fn->attr.name, v);
}

/* np.exp(t) where nothing is called np */
static bool unknown_library(Lower *L, const Node *call)
{
    const Node *fn = call->call.fn;
    Value v;
    if (fn->kind != ND_ATTR || fn->attr.of->kind != ND_NAME ||
        !is_library(fn->attr.of->name->s))
        return false;
    if (fn_slot(L->fn->info, fn->attr.of->name) >= 0 ||
        captured(L, fn->attr.of, &v))
        return false;
    const char *library = fn->attr.of->name->s;
    const Node *operand = first_operand(call);
    if (strcmp(library, "math") || !operand ||
        is_shaped(lower_expr(L, operand))) {
        not_in_kernels(L, call, E0301);
        return true;
    }
    Diag *d = lw_error(L, E0301, fn->attr.of->span, "unknown name `%s`",
                       library);
    diag_help(L->s, d,
              "`import %s` at the top of the file: kernels call it on constants",
              library);
    return true;
}

static Sv refuse_function(Lower *L, const Node *fn)
{
    Diag *d = lw_error(L, E0206, fn->span,
                       "`%s` is a host function; a kernel cannot call it",
                       lw_source(L, fn->span));
    diag_help(
        L->s, d,
        "decorate it with `@pl.jit.inline`, or compute the constant at module level");
    return sv_error();
}

bool lower_host_call(Lower *L, const Node *n, Sv *out)
{
    const Node *fn = n->call.fn;
    const Builtin *b = NULL;
    Value v;
    *out = sv_error();
    if (!host_function(L, fn, &v)) {
        if (unknown_library(L, n)) return true;
        if (fn->kind != ND_NAME || fn_slot(L->fn->info, fn->name) >= 0)
            return false;
        b = builtin_of(fn->name->s);
        if (!b || !host_builtin(L->in, fn->name, &v)) return false;
    }
    if (v.kind == V_KERNEL)
        *out = call_kernel(L, v.kernel, n, 0);
    else if (b || v.kind == V_NATIVE)
        *out = call_on_constants(L, v, b, n);
    else if (v.kind == V_FUNC)
        *out = refuse_function(L, fn);
    else if (v.kind == V_TYPE || v.kind == V_EXCTYPE)
        lw_error(L, E0206, fn->span, "`%s` cannot be called in a kernel",
                 lw_source(L, fn->span));
    else
        return false;
    return true;
}
