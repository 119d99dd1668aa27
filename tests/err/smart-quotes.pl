name = “rows”
#~^ error[E0102]: the character `“` (U+201C) cannot stand here
#~^^ help: write `"`
