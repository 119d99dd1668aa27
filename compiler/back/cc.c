/* The system compiler: emitted C as an object, a shared library or an archive.
 * It works in a folder of its own, which is removed again; while it runs, an
 * interrupt ends the compiler and comes back here as its failure. */
#include "back/cc.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

/* No contraction: only what is written as a fused multiply-add is one. */
const char cc_flags[] = "-std=c99 -O3 -ffp-contract=off -fPIC -w";

const char *cc_name(void)
{
    const char *cc = getenv("CC");
    return cc && cc[strspn(cc, " \t")] ? cc : "cc";
}

/* an interrupt is for the child; what it ended by is repeated by the caller */
static int run(const char *const *argv)
{
    posix_spawnattr_t attr;
    sigset_t defaults;
    struct sigaction ignore = {.sa_handler = SIG_IGN}, before;
    pid_t pid;
    int status = 0;
    sigemptyset(&defaults);
    sigaddset(&defaults, SIGINT);
    posix_spawnattr_init(&attr);
    posix_spawnattr_setsigdefault(&attr, &defaults);
    posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSIGDEF);
    sigaction(SIGINT, &ignore, &before);
    const int e = posix_spawnp(&pid, argv[0], NULL, &attr,
                               (char *const *)(uintptr_t)argv, environ);
    while (!e && waitpid(pid, &status, 0) < 0 && errno == EINTR) continue;
    sigaction(SIGINT, &before, NULL);
    posix_spawnattr_destroy(&attr);
    if (e)
        fatal(EXIT_ENVIRONMENT,
              "cannot run the C compiler `%s`: %s; name one with CC=...",
              argv[0], strerror(e));
    return status;
}

/* $CC may be several words, as in make: `ccache gcc -m64` */
int cc_run(Arena *a, const char *mode, const char *c, const char *out)
{
    VEC(const char *) argv = {0};
    char *copy = arena_printf(a, "%s %s %s", cc_name(), cc_flags, mode), *save;
    for (char *w = strtok_r(copy, " \t", &save); w;
         w = strtok_r(NULL, " \t", &save))
        vec_push(a, &argv, w);
    vec_push(a, &argv, "-o");
    vec_push(a, &argv, out);
    vec_push(a, &argv, c);
    vec_push(a, &argv, NULL);
    return run(argv.p);
}

/* ---- results as bytes --------------------------------------------------------- */

const char *cc_folder(Arena *a)
{
    const char *tmp = getenv("TMPDIR");
    return mkdtemp(
        arena_printf(a, "%s/qwc-XXXXXX", tmp && *tmp == '/' ? tmp : "/tmp"));
}

static bool put_file(const char *path, const char *text)
{
    FILE *f = fopen(path, "w");
    if (!f) return false;
    const bool wrote = fputs(text, f) >= 0;
    return fclose(f) == 0 && wrote;
}

static char *get_file(Arena *a, const char *path, size_t *size)
{
    struct stat st;
    FILE *f = fopen(path, "r");
    char *bytes = NULL;
    if (f && fstat(fileno(f), &st) == 0) {
        *size = (size_t)st.st_size;
        bytes = arena_alloc(a, *size + 1);
        if (fread(bytes, 1, *size, f) != *size) bytes = NULL;
    }
    if (f) fclose(f);
    return bytes;
}

static int archive(const char *out, const char *object)
{
    return run((const char *const[]){"ar", "rcsD", out, object, NULL});
}

/* the names in the folder: removed whatever happened */
typedef struct Work {
    const char *folder, *c, *o, *out;
} Work;

static int build(Arena *a, const Work *w, CcOutput kind, const char *text)
{
    if (!put_file(w->c, text))
        fatal(EXIT_ENVIRONMENT, "cannot write %s: %s", w->c, strerror(errno));
    if (kind == CC_LIBRARY) return cc_run(a, "-shared", w->c, w->out);
    if (kind == CC_OBJECT) return cc_run(a, "-c", w->c, w->out);
    const int status = cc_run(a, "-c", w->c, w->o);
    return status ? status : archive(w->out, w->o);
}

static void remove_work(const Work *w)
{
    unlink(w->c);
    unlink(w->o);
    unlink(w->out);
    rmdir(w->folder);
}

/* The object says the name of its source, so that is the name of the entry. */
const char *cc_build(Session *s, const Emitted *e, CcOutput kind, size_t *size)
{
    Arena *a = s->arena;
    const char *folder = cc_folder(a);
    if (!folder)
        fatal(EXIT_ENVIRONMENT,
              "the C compiler needs a folder for its files: set TMPDIR");
    const Work w = {folder, arena_printf(a, "%s/%s.c", folder, e->entry),
                    arena_printf(a, "%s/%s.o", folder, e->entry),
                    arena_printf(a, "%s/out", folder)};
    const int status = build(a, &w, kind, emitted_whole(a, e));
    const char *bytes = status ? NULL : get_file(a, w.out, size);
    remove_work(&w);
    if (WIFSIGNALED(status)) raise(WTERMSIG(status));
    if (!bytes)
        ice(s, (Span){0, 0}, "`%s` does not compile the C of `%s`", cc_name(),
            e->entry);
    return bytes;
}
