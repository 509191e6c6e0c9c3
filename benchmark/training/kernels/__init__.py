"""What computes: optimisers, flat parameters, dense convolutions, CUDA streams, TorchScript."""
