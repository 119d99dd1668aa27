/* Parsing words by what a program has defined, with Python's rules for
 * abbreviations, nargs, groups and messages.  A bad argument prints the usage
 * and raises SystemExit(2). */
#include "host/argparse.h"
#include <string.h>

/* ---- errors and exits --------------------------------------------------- */

static bool raise_exit(Interp *in, int64_t status)
{
    const Value code = v_int(status);
    CallArgs args = {.self = v_unset(), .pos = &code, .npos = 1};
    const Value e = exc_new(in, EXC_SYSTEM_EXIT, &args);
    e.exc->span = in->at;
    exc_throw(in, e.exc);
    return false;
}

static bool parse_error(Interp *in, const Parser *p, const char *fmt, ...)
    PRINTF(3, 4);
static bool parse_error(Interp *in, const Parser *p, const char *fmt, ...)
{
    Text t = {.a = in->scratch};
    if (!put_usage(in, p, &t)) return false;
    va_list ap;
    va_start(ap, fmt);
    text_printf(&t, "%s: error: %s\n", p->prog->s,
                arena_vprintf(in->scratch, fmt, ap));
    va_end(ap);
    interp_flush(in);
    fputs(text_str(&t), in->opt.err);
    return raise_exit(in, 2);
}

static const char *name_of(Interp *in, const Action *a)
{
    Text t = {.a = in->scratch};
    put_action_name(in, a, &t);
    return text_str(&t);
}

Value argparse_error(Interp *in, CallArgs *a)
{
    Value v;
    const char *msg;
    if (!args_bind(in, a, "message", &v) || !arg_str(in, v, "message", &msg))
        return v_error();
    parse_error(in, parser_of(a->self), "%s", msg);
    return v_error();
}

typedef bool PutText(Interp *, const Parser *, Text *);

static bool print_text(Interp *in, const Parser *p, PutText *put, FILE *f)
{
    const ArenaMark m = arena_mark(in->scratch);
    Text t = {.a = in->scratch};
    const bool ok = put(in, p, &t);
    if (ok) fputs(text_str(&t), f);
    arena_reset(in->scratch, m);
    return ok;
}

static Value m_print(Interp *in, CallArgs *a, PutText *put)
{
    Value v;
    if (!args_bind(in, a, "file=", &v)) return v_error();
    FILE *f = v_is_set(v) && !v_is_none(v) ? stream_of(in, v) : in->opt.out;
    if (!f)
        return host_raise(in, EXC_TYPE_ERROR,
                          "file must be sys.stdout or sys.stderr");
    return print_text(in, parser_of(a->self), put, f) ? v_none() : v_error();
}

static Value m_format(Interp *in, CallArgs *a, PutText *put)
{
    if (!args_bind(in, a, "", NULL)) return v_error();
    const ArenaMark m = arena_mark(in->scratch);
    Text t = {.a = in->scratch};
    const Value v = put(in, parser_of(a->self), &t) ? v_str(in, text_str(&t))
                                                    : v_error();
    arena_reset(in->scratch, m);
    return v;
}

Value argparse_print_help(Interp *in, CallArgs *a)
{
    return m_print(in, a, put_help);
}

Value argparse_print_usage(Interp *in, CallArgs *a)
{
    return m_print(in, a, put_usage);
}

Value argparse_format_help(Interp *in, CallArgs *a)
{
    return m_format(in, a, put_help);
}

Value argparse_format_usage(Interp *in, CallArgs *a)
{
    return m_format(in, a, put_usage);
}

/* ---- values ------------------------------------------------------------- */

typedef struct Parse {
    Interp *in;
    Parser *p;
    const char **word;
    int n;        /* the words; after "--" all are arguments */
    char *kind;   /* 'O' option, 'A' argument, '-' the "--" */
    Value ns;     /* dict of the namespace */
    bool *seen;   /* a value was given to the action */
    bool *used;   /* ... other than its default: for groups */
    Value extras; /* list of words nobody wanted */
} Parse;

static const char *repr_of(Interp *in, Value v)
{
    Text t = {.a = in->scratch};
    host_repr(in, v, &t);
    return text_str(&t);
}

