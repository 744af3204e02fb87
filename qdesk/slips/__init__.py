"""Everything that is printed: what stands on it, how it is set, the codes on it, the printers, and the queue before them."""
