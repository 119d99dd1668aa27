/* .npz: a zip archive of .npy members, stored or deflated (APPNOTE 6.3, with
 * zip64).  The central directory is read first and must be consistent in every
 * number: members inside the file, not overlapping, no name twice; sizes and
 * CRC-32 of what is read must be as promised. */
#include "io_int.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

enum {
    END_LEN = 22,
    END64_LEN = 56,
    LOC64_LEN = 20,
    CENTRAL_LEN = 46,
    LOCAL_LEN = 30
};
enum { MAX_MEMBERS = 1 << 16 };
enum { ENCRYPTED = 1, LATER = 8 /* checksum and sizes follow the data */ };

typedef struct Member {
    char *name; /* without .npy */
    int method, flags;
    uint32_t crc;
    int64_t csize, usize;
    int64_t local;     /* offset of the local header */
    int64_t data, end; /* of the member in the file */
    int64_t entry;     /* offset of the central entry, for messages */
} Member;

typedef struct Zip {
    const QwFile *f;
    QwIoError *e;
    Member *m;
    int64_t n, dir, dir_size;
} Zip;

static uint64_t le(const unsigned char *p, int n)
{
    uint64_t v = 0;
    for (int i = n - 1; i >= 0; i--) v = v << 8 | p[i];
    return v;
}

static bool bad(Zip *z, int64_t at, const char *what)
{
    return qw_io_fail(z->e, QW_IO_MALFORMED, at, "%s", what);
}

/* zip64 end record, when a locator stands before the end record */
static bool find_end64(Zip *z, int64_t end)
{
    const unsigned char *p = z->f->p;
    const int64_t loc = end - LOC64_LEN;
    if (loc < 0 || memcmp(p + loc, "PK\6\7", 4)) return true;
    const uint64_t at = le(p + loc + 8, 8);
    if (at > (uint64_t)loc || loc - (int64_t)at < END64_LEN ||
        memcmp(p + at, "PK\6\6", 4))
        return bad(z, loc + 8, "the zip64 locator points nowhere");
    const uint64_t n = le(p + at + 32, 8), size = le(p + at + 40, 8),
                   dir = le(p + at + 48, 8);
    if (n > MAX_MEMBERS || dir > at || size != at - dir)
        return bad(
            z, (int64_t)at,
            "the zip64 end record has a wrong place or size of the directory");
    z->n = (int64_t)n;
    z->dir = (int64_t)dir;
    z->dir_size = (int64_t)size;
    return true;
}

static bool find_end(Zip *z)
{
    const unsigned char *p = z->f->p;
    for (int64_t at = z->f->size - END_LEN;
         at >= 0 && at >= z->f->size - END_LEN - 65535; at--) {
        if (memcmp(p + at, "PK\5\6", 4) ||
            (int64_t)le(p + at + 20, 2) != z->f->size - END_LEN - at)
            continue;
        if (le(p + at + 4, 2) || le(p + at + 6, 2) ||
            le(p + at + 8, 2) != le(p + at + 10, 2))
            return bad(z, at + 4, "the archive spans several disks");
        z->n = (int64_t)le(p + at + 10, 2);
        z->dir_size = (int64_t)le(p + at + 12, 4);
        z->dir = (int64_t)le(p + at + 16, 4);
        const bool is64 = z->n == 0xffff || z->dir == 0xffffffff ||
            z->dir_size == 0xffffffff;
        if (is64) z->dir = -1;
        if (is64 && (!find_end64(z, at) || z->dir < 0))
            return z->e->err ? false
                             : bad(z, at, "the zip64 end record is missing");
        if (!is64 && (z->dir > at || z->dir_size != at - z->dir))
            return bad(
                z, at + 12,
                "the end record has a wrong place or size of the directory");
        return true;
    }
    return bad(z, z->f->size,
               "no zip end record: truncated, or not a zip archive");
}

