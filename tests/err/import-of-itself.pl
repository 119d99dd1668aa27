import import_of_itself  #~ error[E0201]: module `import_of_itself` not found
