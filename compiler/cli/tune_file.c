/* Reading and writing what `qwc tune` found.  The file carries checksums of
 * the source and of what it imports: constants that were proved harmless in one
 * text may not be in another.  It is read strictly, for anybody may have edited
 * it. */
#include "cli/tune.h"
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "io.h"

enum { MOST_BYTES = 64 << 10 };

const char *tune_path(Session *s, const char *source)
{
    const size_t n = strlen(source);
    const bool pl = str_ends(source, n, ".pl");
    return arena_printf(s->arena, "%.*s.tune", (int)(pl ? n - 3 : n), source);
}

/* the whole file; NULL: there is none */
static const char *read_all(Session *s, const char *path, size_t most)
{
    FILE *f = fopen(path, "rb");
    if (!f && errno == ENOENT) return NULL;
    char *text = f ? malloc(most + 1) : NULL;
    const size_t n = text ? fread(text, 1, most + 1, f) : 0;
    const bool ok = text && !ferror(f) && n <= most;
    const int why = n > most ? EFBIG : errno;
    if (f) fclose(f);
    if (!ok) fatal(EXIT_DATA, "cannot read %s: %s", path, strerror(why));
    const char *copy = arena_printf(s->arena, "%.*s", (int)n, text);
    free(text);
    return copy;
}

/* FNV-1a, 64 bits */
static const char *checksum(Session *s, const char *source)
{
    const char *text = read_all(s, source, (size_t)s->limit[LIM_SOURCE_BYTES]);
    uint64_t h = UINT64_C(0xcbf29ce484222325);
    for (; text && *text; text++)
        h = (h ^ (unsigned char)*text) * UINT64_C(0x100000001b3);
    return arena_printf(s->arena, "%016llx", (unsigned long long)h);
}

/* bytes of the path up to the last slash */
static size_t folder_length(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? (size_t)(slash - path) + 1 : 0;
}

/* what the source has imported: beside it or below by a relative path */
static void put_imports(Session *s, const char *source, Text *out)
{
    const size_t folder = folder_length(source);
    for (int i = 0; i < s->sources.n; i++) {
        const Source *f = s->sources.p[i];
        if (!f->real || strcmp(f->path, source) == 0) continue;
        const bool below = strncmp(f->path, source, folder) == 0 &&
            f->path[folder] != '/';
        text_printf(out, "import = %s %s\n", checksum(s, f->path),
                    below ? f->path + folder : f->real);
    }
}

void tune_write(Session *s, const char *source, const TuneFile *t)
{
    Text out = {.a = s->arena};
    QwIoError e;
    for (const char *line = t->comment; *line;) {
        const size_t n = strcspn(line, "\n");
        text_printf(&out, "# %.*s\n", (int)n, line);
        line += n + (line[n] == '\n');
    }
    text_printf(&out, "source = %s\n", checksum(s, source));
    put_imports(s, source, &out);
    for (int i = 0; i < t->constants.n; i++) {
        const char *c = t->constants.p[i], *eq = strchr(c, '=');
        text_printf(&out, "%.*s = %s\n", (int)(eq - c), c, eq + 1);
    }
    if (!qw_io_save_bytes(t->path, text_str(&out), (size_t)out.n, &e))
        fatal(EXIT_USAGE, "%s %s", t->path, e.msg);
}

/* ---- reading ------------------------------------------------------------- */

static bool is_name(const char *s, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (!isalnum((unsigned char)s[i]) && s[i] != '_' && s[i] != '.')
            return false;
    return n > 0 && !isdigit((unsigned char)*s);
}

/* "NAME = VALUE" -> "NAME=VALUE"; NULL: it is not one */
static const char *constant(Session *s, const char *line, size_t n)
{
    const char *eq = memchr(line, '=', n);
    if (!eq) return NULL;
    size_t name = (size_t)(eq - line), value = n - name - 1;
    const char *v = eq + 1;
    while (name && line[name - 1] == ' ') name--;
    while (value && *v == ' ') v++, value--;
    while (value && (v[value - 1] == ' ' || v[value - 1] == '\r')) value--;
    if (!is_name(line, name) || !value) return NULL;
    return arena_printf(s->arena, "%.*s=%.*s", (int)name, line, (int)value, v);
}

