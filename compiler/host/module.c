/* Modules: built-in tables and sibling files, the import
 * statements, search order and its guards (1.4).  A file is loaded
 * once, known by its real path. */
#include "host/interp.h"
#include <stdlib.h>
#include <sys/stat.h>

/* ---- built-in modules --------------------------------------------------- */

static const struct {
    const char *name;
    const ModuleDef *def;
    bool importable;
} builtins[] = {
    {"torch", &torch_module, true},
    {"torch.nn", &torch_nn_module, true},
    {"torch.cuda", &torch_cuda_module, true},
    {"torch.nn.functional", &torch_functional_module, true},
    {"math", &math_module, true},
    {"golden", &golden_module, true},
    {"argparse", &argparse_module, true},
    {"sys", &sys_module, true},
    {"os", &os_module, true},
    {"os.path", &os_path_module, true},
    {"pathlib", &pathlib_module, true},
    {"dataclasses", &dataclasses_module, true},
    {"typing", &typing_module, true},
    {"time", &time_module, true},
    {"pypto", &pypto_module, true},
    {"pypto.language", &pl_module, true},
    {"pypto.runtime", &runtime_module, true},
    {"qwc", &qwc_module, true},
    {"qwc.language", &pl_module, true},
    {"pl.tile", &pl_tile_module, false},
    {"pl.tensor", &pl_tensor_module, false},
    {"pl.system", &pl_system_module, false},
    {"pl.array", &pl_array_module, false},
    {"pl.prefetch", &pl_prefetch_module, false},
};

static const ModuleDef *find_def(const char *name, bool importable)
{
    for (size_t i = 0; i < LEN(builtins); i++)
        if (!strcmp(builtins[i].name, name) &&
            (builtins[i].importable || !importable))
            return builtins[i].def;
    return NULL;
}

const ModuleDef *module_def(const char *name)
{
    return find_def(name, true);
}

static Module *module_new(Interp *in, const char *name)
{
    Module *m = obj_new(in, V_MODULE, NULL, sizeof *m);
    m->name = str(in->se, name);
    m->env = env_new(in, NULL, m, NULL);
    vec_push(in->se->arena, &in->modules, m);
    return m;
}

/* borrowed */
static Module *module_of_def(Interp *in, const ModuleDef *def)
{
    for (int i = 0; i < in->modules.n; i++)
        if (in->modules.p[i]->def == def) return in->modules.p[i];
    Module *m = module_new(in, def->name);
    m->def = def;
    m->loaded = true;
    return m;
}

Value host_module(Interp *in, const char *name)
{
    return v_obj(&module_of_def(in, find_def(name, false))->o);
}

Value host_module_attr(Interp *in, const char *module, const char *name)
{
    return host_getattr(in, host_module(in, module), str(in->se, name));
}

bool module_get(const Module *m, Str name, Value *out)
{
    const Slot *s = env_find(m->env, name);
    if (!s || !v_is_set(s->v)) return false;
    *out = s->v;
    return true;
}

bool module_next(const Module *m, int *pos, Str *name, Value *v)
{
    while (*pos < m->env->n && !v_is_set(m->env->p[*pos].v)) ++*pos;
    if (*pos >= m->env->n) return false;
    *name = m->env->p[*pos].name;
    *v = m->env->p[*pos].v;
    ++*pos;
    return true;
}

/* ---- finding a file ----------------------------------------------------- */

const char *real_path(Interp *in, const char *path)
{
    char *real = realpath(path, NULL);
    if (!real) return NULL;
    const char *kept = str(in->se, real)->s;
    free(real);
    return kept;
}

static bool lies_below(Interp *in, const char *real, const char *dir)
{
    const char *base = real_path(in, dir);
    if (!base) return false;
    const size_t n = strlen(base);
    return !strncmp(real, base, n) && (real[n] == '/' || n == 1);
}

/* The path of dir/name.ext if something is there, else NULL. */
static const char *candidate(Interp *in, const char *dir, const char *name,
                             const char *ext)
{
    struct stat st;
    const char *path = !strcmp(dir, ".")
        ? arena_printf(in->se->arena, "%s.%s", name, ext)
        : arena_printf(in->se->arena, "%s/%s.%s", dir, name, ext);
    return lstat(path, &st) == 0 && !S_ISDIR(st.st_mode) ? path : NULL;
}

