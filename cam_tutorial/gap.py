"""Global Average Pooling (notebook 01): one number a feature map, its mean."""

from torch import Tensor


def global_average_pool(features: Tensor) -> Tensor:
    r"""Average every feature map over its positions: (N, K, H, W) -> (N, K).

    $$F_k = \frac{1}{Z} \sum_i \sum_j A^k_{ij}, \qquad Z = H \cdot W$$

    Any H and W will do, so a network that pools this way takes images of any size.

    Raises:
        ValueError: `features` does not have four dimensions, or has no positions to average.

    Source: Lin, Chen and Yan, "Network in Network" (2013), section 3.2.
    """
    if features.ndim != 4:
        raise ValueError(f"features must have the shape (N, K, H, W), got {tuple(features.shape)}")
    if features.shape[2] * features.shape[3] == 0:
        raise ValueError(f"features must have at least one position to average, got {tuple(features.shape)}")
    return features.mean(dim=(2, 3))
