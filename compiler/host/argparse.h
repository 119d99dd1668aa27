/* Inside of the module argparse: the parser and its actions, shared by what
 * defines them (mod_argparse.c), what parses words (argparse_parse.c) and the
 * texts (argparse_help.c). */
#ifndef QWC_ARGPARSE_H
#define QWC_ARGPARSE_H
#include "host/interp.h"

typedef enum ActionKind {
    ACT_STORE,
    ACT_CONST,
    ACT_APPEND,
    ACT_COUNT,
    ACT_HELP
} ActionKind;

/* nargs: a count, or one of these */
enum { NARGS_NONE = -1, NARGS_OPTIONAL = -2, NARGS_ANY = -3, NARGS_SOME = -4 };

typedef struct Action {
    ActionKind kind;
    Str *options;
    int noptions; /* "-r", "--rows"; none: positional */
    Str dest;
    int nargs;
    bool required;
    int group; /* mutually exclusive group, -1: none */
    Value type, dflt, konst, choices, help, metavar; /* unset when absent */
} Action;

typedef struct Group {
    bool required;
} Group;

typedef struct Parser {
    Obj o;
    Str prog, description, epilog; /* the latter NULL: none */
    Action **actions;
    int n;
    Group *groups;
    int ngroups;
} Parser;

static inline bool action_takes_args(const Action *a)
{
    return a->kind == ACT_STORE || a->kind == ACT_APPEND;
}

Parser *parser_of(Value); /* of a parser or of one of its groups */

/* argparse_parse.c: methods of a parser */
Value argparse_parse_args(Interp *, CallArgs *);
Value argparse_parse_known_args(Interp *, CallArgs *);
Value argparse_error(Interp *, CallArgs *);
Value argparse_print_help(Interp *, CallArgs *);
Value argparse_print_usage(Interp *, CallArgs *);
Value argparse_format_help(Interp *, CallArgs *);
Value argparse_format_usage(Interp *, CallArgs *);

/* argparse_help.c; false: raised */
bool put_usage(Interp *, const Parser *, Text *); /* "usage: ...\n" */
bool put_help(Interp *, const Parser *, Text *);
bool put_action_name(Interp *, const Action *,
                     Text *); /* "-r/--rows", "file" */
#endif
