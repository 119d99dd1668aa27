/* Bump allocation.  An arena is a list of chunks, newest first; a request takes
 * the next aligned bytes of the newest chunk or opens a new one.  Nothing is
 * freed singly: a mark remembers a place and arena_reset drops all that was
 * allocated after it.  Memory is handed out zeroed, also after a reset.
 *
 * With -DARENA_ASAN every request gets a chunk of its own from malloc, so that
 * the address sanitizer sees each overrun. */
#include "base/base.h"

#include <stdlib.h>
#include <string.h>

enum {
    ALIGN = 16,
    CHUNK_MIN = 64 << 10, /* bytes */
    CHUNK_MAX = 4 << 20,
};

typedef struct Chunk {
    struct Chunk *older;
    size_t cap; /* bytes behind the header */
    _Alignas(ALIGN) char data[];
} Chunk;

struct Arena {
    Chunk *chunk; /* newest, NULL at first */
    size_t used;  /* bytes of the newest chunk */
    size_t next;  /* size of the chunk to open next */
};

#ifdef ARENA_ASAN
enum { ONE_CHUNK_EACH = 1 };
#else
enum { ONE_CHUNK_EACH = 0 };
#endif

static void out_of_memory(size_t bytes)
{
    fatal(EXIT_ENVIRONMENT,
          "out of memory: a request of %zu bytes cannot be met", bytes);
}

Arena *arena_new(void)
{
    Arena *a = calloc(1, sizeof *a);
    if (!a) out_of_memory(sizeof *a);
    a->next = CHUNK_MIN;
    return a;
}

static void open_chunk(Arena *a, size_t bytes)
{
    size_t cap = bytes;
    if (!ONE_CHUNK_EACH && cap < a->next) {
        cap = a->next;
        if (a->next < CHUNK_MAX) a->next *= 2;
    }
    Chunk *c = malloc(sizeof *c + cap);
    if (!c) out_of_memory(bytes);
    *c = (Chunk){.older = a->chunk, .cap = cap};
    a->chunk = c;
    a->used = 0;
}

void *arena_alloc(Arena *a, size_t bytes)
{
    if (bytes > PTRDIFF_MAX / 2) out_of_memory(bytes);
    size_t need = bytes;
    if (!ONE_CHUNK_EACH) need = (bytes + ALIGN - 1) & ~(size_t)(ALIGN - 1);
    if (ONE_CHUNK_EACH || !a->chunk || a->chunk->cap - a->used < need)
        open_chunk(a, need);
    void *p = a->chunk->data + a->used;
    a->used += need;
    return memset(p, 0, need);
}

void *arena_alloc_array(Arena *a, size_t n, size_t size)
{
    size_t bytes;
    if (__builtin_mul_overflow(n, size, &bytes)) out_of_memory(SIZE_MAX);
    return arena_alloc(a, bytes);
}

void *arena_dup(Arena *a, const void *p, size_t bytes)
{
    void *q = arena_alloc(a, bytes);
    if (bytes) memcpy(q, p, bytes);
    return q;
}

char *arena_vprintf(Arena *a, const char *fmt, va_list ap)
{
    va_list again;
    va_copy(again, ap);
    int n = vsnprintf(NULL, 0, fmt, ap);
    if (n < 0) fatal(EXIT_ENVIRONMENT, "a message cannot be formatted");
    char *s = arena_alloc(a, (size_t)n + 1);
    vsnprintf(s, (size_t)n + 1, fmt, again);
    va_end(again);
    return s;
}

char *arena_printf(Arena *a, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    char *s = arena_vprintf(a, fmt, ap);
    va_end(ap);
    return s;
}

ArenaMark arena_mark(Arena *a)
{
    return (ArenaMark){a->chunk, a->used};
}

void arena_reset(Arena *a, ArenaMark m)
{
    while (a->chunk != m.chunk) {
        Chunk *older = a->chunk->older;
        free(a->chunk);
        a->chunk = older;
    }
    a->used = m.used;
}

void arena_free(Arena *a)
{
    if (!a) return;
    arena_reset(a, (ArenaMark){NULL, 0});
    free(a);
}

void *vec_grow(Arena *a, void *p, int n, int *cap, size_t size)
{
    if (n < *cap) return p;
    if (*cap > INT32_MAX / 2) out_of_memory(SIZE_MAX);
    *cap = *cap ? *cap * 2 : 4;
    void *q = arena_alloc_array(a, (size_t)*cap, size);
    if (n) memcpy(q, p, (size_t)n * size);
    return q;
}
