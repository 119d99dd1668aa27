/* Usage and help texts of argparse, laid out as Python's for 80 columns. */
#include "host/argparse.h"
#include <ctype.h>
#include <stdlib.h>

enum { WIDTH = 78, MAX_HELP_POSITION = 24, INDENT = 2 };

static int chars(const char *s)
{
    return (int)utf8_count(s, strlen(s));
}

/* ---- pieces ------------------------------------------------------------- */

/* "ROWS", "{a,b}" */
static bool put_metavar(Interp *in, const Action *a, Text *t)
{
    if (v_is_set(a->metavar)) return host_str(in, a->metavar, t);
    if (!v_is_set(a->choices)) {
        for (const char *p = a->dest->s; *p; p++)
            text_putc(t, a->noptions ? (char)toupper((unsigned char)*p) : *p);
        return true;
    }
    const Value list = host_list_of(in, a->choices);
    if (v_is_error(list)) return false;
    text_putc(t, '{');
    bool ok = true;
    for (int i = 0; i < list.seq->n && ok; i++) {
        if (i) text_putc(t, ',');
        ok = host_str(in, list.seq->p[i], t);
    }
    text_putc(t, '}');
    v_drop(in, list);
    return ok;
}

/* the metavar as often as nargs says: "X [X ...]" */
static bool put_args(Interp *in, const Action *a, Text *t)
{
    Text m = {.a = in->scratch};
    if (!put_metavar(in, a, &m)) return false;
    const char *s = text_str(&m);
    switch (a->nargs) {
    case NARGS_NONE: text_puts(t, s); break;
    case NARGS_OPTIONAL: text_printf(t, "[%s]", s); break;
    case NARGS_ANY: text_printf(t, "[%s ...]", s); break;
    case NARGS_SOME: text_printf(t, "%s [%s ...]", s, s); break;
    default:
        for (int i = 0; i < a->nargs; i++)
            text_printf(t, "%s%s", i ? " " : "", s);
    }
    return true;
}

bool put_action_name(Interp *in, const Action *a, Text *t)
{
    for (int i = 0; i < a->noptions; i++)
        text_printf(t, "%s%s", i ? "/" : "", a->options[i]->s);
    if (a->noptions) return true;
    if (v_is_set(a->metavar)) return host_str(in, a->metavar, t);
    text_puts(t, a->dest->s);
    return true;
}

/* ---- usage -------------------------------------------------------------- */

/* one action without its brackets */
static bool put_bare(Interp *in, const Action *a, Text *t)
{
    if (!a->noptions) return put_args(in, a, t);
    text_puts(t, a->options[0]->s);
    if (!action_takes_args(a)) return true;
    text_putc(t, ' ');
    return put_args(in, a, t);
}

/* The actions in the order of the usage: options, then positionals. */
static Action **usage_order(Interp *in, const Parser *p)
{
    Action **list = NEW_ARRAY(in->scratch, Action *, p->n);
    int n = 0;
    for (int i = 0; i < p->n; i++)
        if (p->actions[i]->noptions) list[n++] = p->actions[i];
    for (int i = 0; i < p->n; i++)
        if (!p->actions[i]->noptions) list[n++] = p->actions[i];
    return list;
}

/* Actions of one group from list[0] on where they are all of it, else 0: a
 * group is shown as one only when nothing stands between its actions. */
static int group_at(const Parser *p, Action *const *list, int n)
{
    const int g = list[0]->group;
    if (g < 0) return 0;
    int row = 0, all = 0;
    while (row < n && list[row]->group == g) row++;
    for (int i = 0; i < p->n; i++) all += p->actions[i]->group == g;
    return row == all ? row : 0;
}

static bool put_group(Interp *in, const Parser *p, Action *const *list, int n,
                      Text *t)
{
    const bool required = p->groups[list[0]->group].required;
    text_putc(t, required ? '(' : '[');
    for (int i = 0; i < n; i++) {
        if (i) text_puts(t, " | ");
        Text one = {.a = in->scratch};
        if (!put_bare(in, list[i], &one)) return false;
        /* the group's brackets say already that it may be left out */
        const bool own = !list[i]->noptions && one.s[0] == '[';
        text_put(t, one.s + own, one.n - 2 * own);
    }
    text_putc(t, required ? ')' : ']');
    return true;
}

static bool put_single(Interp *in, const Action *a, Text *t)
{
    const bool brackets = a->noptions && !a->required;
    if (brackets) text_putc(t, '[');
    if (!put_bare(in, a, t)) return false;
    if (brackets) text_putc(t, ']');
    return true;
}

static bool put_actions(Interp *in, const Parser *p, Text *opts, Text *pos)
{
    Action **list = usage_order(in, p);
    for (int i = 0; i < p->n;) {
        Text *t = list[i]->noptions ? opts : pos;
        const int row = group_at(p, list + i, p->n - i);
        if (t->n) text_putc(t, ' ');
        if (row ? !put_group(in, p, list + i, row, t)
                : !put_single(in, list[i], t))
            return false;
        i += row ? row : 1;
    }
    return true;
}

