/* pathlib.Path, os.path, and the namespace object of argparse and RunConfig.
 * Paths are text; only exists(), is_dir(), is_file() and resolve() look at the
 * file system, and nothing opens a file. */
#include "host/interp.h"
#include <stdlib.h>
#include <sys/stat.h>

typedef struct PathObj {
    Obj o;
    Str s;
} PathObj; /* normalised: no "//", "/./", trailing "/" */

static Str path_text(Value v)
{
    return ((PathObj *)v.o)->s;
}

/* Python's pure normalisation: empty and "." components go, ".." stays. */
static Str normalise(Interp *in, const char *s)
{
    Text t = {.a = in->se->arena};
    if (*s == '/') text_putc(&t, '/');
    while (*s) {
        const size_t n = strcspn(s, "/");
        const bool skip = n == 0 || (n == 1 && *s == '.');
        if (!skip) {
            if (t.n && t.s[t.n - 1] != '/') text_putc(&t, '/');
            text_put(&t, s, n);
        }
        s += n + (s[n] == '/');
    }
    return str(in->se, t.n ? text_str(&t) : ".");
}

static Value path_value(Interp *in, const char *s)
{
    PathObj *p = obj_new(in, V_OBJ, &path_type, sizeof *p);
    p->s = normalise(in, s);
    return v_obj(&p->o);
}

/* str or Path as str; owned */
static Value arg_path(Interp *in, Value v, const char *what)
{
    if (v.kind == V_STR) return v_keep(v);
    if (v_has_type(v, &path_type)) return v_from_str(in, path_text(v));
    return host_raise(in, EXC_TYPE_ERROR, "%s must be str or Path, not %s",
                      what, v_type_name(v));
}

static Value join(Interp *in, const char *a, const char *b)
{
    if (*b == '/' || !strcmp(a, ".")) return path_value(in, b);
    return path_value(in, arena_printf(in->se->arena, "%s/%s", a, b));
}

static Value path_new(Interp *in, CallArgs *a)
{
    Value args;
    if (!args_bind(in, a, "*args", &args)) return v_error();
    Value p = path_value(in, ".");
    for (int i = 0; i < args.seq->n; i++) {
        const Value s = arg_path(in, args.seq->p[i], "argument");
        if (v_is_error(s)) return v_drop(in, p), s;
        const Value next = join(in, path_text(p)->s, s.str->s);
        v_drop(in, p);
        v_drop(in, s);
        p = next;
    }
    return p;
}

static const NativeDef path_ctor = {"Path", path_new, 0, NULL};

/* ---- parts -------------------------------------------------------------- */

static const char *base_name(const char *s)
{
    const char *slash = strrchr(s, '/');
    if (slash) return slash + 1;
    return strcmp(s, ".") ? s : "";
}

/* where the suffix of a file name starts: its last dot, not a leading one */
static const char *suffix_at(const char *base)
{
    const char *dot = strrchr(base, '.');
    return dot && dot != base && dot[1] ? dot : base + strlen(base);
}

static Value parent_of(Interp *in, const char *s)
{
    const char *slash = strrchr(s, '/');
    if (!slash) return path_value(in, ".");
    if (slash == s) return path_value(in, "/");
    return path_value(in,
                      arena_printf(in->se->arena, "%.*s", (int)(slash - s), s));
}

static Value p_parent(Interp *in, CallArgs *a)
{
    return parent_of(in, path_text(a->self)->s);
}

static Value p_parents(Interp *in, CallArgs *a)
{
    const Value list = v_list(in, 8);
    const char *s = path_text(a->self)->s;
    while (strcmp(s, "/") && strcmp(s, ".")) {
        const Value p = parent_of(in, s);
        s = path_text(p)->s;
        if (!list_push_take(in, list, p)) return v_drop(in, list), v_error();
    }
    list.o->kind = V_TUPLE;
    return v_obj(list.o);
}

static Value p_name(Interp *in, CallArgs *a)
{
    return v_str(in, base_name(path_text(a->self)->s));
}

static Value p_stem(Interp *in, CallArgs *a)
{
    const char *base = base_name(path_text(a->self)->s);
    return v_str_n(in, base, (size_t)(suffix_at(base) - base));
}

static Value p_suffix(Interp *in, CallArgs *a)
{
    return v_str(in, suffix_at(base_name(path_text(a->self)->s)));
}

/* ---- the file system ---------------------------------------------------- */

static const char *absolute(Interp *in, const char *s)
{
    const char *cwd = *s == '/' ? NULL : real_path(in, ".");
    return cwd ? arena_printf(in->se->arena, "%s/%s", cwd, s) : s;
}

