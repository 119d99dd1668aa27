/* The command line: options, commands, the harness that binds a kernel to its
 * data and judges it.  Sees every other room. */
#ifndef QWC_CLI_H
#define QWC_CLI_H
#include "back/back.h"
#include "base/base.h"
#include "host/host.h"
#include "ir/ir.h"
#include "pass/pass.h"
#include "tensor.h"

typedef VEC(const char *) StrVec;
typedef enum {
    GOLDEN_DEFAULT,
    GOLDEN_FILE,
    GOLDEN_INTERP,
    GOLDEN_SAVED,
    GOLDEN_NONE
} GoldenMode;
typedef enum { ENGINE_JIT, ENGINE_CC, ENGINE_INTERP } Engine;
typedef enum { FUSION_ON, FUSION_OFF, FUSION_VERIFY } Fusion;
typedef enum { PACK_AUTO, PACK_ON, PACK_OFF } Packing;
typedef enum { COLOR_AUTO, COLOR_ALWAYS, COLOR_NEVER } Color;
typedef enum { BENCH_TEXT, BENCH_MD, BENCH_CSV, BENCH_JSON } BenchFormat;

/* Every option of every command; options.c has the table that says which
 * command takes which. */
typedef struct Options {
    const char *command;
    StrVec files;        /* operands before -- */
    StrVec program_args; /* words after -- */
    const char *kernel;
    StrVec defines, include_dirs, dims, spec_args, env, inputs, saves, limits,
        compares;
    StrVec wno, werror_codes;
    bool werror, strict, no_main;
    const char *seed, *threads, *isa;
    Engine engine;
    Fusion fusion;
    Packing pack;
    Parallel parallel;
    const char *passes, *check;
    GoldenMode golden;
    const char *golden_path;
    const char *rtol, *atol;
    const char *dump_ir, *run_pass, *output, *emit;
    bool dump_tokens, dump_ast, time_passes, explain_fusion, json, quiet,
        verbose;
    bool tasks, help, check_races, check_bounds, check_uninit;
    bool checked; /* the diagnostics of compilation have been given already */
    Color color;
    const char *rounds, *warmup; /* bench */
    BenchFormat format;
    StrVec vs, peers;
    StrVec params; /* tune */
    const char *budget;
    bool no_tune;
    const char *trace;
    bool measure; /* code that tells what it moves, as --trace makes */
} Options;

/* options.c: fills o from argv[1..]; prints its complaint and returns the exit
 * code, or -1 to go on. */
int options_parse(Arena *, int argc, char **argv, Options *o);
/* options in one string, as --vs has them; a file
 * takes the place of the first */
int options_more(Arena *, const char *text, Options *o);
Options options_copy(Arena *, const Options *); /* with lists of its own */
bool options_check(const char *list,
                   const char *name); /* is it in the list of --check? */
/* "a, b, c" of a list that ends in NULL */
const char *choices_text(Arena *, const char *const *choices);
const char *engine_name(Engine);
/* "; did you mean `--word`?", or "" */
const char *did_you_mean(Arena *, const char *word, const char *const *cand,
                         int n, const char *dashes);

/* options_apply.c */
bool option_int(const char *text, int64_t *out);
bool option_double(const char *text, double *out);
int option_threads(const Options *); /* 0: as many as there are cores */
void options_apply(
    Session *,
    const Options *); /* colour, limits, warnings; fatal on nonsense */
/* the exit status that the errors collected since the last
 * flush ask for (Appendix D) */
int status_of_reports(const Session *, int otherwise);

/* One command each. */
int cmd_run(Session *, const Options *);
int cmd_compile(Session *, const Options *);
int cmd_check(Session *, const Options *);
int cmd_list(Session *, const Options *);
int cmd_explain(Session *, const Options *);
int cmd_bench(Session *, const Options *);
int cmd_tune(Session *, const Options *);
typedef struct Command {
    const char *name;
    int (*run)(Session *, const Options *);
    const char *usage, *what;
    const char *more; /* the end of its --help, or NULL */
} Command;
extern const Command command_table[];
extern const int command_count;

