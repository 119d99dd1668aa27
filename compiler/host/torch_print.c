/* repr of tensors as torch prints them: four digits, one width for all
 * elements, scientific notation where the values spread too far, at most three
 * elements at each end of a dimension once there are more than a thousand. */
#include "host/torch.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { EDGE = 3, THRESHOLD = 1000, LINE = 80 };

typedef struct Printer {
    Interp *in;
    Text *out;
    QwTensor *t;
    bool is_float, is_bool, sci, whole, summary;
    int width;
    const char *data;
} Printer;

static int64_t shown(const Printer *p, int64_t n)
{
    return p->summary && n > 2 * EDGE ? 2 * EDGE : n;
}

/* the i-th shown index of a dimension of n */
static int64_t index_of(const Printer *p, int64_t n, int64_t i)
{
    return p->summary && n > 2 * EDGE && i >= EDGE ? n - 2 * EDGE + i : i;
}

static int element_text(const Printer *p, const char *at, char *buf, size_t cap)
{
    const QwDtype d = p->t->dtype;
    if (!p->is_float) {
        const int64_t v = qw_elem_i64(d, at);
        if (p->is_bool) return snprintf(buf, cap, "%s", v ? "True" : "False");
        return d == QW_U64 ? snprintf(buf, cap, "%llu", (unsigned long long)v)
                           : snprintf(buf, cap, "%lld", (long long)v);
    }
    const double x = qw_elem_f64(d, at);
    if (isnan(x)) return snprintf(buf, cap, "nan");
    if (isinf(x)) return snprintf(buf, cap, x < 0 ? "-inf" : "inf");
    if (p->sci) return snprintf(buf, cap, "%.4e", x);
    return p->whole ? snprintf(buf, cap, "%.0f.", x)
                    : snprintf(buf, cap, "%.4f", x);
}

typedef struct Spread {
    double min, max;
    bool any, whole;
} Spread;

/* fn on every shown element */
static void each_shown(Printer *p, int dim, int64_t offset,
                       void (*fn)(Printer *, const char *, void *), void *arg)
{
    if (dim == p->t->rank) {
        fn(p, p->data + offset * qw_dtype_size(p->t->dtype), arg);
        return;
    }
    const int64_t n = p->t->shape[dim];
    for (int64_t i = 0; i < shown(p, n); i++)
        each_shown(p, dim + 1, offset + index_of(p, n, i) * p->t->stride[dim],
                   fn, arg);
}

static void look(Printer *p, const char *at, void *arg)
{
    Spread *s = arg;
    const double x = fabs(qw_elem_f64(p->t->dtype, at));
    if (!isfinite(x) || x == 0) return;
    s->min = !s->any || x < s->min ? x : s->min;
    s->max = !s->any || x > s->max ? x : s->max;
    s->any = true;
    s->whole = s->whole && x == ceil(x);
}

static void measure(Printer *p, const char *at, void *arg)
{
    char buf[400];
    const double x = p->is_float ? fabs(qw_elem_f64(p->t->dtype, at)) : 1;
    (void)arg;
    if (p->is_float && (!isfinite(x) || x == 0))
        return; /* torch sizes the column by the others */
    const int n = element_text(p, at, buf, sizeof buf);
    p->width = n > p->width ? n : p->width;
}

static void choose_form(Printer *p)
{
    Spread s = {.whole = true};
    p->width = 1;
    if (p->is_float) {
        each_shown(p, 0, 0, look, &s);
        p->whole = s.whole;
        p->sci = s.any &&
            (s.max / s.min > 1000 || s.max > 1e8 || (!s.whole && s.min < 1e-4));
    }
    each_shown(p, 0, 0, measure, NULL);
}

static void spaces(Printer *p, int n)
{
    for (int i = 0; i < n; i++) text_putc(p->out, ' ');
}

static void put_element(Printer *p, int64_t offset)
{
    char buf[400];
    const int n = element_text(p, p->data + offset * qw_dtype_size(p->t->dtype),
                               buf, sizeof buf);
    spaces(p, p->width - n);
    text_put(p->out, buf, (size_t)n);
}

