"""Datasets, losses, the training loop, scores: everything that happens before a checkpoint exists."""
