/* The vocabulary of the compiler: memory, strings, vectors, sources, spans and
 * diagnostics.  Knows nothing of .pl.  One Arena a compilation owns everything
 * declared here; nothing is freed singly.  Mutable globals: none. */
#ifndef QWC_BASE_H
#define QWC_BASE_H
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define LEN(a) (sizeof(a) / sizeof *(a))
#define PRINTF(f, a) __attribute__((format(printf, f, a)))
#define NORETURN __attribute__((noreturn))

/* arena.c: bump allocation; a request that cannot be met ends the program with
 * exit 6.  Memory is zeroed. */
typedef struct Arena Arena;
typedef struct {
    void *chunk;
    size_t used;
} ArenaMark;
Arena *arena_new(void);
void arena_free(Arena *);
void *arena_alloc(Arena *, size_t bytes);
void *arena_dup(Arena *, const void *, size_t bytes);
char *arena_printf(Arena *, const char *fmt, ...) PRINTF(2, 3);
char *arena_vprintf(Arena *, const char *fmt, va_list);
ArenaMark arena_mark(Arena *);
void arena_reset(Arena *, ArenaMark);
#define NEW(a, T) ((T *)arena_alloc((a), sizeof(T)))
#define NEW_ARRAY(a, T, n) ((T *)arena_alloc_array((a), (size_t)(n), sizeof(T)))
void *arena_alloc_array(Arena *, size_t n, size_t size); /* checks n * size */

/* Vectors live in an arena and grow by doubling: VEC(int) v = {0}; */
#define VEC(T)      \
    struct {        \
        T *p;       \
        int n, cap; \
    }
#define vec_push(a, v, x)                                         \
    (*(void **)&(v)->p = vec_grow((a), (v)->p, (v)->n, &(v)->cap, \
                                  sizeof *(v)->p),                \
     (v)->p[(v)->n++] = (x))
#define vec_last(v) ((v)->p[(v)->n - 1])
void *vec_grow(Arena *, void *p, int n, int *cap, size_t size);

/* str.c: interned strings; equal text is an equal pointer.  `s` ends in NUL but
 * may hold others.  The table belongs to a Session. */
typedef struct StrRec {
    uint32_t len, hash;
    char s[];
} StrRec;
typedef const StrRec *Str;

/* utf8.c */
size_t utf8_valid_prefix(const char *s, size_t n); /* n if all of it is valid */
/* One code point of at most n >= 1 bytes; *len bytes long.  An ill-formed byte
 * gives U+FFFD and *len 1. */
uint32_t utf8_decode(const char *s, size_t n, int *len);
size_t utf8_count(const char *s, size_t n); /* code points; ill-formed bytes */
int utf8_encode(uint32_t c, char out[4]);   /* bytes; 0: no such code point */
int utf8_width(uint32_t c);                 /* columns on a terminal: 0 1 2 */
bool utf8_is_control(uint32_t c);           /* C0, C1, bidi controls */

/* A text under construction, in an arena. */
typedef struct {
    Arena *a;
    char *s;
    size_t n, cap;
} Text;
void text_putc(Text *, char);
void text_put(Text *, const char *, size_t);
void text_puts(Text *, const char *);
void text_printf(Text *, const char *fmt, ...) PRINTF(2, 3);
const char *text_str(Text *); /* NUL-terminated, never NULL */

/* source.c: every loaded file occupies a range of one 31-bit offset space, so
 * a Span of 8 bytes names file and place.  Offset 0 belongs to no file:
 * {0,0} is "no location". */
typedef struct {
    int32_t lo, hi;
} Span; /* half open byte range */
typedef struct Source {
    const char *path; /* as the user gave it or as it was found */
    const char *real; /* resolved path, NULL for texts without a file */
    const char *text; /* len bytes, then '\n' (added if missing), then NUL */
    int32_t len;      /* bytes, without BOM */
    int32_t bom;      /* bytes of BOM before text: 0 or 3 */
    int32_t base;     /* offset of text[0] in the offset space */
    int32_t *line;    /* offset in text of each line start */
    int nlines;
} Source;
typedef struct {
    const Source *src;
    int line, col;
} Place; /* 1-based; col in code points */

/* diag.c.  Codes come from diags.def: enum E0101.. W.. N.., severity, gist,
 * long text for `qwc explain`. */
typedef enum {
#define DIAG(code, gist, help, text) code,
#include "base/diags.def"
#undef DIAG
    DIAG_COUNT
} DiagCode;
typedef enum { SEV_ERROR, SEV_WARNING, SEV_NOTE } Severity;
typedef struct DiagPart {
    Span span;
    const char *text;
} DiagPart;
typedef struct Diag {
    DiagCode code;
    Severity sev;
    Span span; /* place of the caret */
    const char *msg;
    VEC(DiagPart) labels;    /* further underlined places */
    const char *label;       /* text beside the main caret, or NULL */
    VEC(DiagPart) notes;     /* "= note:" or located note */
    VEC(const char *) helps; /* "= help:" */
    int order;               /* of creation: ties keep it */
} Diag;

/* What one run of the compiler shares: memory, strings, sources, diagnostics,
 * limits, options that every room may ask. */
