"""What a drawing is, the network that draws, and the checkpoint that carries it."""
