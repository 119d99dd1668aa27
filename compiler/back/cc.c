/* The system compiler: emitted C as an object, a shared library or an archive.
 * It works in a folder of its own, which is removed again; while it runs, a
 * signal that is to end us ends the compiler and comes back as its failure. */
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

/* A signal that is to end us ends the compiler, so that its folder is removed
 * before it is repeated.  Ctrl-C reaches the compiler by itself.  These two are
 * mutable because a handler has no other memory. */
static volatile sig_atomic_t running; /* process id, 0: none */
static volatile sig_atomic_t ended;   /* the signal that came, 0: none */

static void pass_on(int sig)
{
    ended = sig;
    if (running) kill((pid_t)running, sig);
}

static const int deadly[] = {SIGINT, SIGTERM, SIGHUP};
typedef struct sigaction Actions[LEN(deadly)];

static void catch_signals(Actions before)
{
    for (size_t i = 0; i < LEN(deadly); i++) {
        const struct sigaction ours = {.sa_handler = pass_on};
        sigaction(deadly[i], NULL, &before[i]);
        if (before[i].sa_handler != SIG_IGN) sigaction(deadly[i], &ours, NULL);
    }
}

static void restore_signals(Actions before)
{
    for (size_t i = 0; i < LEN(deadly); i++)
        sigaction(deadly[i], &before[i], NULL);
}

/* a wait status, or -errno if nothing ran; cc_failed tells what went wrong */
static int run(const char *const *argv)
{
    Actions before;
    pid_t pid;
    int status = 0;
    ended = running = 0;
    catch_signals(before);
    const int e = posix_spawnp(&pid, argv[0], NULL, NULL,
                               (char *const *)(uintptr_t)argv, environ);
    if (!e) running = pid;
    if (!e && ended) kill(pid, ended); /* it came too early for the handler */
    while (!e && waitpid(pid, &status, 0) < 0 && errno == EINTR) continue;
    running = 0;
    restore_signals(before);
    if (e) return -e;
    return ended ? ended
                 : status; /* as a wait status, a signal is its number */
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

/* ---- results as bytes ---------------------------------------------------- */

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
    if (kind == CC_LIBRARY) return cc_run(a, CC_SHARED, w->c, w->out);
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
    if (!bytes) cc_failed(s, e, status, cc_is_sound(a, status), NULL);
    return bytes;
}

bool cc_is_sound(Arena *a, int status)
{
    if (status < 0 || WIFSIGNALED(status)) return false;
    const char *folder = cc_folder(a);
    if (!folder) return true; /* nobody knows */
    const Work w = {folder, arena_printf(a, "%s/empty.c", folder),
                    arena_printf(a, "%s/empty.o", folder),
                    arena_printf(a, "%s/out", folder)};
    const bool ok = build(a, &w, CC_LIBRARY, "int qwc;\n") == 0 &&
        access(w.out, R_OK) == 0;
    remove_work(&w);
    return ok;
}

void cc_failed(Session *s, const Emitted *e, int status, bool sound,
               const char *c)
{
    if (sound)
        ice(s, (Span){0, 0}, "`%s` does not compile the C of `%s`%s%s",
            cc_name(), e->entry, c ? "; the C is in " : "", c ? c : "");
    if (status < 0)
        fatal(EXIT_ENVIRONMENT,
              "cannot run the C compiler `%.*s`: %s; name one with CC=...",
              (int)strcspn(cc_name(), " \t"), cc_name(), strerror(-status));
    const int sig = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
    for (size_t i = 0; i < LEN(deadly); i++)
        if (sig == deadly[i]) raise(sig);
    if (sig)
        fatal(EXIT_ENVIRONMENT, "the C compiler `%s` was ended: %s", cc_name(),
              strsignal(sig));
    fatal(EXIT_ENVIRONMENT,
          "the C compiler `%s` makes no library of any C: name another "
          "one with CC=...",
          cc_name());
}
