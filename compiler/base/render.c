/* How a diagnostic looks:
 *
 *     error[E0405]: shapes [64, 128] and [32, 1] do not broadcast
 *       --> kernels/softmax.pl:14:19
 *        |
 *     11 |     m = pl.row_max(x)
 *        |         ------------- this tile is [32, 1], pl.FP32
 *     14 |     y = pl.sub(t, m)
 *        |                   ^ expected 64 or 1 rows, found 32
 *        = note: an axis broadcasts only where one extent is 1
 *        = help: reduce the same tile: `m = pl.row_max(t)`
 *
 * or, for machines, one line of JSON.  Marks are placed by display width: a tab
 * takes four columns, wide characters two.  Text of the user is shown with its
 * control characters replaced, and a line of more than WINDOW columns through a
 * window around its first mark. */
#include "base/base.h"

#include <string.h>

enum { TAB_WIDTH = 4, WINDOW = 160, BEFORE_MARK = 40 };

typedef enum {
    INK_PLAIN,
    INK_BOLD,
    INK_ERROR,
    INK_WARNING,
    INK_NOTE,
    INK_FRAME
} Ink;

/* One underlined place, cut to its first line. */
typedef struct Mark {
    const Source *src;
    int line;
    int col, end;     /* display columns from 0; end > col */
    const char *text; /* label or NULL */
    bool main;
    int order;
} Mark;

typedef struct Snippet {
    Session *s;
    Text *out;
    VEC(Mark) marks;
    int gutter; /* digits of the largest line number */
    Ink ink;    /* of the main mark */
} Snippet;

static void ink(Session *s, Text *out, Ink i)
{
    static const char *const code[] = {
        [INK_PLAIN] = "\x1b[0m",    [INK_BOLD] = "\x1b[1m",
        [INK_ERROR] = "\x1b[1;31m", [INK_WARNING] = "\x1b[1;33m",
        [INK_NOTE] = "\x1b[1;36m",  [INK_FRAME] = "\x1b[1;34m",
    };
    if (s->color) text_puts(out, code[i]);
}

static void put_inked(Session *s, Text *out, Ink i, const char *text)
{
    ink(s, out, i);
    text_puts(out, text);
    ink(s, out, INK_PLAIN);
}

static void put_spaces(Text *out, int n)
{
    while (n-- > 0) text_putc(out, ' ');
}

/* Text of ours that quotes the user's: control characters become
 * visible; a newline goes to a new line that is indented by
 * `indent` (-1: visible, too). */
static void put_clean(Text *out, const char *text, int indent)
{
    size_t n = strlen(text);
    for (size_t i = 0; i < n;) {
        int len;
        uint32_t c = utf8_decode(text + i, n - i, &len);
        if (c == '\n' && indent >= 0) {
            text_putc(out, '\n');
            put_spaces(out, indent);
        } else if (c < 0x20 || c == 0x7F) {
            text_printf(out, "\\x%02x", (unsigned)c);
        } else if (utf8_is_control(c)) {
            text_printf(out, "\\u%04x", (unsigned)c);
        } else if (len == 1 && c > 0x7F) {
            text_puts(out, "\xEF\xBF\xBD");
        } else {
            text_put(out, text + i, (size_t)len);
        }
        i += (size_t)len;
    }
}

static int char_width(uint32_t c)
{
    if (c == '\t') return TAB_WIDTH;
    return utf8_is_control(c) ? 1 : utf8_width(c);
}

/* The display column of byte `at` of a line of n bytes. */
static int display_col(const char *line, int n, int at)
{
    int col = 0;
    for (int i = 0; i < at && i < n;) {
        int len;
        col += char_width(utf8_decode(line + i, (size_t)(n - i), &len));
        i += len;
    }
    return at > n ? col + at - n : col;
}

static void add_mark(Snippet *x, Span span, const char *text, bool main)
{
    const Source *src = source_of(x->s, span);
    if (!src) return;
    Mark m = {.src = src, .text = text, .main = main, .order = x->marks.n};
    m.line = source_place(x->s, span.lo).line;
    const char *line;
    int n = source_line_text(src, m.line, &line);
    int lo = span.lo - src->base - src->line[m.line - 1];
    int hi = span.hi - src->base - src->line[m.line - 1];
    if (lo > n) lo = n;
    if (hi > n) hi = n;
    m.col = display_col(line, n, lo);
    m.end = display_col(line, n, hi);
    if (m.end <= m.col) m.end = m.col + 1;
    vec_push(x->s->arena, &x->marks, m);
}

