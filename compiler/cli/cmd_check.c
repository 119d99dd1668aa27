/* qwc check FILE: loads and compiles every kernel of the file, reports all that
 * is provable without running.  Findings are exit 1, errors exit 3. */
#include "cli/cli.h"
#include <string.h>

static const Source *load_source(Session *s, const Options *o)
{
    const char *err = NULL;
    const Source *src = source_load(s, o->files.p[0], (Span){0, 0}, &err);
    if (!src && err)
        fatal(EXIT_USAGE, "cannot read %s: %s", o->files.p[0], err);
    return src;
}

static int dump_front(Session *s, const Options *o)
{
    const Source *src = load_source(s, o);
    Text t = {.a = s->arena};
    if (src && o->dump_tokens)
        token_dump(s, src, &t);
    else if (src) {
        Node *m = front_parse(s, src);
        if (m) ast_dump(s, m, &t);
    }
    fputs(text_str(&t), stdout);
    return s->nerrors ? EXIT_SOURCE : EXIT_OK;
}

static bool check_one(Session *s, Interp *in, const Options *o, KernelObject *k)
{
    Build b;
    if (!k || !build_kernel(s, in, o, k, false, &b)) return false;
    build_print_dumps(&b, o);
    if (o->tasks) print_tasks(s, &b);
    build_free(&b);
    return true;
}

/* Every entry kernel of the file, or the one that --kernel names. */
static bool check_kernels(Session *s, Interp *in, const Options *o, Module *m)
{
    Value v;
    Str name;
    int n = 0;
    bool ok = true;
    if (o->kernel) return check_one(s, in, o, load_kernel(s, in, o, m));
    for (int pos = 0; module_next(m, &pos, &name, &v);) {
        if (!is_entry_kernel(m, v)) continue;
        n++;
        if (!check_one(s, in, o, v.kernel)) ok = false;
    }
    if (n) return ok;
    return !s->nerrors &&
        check_one(s, in, o, load_kernel(s, in, o, m)); /* a builder, or E1001 */
}

/* ---- with --check, --races, --bounds, --uninit: executed, too ------------ */

static bool wants_run(const Options *o)
{
    return o->check || o->check_races || o->check_bounds || o->check_uninit;
}

static Options run_options(Session *s, const Options *o)
{
    Options r = *o;
    Text t = {.a = s->arena};
    text_printf(&t, "unwritten,sorted%s%s%s%s%s", o->check ? "," : "",
                o->check ? o->check : "", o->check_races ? ",races" : "",
                o->check_bounds ? ",bounds" : "",
                o->check_uninit ? ",uninit" : "");
    r.check = o->check && options_check(o->check, "all") ? "all" : text_str(&t);
    r.command = "run";
    r.engine = ENGINE_INTERP;
    r.golden = GOLDEN_NONE;
    r.quiet = r.checked = true;
    r.dump_ir = NULL;
    r.time_passes = r.explain_fusion = false;
    return r;
}

/* the specs by convention, else those that the driver gives */
static void check_by_running(Harness *h, Interp *in, Module *m)
{
    Value v;
    const bool specs = module_get(m, str(h->s, "build_tensor_specs"), &v) ||
        module_get(m, str(h->s, "build_specs"), &v);
    diag_flush(h->s);
    if (specs || h->o->kernel || h->o->no_main || !module_has_driver(m)) {
        if (!run_by_convention(h, in, m) && !h->worst) h->worst = EXIT_SOURCE;
        return;
    }
    Interp *again = load_interp(h->s, h->o, h);
    if (!interp_load_main(again, h->o->files.p[0], true) &&
        h->worst < EXIT_SOURCE)
        h->worst = EXIT_SOURCE;
    interp_flush(again);
    interp_drop(again);
}

static void print_json(Session *s, const Options *o, int status)
{
    Text t = {.a = s->arena};
    text_json(&t, o->files.p[0]);
    printf("{\"file\":%s,\"status\":%d,\"errors\":%d,\"warnings\":%d}\n",
           text_str(&t), status, s->nerrors, s->nwarnings);
}

static void print_summary(const Session *s, const Options *o, bool complaints)
{
    if (o->quiet || o->dump_ir || o->tasks) return;
    printf("%s: %s%s\n", o->files.p[0],
           s->nerrors       ? "checked, with findings"
               : complaints ? "checked, with warnings"
                            : "no complaints",
           wants_run(o) && !complaints ? ", also none when run" : "");
}

int cmd_check(Session *s, const Options *o)
{
    if (o->dump_tokens || o->dump_ast) return dump_front(s, o);
    const Options ro = run_options(s, o);
    Harness h = {.s = s, .o = &ro, .limit = time_limit_start(s, o)};
    Interp *in = load_interp(s, o, &h);
    Module *m = interp_load_main(in, o->files.p[0], false);
    const bool ended = module_exit(in) >= 0;
    bool ok = m && !ended && check_kernels(s, in, o, m);
    if (m && ok) host_report_unused(in);
    const int errors = s->nerrors;
    if (m && ok && !errors && wants_run(o)) check_by_running(&h, in, m);
    const int failed = status_of_reports(s, EXIT_SOURCE);
    diag_flush(s);
    time_limit_stop(h.limit);
    const int early = ended ? ended_early(in, o) : failed;
    interp_drop(in);
    const int status = errors || !ok ? early
        : h.worst                    ? h.worst
        : s->nwarnings               ? EXIT_MISMATCH
                                     : EXIT_OK;
    if (o->json)
        print_json(s, o, status);
    else if (ok && status <= EXIT_MISMATCH)
        print_summary(s, o, status != EXIT_OK);
    return status;
}