/* the word converted by type=; owned */
static Value convert(Parse *ps, const Action *a, const char *word)
{
    Interp *in = ps->in;
    const Value s = v_str(in, word);
    if (!v_is_set(a->type)) return s;
    const Value v = host_call(in, a->type, &s, 1, NULL, 0, in->at);
    const bool bad = v_is_error(v) && in->exc &&
        (exc_type_is(in->exc->type, EXC_VALUE_ERROR) ||
         exc_type_is(in->exc->type, EXC_TYPE_ERROR));
    if (bad) {
        host_clear(in);
        const Value name = host_find_attr(in, a->type, str(in->se, "__name__"));
        parse_error(in, ps->p, "argument %s: invalid %s value: %s",
                    name_of(in, a),
                    name.kind == V_STR ? name.str->s : repr_of(in, a->type),
                    repr_of(in, s));
        v_drop(in, name);
    }
    v_drop(in, s);
    return v;
}

static bool check_choice(Parse *ps, const Action *a, Value v)
{
    Interp *in = ps->in;
    if (!v_is_set(a->choices)) return true;
    const int r = host_contains(in, a->choices, v);
    if (r) return r > 0;
    const Value list = host_list_of(in, a->choices);
    if (v_is_error(list)) return false;
    Text t = {.a = in->scratch};
    for (int i = 0; i < list.seq->n; i++)
        text_printf(&t, "%s%s", i ? ", " : "", repr_of(in, list.seq->p[i]));
    v_drop(in, list);
    return parse_error(in, ps->p,
                       "argument %s: invalid choice: %s (choose from %s)",
                       name_of(in, a), repr_of(in, v), text_str(&t));
}

static Value one_value(Parse *ps, const Action *a, const char *word)
{
    const Value v = convert(ps, a, word);
    if (v_is_error(v) || check_choice(ps, a, v)) return v;
    v_drop(ps->in, v);
    return v_error();
}

/* a default that is a text is converted like a word */
static Value default_value(Parse *ps, const Action *a)
{
    if (a->dflt.kind == V_STR && v_is_set(a->type))
        return convert(ps, a, a->dflt.str->s);
    return v_keep(a->dflt);
}

/* what the action stores for these words */
static Value action_value(Parse *ps, const Action *a, const char *const *words,
                          int n)
{
    Interp *in = ps->in;
    if (a->nargs == NARGS_OPTIONAL && n == 0) {
        if (!a->noptions) return default_value(ps, a);
        return v_is_set(a->konst) ? v_keep(a->konst) : v_none();
    }
    if (a->nargs == NARGS_ANY && n == 0 && !a->noptions && !v_is_none(a->dflt))
        return v_keep(a->dflt);
    if (a->nargs == NARGS_NONE || a->nargs == NARGS_OPTIONAL)
        return one_value(ps, a, words[0]);
    const Value list = v_list(in, n);
    for (int i = 0; i < n; i++) {
        const Value v = one_value(ps, a, words[i]);
        if (!v_is_error(v) && list_push_take(in, list, v)) continue;
        v_drop(in, list);
        return v_error();
    }
    return list;
}

static bool append_value(Parse *ps, const Action *a, Value v)
{
    Interp *in = ps->in;
    Value old, list;
    const bool has = dict_get_str(ps->ns, a->dest->s, &old) && !v_is_none(old);
    list = has ? host_list_of(in, old) : v_list(in, 1);
    const bool ok = !v_is_error(list) && list_push_take(in, list, v_keep(v)) &&
        dict_set_str(in, ps->ns, a->dest->s, list);
    v_drop(in, list);
    return ok;
}

static bool count_up(Parse *ps, const Action *a)
{
    Value old;
    const bool has = dict_get_str(ps->ns, a->dest->s, &old) &&
        v_is_intlike(old);
    return dict_set_str(ps->in, ps->ns, a->dest->s, v_int(has ? old.i + 1 : 1));
}

static bool check_group(Parse *ps, const Action *a)
{
    for (int i = 0; a->group >= 0 && i < ps->p->n; i++) {
        const Action *b = ps->p->actions[i];
        if (b == a || b->group != a->group || !ps->used[i]) continue;
        return parse_error(ps->in, ps->p,
                           "argument %s: not allowed with argument %s",
                           name_of(ps->in, a), name_of(ps->in, b));
    }
    return true;
}

