x = f"{f'{f"{f'{f"{f'{f"{f'{f"{1}"}'}"}'}"}'}"}'}"
#~^ error[E1102]: f-strings nest at most 8 deep
