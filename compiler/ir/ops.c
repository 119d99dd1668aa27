/* Lookup and listing of the language's operations.  Names are matched as dotted
 * paths behind `pl`: `add`, `tensor.add` and `tile.add` are one operation. */
#include "ir/ops.h"
#include <string.h>

const OpInfo op_table[] = {
#define OP(number, stage, plane, names, sig, takes, handler, ir, operands, \
           dtype, shape, valid, num, errors, remark)                       \
    {number,        stage,         plane == 'O', names,    sig,            \
     TAKES_##takes, OPH_##handler, IR_##ir,      operands, dtype,          \
     shape,         valid,         num,          errors,   remark},
#include "ir/ops.def"
#undef OP
};
const int op_count = LEN(op_table);

/* What pl offers besides operations: chapters 4, 10 and 11. */
static const char *const forms[] = {
    "range",        "parallel",
    "unroll",       "pipeline",
    "spmd",         "while_",
    "cond",         "yield_",
    "split_aiv",    "at",
    "incore",       "auto_incore",
    "scope",        "manual_scope",
    "cluster",      "static_assert",
    "static_print", "auto_chunk",
    "split",        "chunked_loop_optimizer",
    "submit",       "no_dep",
    "dump_tag",     "cross_core_slot",
    "array.create", "system.task_dummy",
};

/* is `word` one of the words of `list`? */
static bool has_word(const char *list, const char *word)
{
    const size_t n = strlen(word);
    for (const char *p = list; (p = strstr(p, word)); p += n)
        if ((p == list || p[-1] == ' ') && (p[n] == ' ' || !p[n])) return true;
    return false;
}

static const OpInfo *find_word(const char *word)
{
    if (!*word || strchr(word, ' ')) return NULL;
    for (int i = 0; i < op_count; i++)
        if (has_word(op_table[i].names, word)) return &op_table[i];
    return NULL;
}

static const char *without_prefix(const char *path)
{
    if (!strncmp(path, "tensor.", 7)) return path + 7;
    return strncmp(path, "tile.", 5) ? NULL : path + 5;
}

const OpInfo *op_find(const char *path)
{
    const OpInfo *op = find_word(path);
    const char *rest = without_prefix(path);
    return op || !rest || strchr(rest, '.') ? op : find_word(rest);
}

static size_t word_len(const char *s)
{
    return strcspn(s, " ");
}

bool op_is_form(const char *path)
{
    for (size_t i = 0; i < LEN(forms); i++)
        if (!strcmp(forms[i], path)) return true;
    return !strncmp(path, "prefetch.", 9);
}

const char *const *op_spellings(Session *s, int *n)
{
    VEC(const char *) v = {0};
    for (int i = 0; i < op_count; i++)
        for (const char *p = op_table[i].names; *p;
             p += word_len(p), p += *p == ' ')
            vec_push(s->arena, &v,
                     (const char *)arena_printf(s->arena, "%.*s",
                                                (int)word_len(p), p));
    for (size_t i = 0; i < LEN(forms); i++) vec_push(s->arena, &v, forms[i]);
    *n = v.n;
    return v.p;
}

const char *op_nearest(Session *s, const char *path)
{
    int n;
    const char *const *all = op_spellings(s, &n);
    const char *rest = without_prefix(path);
    const char *near = str_nearest(path, all, n);
    return near || !rest ? near : str_nearest(rest, all, n);
}

/* ---- qwc list ops -------------------------------------------------------- */

static const char *num_text(char num)
{
    switch (num) {
    case '=': return "exact";
    case '~': return "elementary";
    case '+': return "accumulation";
    default: return "-";
    }
}

static void json_field(Text *out, const char *name, const char *value,
                       const char *end)
{
    text_printf(out, "\"%s\": \"", name);
    for (; *value; value++) {
        if (*value == '"' || *value == '\\') text_putc(out, '\\');
        text_putc(out, *value);
    }
    text_printf(out, "\"%s", end);
}

static void list_json(Text *out, const OpInfo *op)
{
    text_printf(out, "{\"number\": %d, \"stage\": \"%c\", \"plane\": \"%s\", ",
                op->number, op->stage, op->both_planes ? "both" : "core");
    json_field(out, "names", op->names, ", ");
    json_field(out, "operands", op->operands, ", ");
    json_field(out, "dtype", op->dtype, ", ");
    json_field(out, "shape", op->shape, ", ");
    json_field(out, "valid", op->valid, ", ");
    json_field(out, "numerics", num_text(op->num), ", ");
    json_field(out, "errors", op->errors, ", ");
    json_field(out, "remark", op->remark, "}\n");
}

static void list_text(Text *out, const OpInfo *op)
{
    const int n = (int)word_len(op->names);
    text_printf(out, "%-5d%-3c%-6s%-20.*s%s\n", op->number, op->stage,
                op->both_planes ? "both" : "core", n, op->names, op->operands);
    if (op->names[n]) text_printf(out, "%14salso %s\n", "", op->names + n + 1);
    text_printf(out, "%14sresult: dtype %s; shape %s; valid %s; %s\n", "",
                op->dtype, op->shape, op->valid, num_text(op->num));
    if (*op->remark) text_printf(out, "%14s%s\n", "", op->remark);
    if (*op->errors) text_printf(out, "%14serrors: %s\n", "", op->errors);
}

static const char legend[] =
    "Operations of the language, called as pl.NAME(...).\n"
    "  st      what uses it first: A basic kernels, B selection, C quantised and\n"
    "          whole models, D the rest\n"
    "  plane   core: only inside a core scope (pl.at, pl.spmd ...); both: in\n"
    "          orchestration, too\n"
    "  t, u    tiles; x, T tensors; s a scalar; name= a keyword\n"
    "  result  its dtype, its shape, its valid shape (vr, vc: valid rows and\n"
    "          columns of t; V2 ...: rules of chapter 6 of docs/language.md), and\n"
    "          how it rounds: exact (each element once, correctly), elementary (a\n"
    "          few units in the last place), accumulation (grows with the length)\n"
    "`qwc explain CODE` says what an error means.\n\n";

void ops_list(Text *out, bool json)
{
    if (!json)
        text_printf(out, "%sno.  st plane name                operands\n",
                    legend);
    for (int i = 0; i < op_count; i++)
        (json ? list_json : list_text)(out, &op_table[i]);
}