static int index_of(const Parser *p, const Action *a)
{
    int i = 0;
    while (p->actions[i] != a) i++;
    return i;
}

static bool store(Parse *ps, const Action *a, Value v)
{
    if (a->kind == ACT_APPEND) return append_value(ps, a, v);
    return dict_set_str(ps->in, ps->ns, a->dest->s, v);
}

static bool take_action(Parse *ps, const Action *a, const char *const *words,
                        int n)
{
    Interp *in = ps->in;
    const int i = index_of(ps->p, a);
    ps->seen[i] = true;
    if (a->kind == ACT_HELP)
        return print_text(in, ps->p, put_help, in->opt.out) &&
            raise_exit(in, 0);
    const bool dflt = !a->noptions && n == 0;
    if (!dflt) {
        ps->used[i] = true;
        if (!check_group(ps, a)) return false;
    }
    if (a->kind == ACT_COUNT) return count_up(ps, a);
    if (a->kind == ACT_CONST)
        return dict_set_str(in, ps->ns, a->dest->s,
                            v_is_set(a->konst) ? a->konst : v_none());
    const Value v = action_value(ps, a, words, n);
    const bool ok = !v_is_error(v) && store(ps, a, v);
    v_drop(in, v);
    return ok;
}

/* ---- words -------------------------------------------------------------- */

typedef struct Match {
    Action *action;
    Str option;
    const char *value;
} Match; /* value: after "=", or NULL */

static Action *find_option(const Parser *p, const char *s, size_t n,
                           Str *option)
{
    for (int i = 0; i < p->n; i++)
        for (int k = 0; k < p->actions[i]->noptions; k++) {
            const Str o = p->actions[i]->options[k];
            if (o->len != n || memcmp(o->s, s, n)) continue;
            *option = o;
            return p->actions[i];
        }
    return NULL;
}

static bool looks_negative(const char *s)
{
    size_t d = strspn(s + 1, "0123456789");
    if (s[0] != '-') return false;
    if (!s[1 + d]) return d > 0;
    if (s[1 + d] != '.') return false;
    const size_t f = strspn(s + 2 + d, "0123456789");
    return f > 0 && !s[2 + d + f];
}

static bool has_negative_options(const Parser *p)
{
    for (int i = 0; i < p->n; i++)
        for (int k = 0; k < p->actions[i]->noptions; k++)
            if (looks_negative(p->actions[i]->options[k]->s)) return true;
    return false;
}

/* options that `word` may abbreviate; -xv gives -x with the value v */
static int candidates(const Parser *p, const char *word, Match *out, int cap)
{
    const bool is_long = !strncmp(word, "--", 2);
    const char *eq = is_long ? strchr(word, '=') : NULL;
    const size_t n = eq ? (size_t)(eq - word) : strlen(word);
    int found = 0;
    for (int i = 0; i < p->n; i++)
        for (int k = 0; k < p->actions[i]->noptions && found < cap; k++) {
            const Str o = p->actions[i]->options[k];
            if (!is_long && o->len == 2 && !strncmp(o->s, word, 2))
                out[found++] = (Match){p->actions[i], o, word + 2};
            else if (o->len >= n && !strncmp(o->s, word, n))
                out[found++] = (Match){p->actions[i], o, eq ? eq + 1 : NULL};
        }
    return found;
}

static bool ambiguous(Parse *ps, const char *word, const Match *m, int n)
{
    Text t = {.a = ps->in->scratch};
    for (int i = 0; i < n; i++)
        text_printf(&t, "%s%s", i ? ", " : "", m[i].option->s);
    return parse_error(ps->in, ps->p, "ambiguous option: %s could match %s",
                       word, text_str(&t));
}

/* Is the word an option?  'O' with *m (action NULL: unknown), 'A', 0:
 * raised. */
