/* .safetensors: 8 bytes of header length, a JSON header, data.  As strict as
 * the format's own description: every tensor has exactly dtype, shape and
 * data_offsets; offsets are integers, sizes are exact, and the tensors tile
 * the data without overlap or hole. */
#include "io_int.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_HEADER = 100 << 20 };

typedef struct Entry {
    const char *name; /* of the JSON object */
    int dtype;        /* -1: a type of the format that qwc does not have */
    const char *dtype_name;
    int rank;
    int64_t shape[QWT_RANK];
    int64_t begin, end; /* in the data */
} Entry;

typedef struct Header {
    json_t *json;
    Entry *entry;    /* in file order */
    int64_t n, data; /* data: offset in the file */
    QwIoError *e;
} Header;

static bool bad(Header *h, const char *name, const char *what)
{
    return qw_io_fail(h->e, QW_IO_MALFORMED, 8,
                      "tensor `%.100s` of the header %s", name, what);
}

/* bytes of the format's types that have no QwDtype */
static int other_size(const char *name)
{
    static const struct {
        const char *name;
        int bytes;
    } other[] = {{"F8_E4M3", 1}, {"F8_E5M2", 1}, {"F8_E8M0", 1}, {"C64", 8}};
    for (size_t i = 0; i < sizeof other / sizeof *other; i++)
        if (!strcmp(name, other[i].name)) return other[i].bytes;
    return 0;
}

static bool read_dtype(Header *h, Entry *t, json_t *v, int *bytes)
{
    if (!json_is_string(v))
        return bad(h, t->name, "has a dtype that is no string");
    t->dtype_name = json_string_value(v);
    t->dtype = -1;
    for (int i = 0; i < QW_DTYPE_COUNT; i++)
        if (!strcmp(qw_dtype_info[i].safetensors, t->dtype_name)) t->dtype = i;
    *bytes = t->dtype >= 0 ? qw_dtype_size((QwDtype)t->dtype)
                           : other_size(t->dtype_name);
    return *bytes || bad(h, t->name, "has an unknown dtype");
}

static bool read_count(json_t *v, int64_t *out)
{
    *out = json_is_integer(v) ? (int64_t)json_integer_value(v) : -1;
    return *out >= 0;
}

static bool read_shape(Header *h, Entry *t, json_t *v, int bytes, int64_t *size)
{
    if (!json_is_array(v))
        return bad(h, t->name, "has a shape that is no list");
    if (json_array_size(v) > QWT_RANK)
        return bad(h, t->name, "has too many dimensions");
    t->rank = (int)json_array_size(v);
    *size = bytes;
    bool empty = false;
    for (int d = 0; d < t->rank; d++) {
        if (!read_count(json_array_get(v, (size_t)d), &t->shape[d]))
            return bad(h, t->name, "has a dimension that is no count");
        empty |= t->shape[d] == 0;
        if (t->shape[d] && __builtin_mul_overflow(*size, t->shape[d], size))
            return bad(h, t->name, "has a shape that is too large");
    }
    if (empty) *size = 0;
    return true;
}

static bool read_entry(Header *h, Entry *t, const char *name, json_t *v,
                       int64_t room)
{
    int bytes = 0;
    int64_t size = 0;
    t->name = name;
    json_t *offsets = json_object_get(v, "data_offsets");
    if (!json_is_object(v) || json_object_size(v) != 3 ||
        !json_object_get(v, "dtype") || !json_object_get(v, "shape") ||
        !offsets)
        return bad(h, name, "must have exactly dtype, shape and data_offsets");
    if (!read_dtype(h, t, json_object_get(v, "dtype"), &bytes) ||
        !read_shape(h, t, json_object_get(v, "shape"), bytes, &size))
        return false;
    if (json_array_size(offsets) != 2 ||
        !read_count(json_array_get(offsets, 0), &t->begin) ||
        !read_count(json_array_get(offsets, 1), &t->end))
        return bad(h, name, "has data_offsets that are not two counts");
    if (t->begin > t->end || t->end > room)
        return qw_io_fail(
            h->e, QW_IO_MALFORMED, h->data + (t->begin > room ? 0 : t->begin),
            "tensor `%.100s` ends at byte %lld of the data, there are %lld",
            name, (long long)t->end, (long long)room);
    if (t->end - t->begin != size)
        return qw_io_fail(h->e, QW_IO_MALFORMED, h->data + t->begin,
                          "tensor `%.100s` has %lld "
                          "bytes of data, its shape and dtype need %lld",
                          name, (long long)(t->end - t->begin),
                          (long long)size);
    return true;
}

