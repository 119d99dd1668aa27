/* Peers of `qwc bench`: programs that do the same work another way and take
 * their turn in each round.  The protocol is lines of text: the program says
 * "ready NAME" when its data is in place; then, for each empty line it
 * reads, it does its work once and prints the milliseconds that took.  It
 * ends when its input ends. */
#include "cli/bench.h"
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

struct Peer {
    const char *command;
    const char *name;
    pid_t pid;
    FILE *to, *from;
};

static void set_threads(int threads)
{
    static const char *const names[] = {"QWC_THREADS", "OMP_NUM_THREADS",
                                        "OPENBLAS_NUM_THREADS"};
    char text[16];
    snprintf(text, sizeof text, "%d", threads);
    for (size_t i = 0; i < LEN(names); i++) setenv(names[i], text, 1);
}

static void child(const char *command, int threads, const int *in,
                  const int *out)
{
    dup2(in[0], 0);
    dup2(out[1], 1);
    close(in[0]);
    close(in[1]);
    close(out[0]);
    close(out[1]);
    set_threads(threads);
    execl("/bin/sh", "sh", "-c", command, (char *)NULL);
    _exit(127);
}

static bool ended(Peer *p)
{
    fprintf(stderr, "qwc: the peer `%s` ended\n", p->command);
    return false;
}

static bool read_name(Session *s, Peer *p)
{
    char line[256];
    while (fgets(line, sizeof line, p->from)) {
        if (strncmp(line, "ready ", 6) != 0) continue;
        line[strcspn(line, "\n")] = '\0';
        p->name = arena_printf(s->arena, "%s", line + 6);
        return true;
    }
    return ended(p);
}

Peer *peer_start(Session *s, const char *command, int threads)
{
    int in[2], out[2];
    if (pipe(in) != 0 || pipe(out) != 0)
        fatal(EXIT_ENVIRONMENT, "no pipe for `%s`: %s", command,
              strerror(errno));
    fflush(NULL);
    const pid_t pid = fork();
    if (pid < 0)
        fatal(EXIT_ENVIRONMENT, "cannot start `%s`: %s", command,
              strerror(errno));
    if (pid == 0) child(command, threads, in, out);
    close(in[0]);
    close(out[1]);
    signal(SIGPIPE, SIG_IGN);
    Peer *p = NEW(s->arena, Peer);
    *p = (Peer){.command = command,
                .pid = pid,
                .to = fdopen(in[1], "w"),
                .from = fdopen(out[0], "r")};
    if (!p->to || !p->from) fatal(EXIT_ENVIRONMENT, "out of memory");
    if (read_name(s, p)) return p;
    peer_stop(p);
    return NULL;
}

const char *peer_name(const Peer *p)
{
    return p->name;
}

double peer_call(Peer *p)
{
    char line[64], *end;
    fputc('\n', p->to);
    fflush(p->to);
    if (!fgets(line, sizeof line, p->from)) {
        ended(p);
        return -1;
    }
    const double ms = strtod(line, &end);
    if (end != line && ms > 0) return ms * 1e-3;
    line[strcspn(line, "\n")] = '\0';
    fprintf(stderr, "qwc: the peer `%s` printed `%s`, not milliseconds\n",
            p->command, line);
    return -1;
}

void peer_stop(Peer *p)
{
    fclose(p->to);
    fclose(p->from);
    waitpid(p->pid, NULL, 0);
}
