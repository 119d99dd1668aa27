# the byte is Latin-1
name = "café"
#~^ error[E0101]: byte 33 (0xE9) is not valid UTF-8
