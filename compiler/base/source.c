/* Loaded files.  Each takes a range of one offset space, in the order of
 * loading, so that a Span names file and place in 8 bytes.  The line table is
 * made at loading; columns are counted when somebody asks.  A file is checked
 * here for size, kind and UTF-8, so that later rooms see well-formed text. */
#include "base/base.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void index_lines(Session *s, Source *src)
{
    VEC(int32_t) starts = {0};
    vec_push(s->arena, &starts, 0);
    const char *p = src->text, *end = src->text + src->len;
    while ((p = memchr(p, '\n', (size_t)(end - p))) != NULL) {
        p++;
        vec_push(s->arena, &starts, (int32_t)(p - src->text));
    }
    src->line = starts.p;
    src->nlines = starts.n;
}

/* `text` holds n bytes and room for two more. */
static Source *add(Session *s, const char *path, const char *real, char *text,
                   size_t n)
{
    size_t bom = n >= 3 && !memcmp(text, "\xEF\xBB\xBF", 3) ? 3 : 0;
    Source *src = NEW(s->arena, Source);
    src->path = arena_printf(s->arena, "%s", path);
    src->real = real;
    src->text = text + bom;
    src->len = (int32_t)(n - bom);
    src->bom = (int32_t)bom;
    src->base = s->next_base;
    text[n] = '\n';
    text[n + 1] = '\0';
    s->next_base += src->len + 2;
    index_lines(s, src);
    vec_push(s->arena, &s->sources, src);
    return src;
}

Span source_unread(Session *s, const char *path)
{
    if (s->next_base > INT32_MAX - 2) return (Span){0, 0};
    Source *src = add(s, path, NULL, NEW_ARRAY(s->arena, char, 2), 0);
    return (Span){src->base, src->base};
}

/* where the file is asked for, or the file itself */
static Span place_of(Session *s, const char *path, Span from)
{
    return from.hi ? from : source_unread(s, path);
}

bool source_check_utf8(Session *s, const Source *src)
{
    size_t n = (size_t)src->len;
    size_t good = utf8_valid_prefix(src->text, n);
    if (good == n) return true;
    int32_t at = src->base + (int32_t)good;
    Diag *d = diag_new(s, E0101, (Span){at, at + 1},
                       "byte %zu (0x%02X) is not valid UTF-8",
                       good + (size_t)src->bom, (unsigned char)src->text[good]);
    diag_help(s, d, "%s", diag_help_text(E0101));
    return false;
}

/* The whole of an open regular file; NULL when reading fails. */
static char *read_all(Session *s, int fd, size_t n)
{
    char *text = NEW_ARRAY(s->arena, char, n + 2);
    for (size_t got = 0; got < n;) {
        ssize_t k = read(fd, text + got, n - got);
        if (k < 0 && errno == EINTR) continue;
        if (k < 0) return NULL;
        if (k == 0) {
            errno = EIO; /* it shrank while being read */
            return NULL;
        }
        got += (size_t)k;
    }
    return text;
}

/* Texts of options and places in files that are not read are no files. */
static int count_files(const Session *s)
{
    int n = 0;
    for (int i = 0; i < s->sources.n; i++) n += s->sources.p[i]->real != NULL;
    return n;
}

static bool fits(Session *s, const char *path, Span from, int64_t bytes)
{
    if (bytes > s->limit[LIM_SOURCE_BYTES])
        return limit_check(s, LIM_SOURCE_BYTES, bytes, place_of(s, path, from));
    const int files = count_files(s) + 1;
    if (files > s->limit[LIM_SOURCE_FILES])
        return limit_check(s, LIM_SOURCE_FILES, files, place_of(s, path, from));
    if (bytes <= INT32_MAX - 2 - (int64_t)s->next_base) return true;
    diag_new(s, E1101, from, "the source files together exceed 2 GiB");
    return false;
}

static Source *load_fd(Session *s, int fd, const char *path, Span from,
                       const char **err)
{
    struct stat st;
    if (fstat(fd, &st)) {
        *err = strerror(errno);
        return NULL;
    }
    if (S_ISDIR(st.st_mode)) {
        *err = "it is a directory";
        return NULL;
    }
    if (!S_ISREG(st.st_mode)) {
        diag_new(s, E0205, place_of(s, path, from),
                 "`%s` is not a regular file", path);
        return NULL;
    }
    if (!fits(s, path, from, st.st_size)) return NULL;
    char *text = read_all(s, fd, (size_t)st.st_size);
    if (!text) {
        *err = strerror(errno);
        return NULL;
    }
    char real[PATH_MAX];
    const char *kept = realpath(path, real) ? arena_printf(s->arena, "%s", real)
                                            : NULL;
    Source *src = add(s, path, kept, text, (size_t)st.st_size);
    return source_check_utf8(s, src) ? src : NULL;
}