static const char *find_file(Interp *in, const char *dir, const char *name)
{
    const char *path = candidate(in, dir, name, "pl");
    return path ? path : candidate(in, dir, name, "py");
}

static bool is_allowed(Interp *in, const Module *importer, const char *path,
                       const char **why)
{
    const char *real = real_path(in, path);
    struct stat st;
    if (!real || stat(real, &st)) {
        *why = "is a link that leads nowhere";
        return false;
    }
    *why = "is not a regular file";
    if (!S_ISREG(st.st_mode)) return false;
    *why = "lies outside the importing directory and every -I directory";
    if (lies_below(in, real, importer->dir)) return true;
    for (int i = 0; i < in->opt.ninclude; i++)
        if (lies_below(in, real, in->opt.include_dirs[i])) return true;
    return false;
}

static const char *search(Interp *in, const Module *importer, const char *name)
{
    const char *path = find_file(in, importer->dir, name);
    for (int i = 0; !path && i < in->opt.ninclude; i++)
        path = find_file(in, in->opt.include_dirs[i], name);
    return path;
}

/* ---- loading ------------------------------------------------------------ */

static Module *loaded_module(Interp *in, const char *real)
{
    for (int i = 0; i < in->modules.n; i++)
        if (in->modules.p[i]->real && !strcmp(in->modules.p[i]->real, real))
            return in->modules.p[i];
    return NULL;
}

static void put_chain(Text *t, const Module *m, const Module *until)
{
    if (m != until && m->importer) put_chain(t, m->importer, until);
    text_printf(t, "%s -> ", m->name->s);
}

static void report_cycle(Interp *in, Module *importer, Module *target)
{
    Text t = {.a = in->se->arena};
    put_chain(&t, importer, target);
    text_puts(&t, target->name->s);
    host_fatal(in, E0203, "import cycle %s", text_str(&t));
}

static const char *dir_of(Interp *in, const char *path)
{
    const char *slash = strrchr(path, '/');
    if (!slash) return ".";
    if (slash == path) return "/";
    return arena_printf(in->se->arena, "%.*s", (int)(slash - path), path);
}

static const char *stem_of(Interp *in, const char *path)
{
    const char *slash = strrchr(path, '/');
    const char *base = slash ? slash + 1 : path;
    const char *dot = strrchr(base, '.');
    return arena_printf(in->se->arena, "%.*s",
                        dot && dot > base ? (int)(dot - base)
                                          : (int)strlen(base),
                        base);
}

static int import_depth(const Module *m)
{
    int n = 0;
    for (; m; m = m->importer) n++;
    return n;
}

/* Reads and parses; NULL: a fatal exception is pending, or *err is set. */
static Module *module_read(Interp *in, const char *path, Module *importer,
                           Span at, const char **err)
{
    const Source *src = source_load(in->se, path, at, err);
    if (!src) {
        if (!*err) fatal_reported(in);
        return NULL;
    }
    const bool is_stdin = !importer && !strcmp(path, "-");
    Module *m = module_new(in, is_stdin ? "stdin" : stem_of(in, path));
    m->path = src->path;
    m->dir = dir_of(in, path);
    m->src = src;
    m->real = real_path(in, path);
    if (!m->real) m->real = path;
    m->importer = importer;
    m->import_span = at;
    m->ast = front_parse(in->se, src);
    return m;
}

static Value docstring(Interp *in, const Node *file)
{
    const Node *first = file->list.n ? file->list.p[0] : NULL;
    if (!first || first->kind != ND_EXPR || first->e->kind != ND_STR)
        return v_none();
    return v_from_str(in, first->e->s);
}