/* Main file first, then files in the order of loading; lines; right to left. */
static bool goes_before(const Mark *a, const Mark *b, const Source *first)
{
    if (a->src != b->src) {
        if (a->src == first || b->src == first) return a->src == first;
        return a->src->base < b->src->base;
    }
    if (a->line != b->line) return a->line < b->line;
    if (a->col != b->col) return a->col > b->col;
    return a->order < b->order;
}

static void sort_marks(Snippet *x)
{
    const Source *first = x->marks.p[0].src;
    for (int i = 1; i < x->marks.n; i++) {
        Mark m = x->marks.p[i];
        int k = i;
        for (; k > 0 && goes_before(&m, &x->marks.p[k - 1], first); k--)
            x->marks.p[k] = x->marks.p[k - 1];
        x->marks.p[k] = m;
    }
}

static void put_gutter(Snippet *x, int line)
{
    ink(x->s, x->out, INK_FRAME);
    if (line)
        text_printf(x->out, "%*d |", x->gutter, line);
    else
        text_printf(x->out, "%*s |", x->gutter, "");
    ink(x->s, x->out, INK_PLAIN);
}

/* The columns first .. first + WINDOW of a line. */
static void put_line_text(Snippet *x, const Mark *m, int first)
{
    const char *line;
    int n = source_line_text(m->src, m->line, &line), col = 0;
    Text *out = x->out;
    size_t start = out->n;
    text_puts(out, first ? " ..." : " ");
    for (int i = 0; i < n && col < first + WINDOW;) {
        int len;
        uint32_t c = utf8_decode(line + i, (size_t)(n - i), &len);
        int width = char_width(c);
        if (col >= first) {
            if (c == '\t')
                put_spaces(out, TAB_WIDTH);
            else if (utf8_is_control(c) || (len == 1 && c > 0x7F))
                text_puts(out, "\xEF\xBF\xBD");
            else
                text_put(out, line + i, (size_t)len);
        }
        col += width;
        i += len;
    }
    if (col >= first + WINDOW) text_puts(out, "...");
    while (out->n > start && out->s[out->n - 1] == ' ') out->n--;
    if (out->n) out->s[out->n] = '\0';
    text_putc(out, '\n');
}

static int window_start(const Mark *m, int n)
{
    int col = m[n - 1].col; /* the leftmost */
    const char *line;
    int bytes = source_line_text(m->src, m->line, &line);
    if (display_col(line, bytes, bytes) <= WINDOW) return 0;
    return col > WINDOW - BEFORE_MARK ? col - BEFORE_MARK : 0;
}

static Ink mark_ink(const Snippet *x, const Mark *m)
{
    return m->main ? x->ink : INK_FRAME;
}

/* `^^^` and `---` under the line; the main mark wins where they overlap.  The
 * label of the rightmost mark follows on the same line. */
static void put_underlines(Snippet *x, const Mark *m, int n, int first)
{
    int width = 0;
    for (int i = 0; i < n; i++)
        if (m[i].end > width) width = m[i].end;
    if (width > first + WINDOW + 1) width = first + WINDOW + 1;
    put_gutter(x, 0);
    text_puts(x->out, first ? "    " : " ");
    const Mark *last = NULL;
    for (int c = first; c < width; c++) {
        const Mark *on = NULL;
        for (int i = 0; i < n; i++) {
            if (c < m[i].col || c >= m[i].end) continue;
            if (!on || m[i].main) on = &m[i];
        }
        if (on != last && last) ink(x->s, x->out, INK_PLAIN);
        if (on != last && on) ink(x->s, x->out, mark_ink(x, on));
        text_putc(x->out, !on ? ' ' : on->main ? '^' : '-');
        last = on;
    }
    if (last) ink(x->s, x->out, INK_PLAIN);
}

static bool label_fits_inline(const Mark *m, int n)
{
    for (int i = 1; i < n; i++)
        if (m[i].end > m[0].end) return false;
    return true;
}

/* A line of `|` below the marks whose labels still hang; m[i] shows its label,
 * -1 for none. */