static bool check_metadata(Header *h, json_t *v)
{
    const char *key;
    json_t *x;
    bool ok = json_is_object(v);
    json_object_foreach(v, key, x) ok = ok && json_is_string(x);
    return ok ||
        qw_io_fail(h->e, QW_IO_MALFORMED, 8,
                   "__metadata__ is no object of strings");
}

static int by_place(const void *a, const void *b)
{
    const Entry *x = a, *y = b;
    if (x->begin != y->begin) return x->begin < y->begin ? -1 : 1;
    return x->end < y->end ? -1 : x->end > y->end;
}

static bool check_tiling(Header *h, int64_t room)
{
    int64_t at = 0;
    qsort(h->entry, (size_t)h->n, sizeof *h->entry, by_place);
    for (int64_t i = 0; i < h->n; i++) {
        const Entry *t = &h->entry[i];
        if (t->begin < at)
            return qw_io_fail(h->e, QW_IO_MALFORMED, h->data + t->begin,
                              "tensor `%.100s` overlaps the one before it",
                              t->name);
        if (t->begin > at)
            return qw_io_fail(h->e, QW_IO_MALFORMED, h->data + at,
                              "%lld bytes before tensor "
                              "`%.100s` belong to none",
                              (long long)(t->begin - at), t->name);
        at = t->end;
    }
    if (at != room)
        return qw_io_fail(h->e, QW_IO_MALFORMED, h->data + at,
                          "%lld bytes after the last tensor "
                          "belong to none",
                          (long long)(room - at));
    return true;
}

/* jansson keeps the last of two equal keys unless told otherwise */
static json_t *parse(const QwFile *f, int64_t len, QwIoError *e)
{
    json_error_t err;
    const char *text = (const char *)f->p + 8;
    if (text[0] != '{') {
        qw_io_fail(e, QW_IO_MALFORMED, 8, "the header does not start with `{`");
        return NULL;
    }
    json_t *json = json_loadb(text, (size_t)len, JSON_REJECT_DUPLICATES, &err);
    if (!json)
        qw_io_fail(e, QW_IO_MALFORMED, 8 + (int64_t)err.position,
                   "the header is not valid JSON: "
                   "%.120s",
                   err.text);
    return json;
}

static void header_close(Header *h)
{
    json_decref(h->json);
    free(h->entry);
}

static bool header_open(Header *h, const QwFile *f, QwIoError *e)
{
    *h = (Header){.e = e};
    if (f->size < 10)
        return qw_io_fail(e, QW_IO_MALFORMED, f->size,
                          "truncated: %lld bytes hold no header",
                          (long long)f->size);
    uint64_t len = 0;
    for (int i = 7; i >= 0; i--) len = len << 8 | f->p[i];
    if (len > MAX_HEADER || len > (uint64_t)f->size - 8)
        return qw_io_fail(e, QW_IO_MALFORMED, 0,
                          "the header length is %llu, the file has %lld "
                          "bytes",
                          (unsigned long long)len, (long long)f->size);
    h->data = 8 + (int64_t)len;
    h->json = len ? parse(f, (int64_t)len, e) : NULL;
    if (!h->json)
        return len ? false
                   : qw_io_fail(e, QW_IO_MALFORMED, 0, "the header is empty");
    h->entry = calloc(json_object_size(h->json) + 1, sizeof *h->entry);
    bool ok = h->entry ||
        qw_io_fail(e, QW_IO_OPEN, -1, "no memory for the header");
    const char *key;
    json_t *v;
    json_object_foreach(h->json, key, v)
    {
        if (ok && !strcmp(key, "__metadata__"))
            ok = check_metadata(h, v);
        else if (ok)
            ok = read_entry(h, &h->entry[h->n++], key, v, f->size - h->data);
    }
    ok = ok && check_tiling(h, f->size - h->data);
    if (!ok) header_close(h);
    return ok;
}

