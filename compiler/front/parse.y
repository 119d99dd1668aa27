/* Sentences: the one grammar of the language (Appendix A.2), host and kernel
 * code alike.  Layout vouches for blocks and brackets.  Errors are reported in
 * the house's words at the end of this file; the parser recovers at the end of
 * the statement, the bracket or the parameter list.
 *
 * A rule that ends in `error` must not say yyerrok: it would loop. */
%require "3.8"
%define api.pure full
%define api.value.type union
%define api.token.prefix {T_}
%define api.location.type {Span}
%define parse.error custom
%define parse.lac full
%define parse.trace
%locations
%expect 0
%param { Front *f }

%code requires {
#include "front/front.h"
}

%code {
#include <string.h>

#define YYMAXDEPTH 40000
#define YYLLOC_DEFAULT(cur, rhs, n)                                           \
    ((n) ? ((cur).lo = YYRHSLOC(rhs, 1).lo, (cur).hi = YYRHSLOC(rhs, n).hi)   \
         : ((cur).lo = (cur).hi = YYRHSLOC(rhs, 0).hi))

static int yylex(YYSTYPE *value, Span *span, Front *f);
static void yyerror(const Span *span, Front *f, const char *msg);

static NodeVec none(void);
static NodeVec one(Front *f, Node *n);
static NodeVec add(Front *f, NodeVec v, Node *n);
static NodeVec add_lines(Front *f, NodeVec v, NodeVec lines);
static Node *bare_param(Front *f, Span span, ParamKind kind);
static Node *for_target(Front *f, Node *n);
static void say_orphan(Front *f, const NodeVec *before, Span span);
static Str dotted(Front *f, Str a, Str b);
}

%token END 0 "end of file"
%token START_FILE START_EXPR
%token NEWLINE "end of line" INDENT "an indented block" DEDENT "end of block"
%token NODEF "a definition"
%token <Str> NAME "a name"
%token <Node *> INT "a number" FLOAT "a float" STRING "a string"
%token FALSE "`False`" NONE "`None`" TRUE "`True`" AND "`and`" AS "`as`"
%token ASSERT "`assert`" ASYNC "`async`" AWAIT "`await`" BREAK "`break`"
%token CLASS "`class`" CONTINUE "`continue`" DEF "`def`" DEL "`del`"
%token ELIF "`elif`" ELSE "`else`" EXCEPT "`except`" FINALLY "`finally`"
%token FOR "`for`" FROM "`from`" GLOBAL "`global`" IF "`if`" IMPORT "`import`"
%token IN "`in`" IS "`is`" LAMBDA "`lambda`" NONLOCAL "`nonlocal`" NOT "`not`"
%token OR "`or`" PASS "`pass`" RAISE "`raise`" RETURN "`return`" TRY "`try`"
%token WHILE "`while`" WITH "`with`" YIELD "`yield`"
%token MATCH "`match`" CASE "`case`" NOTIN "`not in`" ISNOT "`is not`"
%token POW "`**`" FLOORDIV "`//`" SHL "`<<`" SHR "`>>`" LE "`<=`" GE "`>=`"
%token EQ "`==`" NE "`!=`" ARROW "`->`" WALRUS "`:=`" ELLIPSIS "`...`"
%token ADDTO "`+=`" SUBTO "`-=`" MULTO "`*=`" DIVTO "`/=`" FLOORDIVTO "`//=`"
%token MODTO "`%=`" MATMULTO "`@=`" POWTO "`**=`" SHLTO "`<<=`" SHRTO "`>>=`"
%token ANDTO "`&=`" ORTO "`|=`" XORTO "`^=`"
%token '(' "`(`" ')' "`)`" '[' "`[`" ']' "`]`" '{' "`{`" '}' "`}`"
%token ',' "`,`" ':' "`:`" ';' "`;`" '.' "`.`" '=' "`=`" '@' "`@`"
%token '+' "`+`" '-' "`-`" '*' "`*`" '/' "`/`" '%' "`%`" '&' "`&`" '|' "`|`"
%token '^' "`^`" '~' "`~`" '<' "`<`" '>' "`>`"

%precedence ALONE
%precedence ELSE ELIF EXCEPT FINALLY
%left OR
%left AND
%precedence NOT
%left IN NOTIN IS ISNOT '<' '>' LE GE EQ NE
%left '|'
%left '^'
%left '&'
%left SHL SHR
%left '+' '-'
%left '*' '/' FLOORDIV '%' '@'
%precedence SIGN
%right POW

