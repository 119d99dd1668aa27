/* The reference: the file's golden function, saved arrays, or the interpreter.
 * It runs before the kernel, so its mistakes surface first. */
#include "cli/harness.h"
#include <string.h>
#include <sys/stat.h>

static Value arg_value(Run *r, Arg *a)
{
    if (a->data) return tensor_value(r->in, qwt_clone(a->data));
    if (a->dtype == QW_BOOL) return v_bool(a->i != 0);
    return qw_dtype_is_float(a->dtype) ? v_float(a->f) : v_int(a->i);
}

/* the tensors of the dict under the outputs' names become the expectation */
static bool take_expected(Run *r, Value dict)
{
    for (int i = 0; i < r->n; i++) {
        Arg *a = &r->args[i];
        Value v;
        if (!a->is_output) continue;
        if (!dict_get_str(dict, a->p->name->s, &v) || !v_tensor(v)) {
            Diag *d = diag_new(r->s, E1009, r->req->span,
                               "the golden left no tensor under the name `%s`",
                               a->p->name->s);
            diag_help(r->s, d, "fill it in place: `tensors[\"%s\"][:] = ...`",
                      a->p->name->s);
            return run_fail(r, EXIT_DATA, "golden");
        }
        a->expected = qwt_ref(v_tensor(v));
        if (!qwt_evaluate(a->expected))
            return run_fail(r, EXIT_ENVIRONMENT, run_tcx(r)->msg);
    }
    return true;
}

static bool file_golden(Run *r)
{
    Value dict = v_dict(r->in);
    for (int i = 0; i < r->n; i++) {
        Value v = arg_value(r, &r->args[i]);
        dict_set_str(r->in, dict, r->args[i].p->name->s, v);
        v_drop(r->in, v);
    }
    r->in->at = r->req->span;
    bool ok = golden_call(r->in, r->req->golden_fn, dict);
    if (!ok) {
        host_report(r->in);
        run_fail(r, status_of_reports(r->s, EXIT_SOURCE),
                 "the golden function failed");
    }
    ok = ok && take_expected(r, dict);
    v_drop(r->in, dict);
    return ok;
}

static bool file_exists(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0;
}

/* DIR/out/NAME.npy, DIR/out/NAME.safetensors:NAME, F.npz:NAME */
static const char *saved_source(Run *r, const char *where, const char *sub,
                                const char *name)
{
    if (str_ends(where, strlen(where), ".npz"))
        return arena_printf(r->s->arena, "%s:%s", where, name);
    const char *st = arena_printf(r->s->arena, "%s/%s/%s.safetensors", where,
                                  sub, name);
    if (file_exists(st)) return arena_printf(r->s->arena, "%s:%s", st, name);
    return arena_printf(r->s->arena, "%s/%s/%s.npy", where, sub, name);
}

static bool saved_golden(Run *r, const char *where)
{
    for (int i = 0; i < r->n; i++) {
        Arg *a = &r->args[i];
        const char *name = a->p->name->s;
        if (a->is_output) {
            a->expected = input_tensor(r->s, run_tcx(r), a->p->span, name,
                                       saved_source(r, where, "out", name),
                                       a->dtype, a->rank, a->shape);
            if (!a->expected) return run_fail(r, EXIT_DATA, "golden data");
        } else if (!r->o->golden_path && a->data && !input_source(r->o, name)) {
            qwt_unref(a->data);
            a->data = input_tensor(r->s, run_tcx(r), a->p->span, name,
                                   saved_source(r, where, "in", name), a->dtype,
                                   a->rank, a->shape);
            if (!a->data) return run_fail(r, EXIT_DATA, "golden data");
        }
    }
    return true;
}

bool run_golden(Run *r)
{
    switch (r->golden) {
    case GOLDEN_INTERP: return run_interp_golden(r);
    case GOLDEN_SAVED: {
        Text t = {.a = r->s->arena};
        if (r->o->golden_path) return saved_golden(r, r->o->golden_path);
        return host_str(r->in, r->req->golden_data, &t) &&
            saved_golden(r, text_str(&t));
    }
    default: return file_golden(r);
    }
}
