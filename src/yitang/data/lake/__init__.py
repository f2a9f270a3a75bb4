"""Tables of record and the engines that read them."""