typedef struct Limit {
    const char *name;
    int64_t value, hard;
    DiagCode code;
    const char *what; /* is counted */
} Limit;
typedef enum {
#define LIMIT(id, name, def, hard, code, what) id,
#include "base/limits.def"
#undef LIMIT
    LIM_COUNT
} LimitId;
typedef struct Session {
    Arena *arena;
    struct StrTable *strs;
    VEC(Source *) sources;
    int32_t next_base;
    VEC(Diag *) diags;      /* collected since the last diag_flush */
    int nerrors, nwarnings; /* ever */
    bool strict;            /* --strict */
    bool werror;            /* -Werror; werror_code / wno_code by code */
    bool werror_code[DIAG_COUNT], wno_code[DIAG_COUNT];
    int color; /* 0 never, 1 always: decided by cli */
    bool json; /* diagnostics as JSON lines on stderr */
    FILE *err; /* where diagnostics go: stderr */
    int64_t limit[LIM_COUNT];
} Session;
Session *session_new(void);
void session_free(Session *);

Str str(Session *, const char *s); /* interns a C string */
Str str_n(Session *, const char *s, size_t n);
uint32_t str_hash(const char *s, size_t n); /* that of the StrRec */
Str str_printf(Session *, const char *fmt, ...) PRINTF(2, 3);
/* do the first n bytes of s end with `end`? */
bool str_ends(const char *s, size_t n, const char *end);
/* nearest of n candidates within a third of the word's length, or NULL */
const char *str_nearest(const char *word, const char *const *cand, int n);

/* NULL and a diagnostic on failure (E0101, E0205, E1101) or, when the file
 * cannot be opened, NULL with *err set to the reason.  "-" from nowhere is
 * standard input, named <stdin>. */
Source *source_load(Session *, const char *path, Span from, const char **err);
Source *source_from_text(Session *, const char *name, const char *text,
                         size_t n);
/* a place for errors about a file that is not read: its first column */
Span source_unread(Session *, const char *path);
const Source *source_of(Session *, Span);
/* the line (from 1) of the byte AT of the text */
int source_line(const Source *, int32_t at);
Place source_place(Session *, int32_t offset);
int source_line_text(const Source *, int line,
                     const char **text); /* length, no newline */
/* the text of a span, for messages; at most its first line */
const char *source_span_text(Session *, Span);
/* E0101 unless the text is valid UTF-8; source_load has checked it already */
bool source_check_utf8(Session *, const Source *);
static inline Span span_join(Span a, Span b)
{
    if (!a.hi) return b;
    if (!b.hi) return a;
    return (Span){a.lo < b.lo ? a.lo : b.lo, a.hi > b.hi ? a.hi : b.hi};
}

/* diag_new never returns NULL; severity follows the code's first letter, then
 * --strict/-Werror/-Wno (a suppressed one is made but never shown).  After
 * 50 errors further ones are dropped silently. */
Diag *diag_new(Session *, DiagCode, Span, const char *fmt, ...) PRINTF(4, 5);
Diag *diag_vnew(Session *, DiagCode, Span, const char *fmt, va_list);
void diag_at(Session *, Diag *, const char *fmt, ...)
    PRINTF(3, 4); /* main label */
void diag_label(Session *, Diag *, Span, const char *fmt, ...) PRINTF(4, 5);
void diag_note(Session *, Diag *, Span, const char *fmt, ...)
    PRINTF(4, 5); /* span {0,0}: no place */
void diag_help(Session *, Diag *, const char *fmt, ...) PRINTF(3, 4);
typedef struct DiagMark {
    int ndiags, nerrors, nwarnings;
} DiagMark;
DiagMark diag_mark(const Session *);
void diag_rewind(Session *, DiagMark); /* forgets what came since */
void diag_flush(Session *);            /* sorts by position, renders, forgets */
void text_json(Text *, const char *);  /* a JSON string, quoted (render.c) */
void diag_render(Session *, const Diag *, Text *out);
const char *diag_code_name(DiagCode); /* "E0101" */
const char *diag_gist(DiagCode);
const char *diag_help_text(DiagCode);
const char *diag_explain_text(DiagCode);
DiagCode diag_find(const char *name); /* DIAG_COUNT when unknown */
/* limit met: reports "limit `name` is V, met N" with
 * --limit help; returns false */
bool limit_check(Session *, LimitId, int64_t met, Span);

/* session.c: the table of limits */
const Limit *limit_info(LimitId);
LimitId limit_find(const char *name); /* LIM_COUNT when unknown */

/* fatal.c: environment trouble and our own bugs.  Exit codes of language.md,
 * Appendix D. */
typedef enum {
    EXIT_OK = 0,
    EXIT_MISMATCH = 1,
    EXIT_USAGE = 2,
    EXIT_SOURCE = 3,
    EXIT_DATA = 4,
    EXIT_RUNTIME = 5,
    EXIT_ENVIRONMENT = 6,
    EXIT_INTERNAL = 70
} ExitCode;
void fatal(ExitCode, const char *fmt, ...) PRINTF(2, 3) NORETURN;
void complain_line(const char *fmt, va_list ap); /* "qwc: ..." on stderr */
void ice(Session *, Span, const char *fmt, ...) PRINTF(3, 4) NORETURN;

/* arithmetic on user sizes; false on overflow */
static inline bool mul_ok(int64_t a, int64_t b, int64_t *r)
{
    return !__builtin_mul_overflow(a, b, r);
}
static inline bool add_ok(int64_t a, int64_t b, int64_t *r)
{
    return !__builtin_add_overflow(a, b, r);
}
static inline bool sub_ok(int64_t a, int64_t b, int64_t *r)
{
    return !__builtin_sub_overflow(a, b, r);
}
static inline int64_t floor_div(int64_t a, int64_t b)
{
    int64_t q = a / b;
    return (a % b != 0 && (a < 0) != (b < 0)) ? q - 1 : q;
}
static inline int64_t floor_mod(int64_t a, int64_t b)
{
    int64_t r = a % b;
    return (r != 0 && (r < 0) != (b < 0)) ? r + b : r;
}
#endif
