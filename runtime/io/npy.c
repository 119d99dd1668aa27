/* .npy: magic, version, a header that is a Python dict literal of exactly
 * three keys, data in C order.  The literal is read by a scanner for just this
 * form; NumPy's format document (NEP 1) is the reference. */
#include "io_int.h"

#include <stdlib.h>
#include <string.h>

typedef struct Scan {
    const unsigned char *p, *end;
    int64_t base; /* file offset of p0 */
    const unsigned char *p0;
    QwIoError *e;
} Scan;

static int64_t here(const Scan *s)
{
    return s->base + (s->p - s->p0);
}

static void blanks(Scan *s)
{
    while (s->p < s->end && (*s->p == ' ' || *s->p == '\n' || *s->p == '\t'))
        s->p++;
}

static bool next_is(Scan *s, char c)
{
    blanks(s);
    if (s->p >= s->end || *s->p != (unsigned char)c) return false;
    s->p++;
    return true;
}

static bool expect(Scan *s, char c)
{
    return next_is(s, c) ||
        qw_io_fail(s->e, QW_IO_MALFORMED, here(s),
                   "the npy header has no `%c` where one must "
                   "be",
                   c);
}

static bool quoted(Scan *s, char *out, size_t cap)
{
    blanks(s);
    const unsigned char quote = s->p < s->end ? *s->p : 0;
    size_t n = 0;
    if (quote != '\'' && quote != '"')
        return qw_io_fail(s->e, QW_IO_MALFORMED, here(s),
                          "the npy header has no string where one "
                          "must be");
    for (s->p++; s->p < s->end && *s->p != quote && n + 1 < cap; s->p++)
        out[n++] = (char)(*s->p >= 32 && *s->p < 127 ? *s->p : '?');
    out[n] = 0;
    if (s->p >= s->end || *s->p != quote)
        return qw_io_fail(s->e, QW_IO_MALFORMED, here(s),
                          "a string of the npy header has no end "
                          "or is too long");
    s->p++;
    return true;
}

static bool word(Scan *s, const char *w)
{
    const size_t n = strlen(w);
    blanks(s);
    if ((size_t)(s->end - s->p) < n || memcmp(s->p, w, n)) return false;
    s->p += n;
    return true;
}

static bool count(Scan *s, int64_t *out)
{
    int64_t v = 0;
    blanks(s);
    if (s->p >= s->end || *s->p < '0' || *s->p > '9')
        return qw_io_fail(s->e, QW_IO_MALFORMED, here(s),
                          "a dimension of the npy header is no "
                          "count");
    for (; s->p < s->end && *s->p >= '0' && *s->p <= '9'; s->p++)
        if (__builtin_mul_overflow(v, 10, &v) ||
            __builtin_add_overflow(v, *s->p - '0', &v))
            return qw_io_fail(s->e, QW_IO_MALFORMED, here(s),
                              "a dimension of the npy header is "
                              "too large");
    *out = v;
    return true;
}

static bool read_shape(Scan *s, QwNpy *h)
{
    if (!expect(s, '(')) return false;
    h->rank = 0;
    while (!next_is(s, ')')) {
        if (h->rank == QWT_RANK)
            return qw_io_fail(s->e, QW_IO_MALFORMED, here(s),
                              "the array has more than %d "
                              "dimensions",
                              QWT_RANK);
        if (!count(s, &h->shape[h->rank++])) return false;
        if (!next_is(s, ',')) {
            if (h->rank == 1) return expect(s, ',');
            return expect(s, ')');
        }
    }
    return true;
}

static bool read_descr(Scan *s, QwNpy *h)
{
    char d[32];
    const int64_t at = here(s);
    if (!quoted(s, d, sizeof d)) return false;
    for (int i = 0; i < QW_DTYPE_COUNT; i++) {
        const char *npy = qw_dtype_info[i].npy;
        if (npy &&
            !strcmp(d + (d[0] == '=' || d[0] == '<' || d[0] == '|'),
                    npy + (npy[0] == '<' || npy[0] == '|'))) {
            h->dtype = (QwDtype)i;
            return true;
        }
    }
    const char *why = d[0] == '>' ? "big-endian data is not read"
        : strchr(d, 'O')          ? "arrays of Python objects are not read"
                                  : "this element type is not read";
    return qw_io_fail(s->e, QW_IO_MALFORMED, at, "npy descr `%s`: %s", d, why);
}

static bool read_entry(Scan *s, QwNpy *h, int *seen)
{
    char key[32];
    const int64_t at = here(s);
    if (!quoted(s, key, sizeof key) || !expect(s, ':')) return false;
    static const char *const keys[3] = {"descr", "fortran_order", "shape"};
    for (int i = 0; i < 3; i++) {
        if (strcmp(key, keys[i])) continue;
        if (*seen & 1 << i)
            return qw_io_fail(s->e, QW_IO_MALFORMED, at,
                              "key `%s` occurs twice in the npy header", key);
        *seen |= 1 << i;
        if (i == 0) return read_descr(s, h);
        if (i == 2) return read_shape(s, h);
        if (word(s, "False")) return true;
        return qw_io_fail(
            s->e, QW_IO_MALFORMED, here(s), "%s",
            word(s, "True")
                ? "Fortran-ordered arrays are not read"
                : "fortran_order of the npy header is neither True nor False");
    }
    return qw_io_fail(s->e, QW_IO_MALFORMED, at,
                      "unknown key `%s` in the npy header", key);
}

