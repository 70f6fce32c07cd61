"""Speed and memory, beside captum, torchcam and grad-cam in one run: `python -m benchmarks`."""