%type <NodeVec> stmts line simples suite else finally elifs handlers starreds
%type <NodeVec> assigned names params paramlist plist lparams lplist arguments
%type <NodeVec> args arglist bases indices indexlist fors ifs strings items
%type <NodeVec> imported aliases modules decorators targetlist with_items
%type <NodeVec> as_items patterns
%type <Node *> simple compound value exprs opt_exprs starred expr bool arith
%type <Node *> primary atom arg index opt_expr for target targets param lparam
%type <Node *> item result annotation default yield module decorator
%type <Node *> if_stmt for_stmt while_stmt try_stmt with_stmt match_stmt
%type <Node *> def_stmt class_stmt async_stmt definition elif handler
%type <Node *> with_item pattern
%type <Str> dotted as_name
%type <int> dots
%type <Operator> augop
%%

start:
    START_FILE stmts END
        { f->result = node_new(f, ND_MODULE, @2); f->result->list = $2; }
  | START_EXPR exprs END    { f->result = $2; }
  | START_EXPR error END    { f->result = NULL; }
  ;

/* ---- statements ---- */

stmts:
    %empty                  { $$ = none(); }
  | stmts line              { $$ = add_lines(f, $1, $2); }
  ;

line:
    simples NEWLINE
  | simples ';' NEWLINE     { $$ = $1; }
  | compound                { $$ = one(f, $1); }
  | NEWLINE                 { $$ = none(); }
  | error NEWLINE           { $$ = one(f, node_error(f, @1)); yyerrok; }
  | error NEWLINE INDENT { yyerrok; } stmts DEDENT
                            { $$ = one(f, node_error(f, @1)); (void)$5; }
  | orphan suite            { $$ = one(f, node_error(f, @1)); (void)$2; }
  ;

/* What belongs to an `if` or `try` that is not there. */
orphan:
    ELSE ':'                { say_orphan(f, &$<NodeVec>0, @1); }
  | ELIF expr ':'           { say_orphan(f, &$<NodeVec>0, @1); (void)$2; }
  | EXCEPT opt_expr as_name ':'
        { say_orphan(f, &$<NodeVec>0, @1); (void)$2; (void)$3; }
  | FINALLY ':'             { say_orphan(f, &$<NodeVec>0, @1); }
  ;

suite:
    NEWLINE INDENT stmts DEDENT { $$ = $3; }
  | simples NEWLINE
  | simples ';' NEWLINE     { $$ = $1; }
  ;

simples:
    simple                  { $$ = one(f, $1); }
  | simples ';' simple      { $$ = add(f, $1, $3); }
  ;

simple:
    exprs                   { $$ = node_wrap(f, @$, ND_EXPR, $1); }
  | yield                   { $$ = node_wrap(f, @$, ND_EXPR, $1); }
  | assigned value          { $$ = node_assign(f, @$, $1, $2); }
  | expr ':' expr           { $$ = node_annotated(f, @$, $1, $3, NULL); }
  | expr ':' expr '=' value { $$ = node_annotated(f, @$, $1, $3, $5); }
  | exprs augop value       { $$ = node_augmented(f, @$, $2, $1, $3); }
  | RETURN opt_exprs        { $$ = node_wrap(f, @$, ND_RETURN, $2); }
  | RAISE                   { $$ = node_raise(f, @$, NULL, NULL); }
  | RAISE expr              { $$ = node_raise(f, @$, $2, NULL); }
  | RAISE expr FROM expr    { $$ = node_raise(f, @$, $2, $4); }
  | ASSERT expr             { $$ = node_assertion(f, @$, $2, NULL); }
  | ASSERT expr ',' expr    { $$ = node_assertion(f, @$, $2, $4); }
  | DEL exprs               { $$ = node_deletion(f, @$, $2); }
  | IMPORT modules
        { $$ = node_new(f, ND_IMPORT, @$); $$->import.names = $2; }
  | FROM dots dotted IMPORT imported  { $$ = node_from(f, @$, $2, $3, $5); }
  | FROM dots IMPORT imported         { $$ = node_from(f, @$, $2, NULL, $4); }
  | GLOBAL names            { $$ = node_list(f, @$, ND_GLOBAL, $2); }
  | NONLOCAL names          { $$ = node_list(f, @$, ND_NONLOCAL, $2); }
  | PASS                    { $$ = node_new(f, ND_PASS, @$); }
  | BREAK                   { $$ = node_new(f, ND_BREAK, @$); }
  | CONTINUE                { $$ = node_new(f, ND_CONTINUE, @$); }
  ;

