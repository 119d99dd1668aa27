/* Exceptions: raising, catching, and turning the uncaught one into a
 * diagnostic.  An exception is pending while in->exc is set; every function on
 * the way out returns its failure value.  EXC_FATAL unwinds past all handlers:
 * its diagnostic exists already. */
#include "host/interp.h"
#include <stdlib.h>

static const struct {
    const char *name;
    ExcType base;
} classes[EXC_COUNT] = {
    [EXC_BASE_EXCEPTION] = {"BaseException", EXC_BASE_EXCEPTION},
    [EXC_EXCEPTION] = {"Exception", EXC_BASE_EXCEPTION},
    [EXC_VALUE_ERROR] = {"ValueError", EXC_EXCEPTION},
    [EXC_TYPE_ERROR] = {"TypeError", EXC_EXCEPTION},
    [EXC_LOOKUP_ERROR] = {"LookupError", EXC_EXCEPTION},
    [EXC_KEY_ERROR] = {"KeyError", EXC_LOOKUP_ERROR},
    [EXC_INDEX_ERROR] = {"IndexError", EXC_LOOKUP_ERROR},
    [EXC_ATTRIBUTE_ERROR] = {"AttributeError", EXC_EXCEPTION},
    [EXC_NAME_ERROR] = {"NameError", EXC_EXCEPTION},
    [EXC_UNBOUND_LOCAL_ERROR] = {"UnboundLocalError", EXC_NAME_ERROR},
    [EXC_RUNTIME_ERROR] = {"RuntimeError", EXC_EXCEPTION},
    [EXC_NOT_IMPLEMENTED_ERROR] = {"NotImplementedError", EXC_RUNTIME_ERROR},
    [EXC_ASSERTION_ERROR] = {"AssertionError", EXC_EXCEPTION},
    [EXC_ARITHMETIC_ERROR] = {"ArithmeticError", EXC_EXCEPTION},
    [EXC_ZERO_DIVISION_ERROR] = {"ZeroDivisionError", EXC_ARITHMETIC_ERROR},
    [EXC_OVERFLOW_ERROR] = {"OverflowError", EXC_ARITHMETIC_ERROR},
    [EXC_IMPORT_ERROR] = {"ImportError", EXC_EXCEPTION},
    [EXC_MODULE_NOT_FOUND_ERROR] = {"ModuleNotFoundError", EXC_IMPORT_ERROR},
    [EXC_OS_ERROR] = {"OSError", EXC_EXCEPTION},
    [EXC_FILE_NOT_FOUND_ERROR] = {"FileNotFoundError", EXC_OS_ERROR},
    [EXC_STOP_ITERATION] = {"StopIteration", EXC_EXCEPTION},
    [EXC_SYSTEM_EXIT] = {"SystemExit", EXC_BASE_EXCEPTION},
    [EXC_KEYBOARD_INTERRUPT] = {"KeyboardInterrupt", EXC_BASE_EXCEPTION},
    [EXC_FATAL] = {"fatal error", EXC_FATAL},
};

enum { MAX_CHAIN = 12, MAX_VALUE = 60 };

const char *exc_type_name(ExcType t)
{
    return classes[t].name;
}

bool exc_type_is(ExcType t, ExcType base)
{
    for (; t != base; t = classes[t].base)
        if (classes[t].base == t) return false;
    return true;
}

/* ---- raising ------------------------------------------------------------ */

static ExcObj *exc_make(Interp *in, ExcType type, DiagCode code)
{
    ExcObj *e = obj_new(in, V_EXC, NULL, sizeof *e);
    e->type = type;
    e->code = code;
    e->names = v_unset();
    e->args = v_unset();
    return e;
}

Value exc_throw(Interp *in, ExcObj *e)
{
    ExcObj *old = in->exc;
    in->exc = e;
    if (old) v_drop(in, v_obj(&old->o));
    return v_error();
}

static Value raise_va(Interp *in, ExcType type, DiagCode code, const char *fmt,
                      va_list ap)
{
    ExcObj *e = exc_make(in, type, code);
    const ArenaMark m = arena_mark(in->scratch);
    const Value msg = v_str(in, arena_vprintf(in->scratch, fmt, ap));
    arena_reset(in->scratch, m);
    e->args = v_tuple_take(in, (Value[]){v_is_error(msg) ? v_none() : msg}, 1);
    e->span = in->at;
    return exc_throw(in, e);
}

