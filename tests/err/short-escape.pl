x = "\x4"
#~^ error[E0109]: expected 2 hexadecimal digits after `\x`
y = "\ud800"
#~^ error[E0109]: expected a character's code, found 0xD800
