/* qwc run FILE: with a driver, executes it; otherwise binds kernel, specs and
 * golden by convention (14.2).  The exit status is that of 14.7. */
#include "cli/cli.h"
#include "cli/tune.h"
#include <string.h>

/* without specs: every input from --input, outputs from the annotation */
bool run_by_convention(Harness *h, Interp *in, Module *m)
{
    Session *s = h->s;
    KernelObject *k = load_kernel(s, in, h->o, m);
    if (!k) return false;
    time_limit_at(h->limit, s, k->def->def.name_span);
    Value specs = load_specs(s, in, h->o, m);
    if (specs.kind == V_ERROR) return false;
    Value golden = v_unset();
    if (h->o->golden == GOLDEN_FILE) {
        golden = load_golden(s, m, k);
        if (!v_is_set(golden)) {
            Diag *d = diag_new(s, E1010, k->def->def.name_span,
                               "no golden for kernel `%s`", k->name->s);
            diag_help(
                s, d,
                "define `golden_%s(tensors)`, or compare with `--golden=interp`",
                k->name->s);
            return false;
        }
    }
    RunRequest req = {
        .kernel = k,
        .specs = specs,
        .golden_fn = v_is_set(golden) ? golden : v_none(),
        .golden_data = v_none(),
        .rtol = 1e-5,
        .atol = 1e-5,
        .by_convention = true,
        .compare_fn = v_none(),
        .compile_cfg = v_none(),
        .runtime_cfg = v_none(),
        .span = k->def->def.name_span,
    };
    RunResult out = {.error = v_none(), .work_dir = v_none()};
    bool ok = (h->hook ? h->hook : harness_hook)(h, in, &req, &out);
    v_drop(in, specs);
    v_drop(in, out.error);
    v_drop(in, out.work_dir);
    return ok;
}

/* 14.7: what the driver said, what the stages found */
static int final_status(Harness *h, Interp *in, bool loaded)
{
    const int ended = module_exit(in);
    int status = ended >= 0 ? ended : loaded ? EXIT_OK : EXIT_SOURCE;
    if (status == 0 && h->failed_runs) {
        if (ended >= 0 || interp_runs(in))
            diag_new(
                h->s, W1006, h->failed_at,
                "a run of this driver failed, but the driver ended as if it had passed");
        status = 1;
    }
    if (h->worst > 1) status = h->worst;
    if (h->s->nerrors && status == 0) status = EXIT_SOURCE;
    if (status == EXIT_SOURCE) status = status_of_reports(h->s, EXIT_SOURCE);
    return status;
}

static const char *json_text(Session *s, const char *text)
{
    Text t = {.a = s->arena};
    text_json(&t, text);
    return text_str(&t);
}

int cmd_run(Session *s, const Options *given)
{
    Options taken = *given, *o = &taken;
    Harness h = {.s = s, .o = o, .limit = time_limit_start(s, o)};
    tune_take_up(s, o);
    double start = now_seconds();
    Interp *in = load_interp(s, o, &h);
    bool want_driver = !o->kernel && !o->no_main;
    Module *m = interp_load_main(in, o->files.p[0], want_driver);
    bool driver = m && want_driver && module_has_driver(m),
         ok = m && !s->nerrors;
    if (ok && !driver && module_exit(in) >= 0)
        h.worst = ended_early(in, o);
    else if (ok && !driver)
        ok = run_by_convention(&h, in, m);
    if (ok && driver && !interp_runs(in) && module_exit(in) < 0)
        diag_new(s, W1004, module_driver(m), "the driver of %s ran no kernel",
                 o->files.p[0]);
    if (ok && !h.worst) host_report_unused(in);
    int status = final_status(&h, in, ok || driver);
    interp_flush(in);
    diag_flush(s);
    time_limit_stop(h.limit);
    if (o->json)
        printf(
            "{\"file\":%s,\"status\":%d,\"passed\":%s,\"runs\":%d,\"seconds\":%.6f}\n",
            json_text(s, o->files.p[0]), status, status ? "false" : "true",
            h.runs, now_seconds() - start);
    else if ((!o->quiet || h.failed_runs) &&
             (h.runs || !driver)) /* -q still says that a run failed */
        printf("[RUN] %s (%.2fs)\n", status == 0 ? "PASS" : "FAIL",
               now_seconds() - start);
    interp_drop(in);
    return status;
}
