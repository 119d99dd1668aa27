/* Files of the array formats: mapped for reading, written under a temporary
 * name and renamed; and the choice of a reader by extension. */
#include "io_int.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

bool qw_io_fail(QwIoError *e, QwIoErr err, int64_t offset, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(e->msg, sizeof e->msg, fmt, ap);
    va_end(ap);
    e->err = err;
    e->offset = offset;
    return false;
}

static void qw_file_close(QwFile *f)
{
    if (f->p) munmap((void *)(uintptr_t)f->p, (size_t)f->size);
    if (f->fd >= 0) close(f->fd);
    f->p = NULL;
    f->fd = -1;
}

static bool qw_file_open(QwFile *f, const char *path, QwIoError *e)
{
    struct stat st;
    *f = (QwFile){.fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)};
    if (f->fd < 0)
        return qw_io_fail(e, QW_IO_OPEN, -1, "cannot be opened: %s",
                          strerror(errno));
    bool ok = !fstat(f->fd, &st);
    if (!ok)
        qw_io_fail(e, QW_IO_OPEN, -1, "cannot be examined: %s",
                   strerror(errno));
    else if (!(ok = S_ISREG(st.st_mode)))
        qw_io_fail(e, QW_IO_OPEN, -1, "is not a regular file");
    f->size = ok ? (int64_t)st.st_size : 0;
    if (ok && f->size) {
        void *p = mmap(NULL, (size_t)f->size, PROT_READ, MAP_PRIVATE, f->fd, 0);
        ok = p != MAP_FAILED;
        if (ok)
            f->p = p;
        else
            qw_io_fail(e, QW_IO_OPEN, -1, "cannot be mapped: %s",
                       strerror(errno));
    }
    if (!ok) qw_file_close(f);
    return ok;
}

static QwTensor *tensor_failed(QwTcx *cx, QwIoError *e)
{
    qw_io_fail(e, QW_IO_TENSOR, -1, "%s", cx->msg);
    return NULL;
}

QwTensor *qw_file_tensor(QwTcx *cx, const QwFile *f, int64_t offset,
                         QwDtype dtype, int rank, const int64_t *shape,
                         QwIoError *e)
{
    int64_t bytes = qw_dtype_size(dtype);
    for (int d = 0; d < rank; d++) bytes *= shape[d];
    QwTensor *t;
    if (!bytes || offset % qw_dtype_size(dtype)) {
        t = qwt_from_data(cx, dtype, rank, shape, f->p + offset);
        return t ? t : tensor_failed(cx, e);
    }
    const int64_t page = sysconf(_SC_PAGESIZE), skip = offset % page;
    const size_t len = (size_t)(bytes + skip);
    char *base = mmap(NULL, len, PROT_READ, MAP_PRIVATE, f->fd,
                      (off_t)(offset - skip));
    if (base == MAP_FAILED) {
        qw_io_fail(e, QW_IO_OPEN, offset, "cannot be mapped: %s",
                   strerror(errno));
        return NULL;
    }
    t = qwt_from_mapping(cx, dtype, rank, shape, base, len, base + skip);
    return t ? t : tensor_failed(cx, e);
}

/* ---- writing ---- */

/* where the link at `path`, freed here, points; NULL: no memory */
static char *pointed_to(char *path, const char *to)
{
    char *slash = strrchr(path, '/');
    const size_t folder = slash && *to != '/' ? (size_t)(slash + 1 - path) : 0;
    char *p = malloc(folder + strlen(to) + 1);
    if (p) {
        memcpy(p, path, folder);
        memcpy(p + folder, to, strlen(to) + 1);
    }
    free(path);
    return p;
}

/* Where a file under that name really lies, or will: links are followed, as
 * open does.  NULL: it cannot be written (*why is set). */
static char *final_path(const char *path, int *why)
{
    struct stat st;
    *why = 0;
    if (!stat(path, &st) && !access(path, W_OK)) return realpath(path, NULL);
    *why = errno;
    char *p = errno == ENOENT ? strdup(path) : NULL;
    for (int links = 0; p && links < 40; links++) {
        char to[PATH_MAX];
        const ssize_t n = readlink(p, to, sizeof to - 1);
        if (n < 0) {
            *why = 0;
            return p;
        }
        to[n] = 0;
        p = pointed_to(p, to);
    }
    free(p);
    return NULL;
}

/* a pipe or a device is written in place */
static bool in_place(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 && !S_ISREG(st.st_mode);
}

/* A file without a name in the folder of o->path, -1: not possible there.  It
 * vanishes with the process, however that ends. */
static int open_nameless(const QwOut *o)
{
    const char *slash = strrchr(o->path, '/');
    char *folder = slash ? strndup(o->path, (size_t)(slash - o->path + 1))
                         : strdup(".");
    if (!folder || access("/proc/self/fd", X_OK)) {
        free(folder);
        return -1;
    }
    const int fd = open(folder, O_TMPFILE | O_WRONLY | O_CLOEXEC, 0666);
    free(folder);
    return fd;
}

static int open_named(QwOut *o)
{
    const size_t n = strlen(o->path);
    o->tmp = malloc(n + 8);
    if (!o->tmp) return -1;
    snprintf(o->tmp, n + 8, "%s.XXXXXX", o->path);
    const int fd = mkostemp(o->tmp, O_CLOEXEC);
    if (fd < 0) return -1;
    const mode_t mask = umask(0);
    umask(mask);
    fchmod(fd, 0666 & ~mask);
    return fd;
}