/* ".." taken textually: for paths of which a part does not exist */
static const char *collapse(Interp *in, const char *s)
{
    Text t = {.a = in->se->arena};
    s = normalise(in, s)->s;
    while (*s == '/') {
        const size_t n = 1 + strcspn(s + 1, "/");
        if (n == 3 && !strncmp(s, "/..", 3)) {
            while (t.n && t.s[t.n - 1] != '/') t.n--;
            if (t.n) t.n--;
        } else if (n > 1) {
            text_put(&t, s, n);
        }
        s += n;
    }
    if (t.n) t.s[t.n] = 0;
    return t.n ? text_str(&t) : "/";
}

static Value p_resolve(Interp *in, CallArgs *a)
{
    Value strict;
    if (!args_bind(in, a, "strict=", &strict)) return v_error();
    const char *s = absolute(in, path_text(a->self)->s);
    const char *real = real_path(in, s);
    return path_value(in, real ? real : collapse(in, s));
}

static bool mode_of(const char *s, mode_t *mode)
{
    struct stat st;
    if (stat(s, &st)) return false;
    *mode = st.st_mode;
    return true;
}

static Value p_exists(Interp *in, CallArgs *a)
{
    mode_t m;
    return args_bind(in, a, "", NULL)
        ? v_bool(mode_of(path_text(a->self)->s, &m))
        : v_error();
}

static Value p_is_dir(Interp *in, CallArgs *a)
{
    mode_t m;
    return args_bind(in, a, "", NULL)
        ? v_bool(mode_of(path_text(a->self)->s, &m) && S_ISDIR(m))
        : v_error();
}

static Value p_is_file(Interp *in, CallArgs *a)
{
    mode_t m;
    return args_bind(in, a, "", NULL)
        ? v_bool(mode_of(path_text(a->self)->s, &m) && S_ISREG(m))
        : v_error();
}

/* ---- the type ----------------------------------------------------------- */

static Value path_binary(Interp *in, Operator op, Value a, Value b)
{
    const bool pa = v_has_type(a, &path_type), pb = v_has_type(b, &path_type);
    if (op == OPR_DIV && (pa || a.kind == V_STR) && (pb || b.kind == V_STR))
        return join(in, pa ? path_text(a)->s : a.str->s,
                    pb ? path_text(b)->s : b.str->s);
    if (!pa || !pb) return v_notimpl();
    if (op == OPR_EQ) return v_bool(path_text(a) == path_text(b));
    if (op == OPR_NE) return v_bool(path_text(a) != path_text(b));
    if (op == OPR_LT)
        return v_bool(strcmp(path_text(a)->s, path_text(b)->s) < 0);
    return v_notimpl();
}

static bool path_repr(Interp *in, Value self, Text *t)
{
    (void)in;
    text_printf(t, "PosixPath('%s')", path_text(self)->s);
    return true;
}

static bool path_str(Interp *in, Value self, Text *t)
{
    (void)in;
    text_puts(t, path_text(self)->s);
    return true;
}

static bool path_hash(Interp *in, Value self, uint32_t *out)
{
    (void)in;
    *out = path_text(self)->hash;
    return true;
}

static const NativeDef path_methods[] = {
    {"parent", p_parent, NATIVE_PROPERTY, NULL},
    {"parents", p_parents, NATIVE_PROPERTY, NULL},
    {"name", p_name, NATIVE_PROPERTY, NULL},
    {"stem", p_stem, NATIVE_PROPERTY, NULL},
    {"suffix", p_suffix, NATIVE_PROPERTY, NULL},
    {"resolve", p_resolve, 0, NULL},
    {"exists", p_exists, 0, NULL},
    {"is_dir", p_is_dir, 0, NULL},
    {"is_file", p_is_file, 0, NULL},
};
const NativeType path_type = {
    .name = "PosixPath",
    .methods = path_methods,
    .nmethods = LEN(path_methods),
    .binary = path_binary,
    .repr = path_repr,
    .str = path_str,
    .hash = path_hash,
    .ctor = &path_ctor,
};

static Value path_class(Interp *in)
{
    (void)in;
    Value v = v_of(V_TYPE);
    v.flag = TYPE_NATIVE;
    v.ntype = &path_type;
    return v;
}

static const NativeDef pathlib_names[] = {{"Path", NULL, 0, path_class}};
const ModuleDef pathlib_module = {.name = "pathlib",
                                  .names = pathlib_names,
                                  .n = LEN(pathlib_names)};

/* ---- os.path ------------------------------------------------------------ */

static Value os_text(Interp *in, CallArgs *a)
{
    Value v;
    return args_bind(in, a, "path, /", &v) ? arg_path(in, v, "path")
                                           : v_error();
}

