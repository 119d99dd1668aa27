/* The module golden: run_jit and run, which hand a checked request to the
 * compiler through the hooks that cli installs, and RunResult. */
#include "host/golden.h"

/* ---- RunResult ---------------------------------------------------------- */

static void result_drop(Interp *in, Obj *o)
{
    v_drop(in, ((RunResult *)o)->error);
    v_drop(in, ((RunResult *)o)->work_dir);
}

static Value result_getattr(Interp *in, Value self, Str name)
{
    const RunResult *r = (RunResult *)self.o;
    (void)in;
    if (is_name(name, "passed")) return v_bool(r->passed);
    if (is_name(name, "error")) return v_keep(r->error);
    if (is_name(name, "execution_time")) return v_float(r->execution_time);
    return is_name(name, "work_dir") ? v_keep(r->work_dir) : v_unset();
}

static bool result_setattr(Interp *in, Value self, Str name, Value v)
{
    RunResult *r = (RunResult *)self.o;
    if (is_name(name, "passed")) return arg_bool(in, v, "passed", &r->passed);
    if (is_name(name, "execution_time"))
        return arg_float(in, v, "execution_time", &r->execution_time);
    Value *slot = is_name(name, "error") ? &r->error
        : is_name(name, "work_dir")      ? &r->work_dir
                                         : NULL;
    if (!slot)
        return host_raise(in, EXC_ATTRIBUTE_ERROR,
                          "'RunResult' object has no attribute '%s'", name->s),
               false;
    v_drop(in, *slot);
    *slot = v_keep(v);
    return true;
}

static bool result_str(Interp *in, Value self, Text *t)
{
    const RunResult *r = (RunResult *)self.o;
    text_puts(t, r->passed ? "PASS" : "FAIL");
    if (!r->passed && !v_is_none(r->error)) {
        text_puts(t, ": ");
        if (!host_str(in, r->error, t)) return false;
    }
    text_printf(t, " (%.2fs)", r->execution_time);
    return true;
}

const NativeType run_result_type = {
    .name = "RunResult",
    .drop = result_drop,
    .getattr = result_getattr,
    .setattr = result_setattr,
    .repr = result_str,
    .str = result_str,
};

/* ---- arguments ---------------------------------------------------------- */

enum {
    A_FN,
    A_SPECS,
    A_GOLDEN_FN,
    A_GOLDEN_DATA,
    A_COMPILE_CFG,
    A_RUNTIME_CFG,
    A_RTOL,
    A_ATOL,
    A_COMPARE_FN,
    A_COMPILE_ONLY,
    A_RUNTIME_DIR,
    A_SAVE_DATA,
    A_CONFIG,
    A_COUNT
};
#define REST \
    "golden_fn=, golden_data=, compile_cfg=, runtime_cfg=, rtol=, atol=, compare_fn=, compile_only=, runtime_dir=, save_data="

static Value or_none(Value v)
{
    return v_is_set(v) ? v : v_none();
}

static bool take_kernel(Interp *in, Value v, const char *fname, RunRequest *q)
{
    const bool entry = v.kind == V_KERNEL &&
        (v.kernel->kind == KERNEL_JIT || v.kernel->kind == KERNEL_PROGRAM);
    if (entry)
        q->kernel = v.kernel;
    else
        host_raise(
            in, EXC_TYPE_ERROR,
            "%s: the kernel must be a @pl.jit function or a @pl.program class, not %s",
            fname, v.kind == V_KERNEL ? "a helper kernel" : v_type_name(v));
    return entry;
}

static bool take_specs(Interp *in, Value v, const char *fname, RunRequest *q)
{
    q->specs = host_list_of(in, v);
    if (v_is_error(q->specs)) return false;
    for (int i = 0; i < q->specs.seq->n; i++) {
        const Value s = q->specs.seq->p[i];
        if (v_has_type(s, &tensor_spec_type) ||
            v_has_type(s, &scalar_spec_type))
            continue;
        host_raise(in, EXC_TYPE_ERROR,
                   "%s: specs[%d] must be a TensorSpec or a ScalarSpec, not %s",
                   fname, i, v_type_name(s));
        return false;
    }
    return true;
}

static bool known_key(const char *key, const char *const *known, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const size_t len = strlen(known[i]);
        if (known[i][len - 1] == '*' ? !strncmp(key, known[i], len - 1)
                                     : !strcmp(key, known[i]))
            return true;
    }
    return false;
}

