/* The `cc` engine: the emitted C through the system compiler (-O3, no FMA
 * contraction) and dlopen.  Libraries are kept in a cache, since a compile takes
 * a tenth of a second.  The cache is trusted only while it is ours: a folder of
 * this user that nobody else can write, files of this user, no symbolic links;
 * the C beside a library must be the C that is wanted, byte for byte, and the
 * library is loaded through the descriptor that was checked. */
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

/* ---- the cache folder -------------------------------------------------------- */

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

/* ---- files in it --------------------------------------------------------------- */

/* FNV-1a, 64 bits: only a file name; the text itself is compared */
static uint64_t hash_text(const char *s)
{
    uint64_t h = 14695981039346656037u;
    for (; *s; s++) h = (h ^ (unsigned char)*s) * 1099511628211u;
    return h;
}

static bool same_text(int dir, const char *name, const char *text)
{
    int fd = openat(dir, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
    size_t n = strlen(text);
    bool same = fd >= 0 && is_ours(fd, false);
    for (size_t at = 0; same;) {
        char buf[8192];
        ssize_t got = read(fd, buf, sizeof buf);
        if (got <= 0) {
            same = got == 0 && at == n;
            break;
        }
        same = (size_t)got <= n - at &&
            memcmp(buf, text + at, (size_t)got) == 0;
        at += (size_t)got;
    }
    if (fd >= 0) close(fd);
    return same;
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

static void *load(int dir, const char *name)
{
    char path[64];
    int fd = openat(dir, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0) return NULL;
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    void *lib = is_ours(fd, false) ? dlopen(path, RTLD_NOW | RTLD_LOCAL) : NULL;
    close(fd);
    return lib;
}

/* ---- compiling ------------------------------------------------------------------- */

/* compiles under names of this process, then renames: library first */
static void *compile(Session *s, const Emitted *e, int dir, const char *folder,
                     const char *base, const char *text)
{
    Arena *a = s->arena;
    const char *c = arena_printf(a, "%s.%ld.c", base, (long)getpid()),
               *so = arena_printf(a, "%s.%ld.so", base, (long)getpid());
    if (!write_text(dir, c, text))
        fatal(6, "cannot write %s/%s: %s", folder, c, strerror(errno));
    const int status = cc_run(a, "-shared", arena_printf(a, "%s/%s", folder, c),
                              arena_printf(a, "%s/%s", folder, so));
    if (WIFSIGNALED(status)) raise(WTERMSIG(status));
    if (status)
        ice(s, (Span){0, 0},
            "`%s` does not compile the C of `%s`; the C is in %s/%s", cc_name(),
            e->entry, folder, c);
    if (renameat(dir, so, dir, arena_printf(a, "%s.so", base)) != 0 ||
        renameat(dir, c, dir, arena_printf(a, "%s.c", base)) != 0)
        fatal(6, "cannot write in %s: %s", folder, strerror(errno));
    return load(dir, arena_printf(a, "%s.so", base));
}

Jit *jit_compile_cc(Session *s, const Emitted *e)
{
    Arena *a = s->arena;
    const char *folder;
    Text t = {.a = a};
    text_printf(&t, "/* %s %s -shared */\n%s", cc_name(), cc_flags,
                emitted_whole(a, e));
    const char *text = text_str(&t),
               *base = arena_printf(a, "%016llx",
                                    (unsigned long long)hash_text(text));
    int dir = open_folder(a, &folder);
    bool cached = dir >= 0;
    if (!cached) dir = private_folder(a, &folder);
    if (dir < 0)
        fatal(
            6,
            "the engine `cc` needs a folder for its libraries: set XDG_CACHE_HOME or TMPDIR");
    const char *c = arena_printf(a, "%s.c", base),
               *so = arena_printf(a, "%s.so", base);
    void *lib = same_text(dir, c, text) ? load(dir, so) : NULL;
    if (!lib) lib = compile(s, e, dir, folder, base, text);
    if (!lib)
        ice(s, (Span){0, 0}, "the library of `%s` does not load: %s", e->entry,
            dlerror());
    if (!cached) {
        unlinkat(dir, so, 0);
        unlinkat(dir, c, 0);
        rmdir(folder);
    }
    close(dir);
    Jit *jit = NEW(a, Jit);
    jit->library = lib;
    jit->entry = (EntryFn *)(uintptr_t)dlsym(lib, e->call);
    if (!jit->entry)
        ice(s, (Span){0, 0}, "the library of `%s` lacks its entry", e->entry);
    return jit;
}
