"""What a stack costs, from the figures in its file. Unknown figures stay unknown and widen the bounds."""