static char classify(Parse *ps, const char *word, Match *m)
{
    *m = (Match){0};
    if (word[0] != '-') return 'A';
    m->action = find_option(ps->p, word, strlen(word), &m->option);
    if (m->action) return 'O';
    if (!word[1]) return 'A';
    const char *eq = strchr(word, '=');
    if (eq)
        m->action = find_option(ps->p, word, (size_t)(eq - word), &m->option);
    if (m->action) {
        m->value = eq + 1;
        return 'O';
    }
    Match cand[16];
    const int n = candidates(ps->p, word, cand, LEN(cand));
    if (n > 1) return ambiguous(ps, word, cand, n) ? 'O' : 0;
    if (n == 1) {
        *m = cand[0];
        return 'O';
    }
    if (looks_negative(word) && !has_negative_options(ps->p)) return 'A';
    return strchr(word, ' ') ? 'A' : 'O';
}

static bool classify_all(Parse *ps)
{
    bool rest = false;
    for (int i = 0; i < ps->n; i++) {
        Match m;
        if (!rest && !strcmp(ps->word[i], "--")) {
            rest = true;
            ps->kind[i] = '-';
            continue;
        }
        ps->kind[i] = rest ? 'A' : classify(ps, ps->word[i], &m);
        if (!ps->kind[i]) return false;
    }
    return true;
}

static void nargs_bounds(const Action *a, int *least, int *most)
{
    switch (a->nargs) {
    case NARGS_NONE: *least = *most = 1; break;
    case NARGS_OPTIONAL: *least = 0, *most = 1; break;
    case NARGS_SOME: *least = 1, *most = INT32_MAX; break;
    case NARGS_ANY: *least = 0, *most = INT32_MAX; break;
    default: *least = *most = a->nargs;
    }
}

/* argument words from i on, up to the next option; "--" does not count */
static int arguments_at(const Parse *ps, int i)
{
    int n = 0;
    while (i < ps->n && ps->kind[i] != 'O') n += ps->kind[i++] == 'A';
    return n;
}

/* collects `count` argument words from *i on */
static void collect(const Parse *ps, int *i, int count, const char **out)
{
    for (int n = 0; n < count; ++*i)
        if (ps->kind[*i] == 'A') out[n++] = ps->word[*i];
    while (*i < ps->n && ps->kind[*i] == '-') ++*i;
}

static bool wrong_count(Parse *ps, const Action *a)
{
    const char *what = a->nargs == NARGS_NONE ? "expected one argument"
        : a->nargs == NARGS_OPTIONAL          ? "expected at most one argument"
        : a->nargs == NARGS_SOME              ? "expected at least one argument"
                                              : NULL;
    if (what)
        return parse_error(ps->in, ps->p, "argument %s: %s", name_of(ps->in, a),
                           what);
    return parse_error(ps->in, ps->p, "argument %s: expected %d argument%s",
                       name_of(ps->in, a), a->nargs, a->nargs == 1 ? "" : "s");
}

/* -abc: flags in one word, the last may take the rest as its value */
static bool take_cluster(Parse *ps, Match m)
{
    while (m.value) {
        int least, most;
        nargs_bounds(m.action, &least, &most);
        if (most > 0) return take_action(ps, m.action, &m.value, 1);
        const bool is_short = m.option->len == 2 && m.option->s[1] != '-';
        const char name[3] = {'-', m.value[0], 0};
        Str option = NULL;
        Action *next = is_short && m.value[0]
            ? find_option(ps->p, name, 2, &option)
            : NULL;
        if (!next) {
            const Value v = v_str(ps->in, m.value);
            parse_error(ps->in, ps->p,
                        "argument %s: ignored explicit argument %s",
                        name_of(ps->in, m.action), repr_of(ps->in, v));
            v_drop(ps->in, v);
            return false;
        }
        if (!take_action(ps, m.action, NULL, 0)) return false;
        m = (Match){next, option, m.value[1] ? m.value + 1 : NULL};
        if (m.value && m.value[0] == '=' && action_takes_args(next)) m.value++;
        nargs_bounds(next, &least, &most);
        if (!m.value && most > 0) return wrong_count(ps, next);
    }
    return m.action->kind == ACT_STORE || m.action->kind == ACT_APPEND
        ? true
        : take_action(ps, m.action, NULL, 0);
}

