"""`make bench`: how fast and how large Casework is on 58,251 real cases, as ratios and counts.

The times of a busy machine say little, so every figure that can be is a ratio to something plain in the same run.
"""
