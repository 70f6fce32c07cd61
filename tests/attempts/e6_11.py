"""Attempts at 6.11."""

import torch
from attempts import right, wrong


@right("the row of the classifier times the neck's matrix")
def product(features, neck, classifier, class_index):
    w = classifier.weight[class_index] @ neck.weight  # (J,) @ (J, K) -> (K,)
    return torch.einsum("k,nkhw->nhw", w, features).detach()


@right("the whole product matrix first")
def whole_product(features, neck, classifier, class_index):
    with torch.no_grad():
        W = torch.matmul(classifier.weight, neck.weight)  # (C, K)
        return (W[class_index].view(1, -1, 1, 1) * features).sum(dim=1)


@right("one step after the other at every place")
def step_by_step(features, neck, classifier, class_index):
    hidden = torch.einsum("jk,nkhw->njhw", neck.weight, features)
    return torch.einsum("j,njhw->nhw", classifier.weight[class_index], hidden)


@right("1 × 1 convolutions without bias")
def convolutions(features, neck, classifier, class_index):
    x = torch.nn.functional.conv2d(features, neck.weight[:, :, None, None])
    x = torch.nn.functional.conv2d(x, classifier.weight[class_index][None, :, None, None])
    return x[:, 0].detach()


@right("loops over units and maps, in float64")
def loops(features, neck, classifier, class_index):
    v, V = classifier.weight[class_index].double(), neck.weight.double()
    J, K = V.shape
    out = torch.zeros(features.shape[0], *features.shape[2:], dtype=torch.float64)
    for k in range(K):
        w_k = sum(v[j] * V[j, k] for j in range(J))
        out += w_k.detach() * features[:, k].detach()
    return out


@right("the gradient of the logit at the pooled features")
def gradient(features, neck, classifier, class_index):
    pooled = features.detach().mean(dim=(2, 3)).requires_grad_()
    logit = classifier(neck(pooled))[:, class_index].sum()
    (w,) = torch.autograd.grad(logit, pooled)
    return (w[:, :, None, None] * features.detach()).sum(1)


@wrong("the classifier's row on the features, without the neck: fits only if J is K")
def classifier_row(features, neck, classifier, class_index):
    w = classifier.weight[class_index]
    return torch.einsum("k,nkhw->nhw", w, features).detach()


@wrong("the neck's matrix the wrong way round")
def neck_transposed(features, neck, classifier, class_index):
    w = classifier.weight[class_index] @ neck.weight.T
    return torch.einsum("k,nkhw->nhw", w, features).detach()


@wrong("matrix times vector in the wrong order")
def wrong_order(features, neck, classifier, class_index):
    w = neck.weight @ classifier.weight[class_index]
    return torch.einsum("k,nkhw->nhw", w, features).detach()


@wrong("the product entry by entry")
def entry_by_entry(features, neck, classifier, class_index):
    w = neck.weight[class_index] * classifier.weight[class_index]
    return torch.einsum("k,nkhw->nhw", w, features).detach()


@wrong("the biases added at every cell")
def with_biases(features, neck, classifier, class_index):
    with torch.no_grad():
        hidden = neck(features.permute(0, 2, 3, 1))
        return classifier(hidden)[..., class_index]


@wrong("the neck's bias is part of the map")
def neck_bias(features, neck, classifier, class_index):
    with torch.no_grad():
        hidden = neck(features.permute(0, 2, 3, 1))
        return hidden @ classifier.weight[class_index]


@wrong("a ReLU between the two layers")
def relu_between(features, neck, classifier, class_index):
    hidden = torch.einsum("jk,nkhw->njhw", neck.weight, features).relu()
    return torch.einsum("j,njhw->nhw", classifier.weight[class_index], hidden).detach()


@wrong("a ReLU on the map: it loses its sign, and the identity fails")
def relu_map(features, neck, classifier, class_index):
    w = classifier.weight[class_index] @ neck.weight
    return torch.einsum("k,nkhw->nhw", w, features).relu().detach()


@wrong("divided by the number of cells: the sum is the logit, not the mean")
def divided(features, neck, classifier, class_index):
    w = classifier.weight[class_index] @ neck.weight
    return torch.einsum("k,nkhw->nhw", w, features).detach() / features[0, 0].numel()


@wrong("a column of the product in place of a row")
def column(features, neck, classifier, class_index):
    w = (classifier.weight @ neck.weight)[:, class_index]
    return torch.einsum("k,nkhw->nhw", w, features).detach()


@wrong("the first image only")
def first_image(features, neck, classifier, class_index):
    w = classifier.weight[class_index] @ neck.weight
    return torch.einsum("k,khw->hw", w, features[0]).detach()


@wrong("all classes in place of the one asked for")
def all_classes(features, neck, classifier, class_index):
    W = classifier.weight @ neck.weight
    return torch.einsum("ck,nkhw->nchw", W, features).detach()


@wrong("the mean over the neck's units in place of the sum")
def mean_of_units(features, neck, classifier, class_index):
    w = (classifier.weight[class_index][:, None] * neck.weight).mean(dim=0)
    return torch.einsum("k,nkhw->nhw", w, features).detach()


@wrong("the sum of both rows")
def sum_of_rows(features, neck, classifier, class_index):
    w = neck.weight[class_index] + classifier.weight[class_index]
    return torch.einsum("k,nkhw->nhw", w, features).detach()


@wrong("the neck called on the classifier's row, which adds the neck's bias and transposes")
def neck_called(features, neck, classifier, class_index):
    w = neck(classifier.weight[class_index])
    return torch.einsum("k,nkhw->nhw", w, features).detach()