static void put_hanging(Snippet *x, const Mark *m, int n, int i, int first)
{
    int col = first;
    put_gutter(x, 0);
    text_puts(x->out, first ? "    " : " ");
    for (int k = n - 1; k > i; k--) {
        if (!m[k].text || m[k].col < col) continue;
        if (i >= 0 && m[k].col >= m[i].col) continue;
        put_spaces(x->out, m[k].col - col);
        put_inked(x->s, x->out, mark_ink(x, &m[k]), "|");
        col = m[k].col + 1;
    }
    if (i >= 0) {
        put_spaces(x->out, m[i].col - col);
        ink(x->s, x->out, mark_ink(x, &m[i]));
        put_clean(x->out, m[i].text, m[i].col + x->gutter + 3);
        ink(x->s, x->out, INK_PLAIN);
    }
    text_putc(x->out, '\n');
}

/* All marks of one source line, right to left. */
static void put_line(Snippet *x, const Mark *m, int n)
{
    int first = window_start(m, n);
    put_gutter(x, m->line);
    put_line_text(x, m, first);
    put_underlines(x, m, n, first);
    int hang = 0;
    if (label_fits_inline(m, n)) {
        hang = 1;
        if (m[0].text && *m[0].text) {
            text_putc(x->out, ' ');
            ink(x->s, x->out, mark_ink(x, &m[0]));
            put_clean(x->out, m[0].text, m[0].end + x->gutter + 4);
            ink(x->s, x->out, INK_PLAIN);
        }
    }
    text_putc(x->out, '\n');
    bool any = false;
    for (int i = hang; i < n; i++) {
        if (!m[i].text || !*m[i].text) continue;
        if (!any) put_hanging(x, m + hang, n - hang, -1, first);
        any = true;
        put_hanging(x, m + hang, n - hang, i - hang, first);
    }
}

static void put_place(Snippet *x, const char *arrow, Span span)
{
    Place p = source_place(x->s, span.lo);
    put_spaces(x->out, x->gutter);
    put_inked(x->s, x->out, INK_FRAME, arrow);
    text_putc(x->out, ' ');
    put_clean(x->out, p.src->path, -1);
    text_printf(x->out, ":%d:%d\n", p.line, p.col);
}

/* The snippet below a headline; the first mark added is the main place. */
static void put_snippet(Snippet *x, Span span)
{
    if (!source_of(x->s, span)) return;
    put_place(x, "-->", span);
    if (!source_of(x->s, span)->len) return; /* empty, or was not read */
    put_gutter(x, 0);
    text_putc(x->out, '\n');
    sort_marks(x);
    for (int i = 0, k; i < x->marks.n; i = k) {
        const Mark *m = &x->marks.p[i];
        for (k = i + 1; k < x->marks.n; k++)
            if (x->marks.p[k].src != m->src || x->marks.p[k].line != m->line)
                break;
        if (i > 0 && m->src != m[-1].src) {
            int32_t at = m->src->base + m->src->line[m->line - 1];
            put_place(x, ":::", (Span){at, at + 1});
            put_gutter(x, 0);
            text_putc(x->out, '\n');
        }
        put_line(x, m, k - i);
    }
}

static void put_tail(Snippet *x, const char *kind, Ink i, const char *text)
{
    put_spaces(x->out, x->gutter + 1);
    put_inked(x->s, x->out, INK_FRAME, "=");
    text_putc(x->out, ' ');
    put_inked(x->s, x->out, i, kind);
    text_puts(x->out, ": ");
    put_clean(x->out, text, x->gutter + 1 + 2 + (int)strlen(kind) + 2);
    text_putc(x->out, '\n');
}

static int digits(int n)
{
    int d = 1;
    while (n >= 10) n /= 10, d++;
    return d;
}

static int line_of(Session *s, Span span)
{
    return source_of(s, span) ? source_place(s, span.lo).line : 0;
}

static int gutter_width(Session *s, const Diag *d)
{
    int most = line_of(s, d->span);
    for (int i = 0; i < d->labels.n; i++) {
        int line = line_of(s, d->labels.p[i].span);
        if (line > most) most = line;
    }
    for (int i = 0; i < d->notes.n; i++) {
        int line = line_of(s, d->notes.p[i].span);
        if (line > most) most = line;
    }
    return digits(most);
}

static const char *const severity_name[] = {"error", "warning", "note"};

static void put_headline(Snippet *x, const Diag *d)
{
    ink(x->s, x->out, x->ink);
    text_printf(x->out, "%s[%s]", severity_name[d->sev],
                diag_code_name(d->code));
    ink(x->s, x->out, INK_PLAIN);
    ink(x->s, x->out, INK_BOLD);
    text_puts(x->out, ": ");
    put_clean(x->out, d->msg, 0);
    ink(x->s, x->out, INK_PLAIN);
    text_putc(x->out, '\n');
}

