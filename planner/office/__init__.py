"""Documents people exchange: a plan's folder, Excel task plans."""
