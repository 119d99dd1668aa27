# File names and texts of strangers reach the terminal in visible characters only.
esc=$(printf '\033')
name=$(printf 'a%s[31m\nb.pl' "$esc")
printf 'x = 1 / 0  # %s[2J\n' "$esc" >"$name"
$QWC run "$name" 2>&1
$QWC run "no-$name" 2>&1
$QWC run "--unknown-${esc}[31m" x.pl 2>&1
printf 'raise ValueError("\\x1b]0;title\\x07 \\x9b31m \\u202e")\n' >raise.pl
$QWC run raise.pl 2>&1