static bool read_dict(Scan *s, QwNpy *h)
{
    int seen = 0;
    if (!expect(s, '{')) return false;
    while (!next_is(s, '}')) {
        if (!read_entry(s, h, &seen)) return false;
        if (!next_is(s, ',')) {
            if (!expect(s, '}')) return false;
            break;
        }
    }
    if (seen != 7)
        return qw_io_fail(s->e, QW_IO_MALFORMED, here(s),
                          "the npy header lacks `%s`",
                          !(seen & 1)       ? "descr"
                              : !(seen & 2) ? "fortran_order"
                                            : "shape");
    blanks(s);
    if (s->p < s->end)
        return qw_io_fail(s->e, QW_IO_MALFORMED, here(s),
                          "text after the dict of the npy header");
    return true;
}

bool qw_npy_header(const unsigned char *p, int64_t size, int64_t base, QwNpy *h,
                   QwIoError *e)
{
    *h = (QwNpy){0};
    if (size < 10 || memcmp(p, "\x93NUMPY", 6))
        return qw_io_fail(e, QW_IO_MALFORMED, base,
                          "no npy magic at its start");
    const int major = p[6], minor = p[7];
    if (major < 1 || major > 3 || minor != 0)
        return qw_io_fail(e, QW_IO_MALFORMED, base + 6,
                          "npy version %d.%d is not known", major, minor);
    const int lead = major == 1 ? 10 : 12;
    if (size < lead)
        return qw_io_fail(e, QW_IO_MALFORMED, base + size,
                          "the npy header is truncated");
    int64_t len = p[8] | p[9] << 8;
    if (major > 1) len |= (int64_t)p[10] << 16 | (int64_t)p[11] << 24;
    if (len > size - lead)
        return qw_io_fail(e, QW_IO_MALFORMED, base + 8,
                          "the npy header says %lld bytes, %lld "
                          "follow",
                          (long long)len, (long long)(size - lead));
    if (len > 1 << 16)
        return qw_io_fail(e, QW_IO_MALFORMED, base + 8,
                          "an npy header of %lld bytes", (long long)len);
    Scan s = {p + lead, p + lead + len, base + lead, p + lead, e};
    if (!read_dict(&s, h)) return false;
    h->data = lead + len;
    h->count = 1;
    bool empty = false;
    int64_t bytes;
    bool fits = true;
    for (int d = 0; d < h->rank; d++) {
        empty |= h->shape[d] == 0;
        fits = fits &&
            !__builtin_mul_overflow(h->count, h->shape[d] ? h->shape[d] : 1,
                                    &h->count);
    }
    if (!fits ||
        __builtin_mul_overflow(h->count, qw_dtype_size(h->dtype), &bytes))
        return qw_io_fail(e, QW_IO_MALFORMED, base + lead,
                          "the shape in the npy header is too "
                          "large");
    if (empty) h->count = bytes = 0;
    if (bytes != size - h->data)
        return qw_io_fail(e, QW_IO_MALFORMED, base + h->data,
                          "the npy header promises %lld bytes "
                          "of data, there are %lld",
                          (long long)bytes, (long long)(size - h->data));
    return true;
}

QwTensor *qw_npy_load(QwTcx *cx, const QwFile *f, QwIoError *e)
{
    QwNpy h;
    if (!qw_npy_header(f->p, f->size, 0, &h, e)) return NULL;
    return qw_file_tensor(cx, f, h.data, h.dtype, h.rank, h.shape, e);
}

bool qw_npy_list(const QwFile *f, QwListFn *fn, void *arg, QwIoError *e)
{
    QwNpy h;
    if (!qw_npy_header(f->p, f->size, 0, &h, e)) return false;
    fn(arg, "", h.dtype, h.rank, h.shape);
    return true;
}

/* ---- writing ---- */

/* bfloat16 as uint16 */
static QwDtype qw_npy_dtype_out(QwDtype d)
{
    return d == QW_BF16 ? QW_U16 : d;
}

size_t qw_npy_make_header(const QwTensor *t, char text[512])
{
    memcpy(text, "\x93NUMPY\x01\x00", 8);
    size_t n = 10;
    n += (size_t)snprintf(text + n, 512 - n,
                          "{'descr': '%s', 'fortran_order': False, 'shape': (",
                          qw_dtype_info[qw_npy_dtype_out(t->dtype)].npy);
    for (int d = 0; d < t->rank; d++)
        n += (size_t)snprintf(text + n, 512 - n, "%s%lld%s", d ? ", " : "",
                              (long long)t->shape[d], t->rank == 1 ? "," : "");
    n += (size_t)snprintf(text + n, 512 - n, "), }");
    while ((n + 1) % 64) text[n++] = ' ';
    text[n++] = '\n';
    text[8] = (char)((n - 10) & 255);
    text[9] = (char)((n - 10) >> 8);
    return n;
}

bool qw_io_save_npy(const char *path, QwTensor *t, QwIoError *e)
{
    char head[512];
    QwOut o;
    *e = (QwIoError){.offset = -1};
    QwTensor *c = qwt_contiguous(t);
    const void *data = c ? qwt_data(c) : NULL;
    if (!data) {
        qwt_unref(c);
        return qw_io_fail(e, QW_IO_TENSOR, -1, "%s", t->cx->msg);
    }
    bool ok = qw_out_open(&o, path, e);
    if (ok) {
        qw_out_put(&o, head, qw_npy_make_header(c, head));
        qw_out_put(&o, data, (size_t)qwt_bytes(c));
        ok = qw_out_close(&o, true, e);
    }
    qwt_unref(c);
    return ok;
}