/* sizes and offset from the zip64 extra field where the entry says ~0 */
static bool read_extra(Zip *z, Member *m, const unsigned char *x, int64_t n)
{
    int64_t *want[3] = {m->usize == 0xffffffff ? &m->usize : NULL,
                        m->csize == 0xffffffff ? &m->csize : NULL,
                        m->local == 0xffffffff ? &m->local : NULL};
    while (n >= 4) {
        const int64_t id = (int64_t)le(x, 2), len = (int64_t)le(x + 2, 2);
        if (len > n - 4)
            return bad(z, m->entry, "an extra field is longer than its room");
        const unsigned char *v = x + 4, *end = v + len;
        for (int i = 0; id == 1 && i < 3; i++) {
            if (!want[i]) continue;
            const uint64_t big = end - v < 8 ? UINT64_MAX : le(v, 8);
            if (big > INT64_MAX)
                return bad(z, m->entry,
                           "the zip64 extra field is too short or too large");
            *want[i] = (int64_t)big;
            want[i] = NULL;
            v += 8;
        }
        x += 4 + len;
        n -= 4 + len;
    }
    return true;
}

static bool read_name(Zip *z, Member *m, const unsigned char *p, int64_t n)
{
    for (int64_t i = 0; i < n; i++)
        if (p[i] < 32 || p[i] == 127)
            return bad(z, m->entry + CENTRAL_LEN + i,
                       "a control character in a member's name");
    m->name = malloc((size_t)n + 1);
    if (!m->name)
        return qw_io_fail(z->e, QW_IO_OPEN, -1, "no memory for the directory");
    memcpy(m->name, p, (size_t)n);
    m->name[n] = 0;
    if (n > 4 && !memcmp(m->name + n - 4, ".npy", 4)) m->name[n - 4] = 0;
    return true;
}

/* sizes from the zip64 extra field of a local header, which has both */
static bool local_sizes(Zip *z, const Member *m, const unsigned char *x,
                        int64_t n, uint64_t *csize, uint64_t *usize)
{
    while (n >= 4) {
        const int64_t len = (int64_t)le(x + 2, 2);
        if (len > n - 4) break;
        if (le(x, 2) == 1 && len >= 16) {
            *usize = le(x + 4, 8);
            *csize = le(x + 12, 8);
            return true;
        }
        x += 4 + len;
        n -= 4 + len;
    }
    return bad(z, m->local, "a local header lacks its zip64 sizes");
}

/* Checksum and sizes behind the data: with a signature or not, in 32 or 64
 * bits each. */
static bool read_descriptor(Zip *z, Member *m)
{
    for (int form = 0; form < 4; form++) {
        const int sign = form & 1 ? 0 : 4, n = form & 2 ? 8 : 4;
        const unsigned char *p = z->f->p + m->end;
        if (sign + 4 + 2 * n > z->dir - m->end ||
            (sign && memcmp(p, "PK\7\10", 4)))
            continue;
        p += sign;
        if (le(p, 4) != m->crc || le(p + 4, n) != (uint64_t)m->csize ||
            le(p + 4 + n, n) != (uint64_t)m->usize)
            continue;
        m->end += sign + 4 + 2 * n;
        return true;
    }
    return bad(z, m->end,
               "what follows a member has another checksum or other sizes than "
               "the directory");
}

