"""Every test and benchmark that wants a GPU, in the minutes that there is one: `python -m benchmarks.gpu`."""
