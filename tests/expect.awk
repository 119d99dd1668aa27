# Compares what a test announces with what the compiler reported.
# usage: awk -v file=TEST -f expect.awk TEST STDERR      prints one line for each difference
#
# An announcement stands in a comment: `#~ KIND[CODE]: text`, KIND one of error, warning,
# note, help; [CODE] may be left out. It is about its own line; `#~^` about the line above,
# one line for each caret; `#~?` about no line in particular (for reports about other files
# or no place). Errors and warnings must all be announced; notes and helps need not be.

function parse(text, at,    head) { # splits "KIND[CODE]: text" into kind[at], code[at], body[at]
    if (!match(text, /^(error|warning|note|help)(\[[A-Z][0-9]+\])?: */)) return 0
    head = substr(text, 1, RLENGTH)
    body[at] = substr(text, RLENGTH + 1)
    sub(/ +$/, "", body[at])
    kind[at] = head; sub(/[\[:].*/, "", kind[at])
    code[at] = ""
    if (match(head, /\[[A-Z0-9]+\]/)) code[at] = substr(head, RSTART, RLENGTH)
    return 1
}

FNR == 1 { fileno++ }

fileno == 1 {
    n = split($0, part, /#~/)
    for (i = 2; i <= n; i++) {
        up = 0; anywhere = 0
        while (part[i] ~ /^\^/) { up++; part[i] = substr(part[i], 2) }
        if (part[i] ~ /^\?/) { anywhere = 1; part[i] = substr(part[i], 2) }
        sub(/^ +/, "", part[i])
        at = "want" (++wants)
        line[at] = anywhere ? -1 : FNR - up
        if (!parse(part[i], at)) { print "line " FNR ": not an announcement: #~" part[i]; wants-- }
    }
    next
}

{ sub(/\r$/, "") }

/^(error|warning|note|help)(\[[A-Z][0-9]+\])?: / {
    at = "got" (++gots)
    parse($0, at)
    # A note or help without a place of its own belongs to what stands above it.
    line[at] = (kind[at] == "help" || (kind[at] == "note" && code[at] == "")) ? parent : 0
    if (line[at] == 0) parent = 0
    placed = 0
    next
}

/^ *--> / && gots && !placed {
    place = $0; sub(/^ *--> /, "", place)
    count = split(place, p, ":")
    where = substr(place, 1, length(place) - length(p[count]) - length(p[count - 1]) - 2)
    line[at] = where == file ? p[count - 1] + 0 : 0
    other[at] = where == file ? "" : place
    if (kind[at] == "error" || kind[at] == "warning" || code[at] != "") parent = line[at]
    placed = 1
    next
}

/^ *= (note|help): / {
    text = $0; sub(/^ *= /, "", text)
    extra = "got" (++gots)
    parse(text, extra)
    line[extra] = parent
}

END {
    for (g = 1; g <= gots; g++) {
        have = "got" g
        for (w = 1; w <= wants; w++) {
            ask = "want" w
            if (used[ask] || kind[ask] != kind[have]) continue
            if (line[ask] >= 0 && line[ask] != line[have]) continue
            if (code[ask] != "" && code[ask] != code[have]) continue
            if (index(body[have], body[ask]) == 0) continue
            used[ask] = 1
            break
        }
        if (w <= wants || (kind[have] != "error" && kind[have] != "warning")) continue
        print (other[have] != "" ? other[have] : "line " line[have]) ": not announced: " \
            kind[have] code[have] ": " body[have]
    }
    for (w = 1; w <= wants; w++) {
        ask = "want" w
        if (!used[ask]) print "line " (line[ask] < 0 ? "?" : line[ask]) ": announced, not reported: " \
            kind[ask] code[ask] ": " body[ask]
    }
}