Value host_raise(Interp *in, ExcType type, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    const Value v = raise_va(in, type, E0803, fmt, ap);
    va_end(ap);
    return v;
}

Value host_raise_code(Interp *in, ExcType type, DiagCode code, const char *fmt,
                      ...)
{
    va_list ap;
    va_start(ap, fmt);
    const Value v = raise_va(in, type, code, fmt, ap);
    va_end(ap);
    return v;
}

Value host_tensor_error(Interp *in, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    const Value v = raise_va(in, EXC_RUNTIME_ERROR, E0806, fmt, ap);
    va_end(ap);
    return v;
}

void host_help(Interp *in, const char *fmt, ...)
{
    if (!in->exc) return;
    va_list ap;
    va_start(ap, fmt);
    in->exc->help = arena_vprintf(in->se->arena, fmt, ap);
    va_end(ap);
}

static void note_call_chain(Interp *in, Diag *d)
{
    int n = 0;
    for (const Frame *f = in->frame; f && f->call.hi && n < MAX_CHAIN;
         f = f->up, n++)
        diag_note(in->se, d, f->call,
                  is_name(f->name, "<module>") ? "imported here"
                                               : "`%s` called here",
                  f->name->s);
}

Value fatal_reported(Interp *in)
{
    ExcObj *e = exc_make(in, EXC_FATAL, E0801);
    e->args = v_tuple_take(in, NULL, 0);
    e->reported = true;
    return exc_throw(in, e);
}

Diag *host_fatal_diag(Interp *in, DiagCode code, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    Diag *d = diag_vnew(in->se, code, in->at, fmt, ap);
    va_end(ap);
    note_call_chain(in, d);
    return d;
}

Value host_fatal(Interp *in, DiagCode code, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    Diag *d = diag_vnew(in->se, code, in->at, fmt, ap);
    va_end(ap);
    note_call_chain(in, d);
    return fatal_reported(in);
}

Value form_unsupported(Interp *in, const char *what, const char *where)
{
    Diag *d = host_fatal_diag(in, E0801, "%s is not in the host language%s",
                              what, where);
    const char *help = way_out("form", what);
    if (help) diag_help(in->se, d, "%s", help);
    return fatal_reported(in);
}

bool host_limit(Interp *in, LimitId id, int64_t met)
{
    if (met <= in->se->limit[id]) return true;
    limit_check(in->se, id, met, in->at);
    fatal_reported(in);
    return false;
}

bool host_failed(const Interp *in)
{
    return in->exc != NULL;
}

void host_clear(Interp *in)
{
    ExcObj *e = in->exc;
    in->exc = NULL;
    if (e) v_drop(in, v_obj(&e->o));
}

void exc_trace(Interp *in, ExcObj *e, Str func, Span call)
{
    (void)in;
    if (e->ntrace >= MAX_CHAIN) return;
    if (e->ntrace == e->captrace) {
        e->captrace = e->captrace ? e->captrace * 2 : 4;
        e->trace = host_realloc(e->trace, (size_t)e->captrace,
                                sizeof *e->trace);
    }
    e->trace[e->ntrace++] = (TraceEntry){func, call};
}

/* ---- exception objects -------------------------------------------------- */

Value exc_new(Interp *in, ExcType type, CallArgs *a)
{
    if (a->nkw)
        return host_raise(in, EXC_TYPE_ERROR, "%s() takes no keyword arguments",
                          exc_type_name(type));
    ExcObj *e = exc_make(in, type, E0803);
    e->args = v_tuple(in, a->pos, a->npos);
    return v_obj(&e->o);
}

/* str(e): nothing, the argument, or the tuple of them; a KeyError shows repr */
Value exc_message(Interp *in, ExcObj *e)
{
    const SeqObj *args = e->args.seq;
    if (args->n == 0) return v_str(in, "");
    if (args->n == 1 && e->type != EXC_KEY_ERROR)
        return host_str_value(in, args->p[0]);
    const ArenaMark m = arena_mark(in->scratch);
    Text t = {.a = in->scratch};
    const bool ok = host_repr(in, args->n == 1 ? args->p[0] : e->args, &t);
    const Value v = ok ? v_from_text(in, &t) : v_error();
    arena_reset(in->scratch, m);
    return v;
}

