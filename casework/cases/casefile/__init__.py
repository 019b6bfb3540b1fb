"""A whole case on paper: what goes into it, what is left out, and the PDF made of it."""
