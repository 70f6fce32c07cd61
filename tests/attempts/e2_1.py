"""Attempts at 2.1."""

import torch
import torch.nn.functional as F
from cam_tutorial import class_activation_map, normalize

from attempts import right, wrong


@right("einsum over the maps")
def cam_einsum(features, weights, class_index):
    return torch.einsum("k,kij->ij", weights[class_index], features)


@right("broadcasts the weights and sums over k")
def cam_broadcast(features, weights, class_index):
    w = weights[class_index]
    return (w[:, None, None] * features).sum(dim=0)


@right("adds up map by map")
def cam_loop(features, weights, class_index):
    K, H, W = features.shape
    M = torch.zeros(H, W)
    for k in range(K):
        M = M + weights[class_index, k] * features[k]
    return M


@right("Python's sum over a zip")
def cam_zip(features, weights, class_index):
    return sum(w * A for w, A in zip(weights[class_index], features))


@right("a matrix product on the flattened maps")
def cam_matmul(features: torch.Tensor, weights: torch.Tensor, class_index: int) -> torch.Tensor:
    K, H, W = features.shape
    return (weights[class_index] @ features.reshape(K, -1)).reshape(H, W)


@right("tensordot")
def cam_tensordot(features, weights, class_index):
    with torch.no_grad():
        return torch.tensordot(weights[class_index], features, dims=1)


@right("all classes, then picks one")
def cam_all_then_one(features, weights, class_index):
    M = torch.einsum("ck,kij->cij", weights, features)
    return M[class_index]


@right("NumPy, back to a tensor")
def cam_numpy(features, weights, class_index):
    A = features.detach().numpy()
    w = weights[class_index].detach().numpy()
    return torch.from_numpy((w[:, None, None] * A).sum(axis=0))


@right("position by position")
def cam_positions(features, weights, class_index):
    M = torch.empty(features.shape[1:])
    for i in range(features.shape[1]):
        for j in range(features.shape[2]):
            M[i, j] = torch.dot(weights[class_index], features[:, i, j])
    return M


@wrong("takes a column of the weights in place of the row")
def cam_column(features, weights, class_index):
    w = weights[:, class_index]
    return (w[:, None, None] * features).sum(0)


@wrong("a ReLU at the end: negative values are lost")
def cam_relu(features, weights, class_index):
    w = weights[class_index]
    return F.relu((w.view(-1, 1, 1) * features).sum(0))


@wrong("a ReLU on the weights")
def cam_relu_weights(features, weights, class_index):
    return torch.einsum("k,kij->ij", weights[class_index].relu(), features)


@wrong("mean over the maps in place of the sum")
def cam_mean(features, weights, class_index):
    w = weights[class_index]
    return (w[:, None, None] * features).mean(dim=0)


@wrong("always class 0")
def cam_class0(features, weights, class_index):
    return torch.einsum("k,kij->ij", weights[0], features)


@wrong("the maps of all classes")
def cam_all(features, weights, class_index):
    return torch.einsum("ck,kij->cij", weights, features)


@wrong("rows and columns swapped")
def cam_ji(features, weights, class_index):
    return torch.einsum("k,kij->ji", weights[class_index], features)


@wrong("sums over the rows instead of the maps")
def cam_dim1(features, weights, class_index):
    w = weights[class_index]
    return (w[:, None, None] * features).sum(dim=1)


@wrong("leaves the summed axis in: (1, H, W)")
def cam_keepdim(features, weights, class_index):
    w = weights[class_index][:, None, None]
    return (w * features).sum(0, keepdim=True)


@wrong("divides by Z as in the logit")
def cam_z(features, weights, class_index):
    Z = features.shape[1] * features.shape[2]
    return torch.einsum("k,kij->ij", weights[class_index], features) / Z


@wrong("pools first, so that one number is left")
def cam_pooled(features, weights, class_index):
    F_k = features.mean(dim=(1, 2))
    return (weights[class_index] * F_k).sum()


@wrong("weighs the maps but doesn't add them up")
def cam_no_sum(features, weights, class_index):
    return weights[class_index][:, None, None] * features


@wrong("stretches the map to 0..1")
def cam_minmax(features, weights, class_index):
    M = torch.einsum("k,kij->ij", weights[class_index], features)
    return (M - M.min()) / (M.max() - M.min())


@wrong("normalizes with the package")
def cam_normalize(features, weights, class_index):
    M = (weights[class_index][:, None, None] * features).sum(0)
    return normalize(M[None])[0]


@wrong("12×12 hard-coded")
def cam_12(features, weights, class_index):
    flat = features.flatten(1)
    return (weights[class_index] @ flat).reshape(12, 12)


@wrong("64 maps hard-coded")
def cam_64(features, weights, class_index):
    M = 0
    for k in range(64):
        M += weights[class_index][k] * features[k]
    return M


@wrong("keeps only the last map: = in place of +=")
def cam_last(features, weights, class_index):
    for w, A in zip(weights[class_index], features):
        M = w * A
    return M


@wrong("the loop leaves out the first map")
def cam_range1(features, weights, class_index):
    M = torch.zeros_like(features[0])
    for k in range(1, len(features)):
        M += weights[class_index, k] * features[k]
    return M


@wrong("the weights are not given new axes, and go along the columns")
def cam_no_axes(features, weights, class_index):
    return (weights[class_index] * features).sum(dim=0)


@wrong("multiplies the caller's maps in place")
def cam_inplace(features, weights, class_index):
    for k in range(len(features)):
        features[k] *= weights[class_index, k]
    return features.sum(0)


@wrong("takes the absolute value of each product before summing")
def cam_abs(features, weights, class_index):
    return (weights[class_index][:, None, None] * features).abs().sum(0)


@wrong("the class counted from 1")
def cam_from_one(features, weights, class_index):
    return torch.einsum("k,kij->ij", weights[class_index - 1], features)


@wrong("softmax over the weights")
def cam_softmax(features, weights, class_index):
    w = weights[class_index].softmax(dim=0)
    return torch.einsum("k,kij->ij", w, features)


@wrong("subtracts the map's mean")
def cam_centered(features, weights, class_index):
    M = torch.einsum("k,kij->ij", weights[class_index], features)
    return M - M.mean()


@wrong("hands one image to the package's function, which wants a batch")
def cam_package(features, weights, class_index):
    return class_activation_map(features, weights, class_index)


@wrong("prints the map")
def cam_print(features, weights, class_index):
    print(torch.einsum("k,kij->ij", weights[class_index], features))


@wrong("squeeze: a map of one row or one column loses an axis")
def cam_squeeze(features, weights, class_index):
    w = weights[class_index].reshape(1, -1, 1, 1)
    return (w * features[None]).sum(1).squeeze()


@wrong("a weight's column, and a ReLU")
def cam_two_mistakes(features, weights, class_index):
    M = 0
    for k, A in enumerate(features):
        M = M + weights[k, class_index] * A
    return M.clamp(min=0)