assigned:
    exprs '='               { $$ = one(f, $1); }
  | assigned exprs '='      { $$ = add(f, $1, $2); }
  ;

value: exprs | yield ;

yield:
    YIELD opt_exprs         { $$ = node_unsupported(f, @$, "`yield`", $2); }
  | YIELD FROM expr         { $$ = node_unsupported(f, @$, "`yield from`", $3); }
  ;

augop:
    ADDTO { $$ = OPR_ADD; }     | SUBTO { $$ = OPR_SUB; }
  | MULTO { $$ = OPR_MUL; }     | DIVTO { $$ = OPR_DIV; }
  | MODTO { $$ = OPR_MOD; }     | FLOORDIVTO { $$ = OPR_FLOORDIV; }
  | POWTO { $$ = OPR_POW; }     | MATMULTO { $$ = OPR_MATMUL; }
  | SHLTO { $$ = OPR_SHL; }     | SHRTO { $$ = OPR_SHR; }
  | ANDTO { $$ = OPR_BITAND; }  | ORTO { $$ = OPR_BITOR; }
  | XORTO { $$ = OPR_BITXOR; }
  ;

modules:
    module                  { $$ = one(f, $1); }
  | modules ',' module      { $$ = add(f, $1, $3); }
  ;

module: dotted as_name      { $$ = node_alias(f, @$, $1, $2); } ;

dotted:
    NAME
  | dotted '.' NAME         { $$ = dotted(f, $1, $3); }
  ;

dots:
    %empty                  { $$ = 0; }
  | dots '.'                { $$ = $1 + 1; }
  | dots ELLIPSIS           { $$ = $1 + 3; }
  ;

as_name:
    %empty                  { $$ = NULL; }
  | AS NAME                 { $$ = $2; }
  ;

/* Empty stands for `*`. */
imported:
    '*'                     { $$ = none(); }
  | aliases
  | '(' aliases ')'         { $$ = $2; }
  | '(' aliases ',' ')'     { $$ = $2; }
  | '(' error ')'           { $$ = one(f, node_error(f, @$)); yyerrok; }
  ;

aliases:
    NAME as_name            { $$ = one(f, node_alias(f, @$, $1, $2)); }
  | aliases ',' NAME as_name
        { $$ = add(f, $1, node_alias(f, span_join(@3, @4), $3, $4)); }
  ;

names:
    NAME                    { $$ = one(f, node_name(f, @1, $1)); }
  | names ',' NAME          { $$ = add(f, $1, node_name(f, @3, $3)); }
  ;

compound:
    if_stmt | for_stmt | while_stmt | try_stmt | with_stmt | match_stmt
  | definition
  | decorators definition   { $$ = node_decorated($1, $2); }
  | decorators NODEF        { $$ = node_error(f, @$); (void)$1; }
  ;

if_stmt:
    IF expr ':' suite elifs else
        { $$ = node_if(f, @$, $2, $4, $5, $6); }
  ;

elifs:
    %empty %prec ALONE      { $$ = none(); }
  | elifs elif              { $$ = add(f, $1, $2); }
  ;

elif:
    ELIF expr ':' suite
        { $$ = node_if(f, @$, $2, $4, none(), none()); }
  ;

else:
    %empty %prec ALONE      { $$ = none(); }
  | ELSE ':' suite          { $$ = $3; }
  ;

for_stmt:
    FOR targets IN exprs ':' suite else
        { $$ = node_new(f, ND_FOR, @$);
          $$->for_.target = $2; $$->for_.iter = $4;
          $$->for_.body = $6; $$->for_.other = $7; }
  ;

while_stmt:
    WHILE expr ':' suite else
        { $$ = node_new(f, ND_WHILE, @$);
          $$->while_.cond = $2; $$->while_.body = $4; $$->while_.other = $5; }
  ;

try_stmt:
    TRY ':' suite handlers else finally
        { $$ = node_try(f, @$, @1, $3, $4, $5, $6); }
  ;

handlers:
    %empty %prec ALONE      { $$ = none(); }
  | handlers handler        { $$ = add(f, $1, $2); }
  ;

handler:
    EXCEPT opt_expr as_name ':' suite
        { $$ = node_except(f, @$, $2, $3, $5); }
  ;

