x = 1
y = "Ã("
#~^ error[E0101]: byte 14 (0xC3)
