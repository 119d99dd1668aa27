# `qwc list ops` as the rows of a table.

function cell(s) {
    gsub(/[|]/, "\\|", s)
    return s
}

function prose(s) {
    gsub(/[*]/, "\\*", s)
    return cell(s)
}

# "add adds": the first is the name, the others are other names of it
function names(s,    n, part, out, i) {
    n = split(s, part, " ")
    out = "<a id=\"" part[1] "\"></a>`" part[1] "`"
    for (i = 2; i <= n; i++) out = out ", `" part[i] "`"
    return out
}

function linked(s,    n, part, out, i) {
    n = split(s, part, " ")
    for (i = 1; i <= n; i++) out = out (i > 1 ? " " : "") "`" part[i] "`"
    return out
}

function put_row() {
    if (name != "")
        printf "| %s | `%s` | %s | %s | %s | %s | %s |\n", names(name), cell(operands), where, \
            prose(result), numerics, prose(remark), errors
    name = remark = errors = ""
}

/^no\./ { next }
/^[0-9]/ {
    put_row()
    where = $3
    at = index($0, "(")
    operands = at ? substr($0, at) : ""
    name = $0
    if (at) name = substr(name, 1, at - 1)
    sub(/^[0-9]+ +[A-Z] +[a-z]+ +/, "", name)
    is_head = 1
    next
}
is_head && /^ +also / {
    sub(/^ +also/, "")
    name = name $0
    next
}
{ is_head = 0 }
/^ +result: / {
    result = $0
    sub(/^ +result: /, "", result)
    n = split(result, part, "; ")
    numerics = part[n]
    sub(/; [^;]*$/, "", result)
    gsub(/(dtype|shape|valid) -(; )?/, "", result)
    sub(/; $/, "", result)
    next
}
/^ +errors: / {
    sub(/^ +errors: /, "")
    errors = linked($0)
    next
}
{
    sub(/^ +/, "")
    remark = $0
}
END { put_row() }