finally:
    %empty %prec ALONE      { $$ = none(); }
  | FINALLY ':' suite       { $$ = $3; }
  ;

with_stmt: WITH with_items ':' suite { $$ = node_with(f, @$, $2, $4); } ;

with_items:
    with_item               { $$ = one(f, $1); }
  | with_items ',' with_item { $$ = add(f, $1, $3); }
  | '(' as_items ')'        { $$ = $2; }
  | '(' as_items ',' ')'    { $$ = $2; }
  ;

with_item:
    expr                    { $$ = node_context(f, @$, $1, NULL); }
  | expr AS primary         { $$ = node_context(f, @$, $1, $3); }
  ;

as_items:
    expr AS primary         { $$ = one(f, node_context(f, @$, $1, $3)); }
  | as_items ',' with_item  { $$ = add(f, $1, $3); }
  ;

match_stmt:
    MATCH exprs ':' suite
        { $$ = node_unsupported(f, @$, "`match`", $2); (void)$4; }
  | CASE patterns ':' suite
        { $$ = node_unsupported(f, @$, "`case`", NULL); (void)$2; (void)$4; }
  | CASE patterns IF expr ':' suite
        { $$ = node_unsupported(f, @$, "`case`", $4); (void)$2; (void)$6; }
  ;

patterns:
    pattern                 { $$ = one(f, $1); }
  | patterns ',' pattern    { $$ = add(f, $1, $3); }
  | patterns ','
  ;

pattern:
    arith
  | arith AS NAME           { $$ = $1; (void)$3; }
  | '*' arith               { $$ = node_wrap(f, @$, ND_STAR, $2); }
  ;

definition: def_stmt | class_stmt | async_stmt ;

decorators:
    decorator               { $$ = one(f, $1); }
  | decorators decorator    { $$ = add(f, $1, $2); }
  ;

decorator:
    '@' expr NEWLINE        { $$ = $2; }
  | '@' error NEWLINE       { $$ = node_error(f, @2); yyerrok; }
  ;

def_stmt:
    DEF NAME paramlist result ':' suite
        { $$ = node_def(f, @$, $2, @2, $3, $4, $6); }
  ;

paramlist:
    '(' params ')'          { $$ = $2; check_params(f, &$$); }
  | '(' error ')'           { $$ = none(); yyerrok; }
  ;

params: %empty { $$ = none(); } | plist | plist ',' ;

plist:
    param                   { $$ = one(f, $1); }
  | plist ',' param         { $$ = add(f, $1, $3); }
  ;

param:
    NAME annotation default
        { $$ = node_param(f, @$, PARAM_PLAIN, $1, $2, $3); }
  | '*' NAME annotation     { $$ = node_param(f, @$, PARAM_STAR, $2, $3, NULL); }
  | '*'                     { $$ = bare_param(f, @$, PARAM_BARESTAR); }
  | POW NAME annotation     { $$ = node_param(f, @$, PARAM_DSTAR, $2, $3, NULL); }
  | '/'                     { $$ = bare_param(f, @$, PARAM_SLASH); }
  ;

annotation: %empty { $$ = NULL; } | ':' expr { $$ = $2; } ;
default: %empty { $$ = NULL; } | '=' expr { $$ = $2; } ;
result: %empty { $$ = NULL; } | ARROW expr { $$ = $2; } ;

class_stmt:
    CLASS NAME bases ':' suite
        { $$ = node_new(f, ND_CLASS, @$);
          $$->class_.name = $2; $$->class_.name_span = @2;
          $$->class_.bases = $3; $$->class_.body = $5; }
  ;

bases: %empty { $$ = none(); } | arguments ;

async_stmt:
    ASYNC def_stmt          { $$ = node_unsupported(f, @$, "`async def`", NULL); (void)$2; }
  | ASYNC for_stmt          { $$ = node_unsupported(f, @$, "`async for`", NULL); (void)$2; }
  | ASYNC with_stmt         { $$ = node_unsupported(f, @$, "`async with`", NULL); (void)$2; }
  ;

/* ---- expressions ---- */

exprs:
    starreds                { $$ = node_exprs(f, @$, $1, false); }
  | starreds ','            { $$ = node_exprs(f, @$, $1, true); }
  ;

opt_exprs: %empty { $$ = NULL; } | exprs ;
opt_expr: %empty { $$ = NULL; } | expr ;

