/* From a file to its kernel, specs and golden by the conventions of 14.2. */
#include "cli/cli.h"
#include <string.h>
#include "ir/ops.h"

static uint64_t seed_of(const Options *o)
{
    int64_t n = 0;
    if (o->seed) option_int(o->seed, &n);
    return (uint64_t)n;
}

static bool is_op(void *user, const char *name)
{
    (void)user;
    return op_find(name) || op_is_form(name);
}

static const char *const *op_names(void *user, int *n)
{
    const Harness *h = user;
    return op_spellings(h->s, n);
}

Interp *load_interp(Session *s, const Options *o, Harness *h)
{
    HostHooks *hooks = NEW(s->arena, HostHooks);
    *hooks = (HostHooks){.run_jit = !h ? NULL
                             : h->hook ? h->hook
                                       : harness_hook,
                         .is_op = is_op,
                         .op_names = op_names};
    if (!h) h = NEW(s->arena, Harness);
    h->s = s;
    hooks->user = h;
    InterpOptions io = {
        .include_dirs = o->include_dirs.p,
        .ninclude = o->include_dirs.n,
        .overrides = o->defines.p,
        .noverrides = o->defines.n,
        .env = o->env.p,
        .nenv = o->env.n,
        .argv = o->program_args.p,
        .nargv = o->program_args.n,
        .seed = seed_of(o),
        .threads = option_threads(o),
        .out = o->json ? stderr : NULL,
        .hooks = hooks,
    };
    return interp_new(s, &io);
}

static Span first_line(const Module *m)
{
    int32_t base = m->src ? m->src->base : 0;
    return (Span){base, base + 1};
}

static bool starts_with(Str s, const char *prefix)
{
    return strncmp(s->s, prefix, strlen(prefix)) == 0;
}

bool is_entry_kernel(const Module *m, Value v)
{
    return v.kind == V_KERNEL && v.kernel->module == m &&
        (v.kernel->kind == KERNEL_JIT || v.kernel->kind == KERNEL_PROGRAM);
}

static KernelObject *kernel_named(Session *s, Module *m, const char *name)
{
    Value v;
    const char *cand[64];
    Str key;
    int n = 0, pos = 0;
    if (module_get(m, str(s, name), &v) && v.kind == V_KERNEL) return v.kernel;
    while (module_next(m, &pos, &key, &v) && n < 64)
        if (v.kind == V_KERNEL) cand[n++] = key->s;
    Diag *d = diag_new(s, E1001, first_line(m),
                       "there is no kernel `%s` in this file", name);
    const char *best = str_nearest(name, cand, n);
    if (best)
        diag_help(s, d, "did you mean `--kernel %s`?", best);
    else if (n)
        diag_help(s, d, "kernels of this file: `%s`%s", cand[0],
                  n > 1 ? " and others" : "");
    return NULL;
}

/* build_*_program(), callable without arguments */
static KernelObject *kernel_built(Interp *in, Module *m, bool *failed)
{
    Value v;
    Str name;
    for (int pos = 0; module_next(m, &pos, &name, &v);) {
        size_t len = name->len;
        if (v.kind != V_FUNC || !starts_with(name, "build_") || len < 8 ||
            strcmp(name->s + len - 8, "_program") != 0)
            continue;
        Value k;
        if (!interp_call(in, v, NULL, 0, NULL, 0, &k)) {
            *failed = true;
            return NULL;
        }
        if (k.kind == V_KERNEL)
            return k.kernel; /* the interpreter's list keeps it */
        v_drop(in, k);
    }
    return NULL;
}

enum { MAX_ENTRIES = 16 };
typedef struct Entry {
    Str name; /* of the module; the kernel's own is that of its `def` */
    KernelObject *kernel;
} Entry;

/* the entry kernels of the module, each once */
static int entries(const Module *m, Entry *out)
{
    Value v;
    Str name;
    int n = 0;
    for (int pos = 0; module_next(m, &pos, &name, &v);) {
        int i = 0;
        while (i < n && out[i].kernel != v.kernel) i++;
        if (is_entry_kernel(m, v) && i == n && n < MAX_ENTRIES)
            out[n++] = (Entry){name, v.kernel};
    }
    return n;
}

static void several_kernels(Session *s, const Entry *e, int n)
{
    Diag *d = diag_new(s, E1001, e[1].kernel->def->def.name_span,
                       "this file has several kernels");
    diag_at(s, d, "one is `%s`", e[1].name->s);
    for (int i = 0; i < n; i++)
        if (i != 1)
            diag_label(s, d, e[i].kernel->def->def.name_span, "one is `%s`",
                       e[i].name->s);
    diag_help(s, d, "choose one with `--kernel %s`", e[0].name->s);
}

