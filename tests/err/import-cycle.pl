import _cycle_a  #~ note: imported here  #~? error[E0203]: import cycle _cycle_a -> _cycle_b -> _cycle_a