static bool check_keys(Interp *in, Value cfg, const char *what,
                       const char *const *known, size_t n)
{
    if (v_is_none(cfg)) return true;
    if (cfg.kind != V_DICT)
        return host_raise(in, EXC_TYPE_ERROR, "%s must be a dict, not %s", what,
                          v_type_name(cfg)),
               false;
    int pos = 0;
    Value k, v;
    while (dict_next(cfg, &pos, &k, &v))
        if (k.kind != V_STR || !known_key(k.str->s, known, n))
            diag_new(in->se, W1003, in->at,
                     "%s: key `%s` is unknown and ignored", what,
                     k.kind == V_STR ? k.str->s : v_type_name(k));
    return true;
}

static bool take_configs(Interp *in, RunRequest *q)
{
    static const char *const compile_keys[] = {"dump_passes", "output_dir",
                                               "platform",    "backend_type",
                                               "strategy",    "skip_ptoas"};
    static const char *const runtime_keys[] = {"platform",  "device_id",
                                               "log_level", "enable_*",
                                               "profil*",   "swimlane*",
                                               "pmu*",      "runtime_prof*",
                                               "dump_*"};
    Value v;
    if (!check_keys(in, q->compile_cfg, "compile_cfg", compile_keys,
                    LEN(compile_keys)))
        return false;
    if (!check_keys(in, q->runtime_cfg, "runtime_cfg", runtime_keys,
                    LEN(runtime_keys)))
        return false;
    if (q->compile_cfg.kind == V_DICT &&
        dict_get_str(q->compile_cfg, "dump_passes", &v))
        q->dump_passes = host_truth(in, v) > 0;
    if (q->runtime_cfg.kind == V_DICT &&
        dict_get_str(q->runtime_cfg, "platform", &v) && v.kind == V_STR)
        q->platform = v.str->s;
    return !host_failed(in);
}

static bool take_tolerance(Interp *in, Value v, const char *what, double *out,
                           bool *given)
{
    *out = 1e-5;
    *given = v_is_set(v) && !v_is_none(v);
    return !*given || arg_float(in, v, what, out);
}

static bool take_callables(Interp *in, const char *fname, RunRequest *q)
{
    if (!v_is_none(q->golden_fn) && !is_callable(q->golden_fn))
        return host_raise(in, EXC_TYPE_ERROR,
                          "%s: golden_fn must be callable, not %s", fname,
                          v_type_name(q->golden_fn)),
               false;
    if (v_is_none(q->compare_fn) || is_callable(q->compare_fn)) return true;
    int pos = 0;
    Value k, v;
    bool ok = q->compare_fn.kind == V_DICT;
    while (ok && dict_next(q->compare_fn, &pos, &k, &v))
        ok = k.kind == V_STR && is_callable(v);
    if (!ok)
        host_raise(
            in, EXC_TYPE_ERROR,
            "%s: compare_fn must be callable or a dict from output names to callables",
            fname);
    return ok;
}

/* config=RunConfig(...): its fields stand for arguments that are not given */
static bool merge_config(Interp *in, Value *arg)
{
    static const struct {
        const char *name;
        int arg;
    } fields[] = {
        {"rtol", A_RTOL},
        {"atol", A_ATOL},
        {"golden_data", A_GOLDEN_DATA},
        {"compile", A_COMPILE_CFG},
        {"compile_cfg", A_COMPILE_CFG},
        {"runtime", A_RUNTIME_CFG},
        {"runtime_cfg", A_RUNTIME_CFG},
        {"compile_only", A_COMPILE_ONLY},
        {"runtime_dir", A_RUNTIME_DIR},
        {"save_data", A_SAVE_DATA},
    };
    const Value c = arg[A_CONFIG];
    if (!v_is_set(c) || v_is_none(c)) return true;
    const bool ns = v_has_type(c, &namespace_type);
    if (!ns && c.kind != V_DICT)
        return host_raise(in, EXC_TYPE_ERROR,
                          "config must be a RunConfig, not %s", v_type_name(c)),
               false;
    for (size_t i = 0; i < LEN(fields); i++) {
        Value v;
        if (!v_is_set(arg[fields[i].arg]) &&
            dict_get_str(ns ? ((NamespaceObj *)c.o)->dict : c, fields[i].name,
                         &v))
            arg[fields[i].arg] = v;
    }
    return true;
}

/* what would write files: host code writes none */
static bool ignore_files(Interp *in, CallArgs *a, const Value *arg)
{
    const Value dir = or_none(arg[A_RUNTIME_DIR]);
    bool save = false;
    if (v_is_set(arg[A_SAVE_DATA]) &&
        !arg_bool(in, arg[A_SAVE_DATA], "save_data", &save))
        return false;
    if (!v_is_none(dir))
        diag_new(in->se, W1001, a->span, "%s: keyword `runtime_dir` is ignored",
                 a->fname);
    if (save)
        diag_help(in->se,
                  diag_new(in->se, W1001, a->span,
                           "%s: keyword `save_data` is ignored", a->fname),
                  "`qwc run --save DIR` writes the outputs");
    return true;
}