/* the only function of the file that is neither specs nor golden, or NULL */
static const Node *lone_function(const Module *m)
{
    const Node *found = NULL;
    const NodeVec none = {0}, body = m->ast ? m->ast->list : none;
    for (int i = 0; i < body.n; i++) {
        const Node *n = body.p[i];
        if (n->kind != ND_DEF || starts_with(n->def.name, "build_") ||
            starts_with(n->def.name, "golden_"))
            continue;
        if (found) return NULL;
        found = n;
    }
    return found && !found->def.is_kernel ? found : NULL;
}

static void no_kernel(Session *s, const Module *m)
{
    const Node *fn = lone_function(m);
    Diag *d = diag_new(s, E1001, fn ? fn->def.name_span : first_line(m),
                       "this file has no kernel to compile");
    if (fn)
        diag_help(s, d, "is it `%s`? decorate it with `@pl.jit`",
                  fn->def.name->s);
    else
        diag_help(s, d, "decorate the entry function with `@pl.jit`");
}

KernelObject *load_kernel(Session *s, Interp *in, const Options *o, Module *m)
{
    Entry e[MAX_ENTRIES];
    if (o->kernel) return kernel_named(s, m, o->kernel);
    const int n = entries(m, e);
    if (n == 1) return e[0].kernel;
    if (n > 1) return several_kernels(s, e, n), NULL;
    bool failed = false;
    KernelObject *built = kernel_built(in, m, &failed);
    if (!built && !failed) no_kernel(s, m);
    return built;
}

/* --spec-arg k=v as keyword arguments */
static bool spec_args(Session *s, Interp *in, const Options *o, KwArg *kw)
{
    for (int i = 0; i < o->spec_args.n; i++) {
        const char *text = o->spec_args.p[i], *eq = strchr(text, '=');
        if (!eq)
            fatal(EXIT_USAGE, "`--spec-arg %s`: write --spec-arg NAME=VALUE",
                  text);
        kw[i].name = str_n(s, text, (size_t)(eq - text));
        if (!interp_eval_text(in, "--spec-arg", eq + 1, &kw[i].value))
            return false;
    }
    return true;
}

Value load_specs(Session *s, Interp *in, const Options *o, Module *m)
{
    Value fn, out = v_error();
    if (!module_get(m, str(s, "build_tensor_specs"), &fn) &&
        !module_get(m, str(s, "build_specs"), &fn)) {
        if (o->spec_args.n)
            fatal(
                EXIT_USAGE,
                "`--spec-arg %s`: the file has no `build_tensor_specs` that takes it",
                o->spec_args.p[0]);
        return v_unset();
    }
    const int n = o->spec_args.n;
    KwArg *kw = NEW_ARRAY(s->arena, KwArg, n + 1);
    if (!spec_args(s, in, o, kw) || !interp_call(in, fn, NULL, 0, kw, n, &out))
        return v_error();
    if (out.kind == V_LIST || out.kind == V_TUPLE) return out;
    Diag *d = diag_new(
        s, E1002, first_line(m),
        "the specs are a list, but the function that builds them returned %s",
        v_is_none(out)
            ? "None"
            : arena_printf(s->arena, "a value of type `%s`", v_type_name(out)));
    diag_help(s, d,
              v_is_none(out)
                  ? "does it forget to `return` them?"
                  : "return `[TensorSpec(...), ...]`, one spec a parameter");
    v_drop(in, out);
    return v_error();
}

Value load_golden(Session *s, Module *m, const KernelObject *k)
{
    Value v, only = v_unset();
    Str name;
    int n = 0;
    if (module_get(m, str_printf(s, "golden_%s", k->name->s), &v)) return v;
    if (starts_with(k->name, "test_") &&
        module_get(m, str_printf(s, "golden_%s", k->name->s + 5), &v))
        return v;
    for (int pos = 0; module_next(m, &pos, &name, &v);)
        if (v.kind == V_FUNC && starts_with(name, "golden_")) {
            only = v;
            n++;
        }
    return n == 1 ? only : v_unset();
}

int module_exit(Interp *in)
{
    int64_t n;
    if (!interp_exited(in, &n)) return -1;
    return n < 0 || n > 125 ? 1 : (int)n;
}

int ended_early(Interp *in, const Options *o)
{
    const int status = module_exit(in);
    if (status) return status;
    fprintf(stderr, "qwc: %s ends itself when it is loaded\n", o->files.p[0]);
    return EXIT_SOURCE;
}