/* Length of the next unbreakable part: a bracketed group or a word. */
static size_t part_length(const char *s)
{
    const char close = *s == '[' ? ']' : *s == '(' ? ')' : 0;
    for (const char *p = s; close && *p; p++) {
        if (*p != close) continue;
        while (p[1] == close) p++;
        if (!p[1] || isspace((unsigned char)p[1])) return (size_t)(p + 1 - s);
    }
    return strcspn(s, " ");
}

/* Parts of s in lines that begin with indent spaces; *column is where the
 * current line stands, before the space that would follow. */
static void put_lines(Text *t, const char *s, int indent, int *column)
{
    bool first = true;
    while (*s) {
        const size_t n = part_length(s);
        if (!first && *column + 1 + (int)n > WIDTH) {
            text_printf(t, "\n%*s", indent, "");
            *column = indent - 1;
            first = true;
        }
        if (!first) text_putc(t, ' ');
        text_put(t, s, n);
        *column += (int)n + 1;
        first = false;
        s += n;
        while (*s == ' ') s++;
    }
}

static void put_wrapped_usage(Text *t, const char *prog, const char *opts,
                              const char *pos)
{
    const int prefix = 7; /* "usage: " */
    int indent = prefix + chars(prog) + 1;
    int column;
    if (prefix + chars(prog) <= WIDTH * 3 / 4) {
        column = prefix + chars(prog);
        text_printf(t, "%s ", prog);
        put_lines(t, *opts ? opts : pos, indent, &column);
        if (!*opts || !*pos) return;
    } else {
        indent = prefix;
        text_printf(t, "%s\n%*s", prog, indent, "");
        column = indent - 1;
        put_lines(t, *opts ? opts : pos, indent, &column);
        if (!*opts || !*pos) return;
    }
    text_printf(t, "\n%*s", indent, "");
    column = indent - 1;
    put_lines(t, pos, indent, &column);
}

bool put_usage(Interp *in, const Parser *p, Text *t)
{
    Text opts = {.a = in->scratch}, pos = {.a = in->scratch};
    if (!put_actions(in, p, &opts, &pos)) return false;
    text_puts(t, "usage: ");
    const int all = 7 + chars(p->prog->s) + (opts.n > 0) +
        chars(text_str(&opts)) + (pos.n > 0) + chars(text_str(&pos));
    if (all > WIDTH)
        put_wrapped_usage(t, p->prog->s, text_str(&opts), text_str(&pos));
    else
        text_printf(t, "%s%s%s%s%s", p->prog->s, opts.n ? " " : "",
                    text_str(&opts), pos.n ? " " : "", text_str(&pos));
    text_putc(t, '\n');
    return true;
}

/* ---- paragraphs --------------------------------------------------------- */

/* Where a word may break: after a hyphen between letters. */
static size_t chunk_length(const char *s)
{
    size_t n = 0;
    while (s[n] && s[n] != ' ') {
        const bool hyphen = s[n] == '-' && n > 0 &&
            isalpha((unsigned char)s[n - 1]) &&
            isalpha((unsigned char)s[n + 1]) &&
            (isalpha((unsigned char)s[n + 2]) || s[n + 2] == '_');
        n++;
        if (hyphen) break;
    }
    return n;
}

static char *one_line(Interp *in, const char *s)
{
    Text t = {.a = in->scratch};
    for (; *s; s++) {
        if (!isspace((unsigned char)*s))
            text_putc(&t, *s);
        else if (t.n && t.s[t.n - 1] != ' ')
            text_putc(&t, ' ');
    }
    if (t.n && t.s[t.n - 1] == ' ') t.s[--t.n] = 0;
    return (char *)(uintptr_t)text_str(&t);
}

/* Words of s in lines of `width`, each begun with
 * indent spaces but the first. */
static void put_paragraph(Interp *in, Text *t, const char *text, int indent,
                          int width)
{
    const char *s = one_line(in, text);
    int used = 0;
    while (*s) {
        const bool space = *s == ' ';
        const size_t n = chunk_length(s + space);
        const int len = (int)utf8_count(s + space, n);
        if (used && used + space + len > width) {
            text_printf(t, "\n%*s", indent, "");
            used = 0;
        } else if (space && used) {
            text_putc(t, ' ');
            used++;
        }
        text_put(t, s + space, n);
        used += len;
        s += space + n;
    }
    text_putc(t, '\n');
}

/* ---- help --------------------------------------------------------------- */

static bool put_invocation(Interp *in, const Action *a, Text *t)
{
    if (!a->noptions) return put_metavar(in, a, t);
    for (int i = 0; i < a->noptions; i++) {
        text_printf(t, "%s%s", i ? ", " : "", a->options[i]->s);
        if (!action_takes_args(a)) continue;
        text_putc(t, ' ');
        if (!put_args(in, a, t)) return false;
    }
    return true;
}