static void put_located_note(Snippet *x, const DiagPart *note)
{
    put_inked(x->s, x->out, INK_NOTE, "note");
    text_puts(x->out, ": ");
    put_clean(x->out, note->text, 6);
    text_putc(x->out, '\n');
    x->marks.n = 0;
    add_mark(x, note->span, NULL, false);
    put_snippet(x, note->span);
}

static void render_text(Session *s, const Diag *d, Text *out)
{
    static const Ink inks[] = {INK_ERROR, INK_WARNING, INK_NOTE};
    Snippet x = {.s = s, .out = out, .ink = inks[d->sev]};
    x.gutter = gutter_width(s, d);
    put_headline(&x, d);
    add_mark(&x, d->span, d->label, true);
    for (int i = 0; x.marks.n && i < d->labels.n; i++)
        add_mark(&x, d->labels.p[i].span, d->labels.p[i].text, false);
    put_snippet(&x, d->span);
    for (int i = 0; i < d->notes.n; i++)
        if (!source_of(s, d->notes.p[i].span))
            put_tail(&x, "note", INK_BOLD, d->notes.p[i].text);
    for (int i = 0; i < d->helps.n; i++)
        put_tail(&x, "help", INK_NOTE, d->helps.p[i]);
    for (int i = 0; i < d->notes.n; i++)
        if (source_of(s, d->notes.p[i].span))
            put_located_note(&x, &d->notes.p[i]);
}

void text_json(Text *out, const char *text)
{
    size_t n = strlen(text);
    text_putc(out, '"');
    for (size_t i = 0; i < n;) {
        int len;
        uint32_t c = utf8_decode(text + i, n - i, &len);
        if (c == '"' || c == '\\')
            text_printf(out, "\\%c", (int)c);
        else if (c == '\n')
            text_puts(out, "\\n");
        else if (c < 0x20 || c == 0x7F)
            text_printf(out, "\\u%04x", (unsigned)c);
        else if (len == 1 && c > 0x7F)
            text_puts(out, "\\ufffd");
        else
            text_put(out, text + i, (size_t)len);
        i += (size_t)len;
    }
    text_putc(out, '"');
}

/* ,"file":..,"line":..,"col":..,"end_line":..,"end_col":..; the end is the
 * first place behind the range. */
static void put_json_place(Session *s, Text *out, Span span)
{
    if (!source_of(s, span)) return;
    Place lo = source_place(s, span.lo), hi = source_place(s, span.hi);
    if (hi.src != lo.src) hi = lo;
    text_puts(out, ",\"file\":");
    text_json(out, lo.src->path);
    text_printf(out, ",\"line\":%d,\"col\":%d,\"end_line\":%d,\"end_col\":%d",
                lo.line, lo.col, hi.line, hi.col);
}

static void put_json_parts(Session *s, Text *out, const DiagPart *p, int n)
{
    text_putc(out, '[');
    for (int i = 0; i < n; i++) {
        text_puts(out, i ? ",{\"message\":" : "{\"message\":");
        text_json(out, p[i].text);
        put_json_place(s, out, p[i].span);
        text_putc(out, '}');
    }
    text_putc(out, ']');
}

static void render_json(Session *s, const Diag *d, Text *out)
{
    text_printf(out, "{\"code\":\"%s\",\"severity\":\"%s\",\"message\":",
                diag_code_name(d->code), severity_name[d->sev]);
    text_json(out, d->msg);
    put_json_place(s, out, d->span);
    if (d->label) {
        text_puts(out, ",\"label\":");
        text_json(out, d->label);
    }
    text_puts(out, ",\"labels\":");
    put_json_parts(s, out, d->labels.p, d->labels.n);
    text_puts(out, ",\"notes\":");
    put_json_parts(s, out, d->notes.p, d->notes.n);
    text_puts(out, ",\"helps\":[");
    for (int i = 0; i < d->helps.n; i++) {
        if (i) text_putc(out, ',');
        text_json(out, d->helps.p[i]);
    }
    text_puts(out, "]}\n");
}

void diag_render(Session *s, const Diag *d, Text *out)
{
    if (s->json)
        render_json(s, d, out);
    else
        render_text(s, d, out);
}