/* what follows "NAME=" in `line`, or NULL */
static const char *value_of(const char *line, const char *name)
{
    const size_t n = strlen(name);
    return strncmp(line, name, n) == 0 && line[n] == '=' ? line + n + 1 : NULL;
}

/* The first line is the source; later a constant may be called so.  No constant
 * is called `import`, which is a keyword. */
static void take_line(Session *s, TuneFile *t, const char *line)
{
    const char *import = value_of(line, "import");
    if (!t->source && !t->constants.n)
        t->source = value_of(line, "source");
    else if (import)
        vec_push(s->arena, &t->imports, import);
    else
        vec_push(s->arena, &t->constants, line);
}

static void read_lines(Session *s, TuneFile *t, const char *text)
{
    int number = 1;
    for (const char *line = text; *line; number++) {
        const size_t n = strcspn(line, "\n");
        const size_t blanks = strspn(line, " \t\r");
        if (blanks < n && *line != '#') {
            const char *c = constant(s, line, n);
            if (!c)
                fatal(EXIT_DATA,
                      "%s:%d: a line `NAME = VALUE` is expected, found `%.*s`; "
                      "--no-tune runs without this file",
                      t->path, number, (int)(n > 60 ? 60 : n), line);
            take_line(s, t, c);
        }
        line += n + (line[n] == '\n');
    }
}

/* ---- taking up ----------------------------------------------------------- */

static void tell(const Options *o, const char *text)
{
    if (strcmp(o->command, "run") == 0)
        say(o, "%s", text);
    else if (!o->quiet)
        fprintf(stderr, "qwc: %s\n", text);
}

/* import: "SUM PATH" */
static bool is_unchanged(Session *s, const char *source, const char *import)
{
    const size_t sum = strcspn(import, " ");
    const char *path = import + sum + strspn(import + sum, " ");
    if (*path != '/')
        path = arena_printf(s->arena, "%.*s%s", (int)folder_length(source),
                            source, path);
    struct stat st;
    if (stat(path, &st) != 0 || !S_ISREG(st.st_mode)) return false;
    const char *now = checksum(s, path);
    return strlen(now) == sum && memcmp(now, import, sum) == 0;
}

/* why the file is not taken up, or NULL */
static const char *objection(Session *s, const Options *o, const TuneFile *t)
{
    const char *file = o->files.p[0];
    if (o->fusion == FUSION_OFF) return "--fusion=off";
    if (o->passes) return "--passes";
    if (!t->source || strcmp(t->source, checksum(s, file)) != 0)
        return "the source has changed since; `qwc tune` makes it anew";
    for (int i = 0; i < t->imports.n; i++) {
        const char *import = t->imports.p[i];
        if (!is_unchanged(s, file, import))
            return arena_printf(s->arena,
                                "%s has changed since; `qwc tune` makes it anew",
                                import + strcspn(import, " ") + 1);
    }
    return NULL;
}

void tune_take_up(Session *s, Options *o)
{
    if (o->no_tune || o->files.n == 0 || strcmp(o->files.p[0], "-") == 0)
        return;
    TuneFile t = {.path = tune_path(s, o->files.p[0])};
    const char *text = read_all(s, t.path, MOST_BYTES);
    if (!text) return;
    read_lines(s, &t, text);
    const char *why = objection(s, o, &t);
    if (why) {
        tell(o, arena_printf(s->arena, "%s is not taken up: %s", t.path, why));
        return;
    }
    if (!t.constants.n) return;
    Text names = {.a = s->arena};
    for (int i = 0; i < t.constants.n; i++)
        text_printf(&names, " %s", t.constants.p[i]);
    /* -D comes after them and wins */
    StrVec all = t.constants;
    for (int i = 0; i < o->defines.n; i++)
        vec_push(s->arena, &all, o->defines.p[i]);
    o->defines = all;
    tell(o,
         arena_printf(s->arena, "constants of %s:%s (--no-tune: without)",
                      t.path, text_str(&names)));
}