/* The local header must say the same and end before the directory. */
static bool read_local(Zip *z, Member *m, const unsigned char *name,
                       int64_t nlen)
{
    const unsigned char *p = z->f->p + m->local;
    if (m->local > z->dir - LOCAL_LEN || memcmp(p, "PK\3\4", 4))
        return bad(z, m->entry, "a directory entry points to no local header");
    if ((int64_t)le(p + 26, 2) != nlen ||
        nlen > z->dir - m->local - LOCAL_LEN ||
        memcmp(p + LOCAL_LEN, name, (size_t)nlen))
        return bad(z, m->local,
                   "a local header has another name than the directory");
    if ((int)le(p + 8, 2) != m->method)
        return bad(z, m->local,
                   "a local header has another method than the directory");
    if (((int)le(p + 6, 2) ^ m->flags) & (ENCRYPTED | LATER))
        return bad(z, m->local,
                   "a local header has other flags than the directory");
    const int64_t extra = (int64_t)le(p + 28, 2);
    m->data = m->local + LOCAL_LEN + nlen + extra;
    if (m->data > z->dir || m->csize > z->dir - m->data)
        return bad(z, m->local,
                   "a member reaches past the directory: its size lies");
    m->end = m->data + m->csize;
    if (m->flags & LATER) return read_descriptor(z, m);
    uint64_t csize = le(p + 18, 4), usize = le(p + 22, 4);
    const bool is64 = csize == 0xffffffff || usize == 0xffffffff;
    if (is64 && !local_sizes(z, m, p + LOCAL_LEN + nlen, extra, &csize, &usize))
        return false;
    if (csize != (uint64_t)m->csize || usize != (uint64_t)m->usize)
        return bad(z, m->local,
                   "a local header has other sizes than the directory");
    if (le(p + 14, 4) != m->crc)
        return bad(z, m->local,
                   "a local header has another checksum than the directory");
    return true;
}

static bool read_entry(Zip *z, int64_t *at, Member *m)
{
    const unsigned char *p = z->f->p + *at;
    const int64_t room = z->dir + z->dir_size - *at;
    if (room < CENTRAL_LEN || memcmp(p, "PK\1\2", 4))
        return bad(z, *at, "the directory has fewer entries than it says");
    const int64_t nlen = (int64_t)le(p + 28, 2), xlen = (int64_t)le(p + 30, 2);
    const int64_t clen = (int64_t)le(p + 32, 2);
    if (nlen + xlen + clen > room - CENTRAL_LEN)
        return bad(z, *at, "a directory entry reaches past the directory");
    *m = (Member){.flags = (int)le(p + 8, 2),
                  .method = (int)le(p + 10, 2),
                  .crc = (uint32_t)le(p + 16, 4),
                  .csize = (int64_t)le(p + 20, 4),
                  .usize = (int64_t)le(p + 24, 4),
                  .local = (int64_t)le(p + 42, 4),
                  .entry = *at};
    *at += CENTRAL_LEN + nlen + xlen + clen;
    if (m->flags & ENCRYPTED) return bad(z, m->entry, "an encrypted member");
    if (m->method != 0 && m->method != 8)
        return bad(z, m->entry, "a member is compressed by an unknown method");
    if (!read_name(z, m, p + CENTRAL_LEN, nlen) ||
        !read_extra(z, m, p + CENTRAL_LEN + nlen, xlen))
        return false;
    if (m->method == 0 && m->csize != m->usize)
        return bad(z, m->entry, "a stored member with two different sizes");
    /* deflate expands at most 1032 times */
    if (m->method == 8 && m->usize / 1032 > m->csize)
        return bad(z, m->entry,
                   "a member claims to expand more than deflate can");
    return read_local(z, m, p + CENTRAL_LEN, nlen);
}

static int by_place(const void *a, const void *b)
{
    const Member *x = a, *y = b;
    return x->local < y->local ? -1 : x->local > y->local;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(((const Member *)a)->name, ((const Member *)b)->name);
}

static bool check_members(Zip *z)
{
    qsort(z->m, (size_t)z->n, sizeof *z->m, by_name);
    for (int64_t i = 1; i < z->n; i++)
        if (!strcmp(z->m[i].name, z->m[i - 1].name))
            return bad(z, z->m[i].entry, "two members of one name");
    qsort(z->m, (size_t)z->n, sizeof *z->m, by_place);
    for (int64_t i = 1; i < z->n; i++)
        if (z->m[i].local < z->m[i - 1].end)
            return bad(z, z->m[i].local, "members overlap");
    return true;
}

static void zip_close(Zip *z)
{
    for (int64_t i = 0; z->m && i < z->n; i++) free(z->m[i].name);
    free(z->m);
}

