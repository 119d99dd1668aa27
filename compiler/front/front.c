/* The doors of the front end: parse a file, parse one expression, and the rule
 * that a logical line gets one message at most.  After parsing, one walk over
 * the statements checks what no grammar says well: `return` outside a function,
 * `break` outside a loop. */
#include "front/front.h"

static Diag *nobody(Front *f)
{
    return NEW(f->a, Diag);
}

bool front_line_is_bad(const Front *f, int line)
{
    return f->root->bad[line & 1] == line;
}

static Diag *error_on(Front *f, int line, DiagCode code, Span span,
                      const char *fmt, va_list ap)
{
    if (front_line_is_bad(f, line)) return nobody(f);
    f->root->bad[line & 1] = line;
    return diag_vnew(f->s, code, span, fmt, ap);
}

Diag *front_error_on(Front *f, int line, DiagCode code, Span span,
                     const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    Diag *d = error_on(f, line, code, span, fmt, ap);
    va_end(ap);
    return d;
}

/* The parser lags one token behind the layout filter. */
static int current_line(const Front *f)
{
    return f->root->in_lex ? f->root->line : f->root->tok.line;
}

Diag *front_error(Front *f, DiagCode code, Span span, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    Diag *d = error_on(f, current_line(f), code, span, fmt, ap);
    va_end(ap);
    return d;
}

bool front_limit(Front *f, LimitId id, int64_t met, Span span)
{
    if (met <= f->s->limit[id]) return true;
    int line = current_line(f);
    if (front_line_is_bad(f, line)) return false;
    f->root->bad[line & 1] = line;
    return limit_check(f->s, id, met, span);
}

static void run(Front *f, int32_t lo, int32_t hi)
{
    f->a = f->s->arena;
    f->skip = -1;
    f->line = 1;
    f->line_start = lo;
    f->line_col = -1;
    scan_open(f, lo, hi);
    yyparse(f);
    scan_close(f);
}

Node *front_parse_range(Front *outer, int32_t lo, int32_t hi)
{
    Front f = {.s = outer->s,
               .src = outer->src,
               .root = outer->root,
               .fdepth = outer->fdepth,
               .expr_only = true};
    run(&f, lo, hi);
    Span span = {outer->src->base + lo, outer->src->base + hi};
    return f.result ? f.result : node_error(outer, span);
}

static void check_block(Session *s, const NodeVec *body, bool in_def,
                        bool in_loop);

static void report_place(Session *s, Node *n, bool is_bad, const char *what,
                         const char *where)
{
    if (!is_bad) return;
    diag_new(s, E0109, n->span, "`%s` stands outside %s", what, where);
    n->kind = ND_ERROR;
}

static void check_place(Session *s, Node *n, bool in_def, bool in_loop)
{
    switch (n->kind) {
    case ND_RETURN: report_place(s, n, !in_def, "return", "a function"); break;
    case ND_BREAK: report_place(s, n, !in_loop, "break", "a loop"); break;
    case ND_CONTINUE: report_place(s, n, !in_loop, "continue", "a loop"); break;
    case ND_NONLOCAL:
        report_place(s, n, !in_def, "nonlocal", "a function");
        break;
    case ND_IF:
        check_block(s, &n->if_.then, in_def, in_loop);
        check_block(s, &n->if_.other, in_def, in_loop);
        break;
    case ND_FOR:
        check_block(s, &n->for_.body, in_def, true);
        check_block(s, &n->for_.other, in_def, in_loop);
        break;
    case ND_WHILE:
        check_block(s, &n->while_.body, in_def, true);
        check_block(s, &n->while_.other, in_def, in_loop);
        break;
    case ND_TRY:
        check_block(s, &n->try_.body, in_def, in_loop);
        check_block(s, &n->try_.handlers, in_def, in_loop);
        check_block(s, &n->try_.other, in_def, in_loop);
        check_block(s, &n->try_.final, in_def, in_loop);
        break;
    case ND_EXCEPT: check_block(s, &n->except.body, in_def, in_loop); break;
    case ND_WITH: check_block(s, &n->with.body, in_def, in_loop); break;
    case ND_DEF: check_block(s, &n->def.body, true, false); break;
    case ND_CLASS: check_block(s, &n->class_.body, false, false); break;
    default: break;
    }
}

static void check_block(Session *s, const NodeVec *body, bool in_def,
                        bool in_loop)
{
    for (int i = 0; i < body->n; i++)
        check_place(s, body->p[i], in_def, in_loop);
}

Node *front_parse(Session *s, const Source *src)
{
    Front f = {.s = s, .src = src};
    f.root = &f;
    run(&f, 0, src->len + 1);
    Span all = {src->base, src->base + src->len};
    if (!f.result) f.result = node_error(&f, all);
    if (f.result->kind == ND_MODULE)
        check_block(s, &f.result->list, false, false);
    return f.result;
}

Node *front_parse_expr(Session *s, const Source *src)
{
    Front f = {.s = s, .src = src, .expr_only = true};
    f.root = &f;
    int before = s->nerrors;
    if (!source_check_utf8(s, src)) return NULL;
    run(&f, 0, src->len);
    return s->nerrors > before ? NULL : f.result;
}
