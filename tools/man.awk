# The help of qwc (a usage line, paragraphs, lists that are indented by two columns) as roff.

function text(s) {
    gsub(/\\/, "\\e", s)
    gsub(/-/, "\\-", s)
    sub(/^[.']/, "\\\\\\&&", s)
    return s
}

# `code` becomes bold.
function marked(s,    out, n, part, i) {
    n = split(s, part, "`")
    for (i = 1; i <= n; i++)
        out = out (i % 2 ? text(part[i]) : "\\fB" text(part[i]) "\\fR")
    return out
}

# "-D, --define=NAME=EXPR": names are bold, what stands for a value is italic.
function option(s,    out, n, part, i, at) {
    n = split(s, part, ", ")
    for (i = 1; i <= n; i++) {
        at = index(part[i], "=")
        if (substr(part[i], at - 1, 1) == "[") at--
        out = out (i > 1 ? ", " : "") (at ? "\\fB" text(substr(part[i], 1, at - 1)) "\\fR" \
            value(substr(part[i], at)) : "\\fB" text(part[i]) "\\fR")
    }
    return out
}

function value(s) {
    s = text(s)
    gsub(/[A-Z][A-Z]*/, "\\fI&\\fR", s)
    return s
}

function item(name, what) {
    print ".TP\n" name
    if (what != "") print marked(what)
    has_text = 1
}

/^Usage: / {
    print ".SH SYNOPSIS\n.B " text(substr($0, 8)) "\n.SH DESCRIPTION"
    next
}
/^[A-Z][a-z]*( [a-z]+)*:$/ {
    sub(/:$/, "")
    print ".SH " toupper($0)
    is_gap = has_text = 0
    next
}
/^ / {
    line = $0
    sub(/^ +/, "", line)
    at = match(line, /  +/)
    # A name that fills its column has one space behind it.
    if (!at && line ~ /^-/) at = match(line, / [^-]/)
    column = length($0) - length(line)
    if (column > 8) print marked(line)
    else if (at) {
        name = substr(line, 1, at - 1)
        sub(/^ +/, "", name)
        item(name ~ /^-/ ? option(name) : "\\fB" text(name) "\\fR", \
            substr(line, match(substr(line, at), /[^ ]/) + at - 1))
    } else item(line ~ /^-/ ? option(line) : "\\fB" text(line) "\\fR", "")
    next
}
/^$/ { is_gap = has_text; next }
{
    if (is_gap) print ".PP"
    is_gap = 0
    has_text = 1
    print marked($0)
}