starreds:
    starred                 { $$ = one(f, $1); }
  | starreds ',' starred    { $$ = add(f, $1, $3); }
  ;

starred:
    expr
  | '*' arith               { $$ = node_wrap(f, @$, ND_STAR, $2); }
  ;

expr:
    bool
  | bool IF bool ELSE expr  { $$ = node_conditional(f, @$, $3, $1, $5); }
  | LAMBDA lparams ':' expr { $$ = node_lambda(f, @$, $2, $4); }
  | NAME WALRUS expr        { $$ = node_unsupported(f, @$, "`:=`", $3); (void)$1; }
  ;

bool:
    arith
  | NOT bool                { $$ = node_unary(f, @$, OPR_NOT, $2); }
  | bool AND bool           { $$ = node_pair(f, @$, ND_AND, $1, $3); }
  | bool OR bool            { $$ = node_pair(f, @$, ND_OR, $1, $3); }
  ;

arith:
    primary
  | AWAIT primary           { $$ = node_unsupported(f, @$, "`await`", $2); }
  | '-' arith %prec SIGN    { $$ = node_unary(f, @$, OPR_NEG, $2); }
  | '+' arith %prec SIGN    { $$ = node_unary(f, @$, OPR_POS, $2); }
  | '~' arith %prec SIGN    { $$ = node_unary(f, @$, OPR_INVERT, $2); }
  | arith POW arith         { $$ = node_binary(f, @$, OPR_POW, $1, $3); }
  | arith '*' arith         { $$ = node_binary(f, @$, OPR_MUL, $1, $3); }
  | arith '/' arith         { $$ = node_binary(f, @$, OPR_DIV, $1, $3); }
  | arith FLOORDIV arith    { $$ = node_binary(f, @$, OPR_FLOORDIV, $1, $3); }
  | arith '%' arith         { $$ = node_binary(f, @$, OPR_MOD, $1, $3); }
  | arith '@' arith         { $$ = node_binary(f, @$, OPR_MATMUL, $1, $3); }
  | arith '+' arith         { $$ = node_binary(f, @$, OPR_ADD, $1, $3); }
  | arith '-' arith         { $$ = node_binary(f, @$, OPR_SUB, $1, $3); }
  | arith SHL arith         { $$ = node_binary(f, @$, OPR_SHL, $1, $3); }
  | arith SHR arith         { $$ = node_binary(f, @$, OPR_SHR, $1, $3); }
  | arith '&' arith         { $$ = node_binary(f, @$, OPR_BITAND, $1, $3); }
  | arith '^' arith         { $$ = node_binary(f, @$, OPR_BITXOR, $1, $3); }
  | arith '|' arith         { $$ = node_binary(f, @$, OPR_BITOR, $1, $3); }
  | arith EQ arith          { $$ = node_compare(f, @$, OPR_EQ, $1, $3); }
  | arith NE arith          { $$ = node_compare(f, @$, OPR_NE, $1, $3); }
  | arith '<' arith         { $$ = node_compare(f, @$, OPR_LT, $1, $3); }
  | arith LE arith          { $$ = node_compare(f, @$, OPR_LE, $1, $3); }
  | arith '>' arith         { $$ = node_compare(f, @$, OPR_GT, $1, $3); }
  | arith GE arith          { $$ = node_compare(f, @$, OPR_GE, $1, $3); }
  | arith IN arith          { $$ = node_compare(f, @$, OPR_IN, $1, $3); }
  | arith NOTIN arith       { $$ = node_compare(f, @$, OPR_NOTIN, $1, $3); }
  | arith IS arith          { $$ = node_compare(f, @$, OPR_IS, $1, $3); }
  | arith ISNOT arith       { $$ = node_compare(f, @$, OPR_ISNOT, $1, $3); }
  ;

primary:
    atom
  | primary '.' NAME
        { $$ = node_new(f, ND_ATTR, @$);
          $$->attr.of = $1; $$->attr.name = $3; $$->attr.name_span = @3;
          $$ = node_checked(f, $$, node_depth($1)); }
  | primary arguments       { $$ = node_call(f, @$, $1, $2); }
  | primary '[' indices ']' { $$ = node_subscript(f, @$, $1, $3); }
  | primary '[' error ']'   { $$ = node_error(f, @$); (void)$1; yyerrok; }
  ;

arguments:
    '(' args ')'            { $$ = $2; }
  | '(' error ')'           { $$ = one(f, node_error(f, @$)); yyerrok; }
  ;