static bool zip_open(Zip *z, const QwFile *f, QwIoError *e)
{
    *z = (Zip){.f = f, .e = e};
    if (!find_end(z)) return false;
    if (z->n > z->dir_size / CENTRAL_LEN)
        return bad(z, z->dir,
                   "the directory is too small for its number of entries");
    z->m = calloc((size_t)z->n + 1, sizeof *z->m);
    if (!z->m)
        return qw_io_fail(e, QW_IO_OPEN, -1, "no memory for the directory");
    int64_t at = z->dir;
    bool ok = true;
    for (int64_t i = 0; ok && i < z->n; i++) ok = read_entry(z, &at, &z->m[i]);
    if (ok && at != z->dir + z->dir_size)
        ok = bad(z, at, "bytes left over in the directory");
    if (ok) ok = check_members(z);
    if (!ok) zip_close(z);
    return ok;
}

/* ---- members ---- */

static uint32_t crc_of(const unsigned char *p, int64_t n)
{
    uLong crc = crc32(0, NULL, 0);
    while (n > 0) {
        const uInt part = n < 1 << 30 ? (uInt)n : 1u << 30;
        crc = crc32(crc, p, part);
        p += part;
        n -= part;
    }
    return (uint32_t)crc;
}

static bool inflate_member(Zip *z, const Member *m, unsigned char *out)
{
    z_stream s = {0};
    const unsigned char *in = z->f->p + m->data;
    int64_t in_left = m->csize, out_left = m->usize;
    if (inflateInit2(&s, -MAX_WBITS) != Z_OK)
        return qw_io_fail(z->e, QW_IO_OPEN, -1, "no memory to inflate");
    s.next_in = (Bytef *)(uintptr_t)in;
    s.next_out = out;
    int r = Z_OK;
    while (r == Z_OK) {
        const int64_t old_in = in_left, old_out = out_left;
        s.avail_in = in_left < 1 << 30 ? (uInt)in_left : 1u << 30;
        s.avail_out = out_left < 1 << 30 ? (uInt)out_left : 1u << 30;
        const uInt in0 = s.avail_in, out0 = s.avail_out;
        r = inflate(&s, Z_NO_FLUSH);
        in_left -= in0 - s.avail_in;
        out_left -= out0 - s.avail_out;
        if (r == Z_OK && in_left == old_in && out_left == old_out)
            r = Z_BUF_ERROR;
    }
    inflateEnd(&s);
    if (r != Z_STREAM_END || in_left || out_left)
        return bad(z, m->data + (m->csize - in_left),
                   r == Z_DATA_ERROR
                       ? "deflated data is damaged"
                       : "deflated data has another size than promised");
    return true;
}

/* The bytes of a member, CRC checked; *held must be dropped afterwards. */
static const unsigned char *member_bytes(Zip *z, QwTcx *cx, const Member *m,
                                         QwTensor **held)
{
    const unsigned char *p = z->f->p + m->data;
    *held = NULL;
    if (m->method == 8) {
        *held = qwt_zeros(cx, QW_U8, 1, &m->usize);
        unsigned char *out = *held ? qwt_data_rw(*held) : NULL;
        if (!out) {
            qw_io_fail(z->e, QW_IO_TENSOR, -1, "%s", cx->msg);
            return NULL;
        }
        if (!inflate_member(z, m, out)) return NULL;
        p = out;
    }
    if (crc_of(p, m->usize) != m->crc) {
        bad(z, m->data, "a member's checksum is wrong");
        return NULL;
    }
    return p;
}

static const Member *find_member(Zip *z, const char *name)
{
    if (!name && z->n == 1) return &z->m[0];
    for (int64_t i = 0; name && i < z->n; i++) {
        const size_t n = strlen(z->m[i].name);
        const bool npy = !strncmp(name, z->m[i].name, n) &&
            !strcmp(name + n, ".npy");
        if (!strcmp(name, z->m[i].name) || npy) return &z->m[i];
    }
    qw_io_fail(z->e, QW_IO_MISSING, -1,
               name       ? "has no member `%.100s`"
                   : z->n ? "has several members: say which%s"
                          : "has no members%s",
               name ? name : "");
    for (int64_t i = 0; i < z->n && i <= 8; i++)
        qw_io_add_name(z->e, z->m[i].name, (int)i);
    return NULL;
}