static bool consume_optional(Parse *ps, int *i)
{
    Match m;
    if (!classify(ps, ps->word[*i], &m)) return false;
    if (!m.action)
        return list_push_take(ps->in, ps->extras,
                              v_str(ps->in, ps->word[(*i)++]));
    ++*i;
    int least, most;
    nargs_bounds(m.action, &least, &most);
    if (m.value && most == 0) return take_cluster(ps, m);
    if (m.value)
        return least > 1 ? wrong_count(ps, m.action)
                         : take_action(ps, m.action, &m.value, 1);
    const int have = arguments_at(ps, *i);
    if (have < least) return wrong_count(ps, m.action);
    const int count = have < most ? have : most;
    if (count == 0) return take_action(ps, m.action, NULL, 0);
    const char **words = NEW_ARRAY(ps->in->scratch, const char *, count);
    collect(ps, i, count, words);
    return take_action(ps, m.action, words, count);
}

/* How many words each of the first k open positionals takes of `have`; false:
 * they do not fit. */
static bool share_out(Action *const *pos, int k, int have, int *count)
{
    int rest = 0, least, most;
    for (int i = 0; i < k; i++) {
        nargs_bounds(pos[i], &least, &most);
        rest += least;
    }
    if (rest > have) return false;
    for (int i = 0; i < k; i++) {
        nargs_bounds(pos[i], &least, &most);
        rest -= least;
        count[i] = have - rest < most ? have - rest : most;
        have -= count[i];
    }
    return true;
}

static bool consume_positionals(Parse *ps, int *i)
{
    const Parser *p = ps->p;
    Action **pos = NEW_ARRAY(ps->in->scratch, Action *, p->n);
    int *count = NEW_ARRAY(ps->in->scratch, int, p->n);
    int open = 0;
    for (int k = 0; k < p->n; k++)
        if (!p->actions[k]->noptions && !ps->seen[k])
            pos[open++] = p->actions[k];
    const int have = arguments_at(ps, *i);
    while (open > 0 && !share_out(pos, open, have, count)) open--;
    for (int k = 0; k < open; k++) {
        const char **words = NEW_ARRAY(ps->in->scratch, const char *,
                                       count[k] + 1);
        collect(ps, i, count[k], words);
        if (!take_action(ps, pos[k], words, count[k])) return false;
    }
    return true;
}

static bool push_extra(Parse *ps, int i)
{
    return ps->kind[i] == '-' ||
        list_push_take(ps->in, ps->extras, v_str(ps->in, ps->word[i]));
}

static bool parse_words(Parse *ps)
{
    int last = -1, i = 0;
    for (int k = 0; k < ps->n; k++)
        if (ps->kind[k] == 'O') last = k;
    while (i <= last) {
        int next = i;
        while (ps->kind[next] != 'O') next++;
        if (next != i) {
            const int before = i;
            if (!consume_positionals(ps, &i)) return false;
            if (i > before) continue;
        }
        for (; i < next; i++)
            if (!push_extra(ps, i)) return false;
        if (!consume_optional(ps, &i)) return false;
    }
    if (!consume_positionals(ps, &i)) return false;
    for (; i < ps->n; i++)
        if (!push_extra(ps, i)) return false;
    return true;
}

/* ---- parse_args --------------------------------------------------------- */

static bool set_defaults(Parse *ps)
{
    for (int i = 0; i < ps->p->n; i++) {
        const Action *a = ps->p->actions[i];
        Value old;
        if (a->kind == ACT_HELP || dict_get_str(ps->ns, a->dest->s, &old))
            continue;
        if (!dict_set_str(ps->in, ps->ns, a->dest->s, a->dflt)) return false;
    }
    return true;
}

/* text defaults of what was not given, then what is required */
static bool finish(Parse *ps)
{
    Text missing = {.a = ps->in->scratch};
    for (int i = 0; i < ps->p->n; i++) {
        const Action *a = ps->p->actions[i];
        if (ps->seen[i]) continue;
        if (a->required)
            text_printf(&missing, "%s%s", missing.n ? ", " : "",
                        name_of(ps->in, a));
        Value now;
        const bool raw = a->dflt.kind == V_STR && v_is_set(a->type) &&
            dict_get_str(ps->ns, a->dest->s, &now) && v_is_same(now, a->dflt);
        if (a->required || !raw) continue;
        const Value v = default_value(ps, a);
        const bool ok = !v_is_error(v) &&
            dict_set_str(ps->in, ps->ns, a->dest->s, v);
        v_drop(ps->in, v);
        if (!ok) return false;
    }
    if (missing.n)
        return parse_error(ps->in, ps->p,
                           "the following arguments are required: %s",
                           text_str(&missing));
    return true;
}

