/* The `cc` engine: the emitted C through the system compiler (-O3, no FMA
 * contraction) and dlopen.  Libraries are kept in a cache, since a compile
 * takes a tenth of a second.  The cache is trusted only while it is ours: a
 * folder of this user that nobody else can write, files of this user, no
 * symbolic links; the C beside a library must be the C that is wanted, byte for
 * byte, and end with the sum of the library, which is loaded through the
 * descriptor that was checked. */
#include "back/cc.h"
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* ---- the cache folder ---------------------------------------------------- */

static bool is_ours(int fd, bool folder)
{
    struct stat st;
    if (fstat(fd, &st) != 0 || st.st_uid != geteuid()) return false;
    if (folder ? !S_ISDIR(st.st_mode) : !S_ISREG(st.st_mode)) return false;
    return (st.st_mode & (S_IWGRP | S_IWOTH)) == 0;
}

/* a folder handle that is ours, or -1 */
static int open_folder(Arena *a, const char **path)
{
    const char *xdg = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");
    if (xdg && *xdg == '/')
        *path = xdg;
    else if (home && *home == '/')
        *path = arena_printf(a, "%s/.cache", home);
    else
        return -1;
    mkdir(*path, 0700);
    *path = arena_printf(a, "%s/qwc", *path);
    mkdir(*path, 0700);
    int fd = open(*path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (fd >= 0 && is_ours(fd, true)) return fd;
    if (fd >= 0) close(fd);
    return -1;
}

/* no usable cache: a private folder that is removed again */
static int private_folder(Arena *a, const char **path)
{
    *path = cc_folder(a);
    return *path ? open(*path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
                 : -1;
}

/* ---- files in it --------------------------------------------------------- */

enum { SUM_LINE = 32 }; /* bytes of the last line of the C in the cache */

/* FNV-1a, 64 bits, against damage: who may write here could run anything */
static uint64_t hash(const char *p, size_t n)
{
    uint64_t h = 14695981039346656037u;
    while (n--) h = (h ^ (unsigned char)*p++) * 1099511628211u;
    return h;
}

static const char *sum_line(Arena *a, uint64_t sum)
{
    return arena_printf(a, "/* library %016llx */\n", (unsigned long long)sum);
}

/* all bytes of a file that is ours; NULL: it is not, or cannot be read */
static const char *read_ours(Arena *a, int fd, size_t *n)
{
    struct stat st;
    if (fd < 0 || !is_ours(fd, false) || fstat(fd, &st) != 0) return NULL;
    char *bytes = arena_alloc(a, (size_t)st.st_size + 1);
    for (*n = 0; *n < (size_t)st.st_size;) {
        const ssize_t got = pread(fd, bytes + *n, (size_t)st.st_size - *n,
                                  (off_t)*n);
        if (got <= 0) return NULL;
        *n += (size_t)got;
    }
    return bytes;
}

/* Is the C in the cache `text`?  Then its last line says the sum of its
 * library. */
static bool is_cached(Arena *a, int dir, const char *name, const char *text,
                      const char **last)
{
    const size_t len = strlen(text);
    size_t n;
    const int fd = openat(dir, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
    const char *c = read_ours(a, fd, &n);
    if (fd >= 0) close(fd);
    if (!c || n <= len || n > len + SUM_LINE || memcmp(c, text, len) != 0)
        return false;
    *last = arena_printf(a, "%.*s", (int)(n - len), c + len);
    return true;
}

static bool write_text(int dir, const char *name, const char *text)
{
    int fd = openat(dir, name,
                    O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (fd < 0) return false;
    size_t n = strlen(text), at = 0;
    while (at < n) {
        ssize_t put = write(fd, text + at, n - at);
        if (put <= 0) break;
        at += (size_t)put;
    }
    return close(fd) == 0 && at == n;
}

/* dlopen knows libraries by their names, so the descriptor that is in the name
 * stays open as long as the library. */
static bool load(Arena *a, int dir, const char *name, const char *sum, Jit *jit)
{
    char path[64];
    size_t n;
    const int fd = openat(dir, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0) return false;
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    const char *bytes = read_ours(a, fd, &n);
    void *lib = bytes && !strcmp(sum_line(a, hash(bytes, n)), sum)
        ? dlopen(path, RTLD_NOW | RTLD_LOCAL)
        : NULL;
    if (lib)
        *jit = (Jit){.library = lib, .fd = fd};
    else
        close(fd);
    return lib != NULL;
}

/* the sum of a new library becomes the last line of its C; NULL: an error */
static const char *add_sum(Arena *a, int dir, const char *c, const char *so)
{
    size_t n;
    const int fd = openat(dir, so, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
    const char *bytes = read_ours(a, fd, &n);
    if (fd >= 0) close(fd);
    const char *sum = bytes ? sum_line(a, hash(bytes, n)) : NULL;
    const int out = openat(dir, c,
                           O_WRONLY | O_APPEND | O_NOFOLLOW | O_CLOEXEC);
    const bool put = out >= 0 && sum &&
        write(out, sum, strlen(sum)) == (ssize_t)strlen(sum);
    return out >= 0 && close(out) == 0 && put ? sum : NULL;
}

/* ---- compiling ----------------------------------------------------------- */

/* Compiles and loads under names of this process, then renames, library first:
 * another process may put its own in that place at any time. */
static bool compile(Session *s, const Emitted *e, int dir, const char *folder,
                    const char *base, const char *text, Jit *jit)
{
    Arena *a = s->arena;
    const char *c = arena_printf(a, "%s.%ld.c", base, (long)getpid()),
               *so = arena_printf(a, "%s.%ld.so", base, (long)getpid());
    unlinkat(dir, c, 0); /* of an earlier process with our number */
    unlinkat(dir, so, 0);
    if (!write_text(dir, c, text))
        fatal(EXIT_ENVIRONMENT, "cannot write %s/%s: %s", folder, c,
              strerror(errno));
    const int status = cc_run(a, CC_SHARED, arena_printf(a, "%s/%s", folder, c),
                              arena_printf(a, "%s/%s", folder, so));
    const char *sum = status ? NULL : add_sum(a, dir, c, so);
    if (!sum) {
        unlinkat(dir, so, 0);
        const bool sound = cc_is_sound(a, status);
        if (!sound) unlinkat(dir, c, 0);
        rmdir(folder); /* a private one; a cache only if it is empty */
        cc_failed(s, e, status, sound, arena_printf(a, "%s/%s", folder, c));
    }
    const bool loaded = load(a, dir, so, sum, jit);
    if (renameat(dir, so, dir, arena_printf(a, "%s.so", base)) != 0 ||
        renameat(dir, c, dir, arena_printf(a, "%s.c", base)) != 0)
        fatal(EXIT_ENVIRONMENT, "cannot write in %s: %s", folder,
              strerror(errno));
    return loaded;
}

Jit *jit_compile_cc(Session *s, const Emitted *e)
{
    Arena *a = s->arena;
    const char *folder;
    Text t = {.a = a};
    text_printf(&t, "/* %s %s " CC_SHARED " */\n%s", cc_name(), cc_flags,
                emitted_whole(a, e));
    const char *text = text_str(&t),
               *base = arena_printf(a, "%016llx",
                                    (unsigned long long)hash(text,
                                                             strlen(text)));
    int dir = open_folder(a, &folder);
    bool cached = dir >= 0;
    if (!cached) dir = private_folder(a, &folder);
    if (dir < 0)
        fatal(
            EXIT_ENVIRONMENT,
            "the engine `cc` needs a folder for its libraries: set XDG_CACHE_HOME or TMPDIR");
    const char *c = arena_printf(a, "%s.c", base),
               *so = arena_printf(a, "%s.so", base);
    const char *sum;
    Jit *jit = NEW(a, Jit);
    if (!(is_cached(a, dir, c, text, &sum) && load(a, dir, so, sum, jit)) &&
        !compile(s, e, dir, folder, base, text, jit))
        ice(s, (Span){0, 0}, "the library of `%s` does not load: %s", e->entry,
            dlerror());
    if (!cached) {
        unlinkat(dir, so, 0);
        unlinkat(dir, c, 0);
        rmdir(folder);
    }
    close(dir);
    jit->entry = (EntryFn *)(uintptr_t)dlsym(jit->library, e->call);
    if (!jit->entry)
        ice(s, (Span){0, 0}, "the library of `%s` lacks its entry", e->entry);
    return jit;
}