QwTensor *qw_npz_load(QwTcx *cx, const QwFile *f, const char *name,
                      QwIoError *e)
{
    Zip z;
    if (!zip_open(&z, f, e)) return NULL;
    QwTensor *t = NULL, *held = NULL;
    QwNpy h;
    const Member *m = find_member(&z, name);
    const unsigned char *p = m ? member_bytes(&z, cx, m, &held) : NULL;
    if (p && qw_npy_header(p, m->usize, m->method ? 0 : m->data, &h, e)) {
        if (m->method == 0) {
            t = qw_file_tensor(cx, f, m->data + h.data, h.dtype, h.rank,
                               h.shape, e);
        } else {
            t = qwt_from_data(cx, h.dtype, h.rank, h.shape, p + h.data);
            if (!t) qw_io_fail(e, QW_IO_TENSOR, -1, "%s", cx->msg);
        }
    }
    qwt_unref(held);
    zip_close(&z);
    return t;
}

/* The header alone; a deflated member is inflated for it. */
static bool member_header(Zip *z, const Member *m, QwNpy *h)
{
    QwTcx cx = {0};
    QwTensor *held = NULL;
    const unsigned char *p = z->f->p + m->data;
    if (m->method == 8) p = member_bytes(z, &cx, m, &held);
    const bool ok = p &&
        qw_npy_header(p, m->usize, m->method ? 0 : m->data, h, z->e);
    qwt_unref(held);
    return ok;
}

bool qw_npz_list(const QwFile *f, QwListFn *fn, void *arg, QwIoError *e)
{
    Zip z;
    if (!zip_open(&z, f, e)) return false;
    bool ok = true;
    for (int64_t i = 0; ok && i < z.n; i++) {
        QwNpy h;
        ok = member_header(&z, &z.m[i], &h);
        if (ok) fn(arg, z.m[i].name, h.dtype, h.rank, h.shape);
    }
    zip_close(&z);
    return ok;
}

/* ---- writing: stored members, zip64 fields only where needed ---- */

static void put(QwOut *o, uint64_t v, int n)
{
    unsigned char b[8];
    for (int i = 0; i < n; i++) b[i] = (unsigned char)(v >> 8 * i);
    qw_out_put(o, b, (size_t)n);
}

typedef struct Written {
    uint32_t crc;
    int64_t size, local;
} Written;

static uint64_t field32(int64_t v)
{
    return v >= 0xffffffff ? 0xffffffff : (uint64_t)v;
}

/* what local and central headers have in common, up to the name length */
static void put_common(QwOut *o, const Written *w, size_t nlen, int64_t extra)
{
    put(o, extra ? 45 : 20, 2);
    put(o, 0, 2); /* flags */
    put(o, 0, 2); /* stored */
    put(o, 0x00210000,
        4); /* 1980-01-01, so that equal data gives equal files */
    put(o, w->crc, 4);
    put(o, field32(w->size), 4);
    put(o, field32(w->size), 4);
    put(o, nlen + 4, 2);
    put(o, (uint64_t)extra, 2);
}

static void put_name(QwOut *o, const char *name)
{
    qw_out_put(o, name, strlen(name));
    qw_out_put(o, ".npy", 4);
}