static bool check_required_groups(Parse *ps)
{
    for (int g = 0; g < ps->p->ngroups; g++) {
        Text names = {.a = ps->in->scratch};
        bool any = !ps->p->groups[g].required;
        for (int i = 0; i < ps->p->n; i++) {
            if (ps->p->actions[i]->group != g) continue;
            any |= ps->used[i];
            text_printf(&names, "%s%s", names.n ? " " : "",
                        name_of(ps->in, ps->p->actions[i]));
        }
        if (!any)
            return parse_error(ps->in, ps->p,
                               "one of the arguments %s is required",
                               text_str(&names));
    }
    return true;
}

static bool take_words(Parse *ps, Value list)
{
    Interp *in = ps->in;
    ps->n = list.seq->n;
    ps->word = NEW_ARRAY(in->scratch, const char *, ps->n + 1);
    ps->kind = NEW_ARRAY(in->scratch, char, ps->n + 1);
    ps->seen = NEW_ARRAY(in->scratch, bool, ps->p->n + 1);
    ps->used = NEW_ARRAY(in->scratch, bool, ps->p->n + 1);
    for (int i = 0; i < ps->n; i++) {
        if (!arg_str(in, list.seq->p[i], "argument", &ps->word[i]))
            return false;
    }
    return set_defaults(ps) && classify_all(ps) && parse_words(ps) &&
        finish(ps) && check_required_groups(ps);
}

/* the words: the list given, or sys.argv[1:] */
static Value words_of(Interp *in, Value given)
{
    if (v_is_set(given) && !v_is_none(given)) return host_list_of(in, given);
    const Value argv = host_module_attr(in, "sys", "argv");
    const Value list = v_is_error(argv) ? argv : host_list_of(in, argv);
    v_drop(in, argv);
    if (!v_is_error(list) && list.kind == V_LIST && list.seq->n)
        v_drop(in, list_remove(list, 0));
    return list;
}

/* namespace and list of words left; V_ERROR: raised */
static Value parse_known(Interp *in, CallArgs *a, Value *extras)
{
    Value arg[2];
    *extras = v_unset();
    if (!args_bind(in, a, "args=, namespace=", arg)) return v_error();
    const Value words = words_of(in, arg[0]);
    if (v_is_error(words)) return words;
    const bool given = v_has_type(arg[1], &namespace_type);
    Parse ps = {.in = in,
                .p = parser_of(a->self),
                .ns = given ? v_keep(((NamespaceObj *)arg[1].o)->dict)
                            : v_dict(in),
                .extras = v_list(in, 0)};
    const ArenaMark m = arena_mark(in->scratch);
    const bool ok = take_words(&ps, words);
    arena_reset(in->scratch, m);
    v_drop(in, words);
    if (!ok) {
        v_drop(in, ps.ns);
        v_drop(in, ps.extras);
        return v_error();
    }
    *extras = ps.extras;
    if (!given) return namespace_new(in, "Namespace", ps.ns);
    v_drop(in, ps.ns);
    return v_keep(arg[1]);
}

Value argparse_parse_known_args(Interp *in, CallArgs *a)
{
    Value extras;
    const Value ns = parse_known(in, a, &extras);
    return v_is_error(ns) ? ns : v_tuple_take(in, (Value[]){ns, extras}, 2);
}

Value argparse_parse_args(Interp *in, CallArgs *a)
{
    Value extras;
    const Value ns = parse_known(in, a, &extras);
    if (v_is_error(ns)) return ns;
    const int n = extras.seq->n;
    if (n) {
        const ArenaMark m = arena_mark(in->scratch);
        Text t = {.a = in->scratch};
        for (int i = 0; i < n; i++)
            text_printf(&t, "%s%s", i ? " " : "", extras.seq->p[i].str->s);
        parse_error(in, parser_of(a->self), "unrecognized arguments: %s",
                    text_str(&t));
        arena_reset(in->scratch, m);
    }
    v_drop(in, extras);
    if (!n) return ns;
    v_drop(in, ns);
    return v_error();
}