static const Entry *find(Header *h, const char *name)
{
    for (int64_t i = 0; i < h->n; i++)
        if (name ? !strcmp(name, h->entry[i].name) : h->n == 1)
            return &h->entry[i];
    qw_io_fail(h->e, QW_IO_MISSING, -1,
               name       ? "has no tensor `%.100s`"
                   : h->n ? "has several tensors: say which%s"
                          : "has no tensors%s",
               name ? name : "");
    for (int64_t i = 0; i < h->n && i <= 8; i++)
        qw_io_add_name(h->e, h->entry[i].name, (int)i);
    return NULL;
}

QwTensor *qw_safetensors_load(QwTcx *cx, const QwFile *f, const char *name,
                              QwIoError *e)
{
    Header h;
    if (!header_open(&h, f, e)) return NULL;
    const Entry *t = find(&h, name);
    QwTensor *r = NULL;
    if (t && t->dtype < 0)
        qw_io_fail(e, QW_IO_MISSING, -1,
                   "tensor `%.100s` is %s, which is not read", t->name,
                   t->dtype_name);
    else if (t)
        r = qw_file_tensor(cx, f, h.data + t->begin, (QwDtype)t->dtype, t->rank,
                           t->shape, e);
    header_close(&h);
    return r;
}

bool qw_safetensors_list(const QwFile *f, QwListFn *fn, void *arg, QwIoError *e)
{
    Header h;
    if (!header_open(&h, f, e)) return false;
    for (int64_t i = 0; i < h.n; i++)
        if (h.entry[i].dtype >= 0)
            fn(arg, h.entry[i].name, (QwDtype)h.entry[i].dtype, h.entry[i].rank,
               h.entry[i].shape);
    header_close(&h);
    return true;
}

/* ---- writing ---- */

static json_t *describe(const QwTensor *t, int64_t begin)
{
    json_t *shape = json_array();
    for (int d = 0; d < t->rank; d++)
        json_array_append_new(shape, json_integer(t->shape[d]));
    return json_pack("{s:s, s:o, s:[I, I]}", "dtype",
                     qw_dtype_info[t->dtype].safetensors, "shape", shape,
                     "data_offsets", (json_int_t)begin,
                     (json_int_t)(begin + qwt_bytes(t)));
}

static char *make_header(int n, const char *const *names, QwTensor *const *t)
{
    json_t *json = json_object();
    int64_t at = 0;
    for (int i = 0; i < n; i++) {
        json_object_set_new(json, names[i], describe(t[i], at));
        at += qwt_bytes(t[i]);
    }
    char *text = json_dumps(json, JSON_COMPACT);
    json_decref(json);
    return text;
}

bool qw_io_save_safetensors(const char *path, int n, const char *const *names,
                            QwTensor *const *t, QwIoError *e)
{
    QwOut o;
    *e = (QwIoError){.offset = -1};
    char *head = make_header(n, names, t);
    if (!head)
        return qw_io_fail(e, QW_IO_OPEN, -1,
                          "the names of the tensors make no JSON header");
    bool ok = qw_out_open(&o, path, e);
    if (ok) {
        const size_t len = strlen(head), pad = (64 - (len + 8) % 64) % 64;
        unsigned char size[8];
        for (int i = 0; i < 8; i++)
            size[i] = (unsigned char)((uint64_t)(len + pad) >> 8 * i);
        qw_out_put(&o, size, 8);
        qw_out_put(&o, head, len);
        for (size_t i = 0; i < pad; i++) qw_out_put(&o, " ", 1);
        for (int i = 0; ok && i < n; i++) {
            QwTensor *c = qwt_contiguous(t[i]);
            const void *data = c ? qwt_data(c) : NULL;
            ok = data || qw_io_fail(e, QW_IO_TENSOR, -1, "%s", t[i]->cx->msg);
            if (ok) qw_out_put(&o, data, (size_t)qwt_bytes(c));
            qwt_unref(c);
        }
        ok = qw_out_close(&o, ok, e);
    }
    free(head);
    return ok;
}