args: %empty { $$ = none(); } | arglist | arglist ',' ;

arglist:
    arg                     { $$ = one(f, $1); }
  | arglist ',' arg         { $$ = add(f, $1, $3); }
  ;

arg:
    expr
  | expr fors               { $$ = node_comp(f, @$, ND_GENEXP, $1, NULL, $2); }
  | NAME '=' expr           { $$ = node_keyword(f, @$, $1, @1, $3); }
  | '*' expr                { $$ = node_wrap(f, @$, ND_STAR, $2); }
  | POW expr                { $$ = node_wrap(f, @$, ND_DSTAR, $2); }
  ;

/* The second place says whether a comma was there. */
indices: indexlist | indexlist ',' { $$ = add(f, $1, NULL); } ;

indexlist:
    index                   { $$ = one(f, $1); }
  | indexlist ',' index     { $$ = add(f, $1, $3); }
  ;

index:
    expr
  | '*' arith               { $$ = node_wrap(f, @$, ND_STAR, $2); }
  | opt_expr ':' opt_expr   { $$ = node_slice(f, @$, $1, $3, NULL, false); }
  | opt_expr ':' opt_expr ':' opt_expr { $$ = node_slice(f, @$, $1, $3, $5, true); }
  ;

atom:
    NAME                    { $$ = node_name(f, @1, $1); }
  | INT
  | FLOAT
  | strings                 { $$ = literal_join(f, $1); }
  | TRUE                    { $$ = node_new(f, ND_TRUE, @1); }
  | FALSE                   { $$ = node_new(f, ND_FALSE, @1); }
  | NONE                    { $$ = node_new(f, ND_NONE, @1); }
  | ELLIPSIS                { $$ = node_new(f, ND_ELLIPSIS, @1); }
  | '(' ')'                 { $$ = node_list(f, @$, ND_TUPLE, none()); }
  | '(' exprs ')'           { $$ = node_parens($2, @$); }
  | '(' yield ')'           { $$ = node_parens($2, @$); }
  | '(' expr fors ')'
        { $$ = node_parens(node_comp(f, @$, ND_GENEXP, $2, NULL, $3), @$); }
  | '(' error ')'           { $$ = node_error(f, @$); yyerrok; }
  | '[' ']'                 { $$ = node_list(f, @$, ND_LIST, none()); }
  | '[' starreds ']'        { $$ = node_list(f, @$, ND_LIST, $2); }
  | '[' starreds ',' ']'    { $$ = node_list(f, @$, ND_LIST, $2); }
  | '[' expr fors ']'       { $$ = node_comp(f, @$, ND_LISTCOMP, $2, NULL, $3); }
  | '[' error ']'           { $$ = node_error(f, @$); yyerrok; }
  | '{' '}'                 { $$ = node_dict(f, @$, none()); }
  | '{' items '}'           { $$ = node_dict(f, @$, $2); }
  | '{' items ',' '}'       { $$ = node_dict(f, @$, $2); }
  | '{' expr ':' expr fors '}'
        { $$ = node_comp(f, @$, ND_DICTCOMP, $2, $4, $5); }
  | '{' starreds '}'        { $$ = node_list(f, @$, ND_SET, $2); }
  | '{' starreds ',' '}'    { $$ = node_list(f, @$, ND_SET, $2); }
  | '{' expr fors '}'
        { $$ = node_unsupported(f, @$, "a set comprehension", $2); (void)$3; }
  | '{' error '}'           { $$ = node_error(f, @$); yyerrok; }
  ;

strings:
    STRING                  { $$ = one(f, $1); }
  | strings STRING          { $$ = add(f, $1, $2); }
  ;

items:
    item                    { $$ = one(f, $1); }
  | items ',' item          { $$ = add(f, $1, $3); }
  ;

item:
    expr ':' expr           { $$ = node_item(f, @$, $1, $3); }
  | POW arith               { $$ = node_wrap(f, @$, ND_DSTAR, $2); }
  ;

fors:
    for                     { $$ = one(f, $1); }
  | fors for                { $$ = add(f, $1, $2); }
  ;

for:
    FOR targets IN bool ifs { $$ = node_compfor(f, @$, $2, $4, $5); }
  | ASYNC FOR targets IN bool ifs
        { $$ = node_unsupported(f, @$, "`async for`", $5); (void)$3; (void)$6; }
  ;

