/* The module argparse (3.3): its names, and how a program defines arguments. */
#include "host/argparse.h"
#include <stdlib.h>
#include <string.h>

static const NativeType parser_type, group_type;
typedef struct GroupRef {
    Obj o;
    Value parser;
    int index;
} GroupRef;

Parser *parser_of(Value v)
{
    return v_has_type(v, &group_type) ? (Parser *)((GroupRef *)v.o)->parser.o
                                      : (Parser *)v.o;
}

/* ---- life --------------------------------------------------------------- */

static void action_free(Interp *in, Action *a)
{
    v_drop(in, a->type);
    v_drop(in, a->dflt);
    v_drop(in, a->konst);
    v_drop(in, a->choices);
    v_drop(in, a->help);
    v_drop(in, a->metavar);
    free(a->options);
    free(a);
}

static void parser_drop(Interp *in, Obj *o)
{
    Parser *p = (Parser *)o;
    for (int i = 0; i < p->n; i++) action_free(in, p->actions[i]);
    free(p->actions);
    free(p->groups);
}

static Action *action_new(Parser *p)
{
    Action *a = host_alloc(sizeof *a);
    a->nargs = NARGS_NONE;
    a->group = -1;
    a->type = a->dflt = a->konst = a->choices = a->help = a->metavar =
        v_unset();
    p->actions = host_realloc(p->actions, (size_t)p->n + 1, sizeof *p->actions);
    p->actions[p->n++] = a;
    return a;
}

static void add_option(Action *a, Str s)
{
    a->options = host_realloc(a->options, (size_t)a->noptions + 1,
                              sizeof *a->options);
    a->options[a->noptions++] = s;
}

static bool opt_text(Interp *in, Value v, Str *out)
{
    if (!v_is_set(v) || v_is_none(v)) return true;
    const Value s = host_str_value(in, v);
    if (v_is_error(s)) return false;
    *out = str_n(in->se, s.str->s, (size_t)s.str->len);
    v_drop(in, s);
    return true;
}

static Value parser_new(Interp *in, CallArgs *a)
{
    Value arg[4];
    if (!args_bind(in, a, "prog=, description=, epilog=, *, add_help=", arg))
        return v_error();
    Parser *p = obj_new(in, V_OBJ, &parser_type, sizeof *p);
    const char *slash = in->main_path ? strrchr(in->main_path, '/') : NULL;
    p->prog = str(in->se,
                  slash               ? slash + 1
                      : in->main_path ? in->main_path
                                      : "");
    if (!opt_text(in, arg[0], &p->prog) ||
        !opt_text(in, arg[1], &p->description) ||
        !opt_text(in, arg[2], &p->epilog)) {
        v_drop(in, v_obj(&p->o));
        return v_error();
    }
    if (v_is_set(arg[3]) && host_truth(in, arg[3]) == 0) return v_obj(&p->o);
    Action *h = action_new(p);
    h->kind = ACT_HELP;
    h->nargs = 0;
    h->dest = str(in->se, "help");
    h->help = v_str(in, "show this help message and exit");
    add_option(h, str(in->se, "-h"));
    add_option(h, str(in->se, "--help"));
    return v_obj(&p->o);
}

/* ---- add_argument ------------------------------------------------------- */

enum {
    K_TYPE,
    K_DEFAULT,
    K_CHOICES,
    K_ACTION,
    K_NARGS,
    K_CONST,
    K_HELP,
    K_METAVAR,
    K_REQUIRED,
    K_DEST,
    K_COUNT
};

static const struct {
    const char *name;
    ActionKind kind;
    int value; /* what it stores, the default being the other; -1: `const` */
} actions[] = {
    {"store", ACT_STORE, -1},      {"store_true", ACT_CONST, 1},
    {"store_false", ACT_CONST, 0}, {"store_const", ACT_CONST, -1},
    {"append", ACT_APPEND, -1},    {"count", ACT_COUNT, -1},
    {"help", ACT_HELP, -1},
};

static bool unknown_action(Interp *in, Value v)
{
    const ArenaMark m = arena_mark(in->scratch);
    Text known = {.a = in->scratch};
    for (size_t i = 0; i < LEN(actions); i++)
        text_printf(&known, "%s%s", i ? ", " : "", actions[i].name);
    const Value s = host_str_value(in, v);
    if (!v_is_error(s))
        host_raise(in, EXC_VALUE_ERROR,
                   "unknown action \"%s\": it is one of %s", s.str->s,
                   text_str(&known));
    v_drop(in, s);
    arena_reset(in->scratch, m);
    return false;
}

