"""Attacks on a service of our own, while a plain client goes on asking."""