static bool take_request(Interp *in, CallArgs *a, Value *arg, RunRequest *q)
{
    if (!merge_config(in, arg)) return false;
    q->span = a->span;
    q->golden_fn = or_none(arg[A_GOLDEN_FN]);
    q->golden_data = or_none(arg[A_GOLDEN_DATA]);
    q->compare_fn = or_none(arg[A_COMPARE_FN]);
    q->compile_cfg = or_none(arg[A_COMPILE_CFG]);
    q->runtime_cfg = or_none(arg[A_RUNTIME_CFG]);
    return take_kernel(in, arg[A_FN], a->fname, q) &&
        take_specs(in, arg[A_SPECS], a->fname, q) &&
        take_tolerance(in, arg[A_RTOL], "rtol", &q->rtol, &q->rtol_given) &&
        take_tolerance(in, arg[A_ATOL], "atol", &q->atol, &q->atol_given) &&
        take_callables(in, a->fname, q) && take_configs(in, q) &&
        (!v_is_set(arg[A_COMPILE_ONLY]) ||
         arg_bool(in, arg[A_COMPILE_ONLY], "compile_only", &q->compile_only)) &&
        ignore_files(in, a, arg);
}

/* ---- running ------------------------------------------------------------ */

static Value run(Interp *in, CallArgs *a, Value *arg)
{
    RunRequest q = {.specs = v_unset()};
    const HostHooks *h = in->opt.hooks;
    Value result = v_error();
    if (take_request(in, a, arg, &q)) {
        in->nruns++;
        RunResult *r = obj_new(in, V_OBJ, &run_result_type, sizeof *r);
        r->error = r->work_dir = v_none();
        result = v_obj(&r->o);
        interp_flush(in);
        if (!h || !h->run_jit)
            host_raise(in, EXC_RUNTIME_ERROR, "%s: there is no compiler here",
                       a->fname);
        else if (!h->run_jit(h->user, in, &q, r) && !host_failed(in))
            fatal_reported(in);
        if (host_failed(in)) {
            v_drop(in, result);
            result = v_error();
        }
    }
    v_drop(in, q.specs);
    return result;
}

static Value fn_run_jit(Interp *in, CallArgs *a)
{
    Value arg[A_COUNT];
    arg[A_CONFIG] = v_unset();
    if (!args_bind(in, a, "fn, specs, *, " REST, arg)) return v_error();
    return run(in, a, arg);
}

static Value fn_run(Interp *in, CallArgs *a)
{
    Value arg[A_COUNT];
    if (!args_bind(in, a, "program, specs, *, " REST ", config=", arg))
        return v_error();
    return run(in, a, arg);
}

bool golden_call(Interp *in, Value golden_fn, Value values)
{
    const bool named = golden_fn.kind == V_FUNC &&
        golden_fn.func->def->kind == ND_DEF;
    const Span name = named ? golden_fn.func->def->def.name_span : in->at;
    in->at = name;
    const Value r = host_call(in, golden_fn, &values, 1, NULL, 0, (Span){0, 0});
    if (v_is_error(r)) {
        if (named && in->exc && in->exc->span.lo == name.lo)
            host_help(in, "a golden takes one argument, the tensors by name");
        return false;
    }
    const bool ok = r.kind != V_DICT || v_is_same(r, values) ||
        dict_update(in, values, r);
    v_drop(in, r);
    return ok;
}

static Value type_const(const NativeType *t)
{
    Value v = v_of(V_TYPE);
    v.flag = TYPE_NATIVE;
    v.ntype = t;
    return v;
}

static Value c_tensor_spec(Interp *in)
{
    (void)in;
    return type_const(&tensor_spec_type);
}

static Value c_scalar_spec(Interp *in)
{
    (void)in;
    return type_const(&scalar_spec_type);
}

static Value c_run_result(Interp *in)
{
    (void)in;
    return type_const(&run_result_type);
}

static const NativeDef names[] = {
    {"TensorSpec", NULL, 0, c_tensor_spec},
    {"ScalarSpec", NULL, 0, c_scalar_spec},
    {"RunResult", NULL, 0, c_run_result},
    {"run_jit", fn_run_jit, 0, NULL},
    {"run", fn_run, 0, NULL},
    {"validate_golden", fn_validate_golden, 0, NULL},
    {"ratio_allclose", fn_ratio_allclose, 0, NULL},
    {"ratio_reldiff", fn_ratio_reldiff, 0, NULL},
    {"topk_pair_compare", fn_topk_pair_compare, 0, NULL},
    {"pass_rate_compare", fn_pass_rate_compare, 0, NULL},
};
const ModuleDef golden_module = {.name = "golden",
                                 .names = names,
                                 .n = LEN(names)};