const char *host_exc_text(Interp *in, Value v)
{
    ExcObj *e = v.exc;
    ExcObj *pending = in->exc;
    in->exc = NULL;
    const Value msg = exc_message(in, e);
    const char *text = v_is_error(msg) ? "" : msg.str->s;
    const char *name = exc_type_name(e->type);
    text = arena_printf(in->se->arena, *text ? "%s: %s" : "%s", name, text);
    v_drop(in, msg);
    if (v_is_error(msg)) host_clear(in);
    in->exc = pending;
    return text;
}

/* ---- reporting ---------------------------------------------------------- */

static void note_names(Interp *in, Diag *d, Value names)
{
    Text t = {.a = in->se->arena};
    int pos = 0;
    Value k, v;
    while (dict_next(names, &pos, &k, &v)) {
        text_printf(&t, "%s%s=", t.n ? ", " : "", k.str->s);
        text_puts(&t, v.str->s);
    }
    if (t.n) diag_note(in->se, d, (Span){0, 0}, "with %s", text_str(&t));
}

static void note_trace(Interp *in, Diag *d, const ExcObj *e)
{
    for (int i = 0; i < e->ntrace; i++) {
        const TraceEntry *t = &e->trace[i];
        if (!t->call.hi) continue;
        diag_note(in->se, d, t->call,
                  is_name(t->func, "<module>") ? "imported here"
                                               : "`%s` called here",
                  t->func->s);
    }
}

static Diag *report_assert(Interp *in, ExcObj *e)
{
    const Value msg = exc_message(in, e);
    const char *text = v_is_error(msg) ? "" : msg.str->s;
    Diag *d = diag_new(in->se, E0208, e->span,
                       *text ? "assertion failed: %s" : "assertion failed%s",
                       text);
    v_drop(in, msg);
    return d;
}

static Diag *report_exc(Interp *in, ExcObj *e)
{
    if (e->module_level && e->assert_) return report_assert(in, e);
    if (e->code == E0803)
        return diag_new(in->se, E0803, e->span, "%s",
                        host_exc_text(in, v_obj(&e->o)));
    const Value msg = exc_message(in, e);
    Diag *d = diag_new(in->se, e->code, e->span, "%s",
                       v_is_error(msg) ? "" : msg.str->s);
    v_drop(in, msg);
    return d;
}

void host_report(Interp *in)
{
    ExcObj *e = in->exc;
    if (!e) return;
    in->exc = NULL;
    if (!e->reported) {
        Diag *d = report_exc(in, e);
        if (v_is_set(e->names)) note_names(in, d, e->names);
        if (e->cause)
            diag_note(in->se, d, e->cause->span, "caused by %s",
                      host_exc_text(in, v_obj(&e->cause->o)));
        note_trace(in, d, e);
        if (e->help) diag_help(in->se, d, "%s", e->help);
    }
    v_drop(in, v_obj(&e->o));
    host_clear(in); /* a failure while describing */
}

/* ---- raise, assert ------------------------------------------------------ */

static Value as_exception(Interp *in, Value v)
{
    if (v.kind == V_EXC) return v_keep(v);
    CallArgs none = {.self = v_unset()};
    if (v.kind == V_EXCTYPE) return exc_new(in, v.exctype, &none);
    return host_raise(in, EXC_TYPE_ERROR,
                      "exceptions must derive from BaseException");
}

static bool set_cause(Interp *in, Env *env, const Node *n, ExcObj *e)
{
    const Value c = eval(in, env, n);
    if (v_is_error(c)) return false;
    if (v_is_none(c)) return true;
    const Value x = as_exception(in, c);
    v_drop(in, c);
    if (v_is_error(x)) return false;
    if (x.exc == e)
        v_drop(in, x);
    else
        e->cause = x.exc;
    return true;
}

Flow exec_raise(Interp *in, Env *env, const Node *n)
{
    if (!n->raise.exc) {
        if (in->handling)
            exc_throw(in, v_keep(v_obj(&in->handling->o)).exc);
        else
            host_raise(in, EXC_RUNTIME_ERROR, "No active exception to reraise");
        return FLOW_ERROR;
    }
    const Value v = eval(in, env, n->raise.exc);
    if (v_is_error(v)) return FLOW_ERROR;
    in->at = n->raise.exc->span;
    const Value x = as_exception(in, v);
    v_drop(in, v);
    if (v_is_error(x)) return FLOW_ERROR;
    if (n->raise.cause && !x.exc->cause &&
        !set_cause(in, env, n->raise.cause, x.exc)) {
        v_drop(in, x);
        return FLOW_ERROR;
    }
    if (!x.exc->span.hi) x.exc->span = n->raise.exc->span;
    exc_throw(in, x.exc);
    return FLOW_ERROR;
}

