/* The interpreter's life: making it, loading the main file, calling its
 * functions for the harness, and taking everything down again. */
#include "host/interp.h"
#include <stdlib.h>
#include <sys/resource.h>

/* C stack that host code may use, from where the interpreter was made. */
static size_t stack_budget(void)
{
    struct rlimit r;
    size_t have = (size_t)8 << 20;
    if (!getrlimit(RLIMIT_STACK, &r) && r.rlim_cur != RLIM_INFINITY)
        have = (size_t)r.rlim_cur;
    return have / 4 * 3;
}

/* --limit memory, or nine tenths of what is available */
static int64_t memory_budget(const Session *se)
{
    char line[128];
    long long kib = 0;
    if (se->limit[LIM_MEMORY]) return se->limit[LIM_MEMORY];
    FILE *f = fopen("/proc/meminfo", "re");
    while (f && fgets(line, sizeof line, f))
        if (sscanf(line, "MemAvailable: %lld", &kib) == 1) break;
    if (f) fclose(f);
    return kib ? kib * 1024 / 10 * 9 : INT64_MAX;
}

static void add_builtins(Interp *in)
{
    in->builtins = env_new(in, NULL, NULL, NULL);
    for (int i = 0; i < n_builtin_defs; i++) {
        const NativeDef *d = &builtin_defs[i];
        env_set(in, in->builtins, str(in->se, d->name),
                d->fn ? v_native(d) : d->make(in), (Span){0, 0});
    }
    for (int i = 0; i < n_type_defs; i++)
        env_set(in, in->builtins, str(in->se, type_defs[i].name),
                type_defs[i].make(in), (Span){0, 0});
    for (int t = 0; t < EXC_COUNT; t++) {
        if (t == EXC_FATAL) continue;
        Value v = v_of(V_EXCTYPE);
        v.exctype = (ExcType)t;
        env_set(in, in->builtins, str(in->se, exc_type_name(v.exctype)), v,
                (Span){0, 0});
    }
}

Interp *interp_new(Session *se, const InterpOptions *opt)
{
    Interp *in = host_alloc(sizeof *in);
    in->se = se;
    in->opt = *opt;
    if (!in->opt.out) in->opt.out = stdout;
    if (!in->opt.err) in->opt.err = stderr;
    in->scratch = arena_new();
    in->stack_base = __builtin_frame_address(0);
    in->stack_max = stack_budget();
    in->memory = memory_budget(se);
    in->infos = NEW(se->arena, FuncInfoTable);
    add_builtins(in);
    torch_init(in);
    overrides_parse(in);
    return in;
}

void interp_drop(Interp *in)
{
    if (!in) return;
    interp_flush(in);
    host_clear(in);
    obj_drop_all(in);
    torch_drop(in);
    arena_free(in->scratch);
    free(in);
}

void interp_flush(Interp *in)
{
    fflush(in->opt.out);
    if (in->opt.err != in->opt.out) fflush(in->opt.err);
}

/* ---- SystemExit --------------------------------------------------------- */

/* The pending exception is SystemExit: notes the status and clears it. */
static void take_exit(Interp *in)
{
    ExcObj *e = in->exc;
    const Value code = e->args.seq->n ? e->args.seq->p[0] : v_none();
    in->exc = NULL;
    in->exited = true;
    in->exit_status = 1;
    if (v_is_none(code)) {
        in->exit_status = 0;
    } else if (v_is_intlike(code)) {
        in->exit_status = code.i;
    } else {
        const Value text = host_str_value(in, code);
        if (!v_is_error(text)) fprintf(in->opt.err, "%s\n", text.str->s);
        v_drop(in, text);
    }
    v_drop(in, v_obj(&e->o));
    host_clear(in);
}

bool interp_exited(const Interp *in, int64_t *status)
{
    if (in->exited && status) *status = in->exit_status;
    return in->exited;
}

int interp_runs(const Interp *in)
{
    return in->nruns;
}

/* ---- the main file ------------------------------------------------------ */

/* After syntax errors the host code still runs, so that kernels can be checked;
 * what it raises then is an echo of them. */
static bool is_echo(const Interp *in, bool damaged)
{
    return damaged && in->exc;
}

Module *interp_load_main(Interp *in, const char *path, bool run_driver)
{
    const int before = in->se->nerrors;
    in->main_path = path;
    if (before) return NULL; /* -D options */
    Module *m = module_read_main(in, path);
    if (!m) {
        host_report(in);
        return NULL;
    }
    in->main = m;
    const bool damaged = in->se->nerrors > before;
    const bool ok =
        module_run(in, m, run_driver && !damaged ? "__main__" : m->name->s);
    interp_flush(in);
    if (in->exc && in->exc->type == EXC_SYSTEM_EXIT) {
        take_exit(in);
        return m;
    }
    if (is_echo(in, damaged)) host_clear(in);
    host_report(in);
    if (!damaged && !in->exited && ok) overrides_check(in, true);
    return ok || damaged ? m : NULL;
}

/* ---- calls from outside ------------------------------------------------- */

bool interp_call(Interp *in, Value fn, const Value *args, int nargs,
                 const KwArg *kw, int nkw, Value *out)
{
    const Span at = in->at;
    *out = host_call(in, fn, args, nargs, kw, nkw, (Span){0, 0});
    in->at = at;
    interp_flush(in);
    if (!v_is_error(*out)) return true;
    if (in->exc && in->exc->type == EXC_SYSTEM_EXIT)
        take_exit(in);
    else
        host_report(in);
    return false;
}

bool interp_eval_text(Interp *in, const char *what, const char *text,
                      Value *out)
{
    const int before = in->se->nerrors;
    const Source *src = source_from_text(in->se, what, text, strlen(text));
    const Node *n = front_parse_expr(in->se, src);
    *out = v_error();
    if (!n || in->se->nerrors > before) return false;
    Frame frame = {.up = in->frame,
                   .name = str(in->se, "<module>"),
                   .module = in->main,
                   .env = in->main->env,
                   .ret = v_unset()};
    in->frame = &frame;
    *out = eval(in, in->main->env, n);
    in->frame = frame.up;
    if (!v_is_error(*out)) return true;
    host_report(in);
    return false;
}