static Value os_join(Interp *in, CallArgs *a)
{
    Value arg[2];
    if (!args_bind(in, a, "a, *p", arg)) return v_error();
    Text t = {.a = in->se->arena};
    for (int i = -1; i < arg[1].seq->n; i++) {
        const Value s = arg_path(in, i < 0 ? arg[0] : arg[1].seq->p[i], "path");
        if (v_is_error(s)) return s;
        if (s.str->s[0] == '/')
            t.n = 0;
        else if (t.n && t.s[t.n - 1] != '/')
            text_putc(&t, '/');
        text_puts(&t, s.str->s);
        v_drop(in, s);
    }
    return v_from_text(in, &t);
}

static Value os_dirname(Interp *in, CallArgs *a)
{
    const Value s = os_text(in, a);
    if (v_is_error(s)) return s;
    const char *slash = strrchr(s.str->s, '/');
    size_t n = slash ? (size_t)(slash - s.str->s) : 0;
    while (n > 0 && s.str->s[n - 1] == '/') n--;
    if (slash && n == 0) n = (size_t)(slash - s.str->s) + 1;
    const Value r = v_str_n(in, s.str->s, n);
    v_drop(in, s);
    return r;
}

static Value os_basename(Interp *in, CallArgs *a)
{
    const Value s = os_text(in, a);
    if (v_is_error(s)) return s;
    const char *slash = strrchr(s.str->s, '/');
    const Value r = v_str(in, slash ? slash + 1 : s.str->s);
    v_drop(in, s);
    return r;
}

static Value os_exists(Interp *in, CallArgs *a)
{
    const Value s = os_text(in, a);
    mode_t m;
    if (v_is_error(s)) return s;
    const bool yes = mode_of(s.str->s, &m);
    v_drop(in, s);
    return v_bool(yes);
}

static Value os_abspath(Interp *in, CallArgs *a)
{
    const Value s = os_text(in, a);
    if (v_is_error(s)) return s;
    const Value r = v_str(in, collapse(in, absolute(in, s.str->s)));
    v_drop(in, s);
    return r;
}

static const NativeDef os_path_names[] = {
    {"join", os_join, 0, NULL},         {"dirname", os_dirname, 0, NULL},
    {"basename", os_basename, 0, NULL}, {"exists", os_exists, 0, NULL},
    {"abspath", os_abspath, 0, NULL},
};
const ModuleDef os_path_module = {.name = "os.path",
                                  .names = os_path_names,
                                  .n = LEN(os_path_names)};

/* ---- namespaces --------------------------------------------------------- */

Value namespace_new(Interp *in, const char *name, Value dict)
{
    NamespaceObj *n = obj_new(in, V_OBJ, &namespace_type, sizeof *n);
    n->name = name;
    n->dict = dict;
    return v_obj(&n->o);
}

static Value ns_dict(Value self)
{
    return ((NamespaceObj *)self.o)->dict;
}

static void ns_drop(Interp *in, Obj *o)
{
    v_drop(in, ((NamespaceObj *)o)->dict);
}

static Value ns_getattr(Interp *in, Value self, Str name)
{
    Value v;
    if (dict_get_str(ns_dict(self), name->s, &v)) return v_keep(v);
    return is_name(name, "__dict__") ? v_keep(ns_dict(self))
                                     : ((void)in, v_unset());
}

static bool ns_setattr(Interp *in, Value self, Str name, Value v)
{
    return dict_set_str(in, ns_dict(self), name->s, v);
}

static bool ns_repr(Interp *in, Value self, Text *t)
{
    int pos = 0;
    Value k, v;
    text_printf(t, "%s(", ((NamespaceObj *)self.o)->name);
    for (bool first = true; dict_next(ns_dict(self), &pos, &k, &v);
         first = false) {
        text_printf(t, "%s%s=", first ? "" : ", ", k.str->s);
        if (!host_repr(in, v, t)) return false;
    }
    text_putc(t, ')');
    return true;
}

static Value ns_binary(Interp *in, Operator op, Value a, Value b)
{
    if (op != OPR_EQ && op != OPR_NE) return v_notimpl();
    if (!v_has_type(a, &namespace_type) || !v_has_type(b, &namespace_type))
        return v_notimpl();
    const int r = host_equal(in, ns_dict(a), ns_dict(b));
    return r < 0 ? v_error() : v_bool((r != 0) == (op == OPR_EQ));
}

static int ns_contains(Interp *in, Value self, Value x)
{
    Value unused;
    return dict_get(in, ns_dict(self), x, &unused);
}

const NativeType namespace_type = {
    .name = "Namespace",
    .drop = ns_drop,
    .getattr = ns_getattr,
    .setattr = ns_setattr,
    .repr = ns_repr,
    .binary = ns_binary,
    .contains = ns_contains,
};