/* Standard input has one text, however often it is asked for.  (An empty one
 * may be the place of a text that is not read yet.) */
static Source *load_stdin(Session *s, const char **err)
{
    static const char name[] = "<stdin>";
    for (int i = 0; i < s->sources.n; i++)
        if (s->sources.p[i]->len && !strcmp(s->sources.p[i]->path, name))
            return s->sources.p[i];
    const size_t most = (size_t)s->limit[LIM_SOURCE_BYTES] + 1;
    size_t n = 0, room = 1 << 16;
    char *text = NEW_ARRAY(s->arena, char, room + 2);
    while (n < most) {
        const ssize_t k = read(STDIN_FILENO, text + n, room - n);
        if (k < 0 && errno == EINTR) continue;
        if (k < 0) *err = strerror(errno);
        if (k < 0) return NULL;
        if (k == 0) break;
        n += (size_t)k;
        if (n < room) continue;
        char *more = NEW_ARRAY(s->arena, char, 2 * room + 2);
        memcpy(more, text, n);
        text = more;
        room *= 2;
    }
    if (!fits(s, name, (Span){0, 0}, (int64_t)n)) return NULL;
    Source *src = add(s, name, NULL, text, n);
    return source_check_utf8(s, src) ? src : NULL;
}

Source *source_load(Session *s, const char *path, Span from, const char **err)
{
    *err = NULL;
    if (!from.hi && !strcmp(path, "-")) return load_stdin(s, err);
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (fd < 0) {
        *err = strerror(errno);
        return NULL;
    }
    Source *src = load_fd(s, fd, path, from, err);
    close(fd);
    return src;
}

Source *source_from_text(Session *s, const char *name, const char *text,
                         size_t n)
{
    if ((int64_t)n > INT32_MAX - 2 - (int64_t)s->next_base)
        fatal(EXIT_ENVIRONMENT, "out of memory: a text of %zu bytes", n);
    char *copy = NEW_ARRAY(s->arena, char, n + 2);
    if (n) memcpy(copy, text, n);
    return add(s, name, NULL, copy, n);
}

static const Source *source_at(Session *s, int32_t offset)
{
    int lo = 0, hi = s->sources.n;
    if (offset <= 0 || offset >= s->next_base) return NULL;
    while (hi - lo > 1) {
        int mid = lo + (hi - lo) / 2;
        if (s->sources.p[mid]->base <= offset)
            lo = mid;
        else
            hi = mid;
    }
    return s->sources.n ? s->sources.p[lo] : NULL;
}

const Source *source_of(Session *s, Span span)
{
    return span.hi ? source_at(s, span.lo) : NULL;
}

int source_line(const Source *src, int32_t at)
{
    int lo = 0, hi = src->nlines;
    while (hi - lo > 1) {
        int mid = lo + (hi - lo) / 2;
        if (src->line[mid] <= at)
            lo = mid;
        else
            hi = mid;
    }
    return lo + 1;
}

Place source_place(Session *s, int32_t offset)
{
    const Source *src = source_at(s, offset);
    if (!src) return (Place){NULL, 0, 0};
    int32_t at = offset - src->base;
    if (at > src->len) at = src->len;
    const int line = source_line(src, at);
    const int32_t start = src->line[line - 1];
    return (
        Place){src, line,
               1 + (int)utf8_count(src->text + start, (size_t)(at - start))};
}

int source_line_text(const Source *src, int line, const char **text)
{
    *text = src->text;
    if (line < 1 || line > src->nlines) return 0;
    int32_t lo = src->line[line - 1];
    int32_t hi = line < src->nlines ? src->line[line] - 1 : src->len;
    if (hi > lo && src->text[hi - 1] == '\r') hi--;
    *text = src->text + lo;
    return hi - lo;
}

const char *source_span_text(Session *s, Span span)
{
    const Source *src = source_of(s, span);
    if (!src) return "";
    int32_t lo = span.lo - src->base, hi = span.hi - src->base;
    if (hi > src->len) hi = src->len;
    const char *p = src->text + lo;
    size_t n = hi > lo ? (size_t)(hi - lo) : 0;
    const char *nl = n ? memchr(p, '\n', n) : NULL;
    if (nl) n = (size_t)(nl - p);
    if (n && p[n - 1] == '\r') n--;
    return arena_printf(s->arena, "%.*s%s", (int)n, p, nl ? " ..." : "");
}