ifs:
    %empty                  { $$ = none(); }
  | ifs IF bool             { $$ = add(f, $1, $3); }
  ;

targets:
    targetlist              { $$ = for_target(f, node_exprs(f, @$, $1, false)); }
  | targetlist ','          { $$ = for_target(f, node_exprs(f, @$, $1, true)); }
  ;

targetlist:
    target                  { $$ = one(f, $1); }
  | targetlist ',' target   { $$ = add(f, $1, $3); }
  ;

target:
    primary
  | '*' primary             { $$ = node_wrap(f, @$, ND_STAR, $2); }
  ;

lparams: %empty { $$ = none(); } | lplist { $$ = $1; check_params(f, &$$); }
  | lplist ',' { $$ = $1; check_params(f, &$$); } ;

lplist:
    lparam                  { $$ = one(f, $1); }
  | lplist ',' lparam       { $$ = add(f, $1, $3); }
  ;

lparam:
    NAME default            { $$ = node_param(f, @$, PARAM_PLAIN, $1, NULL, $2); }
  | '*' NAME                { $$ = node_param(f, @$, PARAM_STAR, $2, NULL, NULL); }
  | '*'                     { $$ = bare_param(f, @$, PARAM_BARESTAR); }
  | POW NAME                { $$ = node_param(f, @$, PARAM_DSTAR, $2, NULL, NULL); }
  | '/'                     { $$ = bare_param(f, @$, PARAM_SLASH); }
  ;

%%

static NodeVec none(void)
{
    return (NodeVec){0};
}

static NodeVec add(Front *f, NodeVec v, Node *n)
{
    vec_push(f->a, &v, n);
    return v;
}

static NodeVec one(Front *f, Node *n)
{
    return add(f, none(), n);
}

static NodeVec add_lines(Front *f, NodeVec v, NodeVec lines)
{
    for (int i = 0; i < lines.n; i++) vec_push(f->a, &v, lines.p[i]);
    return v;
}

static Str dotted(Front *f, Str a, Str b)
{
    return str_printf(f->s, "%s.%s", a->s, b->s);
}

static Node *bare_param(Front *f, Span span, ParamKind kind)
{
    return node_param(f, span, kind, NULL, NULL, NULL);
}

static Node *for_target(Front *f, Node *n)
{
    return check_target(f, n, "after `for`") ? n : node_error(f, n->span);
}

static void say_orphan(Front *f, const NodeVec *before, Span span)
{
    if (before->n && vec_last(before)->kind == ND_ERROR) return;
    const char *word = source_span_text(f->s, span);
    const char *head = *word == 'f' || word[1] == 'x' ? "try" : "if";
    front_error(f, E0109, span, "expected `%s` before this `%s`", head, word);
}

/* ---- tokens and errors ---- */

static int yylex(YYSTYPE *value, Span *span, Front *f)
{
    f->in_lex = true;
    f->before = f->tok;
    f->tok = layout_token(f);
    f->in_lex = false;
    *span = f->tok.span;
    if (f->tok.kind == T_NAME) value->T_NAME = f->tok.name;
    if (f->tok.kind == T_INT || f->tok.kind == T_FLOAT ||
        f->tok.kind == T_STRING)
        value->T_INT = f->tok.node;
    return f->tok.kind;
}

/* Only the parser's stack can end up here. */
static void yyerror(const Span *span, Front *f, const char *msg)
{
    (void)msg;
    Diag *d = front_error(f, E1102, *span, "limit `expr-nesting` is %lld, met "
                          "far more", (long long)f->s->limit[LIM_EXPR_NESTING]);
    diag_note(f->s, d, (Span){0, 0}, "the rest of the file is not checked");
}

enum { EXPECT_MAX = 3 };

typedef struct Expected {
    bool has[YYNTOKENS];
    int n;
} Expected;

static bool expects(const Expected *e, int token)
{
    return e->has[YYTRANSLATE(token)];
}

static void drop(Expected *e, const int *tokens, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        bool *b = &e->has[YYTRANSLATE(tokens[i])];
        e->n -= *b;
        *b = false;
    }
}