static void put_vector(Printer *p, int64_t offset, int indent)
{
    const int64_t n = p->t->shape[p->t->rank - 1],
                  step = p->t->stride[p->t->rank - 1];
    const bool cut = p->summary && n > 2 * EDGE;
    const int64_t items = cut ? 2 * EDGE + 1 : n;
    int per = (LINE - indent) / (p->width + 2);
    if (per < 1) per = 1;
    text_putc(p->out, '[');
    for (int64_t i = 0; i < items; i++) {
        if (i && i % per == 0) {
            text_puts(p->out, ",\n");
            spaces(p, indent + 1);
        } else if (i) {
            text_puts(p->out, ", ");
        }
        if (cut && i == EDGE)
            text_puts(p->out, " ...");
        else
            put_element(p,
                        offset +
                            index_of(p, n, cut && i > EDGE ? i - 1 : i) * step);
    }
    text_putc(p->out, ']');
}

static void put_tensor(Printer *p, int dim, int64_t offset, int indent)
{
    const int left = p->t->rank - dim;
    if (left == 0) {
        put_element(p, offset);
        return;
    }
    if (left == 1) {
        put_vector(p, offset, indent);
        return;
    }
    const int64_t n = p->t->shape[dim];
    text_putc(p->out, '[');
    for (int64_t i = 0; i < shown(p, n); i++) {
        for (int twice = p->summary && n > 2 * EDGE && i == EDGE; twice >= 0;
             twice--) {
            if (i) {
                text_putc(p->out, ',');
                for (int k = 1; k < left; k++) text_putc(p->out, '\n');
                spaces(p, indent + 1);
            }
            if (twice) text_puts(p->out, "...");
        }
        put_tensor(p, dim + 1, offset + index_of(p, n, i) * p->t->stride[dim],
                   indent + 1);
    }
    text_putc(p->out, ']');
}

/* ", dtype=..." where it fits on the last line */
static void put_suffix(Printer *p, size_t start, int indent, const char *suffix)
{
    size_t last = p->out->n;
    while (last > start && p->out->s[last - 1] != '\n') last--;
    const size_t line = p->out->n - last + 2; /* as torch counts it */
    if (line + strlen(suffix) + 2 > LINE) {
        text_puts(p->out, ",\n");
        spaces(p, indent);
    } else {
        text_puts(p->out, ", ");
    }
    text_puts(p->out, suffix);
}

bool tensor_repr(Interp *in, Value self, Text *out)
{
    QwTensor *t = v_tensor(self);
    char text[QWT_SHAPE_TEXT], suffix[QWT_SHAPE_TEXT + 16];
    const size_t start = out->n;
    const int64_t n = qwt_numel(t);
    Printer p = {.in = in,
                 .out = out,
                 .t = t,
                 .is_float = qw_dtype_is_float(t->dtype),
                 .is_bool = t->dtype == QW_BOOL,
                 .summary = n > THRESHOLD,
                 .data = qwt_data(t)};
    if (!p.data) return torch_failed(in), false;
    text_puts(out, "tensor(");
    if (n) {
        choose_form(&p);
        put_tensor(&p, 0, 0, 7);
    } else {
        text_puts(out, "[]");
        if (t->rank != 1) {
            qwt_shape_text(text, t->rank, t->shape);
            text[0] = '(';
            text[strlen(text) - 1] = ')';
            snprintf(suffix, sizeof suffix, "size=%s", text);
            put_suffix(&p, start, 7, suffix);
        }
    }
    const bool plain = t->dtype == QW_F32 ||
        (n && (t->dtype == QW_I64 || t->dtype == QW_BOOL));
    if (!plain) {
        snprintf(suffix, sizeof suffix, "dtype=torch.%s",
                 qw_dtype_info[t->dtype].torch);
        put_suffix(&p, start, 7, suffix);
    }
    text_putc(out, ')');
    return true;
}
