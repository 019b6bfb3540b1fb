"""Owns the demo: a believable agency with cases over three years, made anew from a seed. Never in production."""