/* Operators and the like that can follow any operand say nothing. */
static void drop_operators(Expected *e)
{
    static const int common[] = {
        '+', '-', '*', '/', '%', '@', '&', '|', '^', '<', '>', '(', '[', '.',
        T_POW, T_FLOORDIV, T_SHL, T_SHR, T_LE, T_GE, T_EQ, T_NE, T_NOTIN,
        T_IS, T_ISNOT, T_AND, T_OR, T_IF, T_FOR, T_ASYNC, T_WALRUS, T_STRING,
        T_ADDTO, T_SUBTO, T_MULTO, T_DIVTO, T_FLOORDIVTO, T_MODTO, T_MATMULTO,
        T_POWTO, T_SHLTO, T_SHRTO, T_ANDTO, T_ORTO, T_XORTO, ';',
    };
    static const int in[] = {T_IN}, comma[] = {',', '='};
    bool closes = expects(e, ')') || expects(e, ']') || expects(e, '}');
    if (expects(e, T_SHL)) drop(e, in, LEN(in));
    drop(e, common, LEN(common));
    if (!closes && e->n > 1) drop(e, comma, LEN(comma));
    else if (closes) drop(e, comma + 1, 1);
}

/* "`,` or `)`"; NULL when there is nothing short to say. */
static const char *expected_text(Front *f, Expected *e)
{
    Text out = {.a = f->a};
    if (expects(e, T_PASS)) return "a statement";
    if (expects(e, T_INT)) return "an expression";
    bool operand = expects(e, T_SHL);
    drop_operators(e);
    if (operand && expects(e, T_NEWLINE)) return "an operator or end of line";
    if (operand && expects(e, T_END)) return "an operator";
    if (e->n == 0 || e->n > EXPECT_MAX) return NULL;
    int left = e->n;
    for (int i = 0; i < YYNTOKENS; i++) {
        if (!e->has[i]) continue;
        text_puts(&out, yysymbol_name((yysymbol_kind_t)i));
        left--;
        if (left) text_puts(&out, left == 1 ? " or " : ", ");
    }
    return text_str(&out);
}

static void add_help(Front *f, Diag *d)
{
    const Token *t = &f->tok, *b = &f->before;
    bool test = f->first == T_IF || f->first == T_ELIF || f->first == T_WHILE;
    if (t->kind == '=' && test)
        diag_help(f->s, d, "write `==` to compare");
    else if (t->kind == T_IF && b->kind == T_ELSE)
        diag_help(f->s, d, "write `elif`");
    else if (b->kind == T_NAME && !strcmp(b->name->s, "print"))
        diag_help(f->s, d, "`print` is a function: write `print(...)`");
    else if ((t->kind == '+' || t->kind == '-') && b->kind == t->kind &&
             t->span.lo == b->span.hi)
        diag_help(f->s, d, "write `%c= 1`", t->kind);
    else if (t->kind == T_NEWLINE && b->kind == t->kind)
        diag_help(f->s, d, "remove the empty line");
}

static void add_opener(Front *f, Diag *d)
{
    if (!f->tok.depth || f->tok.depth > f->open.n) return;
    const Bracket *b = &f->open.p[f->tok.depth - 1];
    int line = source_place(f->s, b->span.lo).line;
    if (line == source_place(f->s, f->tok.span.lo).line) return;
    diag_label(f->s, d, b->span, "in the bracket opened here");
}

static bool is_structure(int kind)
{
    return kind == T_NEWLINE || kind == T_END || kind == T_INDENT ||
           kind == T_DEDENT || kind == T_NODEF || kind == ')' || kind == ']' ||
           kind == '}';
}

static void say_expected(Front *f, const char *expected)
{
    Text found = {.a = f->a};
    token_describe(f, &f->tok, &found);
    Diag *d;
    if (expected)
        d = front_error(f, E0109, f->tok.span, "expected %s, found %s",
                        expected, text_str(&found));
    else
        d = front_error(f, E0109, f->tok.span,
                        "expected something else here, found %s",
                        text_str(&found));
    add_help(f, d);
    add_opener(f, d);
}

static int yyreport_syntax_error(const yypcontext_t *ctx, Front *f)
{
    yysymbol_kind_t list[YYNTOKENS];
    Expected e = {.n = 0};
    if (!front_line_is_bad(f, f->root->in_lex ? f->root->line : f->tok.line)) {
        int n = yypcontext_expected_tokens(ctx, list, YYNTOKENS);
        for (int i = 0; i < n; i++) {
            e.has[list[i]] = true;
            e.n++;
        }
        say_expected(f, expected_text(f, &e));
    }
    if (!is_structure(f->tok.kind)) f->skip = f->tok.depth;
    return 0;
}