bool module_run(Interp *in, Module *m, const char *name)
{
    const Span at = in->at;
    Frame frame = {.up = in->frame,
                   .name = str(in->se, "<module>"),
                   .module = m,
                   .env = m->env,
                   .call = m->import_span,
                   .ret = v_unset()};
    env_set(in, m->env, str(in->se, "__name__"), v_str(in, name), (Span){0, 0});
    env_set(in, m->env, str(in->se, "__file__"), v_str(in, m->path),
            (Span){0, 0});
    env_set(in, m->env, str(in->se, "__doc__"), docstring(in, m->ast),
            (Span){0, 0});
    in->frame = &frame;
    m->loading = true;
    const Flow f = exec_block(in, m->env, &m->ast->list);
    m->loading = false;
    in->frame = frame.up;
    v_drop(in, frame.ret);
    m->failed = f == FLOW_ERROR;
    m->loaded = !m->failed;
    if (m->failed && in->exc && in->exc->type != EXC_FATAL)
        exc_trace(in, in->exc, frame.name, m->import_span);
    in->at = at;
    return m->loaded;
}

/* NULL: pending */
static Module *module_load_file(Interp *in, const char *path, Module *importer,
                                Span at)
{
    const char *real = real_path(in, path);
    Module *m = real ? loaded_module(in, real) : NULL;
    if (m && m->loading) return report_cycle(in, importer, m), NULL;
    if (m && m->failed)
        return host_raise(in, EXC_IMPORT_ERROR, "module `%s` failed to load",
                          m->name->s),
               NULL;
    if (m) return m;
    if (!host_limit(in, LIM_IMPORT_DEPTH, import_depth(importer))) return NULL;
    const int before = in->se->nerrors;
    const char *err = NULL;
    m = module_read(in, path, importer, at, &err);
    if (!m) {
        if (err)
            host_raise_code(in, EXC_IMPORT_ERROR, E0201, "cannot read `%s`: %s",
                            path, err);
        return NULL;
    }
    if (in->se->nerrors > before) {
        m->failed = true;
        return fatal_reported(in), NULL;
    }
    return module_run(in, m, m->name->s) ? m : NULL;
}

/* ---- the main file ------------------------------------------------------ */

bool is_driver_if(const Node *n)
{
    if (n->kind != ND_IF || n->if_.cond->kind != ND_COMPARE) return false;
    const Node *c = n->if_.cond;
    if (c->cmp.rest.n != 1 || c->cmp.ops[0] != OPR_EQ) return false;
    const Node *a = c->cmp.first, *b = c->cmp.rest.p[0];
    if (a->kind == ND_STR) {
        a = b;
        b = c->cmp.first;
    }
    return a->kind == ND_NAME && is_name(a->name, "__name__") &&
        b->kind == ND_STR && is_name(b->s, "__main__");
}

bool module_has_driver(const Module *m)
{
    return module_driver(m).hi > 0;
}

Span module_driver(const Module *m)
{
    for (int i = 0; m->ast && i < m->ast->list.n; i++)
        if (is_driver_if(m->ast->list.p[i]))
            return m->ast->list.p[i]->if_.cond->span;
    return (Span){0, 0};
}

Module *module_read_main(Interp *in, const char *path)
{
    const char *err = NULL;
    Module *m = module_read(in, path, NULL, (Span){0, 0}, &err);
    if (!m && err) fatal(EXIT_USAGE, "cannot read %s: %s", path, err);
    if (m) m->is_main = true;
    return m;
}

/* ---- import ------------------------------------------------------------- */

static bool is_dotted(Str name)
{
    return strchr(name->s, '.') != NULL;
}

static Str root_of(Interp *in, Str name)
{
    return str_n(in->se, name->s, strcspn(name->s, "."));
}

/* What authors of kernels import out of habit. */
static void warn_shadow(Interp *in, const Module *importer, Str name, Span at)
{
    if (!importer->dir) return;
    const char *path = find_file(in, importer->dir, name->s);
    if (path)
        diag_new(in->se, W0204, at,
                 "`%s` is the built-in module; the file `%s` is not used",
                 name->s, path);
}

static void raise_not_found(Interp *in, const Module *importer, Str name)
{
    Text t = {.a = in->se->arena};
    text_printf(&t, "module `%s` not found; searched `%s`", name->s,
                importer->dir);
    for (int i = 0; i < in->opt.ninclude; i++)
        text_printf(&t, ", `%s`", in->opt.include_dirs[i]);
    host_raise_code(in, EXC_MODULE_NOT_FOUND_ERROR, E0201, "%s", text_str(&t));
    const char *help = way_out("import", name->s);
    if (help)
        host_help(in, "%s", help);
    else
        host_help(in, "name the directory of `%s.pl` with `-I DIR`", name->s);
}