typedef bool HarnessHook(void *harness, Interp *, RunRequest *, RunResult *out);
/* what the runs of one command come to */
typedef struct TimeLimit TimeLimit;
typedef struct Harness {
    Session *s;
    const Options *o;
    int worst; /* status a failed stage defines: 0, 1, 3, 4, 5, 6 */
    int failed_runs, runs;
    Span failed_at;    /* the call of the first of them */
    TimeLimit *limit;  /* --limit time */
    HarnessHook *hook; /* what a driver's run_jit does; NULL: harness_hook */
    void *user;        /* of hook */
} Harness;

bool run_by_convention(Harness *, Interp *,
                       Module *); /* cmd_run.c: without a driver */

/* ---- load.c: from a file to a kernel ------------------------------------- */
Interp *load_interp(Session *, const Options *,
                    Harness *); /* harness NULL: drivers cannot run kernels */
/* the status of a file that ended itself (SystemExit), as 14.7 has it; -1: it
 * did not */
int module_exit(Interp *);
/* ... where a kernel was wanted from it: never success */
int ended_early(Interp *, const Options *);
/* the kernel is of this file, and decorated as an entry */
bool is_entry_kernel(const Module *, Value);
/* kernel by convention (14.2); NULL after E1001 */
KernelObject *load_kernel(Session *, Interp *, const Options *, Module *);
/* specs by convention; V_UNSET: none in the file; V_ERROR: reported */
Value load_specs(Session *, Interp *, const Options *, Module *);
Value load_golden(Session *, Module *,
                  const KernelObject *); /* V_UNSET: none; borrowed */

/* ---- build.c: from a kernel to something that runs ----------------------- */
typedef struct Build {
    IrFunc *ir;    /* what the engine runs */
    IrFunc *plain; /* unoptimised with ladder marks, for interp; may be NULL */
    Emitted *emitted; /* engine jit */
    Jit *jit;
    PassCtx pass;
    double seconds; /* text to callable code, loading excluded */
} Build;
/* false after diagnostics */
bool build_kernel(Session *, Interp *, const Options *, KernelObject *,
                  bool want_interp, Build *);
void build_reach(Build *, const int64_t *syms, const InterpArg *scalars);
/* a second build of the same kernel, for tracing */
bool build_measured(Session *, Interp *, const Options *, KernelObject *,
                    Build *);
void build_free(Build *);
void build_print_dumps(const Build *, const Options *);
void print_tasks(Session *, const Build *);

/* ---- input.c: --input, --save -------------------------------------------- */
/* NAME=SRC of --input for a spec of that name, or NULL */
const char *input_source(const Options *, const char *name);
/* the tensor SRC names, of exactly that dtype and shape; NULL:
 * reported (E1003.. E1008) */
QwTensor *input_tensor(Session *, QwTcx *, Span, const char *name,
                       const char *src, QwDtype, int rank,
                       const int64_t *shape);
bool input_scalar(Session *, Span, const char *name, const char *src, QwDtype,
                  int64_t *i, double *f);
bool save_outputs(Session *, const Options *, int n, Str const *names,
                  QwTensor *const *tensors);

/* ---- harness.c ----------------------------------------------------------- */
HarnessHook harness_hook;

/* ---- progress.c: stage lines --------------------------------------------- */
typedef struct Stage {
    const Options *o;
    const char *name;
    double start;
    struct Clock *clock;
} Stage;
Stage stage_begin(const Options *, const char *name);
double stage_end(Stage *, bool ok); /* seconds */
double now_seconds(void);
/* --limit time: E1112 and exit 5 unless stopped in
 * time; NULL if there is none. */
TimeLimit *time_limit_start(Session *, const Options *);
void time_limit_at(TimeLimit *, Session *, Span); /* NULL: no limit */
void time_limit_stop(TimeLimit *);
void say(const Options *, const char *fmt, ...)
    PRINTF(2, 3); /* stdout, "[RUN] " line unless -q or --json */
#endif