static bool put_member(QwOut *o, const char *name, QwTensor *t, Written *w)
{
    char head[512];
    QwTensor *c = qwt_contiguous(t);
    const void *data = c ? qwt_data(c) : NULL;
    if (data) {
        const size_t hlen = qw_npy_make_header(c, head), n = strlen(name);
        const int64_t bytes = qwt_bytes(c);
        uLong crc = crc_of((const unsigned char *)head, (int64_t)hlen);
        crc = crc32_combine(crc, crc_of(data, bytes), bytes);
        *w = (Written){(uint32_t)crc, (int64_t)hlen + bytes, o->at};
        const bool big = w->size >= 0xffffffff;
        /* padded so that the array data lies 64-aligned and can be mapped */
        const int64_t base = o->at + LOCAL_LEN + (int64_t)n + 4 +
            (big ? 20 : 0);
        const int64_t pad = (64 - (base + 4) % 64) % 64 + 4;
        qw_out_put(o, "PK\3\4", 4);
        put_common(o, w, n, pad + (big ? 20 : 0));
        put_name(o, name);
        if (big) {
            put(o, 1, 2);
            put(o, 16, 2);
            put(o, (uint64_t)w->size, 8);
            put(o, (uint64_t)w->size, 8);
        }
        static const char zero[64];
        put(o, 0xd935, 2); /* the padding field of aligned archives */
        put(o, (uint64_t)pad - 4, 2);
        qw_out_put(o, zero, (size_t)pad - 4);
        qw_out_put(o, head, hlen);
        qw_out_put(o, data, (size_t)bytes);
    }
    qwt_unref(c);
    return data != NULL;
}

static void put_central(QwOut *o, const char *name, const Written *w)
{
    const bool big = w->size >= 0xffffffff, far = w->local >= 0xffffffff;
    const int64_t extra = big || far ? 4 + (big ? 16 : 0) + (far ? 8 : 0) : 0;
    qw_out_put(o, "PK\1\2", 4);
    put(o, 45, 2);
    put_common(o, w, strlen(name), extra);
    put(o, 0, 2); /* comment */
    put(o, 0, 2); /* disk */
    put(o, 0, 2);
    put(o, 0, 4);
    put(o, field32(w->local), 4);
    put_name(o, name);
    if (!extra) return;
    put(o, 1, 2);
    put(o, (uint64_t)extra - 4, 2);
    if (big) {
        put(o, (uint64_t)w->size, 8);
        put(o, (uint64_t)w->size, 8);
    }
    if (far) put(o, (uint64_t)w->local, 8);
}

static void put_end(QwOut *o, int n, int64_t dir)
{
    const int64_t size = o->at - dir, end = o->at;
    const bool big = dir >= 0xffffffff || size >= 0xffffffff || n >= 0xffff;
    if (big) {
        qw_out_put(o, "PK\6\6", 4);
        put(o, END64_LEN - 12, 8);
        put(o, 45, 2);
        put(o, 45, 2);
        put(o, 0, 8); /* disks */
        put(o, (uint64_t)n, 8);
        put(o, (uint64_t)n, 8);
        put(o, (uint64_t)size, 8);
        put(o, (uint64_t)dir, 8);
        qw_out_put(o, "PK\6\7", 4);
        put(o, 0, 4);
        put(o, (uint64_t)end, 8);
        put(o, 1, 4);
    }
    qw_out_put(o, "PK\5\6", 4);
    put(o, 0, 4);
    put(o, big ? 0xffff : (uint64_t)n, 2);
    put(o, big ? 0xffff : (uint64_t)n, 2);
    put(o, big ? 0xffffffff : (uint64_t)size, 4);
    put(o, big ? 0xffffffff : (uint64_t)dir, 4);
    put(o, 0, 2);
}

bool qw_io_save_npz(const char *path, int n, const char *const *names,
                    QwTensor *const *t, QwIoError *e)
{
    QwOut o;
    *e = (QwIoError){.offset = -1};
    Written *w = calloc((size_t)n + 1, sizeof *w);
    if (!w) return qw_io_fail(e, QW_IO_OPEN, -1, "no memory to write");
    bool ok = qw_out_open(&o, path, e);
    if (ok) {
        for (int i = 0; ok && i < n; i++)
            if (!(ok = put_member(&o, names[i], t[i], &w[i])))
                qw_io_fail(e, QW_IO_TENSOR, -1, "%s", t[i]->cx->msg);
        const int64_t dir = o.at;
        for (int i = 0; ok && i < n; i++) put_central(&o, names[i], &w[i]);
        put_end(&o, n, dir);
        ok = qw_out_close(&o, ok, e);
    }
    free(w);
    return ok;
}
