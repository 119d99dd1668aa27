x = "a" 'b' r"\n"
y = "a" f"{b}" "c"