static FILE *open_beside(QwOut *o)
{
    int fd = open_nameless(o);
    o->nameless = fd >= 0;
    if (fd < 0) fd = open_named(o);
    if (fd < 0) return NULL;
    FILE *f = fdopen(fd, "wb");
    if (f) return f;
    close(fd);
    if (o->tmp) unlink(o->tmp);
    return NULL;
}

/* Gives the complete file its name; an older one of that name is replaced by
 * rename, which needs a second name. */
static bool give_name(QwOut *o)
{
    const size_t n = strlen(o->path) + 32;
    char fd[64];
    snprintf(fd, sizeof fd, "/proc/self/fd/%d", fileno(o->f));
    if (!linkat(AT_FDCWD, fd, AT_FDCWD, o->path, AT_SYMLINK_FOLLOW))
        return true;
    o->tmp = malloc(n);
    for (int i = 0; o->tmp && errno == EEXIST && i < 100; i++) {
        snprintf(o->tmp, n, "%s.%ld.%d", o->path, (long)getpid(), i);
        if (linkat(AT_FDCWD, fd, AT_FDCWD, o->tmp, AT_SYMLINK_FOLLOW)) continue;
        if (!rename(o->tmp, o->path)) return true;
        const int why = errno;
        unlink(o->tmp);
        errno = why;
        return false;
    }
    return false;
}

bool qw_out_open(QwOut *o, const char *path, QwIoError *e)
{
    int why;
    *o = (QwOut){.path = final_path(path, &why)};
    *e = (QwIoError){.offset = -1};
    if (o->path)
        o->f = in_place(o->path) ? fopen(o->path, "wb") : open_beside(o);
    if (o->f) return true;
    qw_io_fail(e, QW_IO_OPEN, -1, "cannot be written: %s",
               strerror(why ? why : errno));
    free(o->tmp);
    free(o->path);
    return false;
}

void qw_out_put(QwOut *o, const void *p, size_t n)
{
    if (n && fwrite(p, 1, n, o->f) != n && !o->why) o->why = errno;
    o->at += (int64_t)n;
}

/* closes in any case; 0 or the reason why the file is not there */
static int finish(QwOut *o, bool ok)
{
    if (!o->why && fflush(o->f) != 0) o->why = errno;
    if (ok && !o->why && o->nameless && !give_name(o)) o->why = errno;
    if (fclose(o->f) != 0 && !o->why) o->why = errno;
    if (o->tmp && !o->nameless && (!ok || o->why))
        unlink(o->tmp);
    else if (o->tmp && !o->nameless && rename(o->tmp, o->path))
        o->why = errno;
    return o->why;
}

bool qw_out_close(QwOut *o, bool ok, QwIoError *e)
{
    const int why = finish(o, ok);
    if (ok && why)
        qw_io_fail(e, QW_IO_OPEN, -1, "cannot be written: %s", strerror(why));
    free(o->tmp);
    free(o->path);
    return ok && !why;
}

bool qw_io_save_bytes(const char *path, const void *data, size_t n,
                      QwIoError *e)
{
    QwOut o;
    if (!qw_out_open(&o, path, e)) return false;
    qw_out_put(&o, data, n);
    return qw_out_close(&o, true, e);
}

/* ---- by extension ---- */

typedef struct Format {
    const char *ext;
    bool members;
    QwTensor *(*load)(QwTcx *, const QwFile *, const char *, QwIoError *);
    bool (*list)(const QwFile *, QwListFn *, void *, QwIoError *);
} Format;

static QwTensor *load_npy(QwTcx *cx, const QwFile *f, const char *member,
                          QwIoError *e)
{
    (void)member;
    return qw_npy_load(cx, f, e);
}

static const Format *format_of(const char *path, QwIoError *e)
{
    static const Format formats[] = {
        {".npy", false, load_npy, qw_npy_list},
        {".npz", true, qw_npz_load, qw_npz_list},
        {".safetensors", true, qw_safetensors_load, qw_safetensors_list},
    };
    const char *slash = strrchr(path, '/');
    const char *dot = strrchr(slash ? slash : path, '.');
    for (size_t i = 0; dot && i < sizeof formats / sizeof *formats; i++)
        if (!strcmp(dot, formats[i].ext)) return &formats[i];
    qw_io_fail(e, QW_IO_OPEN, -1,
               "is not an array file: its name must end in .npy, .npz or "
               ".safetensors");
    return NULL;
}

QwTensor *qw_io_load(QwTcx *cx, const char *path, const char *member,
                     QwIoError *e)
{
    QwFile f;
    *e = (QwIoError){.offset = -1};
    const Format *format = format_of(path, e);
    if (!format) return NULL;
    if (member && !format->members) {
        qw_io_fail(e, QW_IO_MISSING, -1,
                   "a .npy file holds one array without a name");
        return NULL;
    }
    if (!qw_file_open(&f, path, e)) return NULL;
    QwTensor *t = format->load(cx, &f, member, e);
    qw_file_close(&f);
    return t;
}

bool qw_io_list(const char *path, QwListFn *fn, void *arg, QwIoError *e)
{
    QwFile f;
    *e = (QwIoError){.offset = -1};
    const Format *format = format_of(path, e);
    if (!format || !qw_file_open(&f, path, e)) return false;
    const bool ok = format->list(&f, fn, arg, e);
    qw_file_close(&f);
    return ok;
}

void qw_io_add_name(QwIoError *e, const char *name, int i)
{
    const size_t n = strlen(e->msg);
    if (i > 8) return;
    snprintf(e->msg + n, sizeof e->msg - n, "%s%.60s",
             i == 0       ? "; it has "
                 : i == 8 ? ", ..."
                          : ", ",
             i == 8 ? "" : name);
}