static bool is_plain(Value v)
{
    return v_is_number(v) || v.kind == V_STR || v.kind == V_NONE ||
        v.kind == V_LIST || v.kind == V_TUPLE || v.kind == V_DTYPE ||
        v.kind == V_RANGE;
}

/* value of a name or of name.attr without side effects; owned */
static Value peek(Interp *in, Env *env, const Node *n)
{
    ExcObj *pending = in->exc;
    in->exc = NULL;
    Value v = v_unset();
    if (n->kind == ND_NAME) {
        v = env_load(in, env, n->name);
    } else if (n->kind == ND_ATTR && n->attr.of->kind == ND_NAME) {
        const Value of = peek(in, env, n->attr.of);
        if (v_is_set(of) && of.kind != V_TENSOR)
            v = host_find_attr(in, of, n->attr.name);
        v_drop(in, of);
    }
    host_clear(in);
    in->exc = pending;
    return v;
}

static void shorten(Text *t)
{
    if (t->n <= MAX_VALUE) return;
    t->n = MAX_VALUE;
    while ((t->s[t->n] & 0xc0) == 0x80) t->n--;
    text_puts(t, "...");
}

static void remember(Interp *in, Env *env, const Node *n, Value names)
{
    const Value v = peek(in, env, n);
    if (v_is_set(v) && is_plain(v)) {
        Text t = {.a = in->se->arena};
        if (n->kind == ND_ATTR)
            text_printf(&t, "%s.%s", n->attr.of->name->s, n->attr.name->s);
        else
            text_puts(&t, n->name->s);
        Text r = {.a = in->se->arena};
        if (host_repr(in, v, &r)) {
            shorten(&r);
            const Value shown = v_from_text(in, &r);
            dict_set_str(in, names, text_str(&t), shown);
            v_drop(in, shown);
        }
    }
    v_drop(in, v);
}

/* the names of a condition and what they are worth */
static void collect_names(Interp *in, Env *env, const Node *n, Value names)
{
    if (!n) return;
    switch (n->kind) {
    case ND_NAME: remember(in, env, n, names); break;
    case ND_ATTR:
        if (n->attr.of->kind == ND_NAME)
            remember(in, env, n, names);
        else
            collect_names(in, env, n->attr.of, names);
        break;
    case ND_UNARY:
    case ND_BINARY:
        collect_names(in, env, n->op.a, names),
            collect_names(in, env, n->op.b, names);
        break;
    case ND_AND:
    case ND_OR:
        collect_names(in, env, n->pair.a, names),
            collect_names(in, env, n->pair.b, names);
        break;
    case ND_COND:
        collect_names(in, env, n->cond.cond, names);
        collect_names(in, env, n->cond.then, names),
            collect_names(in, env, n->cond.other, names);
        break;
    case ND_COMPARE:
        collect_names(in, env, n->cmp.first, names);
        for (int i = 0; i < n->cmp.rest.n; i++)
            collect_names(in, env, n->cmp.rest.p[i], names);
        break;
    case ND_CALL:
        for (int i = 0; i < n->call.args.n; i++)
            collect_names(in, env, n->call.args.p[i], names);
        break;
    case ND_INDEX:
        collect_names(in, env, n->index.of, names);
        for (int i = 0; i < n->index.index.n; i++)
            collect_names(in, env, n->index.index.p[i], names);
        break;
    case ND_TUPLE:
    case ND_LIST:
        for (int i = 0; i < n->list.n; i++)
            collect_names(in, env, n->list.p[i], names);
        break;
    default: break;
    }
}