static bool set_param(Interp *in, Value dict, const char *name, Value v)
{
    return dict_set_str(in, dict, name, v_is_set(v) ? v : v_none());
}

/* "a, b": what %(choices)s shows */
static Value choices_text(Interp *in, Value choices)
{
    const Value list = host_list_of(in, choices);
    Text t = {.a = in->scratch};
    bool ok = !v_is_error(list);
    for (int i = 0; ok && i < list.seq->n; i++) {
        if (i) text_puts(&t, ", ");
        ok = host_str(in, list.seq->p[i], &t);
    }
    v_drop(in, list);
    return ok ? v_from_text(in, &t) : v_error();
}

static bool fill_params(Interp *in, const Parser *p, const Action *a, Value d)
{
    const Value prog = v_from_str(in, p->prog), dest = v_from_str(in, a->dest);
    const Value choices = v_is_set(a->choices) ? choices_text(in, a->choices)
                                               : v_none();
    const Value type = v_is_set(a->type)
        ? host_find_attr(in, a->type, str(in->se, "__name__"))
        : v_none();
    const bool ok = !v_is_error(choices) && !v_is_error(type) &&
        set_param(in, d, "prog", prog) &&
        set_param(in, d, "default", a->dflt) &&
        set_param(in, d, "const", a->konst) &&
        set_param(in, d, "metavar", a->metavar) &&
        set_param(in, d, "dest", dest) &&
        set_param(in, d, "choices", choices) && set_param(in, d, "type", type);
    v_drop(in, prog);
    v_drop(in, dest);
    v_drop(in, choices);
    v_drop(in, type);
    return ok;
}

/* the help text with %(default)s and its like put in; owned */
static Value expand_help(Interp *in, const Parser *p, const Action *a)
{
    if (a->help.kind != V_STR) return host_str_value(in, a->help);
    const Value d = v_dict(in);
    const Value text = fill_params(in, p, a, d)
        ? percent_format(in, a->help.str, d)
        : v_error();
    v_drop(in, d);
    return text;
}

static bool put_action(Interp *in, const Parser *p, const Action *a,
                       int position, Text *t)
{
    Text inv = {.a = in->scratch};
    if (!put_invocation(in, a, &inv)) return false;
    const bool has_help = v_is_set(a->help) && !v_is_none(a->help);
    text_printf(t, "%*s%s", INDENT, "", text_str(&inv));
    if (!has_help) {
        text_putc(t, '\n');
        return true;
    }
    const Value help = expand_help(in, p, a);
    if (v_is_error(help)) return false;
    const int used = INDENT + chars(text_str(&inv));
    if (used + 2 <= position)
        text_printf(t, "%*s", position - used, "");
    else
        text_printf(t, "\n%*s", position, "");
    const int width = WIDTH - position > 11 ? WIDTH - position : 11;
    put_paragraph(in, t, help.str->s, position, width);
    v_drop(in, help);
    return true;
}

static bool help_position(Interp *in, const Parser *p, int *position)
{
    int longest = 0;
    for (int i = 0; i < p->n; i++) {
        Text inv = {.a = in->scratch};
        if (!put_invocation(in, p->actions[i], &inv)) return false;
        const int n = chars(text_str(&inv)) + INDENT;
        if (n > longest) longest = n;
    }
    *position = longest + 2 < MAX_HELP_POSITION ? longest + 2
                                                : MAX_HELP_POSITION;
    return true;
}

static bool put_section(Interp *in, const Parser *p, bool options, int position,
                        Text *t)
{
    bool any = false;
    for (int i = 0; i < p->n; i++) {
        if ((p->actions[i]->noptions > 0) != options) continue;
        if (!any)
            text_printf(t, "\n%s:\n",
                        options ? "options" : "positional arguments");
        any = true;
        if (!put_action(in, p, p->actions[i], position, t)) return false;
    }
    return true;
}

static bool put_prose(Interp *in, const Parser *p, Str s, Text *t)
{
    if (!s) return true;
    Value text = v_from_str(in, s);
    if (strstr(s->s, "%(prog)")) {
        const Value d = v_dict(in), prog = v_from_str(in, p->prog), raw = text;
        text = dict_set_str(in, d, "prog", prog)
            ? percent_format(in, raw.str, d)
            : v_error();
        v_drop(in, d);
        v_drop(in, prog);
        v_drop(in, raw);
    }
    if (v_is_error(text)) return false;
    text_putc(t, '\n');
    put_paragraph(in, t, text.str->s, 0, WIDTH);
    v_drop(in, text);
    return true;
}

bool put_help(Interp *in, const Parser *p, Text *t)
{
    int position;
    return put_usage(in, p, t) && put_prose(in, p, p->description, t) &&
        help_position(in, p, &position) &&
        put_section(in, p, false, position, t) &&
        put_section(in, p, true, position, t) && put_prose(in, p, p->epilog, t);
}