/* `a.b` where nothing of that name is built in */
static Module *bad_dotted(Interp *in, Str name)
{
    const Str root = root_of(in, name);
    if (!strncmp(name->s, "pypto.language.distributed", 26))
        return host_fatal(
                   in, E1202,
                   "distributed programs are not supported; run one rank's kernel"),
               NULL;
    if (module_def(root->s))
        return host_raise_code(in, EXC_MODULE_NOT_FOUND_ERROR, E0804,
                               "module `%s` has no name `%s`", root->s,
                               name->s + root->len + 1),
               NULL;
    Diag *d =
        host_fatal_diag(in, E0204,
                        "`%s`: a dotted path to a file cannot be imported",
                        name->s);
    const char *help = way_out("import", root->s);
    if (help)
        diag_help(in->se, d, "%s", help);
    else
        diag_help(in->se, d, "name its folder with `-I DIR` and import `%s`",
                  strrchr(name->s, '.') + 1);
    return fatal_reported(in), NULL;
}

/* The module of that full name; NULL: raised. */
static Module *import_module(Interp *in, Module *importer, Str name, Span at)
{
    in->at = at;
    const ModuleDef *def = module_def(name->s);
    if (def) {
        warn_shadow(in, importer, name, at);
        return module_of_def(in, def);
    }
    if (is_dotted(name)) return bad_dotted(in, name);
    const char *path = search(in, importer, name->s);
    if (!path) return raise_not_found(in, importer, name), NULL;
    const char *why;
    if (!is_allowed(in, importer, path, &why))
        return host_fatal(in, E0205, "`%s` %s", path, why), NULL;
    return module_load_file(in, path, importer, at);
}

Flow exec_import(Interp *in, Env *env, const Node *n)
{
    for (int i = 0; i < n->import.names.n; i++) {
        const Node *a = n->import.names.p[i];
        Module *m = import_module(in, env->module, a->alias.name, a->span);
        if (!m) return FLOW_ERROR;
        Str as = a->alias.as ? a->alias.as : a->alias.name;
        if (!a->alias.as && is_dotted(as)) { /* `import os.path` binds os */
            as = root_of(in, as);
            m = module_of_def(in, module_def(as->s));
        }
        if (!env_store(in, env, as, v_keep(v_obj(&m->o)), a->span))
            return FLOW_ERROR;
    }
    return FLOW_NEXT;
}

/* A name that the module lacks: E0202 for files, E0804 for built-ins. */
static void raise_no_name(Interp *in, Module *m, Str name)
{
    raise_no_attr(in, v_obj(&m->o), name);
    if (in->exc && in->exc->type == EXC_ATTRIBUTE_ERROR)
        in->exc->type = EXC_IMPORT_ERROR;
}

static bool import_name(Interp *in, Env *env, Module *m, const Node *a)
{
    in->at = a->span;
    const Value v = host_find_attr(in, v_obj(&m->o), a->alias.name);
    if (v.kind == V_UNSET) raise_no_name(in, m, a->alias.name);
    if (!v_is_set(v)) return false;
    return env_store(in, env, a->alias.as ? a->alias.as : a->alias.name, v,
                     a->span);
}

Flow exec_from(Interp *in, Env *env, const Node *n)
{
    const Str from = n->import.module;
    if (n->import.level)
        return host_fatal(
                   in, E0204,
                   "relative imports are not supported: write `from NAME import ...`"),
               FLOW_ERROR;
    if (from && is_name(from, "__future__")) return FLOW_NEXT;
    if (n->import.star)
        return host_fatal(
                   in, E0204,
                   "`from %s import *` is not supported: name what you need",
                   from->s),
               FLOW_ERROR;
    Module *m = import_module(in, env->module, from, n->span);
    if (!m) return FLOW_ERROR;
    for (int i = 0; i < n->import.names.n; i++)
        if (!import_name(in, env, m, n->import.names.p[i])) return FLOW_ERROR;
    return FLOW_NEXT;
}