static Flow assert_fails(Interp *in, Env *env, const Node *n)
{
    ExcObj *e = exc_make(in, EXC_ASSERTION_ERROR, E0803);
    e->args = v_tuple_take(in, NULL, 0);
    if (n->assert_.msg) {
        const Value msg = eval(in, env, n->assert_.msg);
        if (v_is_error(msg)) {
            v_drop(in, v_obj(&e->o));
            return FLOW_ERROR;
        }
        v_drop(in, e->args);
        e->args = v_tuple_take(in, (Value[]){msg}, 1);
    }
    e->span = n->assert_.cond->span;
    e->assert_ = n;
    e->module_level = in->frame && in->frame->env == env &&
        env == env->module->env;
    e->names = v_dict(in);
    collect_names(in, env, n->assert_.cond, e->names);
    exc_throw(in, e);
    return FLOW_ERROR;
}

Flow exec_assert(Interp *in, Env *env, const Node *n)
{
    const Value c = eval(in, env, n->assert_.cond);
    if (v_is_error(c)) return FLOW_ERROR;
    in->at = n->assert_.cond->span;
    const int t = host_truth(in, c);
    v_drop(in, c);
    if (t < 0) return FLOW_ERROR;
    return t ? FLOW_NEXT : assert_fails(in, env, n);
}

/* ---- try ---------------------------------------------------------------- */

static int matches_one(Interp *in, const ExcObj *e, Value cls)
{
    if (cls.kind == V_EXCTYPE) return exc_type_is(e->type, cls.exctype);
    host_raise(
        in, EXC_TYPE_ERROR,
        "catching classes that do not inherit from BaseException is not allowed");
    return -1;
}

static int matches(Interp *in, const ExcObj *e, Value cls)
{
    if (cls.kind != V_TUPLE) return matches_one(in, e, cls);
    for (int i = 0; i < cls.seq->n; i++) {
        const int r = matches_one(in, e, cls.seq->p[i]);
        if (r) return r;
    }
    return 0;
}

/* 1: this handler takes e, 0: no, -1: raised */
static int handler_takes(Interp *in, Env *env, const Node *h, const ExcObj *e)
{
    if (!h->except.type) return 1;
    const Value cls = eval(in, env, h->except.type);
    if (v_is_error(cls)) return -1;
    const int r = matches(in, e, cls);
    v_drop(in, cls);
    return r;
}

static Flow run_handler(Interp *in, Env *env, const Node *h, ExcObj *e)
{
    ExcObj *outer = in->handling;
    in->handling = e;
    Flow f = FLOW_ERROR;
    if (!h->except.name ||
        env_store(in, env, h->except.name, v_keep(v_obj(&e->o)), h->span))
        f = exec_block(in, env, &h->except.body);
    if (h->except.name) { /* Python unbinds the name */
        Slot *s = env_find(env, h->except.name);
        if (s) {
            v_drop(in, s->v);
            s->v = v_unset();
        }
    }
    in->handling = outer;
    return f;
}

static Flow handle(Interp *in, Env *env, const Node *n)
{
    ExcObj *e = in->exc;
    if (e->type == EXC_FATAL) return FLOW_ERROR;
    in->exc = NULL;
    for (int i = 0; i < n->try_.handlers.n; i++) {
        const Node *h = n->try_.handlers.p[i];
        const int r = handler_takes(in, env, h, e);
        if (!r) continue;
        const Flow f = r < 0 ? FLOW_ERROR : run_handler(in, env, h, e);
        v_drop(in, v_obj(&e->o));
        return f;
    }
    in->exc = e;
    return FLOW_ERROR;
}

/* finally: what was under way goes on unless the block itself leaves */
static Flow run_final(Interp *in, Env *env, const Node *n, Flow before)
{
    ExcObj *pending = in->exc;
    if (pending && pending->type == EXC_FATAL) return before;
    in->exc = NULL;
    const Value ret = in->frame->ret;
    in->frame->ret = v_unset();
    const Flow f = exec_block(in, env, &n->try_.final);
    if (f == FLOW_NEXT) {
        in->exc = pending;
        v_drop(in, in->frame->ret);
        in->frame->ret = ret;
        return before;
    }
    if (pending) v_drop(in, v_obj(&pending->o));
    v_drop(in, ret);
    return f;
}

Flow exec_try(Interp *in, Env *env, const Node *n)
{
    Flow f = exec_block(in, env, &n->try_.body);
    if (f == FLOW_ERROR)
        f = handle(in, env, n);
    else if (f == FLOW_NEXT)
        f = exec_block(in, env, &n->try_.other);
    if (n->try_.final.n) f = run_final(in, env, n, f);
    return f;
}