static bool set_kind(Interp *in, Action *a, Value v)
{
    if (!v_is_set(v)) return true;
    for (size_t i = 0; i < LEN(actions); i++) {
        if (!v_str_is(v, actions[i].name)) continue;
        a->kind = actions[i].kind;
        if (actions[i].value >= 0) {
            a->konst = v_bool(actions[i].value);
            a->dflt = v_bool(!actions[i].value);
        }
        return true;
    }
    return unknown_action(in, v);
}

static bool set_nargs(Interp *in, Action *a, Value v)
{
    if (!v_is_set(v) || v_is_none(v)) return true;
    if (v.kind == V_INT && v.i > 0 && v.i <= 4096)
        a->nargs = (int)v.i;
    else if (v_str_is(v, "?"))
        a->nargs = NARGS_OPTIONAL;
    else if (v_str_is(v, "*"))
        a->nargs = NARGS_ANY;
    else if (v_str_is(v, "+"))
        a->nargs = NARGS_SOME;
    else
        return host_raise(in, EXC_VALUE_ERROR,
                          "nargs must be \"?\", \"*\", \"+\" or a positive int"),
               false;
    return true;
}

static bool name_taken(const Parser *p, const Action *self, Str s)
{
    for (int i = 0; i < p->n; i++)
        for (int k = 0; p->actions[i] != self && k < p->actions[i]->noptions;
             k++)
            if (p->actions[i]->options[k] == s) return true;
    return false;
}

static bool set_names(Interp *in, const Parser *p, Action *a,
                      const SeqObj *names)
{
    for (int i = 0; i < names->n; i++) {
        if (names->p[i].kind != V_STR || names->p[i].str->len == 0)
            return host_raise(in, EXC_TYPE_ERROR,
                              "argument names must be non-empty strings"),
                   false;
        const Str s = str_n(in->se, names->p[i].str->s,
                            (size_t)names->p[i].str->len);
        if (s->s[0] == '-') {
            if (name_taken(p, a, s))
                return host_raise(in, EXC_VALUE_ERROR,
                                  "argument %s: conflicting option string: %s",
                                  s->s, s->s),
                       false;
            add_option(a, s);
        } else if (names->n == 1) {
            a->dest = s;
        } else {
            return host_raise(
                       in, EXC_VALUE_ERROR,
                       "invalid option string '%s': must start with a character '-'",
                       s->s),
                   false;
        }
    }
    return true;
}

/* "--max-seq" -> max_seq, the first long option counts */
static void derive_dest(Interp *in, Action *a)
{
    const char *best = a->options[0]->s;
    for (int i = a->noptions - 1; i >= 0; i--)
        if (!strncmp(a->options[i]->s, "--", 2)) best = a->options[i]->s;
    best += strspn(best, "-");
    Text t = {.a = in->se->arena};
    for (; *best; best++) text_putc(&t, *best == '-' ? '_' : *best);
    a->dest = str(in->se, text_str(&t));
}

static bool check_action(Interp *in, Action *a, const Value *k)
{
    if (!action_takes_args(a)) {
        static const struct {
            int key;
            const char *name;
        } none[] = {{K_TYPE, "type"},
                    {K_CHOICES, "choices"},
                    {K_NARGS, "nargs"},
                    {K_METAVAR, "metavar"},
                    {K_CONST, "const"}};
        const bool own_value = a->kind == ACT_CONST && !v_is_set(a->konst);
        for (size_t i = 0; i < LEN(none) - own_value; i++)
            if (v_is_set(k[none[i].key]))
                return host_raise(
                           in, EXC_TYPE_ERROR,
                           "__init__() got an unexpected keyword argument '%s'",
                           none[i].name),
                       false;
        a->nargs = 0;
    }
    if (v_is_set(k[K_CONST]) && !v_is_none(k[K_CONST]) &&
        a->kind == ACT_STORE && a->nargs != NARGS_OPTIONAL)
        return host_raise(in, EXC_VALUE_ERROR,
                          "nargs must be '?' to supply const"),
               false;
    return true;
}

static Value keep_given(Value v)
{
    return v_is_set(v) && !v_is_none(v) ? v_keep(v) : v_unset();
}

static bool fill_action(Interp *in, const Parser *p, Action *a,
                        const SeqObj *names, const Value *k)
{
    if (!set_kind(in, a, k[K_ACTION]) || !set_nargs(in, a, k[K_NARGS]) ||
        !set_names(in, p, a, names))
        return false;
    a->type = keep_given(k[K_TYPE]);
    if (v_is_set(k[K_DEFAULT])) a->dflt = v_keep(k[K_DEFAULT]);
    a->choices = keep_given(k[K_CHOICES]);
    a->help = keep_given(k[K_HELP]);
    a->metavar = keep_given(k[K_METAVAR]);
    if (!check_action(in, a, k)) return false;
    if (!v_is_set(a->konst)) a->konst = keep_given(k[K_CONST]);
    if (!v_is_set(a->dflt)) a->dflt = v_none();
    if (!a->noptions) {
        if (!a->dest && !opt_text(in, k[K_DEST], &a->dest)) return false;
        if (!a->dest)
            return host_raise(in, EXC_TYPE_ERROR,
                              "add_argument() needs a name"),
                   false;
        a->required = a->nargs != NARGS_OPTIONAL &&
            (a->nargs != NARGS_ANY || !v_is_set(k[K_DEFAULT]));
        if (v_is_set(k[K_REQUIRED]))
            return host_raise(
                       in, EXC_TYPE_ERROR,
                       "'required' is an invalid argument for positionals"),
                   false;
        return true;
    }
    if (v_is_set(k[K_REQUIRED]) &&
        !arg_bool(in, k[K_REQUIRED], "required", &a->required))
        return false;
    if (!opt_text(in, k[K_DEST], &a->dest)) return false;
    if (!a->dest) derive_dest(in, a);
    return true;
}

static Value m_add_argument(Interp *in, CallArgs *c)
{
    Value arg[1 + K_COUNT];
    if (!args_bind(
            in, c,
            "*names, type=, default=, choices=, action=, nargs=, const=, help=, metavar=, required=, dest=",
            arg))
        return v_error();
    Parser *p = parser_of(c->self);
    Action *a = action_new(p);
    const bool in_group = v_has_type(c->self, &group_type);
    bool ok = fill_action(in, p, a, arg[0].seq, arg + 1);
    if (ok && in_group && a->required) {
        host_raise(in, EXC_VALUE_ERROR,
                   "mutually exclusive arguments must be optional");
        ok = false;
    }
    if (!ok) {
        action_free(in, p->actions[--p->n]);
        return v_error();
    }
    if (in_group) a->group = ((GroupRef *)c->self.o)->index;
    return v_none();
}

static Value m_add_group(Interp *in, CallArgs *a)
{
    Value arg;
    bool required = false;
    if (!args_bind(in, a, "*, required=", &arg)) return v_error();
    if (v_is_set(arg) && !arg_bool(in, arg, "required", &required))
        return v_error();
    Parser *p = parser_of(a->self);
    p->groups = host_realloc(p->groups, (size_t)p->ngroups + 1,
                             sizeof *p->groups);
    p->groups[p->ngroups] = (Group){required};
    GroupRef *g = obj_new(in, V_OBJ, &group_type, sizeof *g);
    g->parser = v_keep(a->self);
    g->index = p->ngroups++;
    return v_obj(&g->o);
}

static void group_drop(Interp *in, Obj *o)
{
    v_drop(in, ((GroupRef *)o)->parser);
}

/* ---- tables ------------------------------------------------------------- */

static const NativeDef parser_methods[] = {
    {"add_argument", m_add_argument, 0, NULL},
    {"add_mutually_exclusive_group", m_add_group, 0, NULL},
    {"parse_args", argparse_parse_args, 0, NULL},
    {"parse_known_args", argparse_parse_known_args, 0, NULL},
    {"error", argparse_error, 0, NULL},
    {"print_help", argparse_print_help, 0, NULL},
    {"print_usage", argparse_print_usage, 0, NULL},
    {"format_help", argparse_format_help, 0, NULL},
    {"format_usage", argparse_format_usage, 0, NULL},
};
static const NativeType parser_type = {
    .name = "ArgumentParser",
    .methods = parser_methods,
    .nmethods = LEN(parser_methods),
    .drop = parser_drop,
};
static const NativeDef group_methods[] = {
    {"add_argument", m_add_argument, 0, NULL}};
static const NativeType group_type = {
    .name = "_MutuallyExclusiveGroup",
    .methods = group_methods,
    .nmethods = LEN(group_methods),
    .drop = group_drop,
};

static const NativeDef names[] = {{"ArgumentParser", parser_new, 0, NULL}};
const ModuleDef argparse_module = {.name = "argparse",
                                   .names = names,
                                   .n = LEN(names)};
