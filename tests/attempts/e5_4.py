"""Attempts at 5.4."""

import numpy as np
import torch
import torch.nn.functional as F

from attempts import right, wrong


@right("sorts once, then sets more and more places to 0")
def curve_sort(model, image, map_, class_index, steps):
    order = map_.flatten().argsort(descending=True)
    n = len(order)
    probabilities = []
    for s in range(steps + 1):
        picture = image.clone()
        picture.flatten(1)[:, order[: s * n // steps]] = 0
        with torch.no_grad():
            probabilities.append(model(picture[None]).softmax(dim=1)[0, class_index])
    return torch.stack(probabilities)


@right("all pictures as one batch")
def curve_batch(model, image, map_, class_index, steps):
    C, H, W = image.shape
    order = map_.flatten().argsort(descending=True)
    pictures = []
    for s in range(steps + 1):
        keep = torch.ones(H * W)
        keep[order[: round(s * H * W / steps)]] = 0
        pictures.append(image * keep.view(H, W))
    with torch.no_grad():
        logits = model(torch.stack(pictures))
    return F.softmax(logits, dim=1)[:, class_index]


@right("by the rank of each place")
def curve_rank(model, image, map_, class_index, steps):
    n = map_.numel()
    rank = torch.empty(n, dtype=torch.long)
    rank[map_.flatten().argsort(descending=True)] = torch.arange(n)
    rank = rank.reshape(map_.shape)
    curve = torch.zeros(steps + 1)
    with torch.no_grad():
        for s in range(steps + 1):
            deleted = torch.where(rank < s * n / steps, 0.0, image)
            curve[s] = model(deleted.unsqueeze(0)).softmax(-1)[0, class_index]
    return curve


@right("one portion after another on one copy, tensor_split")
def curve_split(model, image, map_, class_index, steps):
    x = image.detach().clone().flatten(1)

    def probability():
        with torch.no_grad():
            return torch.softmax(model(x.reshape(1, *image.shape)), dim=1)[0, class_index].item()

    values = [probability()]
    for portion in torch.tensor_split(map_.flatten().argsort(descending=True), steps):
        x[:, portion] = 0
        values.append(probability())
    return torch.tensor(values)


@right("NumPy for the order and the portions")
def curve_numpy(model, image, map_, class_index, steps):
    order = np.argsort(-map_.detach().numpy().ravel())
    ends = np.linspace(0, order.size, steps + 1).astype(int)
    out = []
    for end in ends:
        rows, cols = np.unravel_index(order[:end], map_.shape)
        x = image.clone()
        x[:, rows, cols] = 0
        with torch.inference_mode():
            out.append(float(model(x[None]).softmax(1)[0][class_index]))
    return torch.tensor(out)


@right("detaches in place of no_grad, float64")
def curve_detach(model, image, map_, class_index, steps):
    order = torch.sort(map_.reshape(-1), descending=True).indices
    size = order.numel() / steps
    curve = []
    for s in range(0, steps + 1):
        mask = torch.ones_like(map_).reshape(-1)
        mask[order[: int(round(s * size))]] = 0
        y = model((image * mask.reshape(map_.shape))[None]).detach()
        curve.append(y.double().softmax(1)[0, class_index].float())
    return torch.stack(curve)


@wrong("the lowest places first")
def curve_lowest(model, image, map_, class_index, steps):
    order = map_.flatten().argsort()
    n = len(order)
    probabilities = []
    for s in range(steps + 1):
        x = image.clone()
        x.flatten(1)[:, order[: s * n // steps]] = 0
        with torch.no_grad():
            probabilities.append(model(x[None]).softmax(dim=1)[0, class_index])
    return torch.stack(probabilities)


@wrong("logits in place of probabilities")
def curve_logits(model, image, map_, class_index, steps):
    order = map_.flatten().argsort(descending=True)
    n = len(order)
    values = []
    for s in range(steps + 1):
        x = image.clone()
        x.flatten(1)[:, order[: s * n // steps]] = 0
        with torch.no_grad():
            values.append(model(x[None])[0, class_index])
    return torch.stack(values)


@wrong("sigmoid in place of softmax")
def curve_sigmoid(model, image, map_, class_index, steps):
    order = map_.flatten().argsort(descending=True)
    n = len(order)
    values = []
    for s in range(steps + 1):
        x = image.clone()
        x.flatten(1)[:, order[: s * n // steps]] = 0
        with torch.no_grad():
            values.append(model(x[None]).sigmoid()[0, class_index])
    return torch.stack(values)


@wrong("softmax over the pictures in place of the classes")
def curve_softmax0(model, image, map_, class_index, steps):
    order = map_.flatten().argsort(descending=True)
    n = len(order)
    pictures = []
    for s in range(steps + 1):
        x = image.clone()
        x.flatten(1)[:, order[: s * n // steps]] = 0
        pictures.append(x)
    with torch.no_grad():
        return model(torch.stack(pictures)).softmax(dim=0)[:, class_index]


@wrong("the whole image's number is missing: S numbers")
def curve_no_start(model, image, map_, class_index, steps):
    order = map_.flatten().argsort(descending=True)
    n = len(order)
    values = []
    for s in range(1, steps + 1):
        x = image.clone()
        x.flatten(1)[:, order[: s * n // steps]] = 0
        with torch.no_grad():
            values.append(model(x[None]).softmax(dim=1)[0, class_index])
    return torch.stack(values)


@wrong("the last number is missing: range(steps)")
def curve_no_end(model, image, map_, class_index, steps):
    order = map_.flatten().argsort(descending=True)
    n = len(order)
    values = []
    for s in range(steps):
        x = image.clone()
        x.flatten(1)[:, order[: s * n // steps]] = 0
        with torch.no_grad():
            values.append(model(x[None]).softmax(dim=1)[0, class_index])
    return torch.stack(values)


@wrong("S + 1 numbers, but S + 1 portions, so the last picture isn't empty")
def curve_portions(model, image, map_, class_index, steps):
    order = map_.flatten().argsort(descending=True)
    n = len(order)
    values = []
    for s in range(steps + 1):
        x = image.clone()
        x.flatten(1)[:, order[: s * n // (steps + 1)]] = 0
        with torch.no_grad():
            values.append(model(x[None]).softmax(dim=1)[0, class_index])
    return torch.stack(values)


@wrong("the portion rounded down once for all: a remainder stays at the end")
def curve_remainder(model, image, map_, class_index, steps):
    order = map_.flatten().argsort(descending=True)
    portion = len(order) // steps
    values = []
    for s in range(steps + 1):
        x = image.clone()
        x.flatten(1)[:, order[: s * portion]] = 0
        with torch.no_grad():
            values.append(model(x[None]).softmax(dim=1)[0, class_index])
    return torch.stack(values)


@wrong("only the current portion is deleted, the earlier ones come back")
def curve_only_portion(model, image, map_, class_index, steps):
    order = map_.flatten().argsort(descending=True)
    n = len(order)
    values = [model(image[None]).softmax(1)[0, class_index].detach()]
    for s in range(steps):
        x = image.clone()
        x.flatten(1)[:, order[s * n // steps : (s + 1) * n // steps]] = 0
        with torch.no_grad():
            values.append(model(x[None]).softmax(dim=1)[0, class_index])
    return torch.stack(values)


@wrong("the caller's image is deleted in place")
def curve_inplace(model, image, map_, class_index, steps):
    order = map_.flatten().argsort(descending=True)
    n = len(order)
    values = []
    for s in range(steps + 1):
        image.view(image.shape[0], -1)[:, order[: s * n // steps]] = 0
        with torch.no_grad():
            values.append(model(image[None]).softmax(dim=1)[0, class_index])
    return torch.stack(values)


@wrong("insertion: starts with an empty picture and puts the places in")
def curve_insertion(model, image, map_, class_index, steps):
    order = map_.flatten().argsort(descending=True)
    n = len(order)
    values = []
    for s in range(steps + 1):
        x = torch.zeros_like(image)
        chosen = order[: s * n // steps]
        x.flatten(1)[:, chosen] = image.flatten(1)[:, chosen]
        with torch.no_grad():
            values.append(model(x[None]).softmax(dim=1)[0, class_index])
    return torch.stack(values)


@wrong("deletes in the first channel only")
def curve_one_channel(model, image, map_, class_index, steps):
    order = map_.flatten().argsort(descending=True)
    n = len(order)
    values = []
    for s in range(steps + 1):
        x = image.clone()
        x[0].flatten()[order[: s * n // steps]] = 0
        with torch.no_grad():
            values.append(model(x[None]).softmax(dim=1)[0, class_index])
    return torch.stack(values)


@wrong("fills with the image's mean in place of 0")
def curve_mean(model, image, map_, class_index, steps):
    order = map_.flatten().argsort(descending=True)
    n = len(order)
    values = []
    for s in range(steps + 1):
        x = image.clone()
        x.flatten(1)[:, order[: s * n // steps]] = image.mean()
        with torch.no_grad():
            values.append(model(x[None]).softmax(dim=1)[0, class_index])
    return torch.stack(values)


@wrong("the predicted class's probability, whatever class is asked for")
def curve_predicted(model, image, map_, class_index, steps):
    order = map_.flatten().argsort(descending=True)
    n = len(order)
    values = []
    for s in range(steps + 1):
        x = image.clone()
        x.flatten(1)[:, order[: s * n // steps]] = 0
        with torch.no_grad():
            values.append(model(x[None]).softmax(dim=1).max())
    return torch.stack(values)


@wrong("class 0")
def curve_class0(model, image, map_, class_index, steps):
    order = map_.flatten().argsort(descending=True)
    n = len(order)
    values = []
    for s in range(steps + 1):
        x = image.clone()
        x.flatten(1)[:, order[: s * n // steps]] = 0
        with torch.no_grad():
            values.append(model(x[None]).softmax(dim=1)[0, 0])
    return torch.stack(values)


@wrong("the probabilities of all classes: (S + 1, classes)")
def curve_all(model, image, map_, class_index, steps):
    order = map_.flatten().argsort(descending=True)
    n = len(order)
    values = []
    for s in range(steps + 1):
        x = image.clone()
        x.flatten(1)[:, order[: s * n // steps]] = 0
        with torch.no_grad():
            values.append(model(x[None]).softmax(dim=1)[0])
    return torch.stack(values)


@wrong("an axis too many: (S + 1, 1)")
def curve_axis(model, image, map_, class_index, steps):
    order = map_.flatten().argsort(descending=True)
    n = len(order)
    values = []
    for s in range(steps + 1):
        x = image.clone()
        x.flatten(1)[:, order[: s * n // steps]] = 0
        with torch.no_grad():
            values.append(model(x[None]).softmax(dim=1)[:, class_index])
    return torch.stack(values)


@wrong("the area in place of the curve")
def curve_area(model, image, map_, class_index, steps):
    order = map_.flatten().argsort(descending=True)
    n = len(order)
    values = []
    for s in range(steps + 1):
        x = image.clone()
        x.flatten(1)[:, order[: s * n // steps]] = 0
        with torch.no_grad():
            values.append(model(x[None]).softmax(dim=1)[0, class_index])
    return torch.trapezoid(torch.stack(values), dx=1 / steps)


@wrong("equal steps of the map's value, not equal numbers of places")
def curve_levels(model, image, map_, class_index, steps):
    low, high = map_.min().item(), map_.max().item()
    values = []
    for s in range(steps + 1):
        t = high - s * (high - low) / steps
        x = torch.where(map_ >= t, 0.0, image) if s > 0 else image
        with torch.no_grad():
            values.append(model(x[None]).softmax(dim=1)[0, class_index])
    return torch.stack(values)


@wrong("24 steps hard-coded")
def curve_24(model, image, map_, class_index, steps):
    order = map_.flatten().argsort(descending=True)
    n = len(order)
    curve = torch.zeros(25)
    for s in range(25):
        x = image.clone()
        x.flatten(1)[:, order[: s * n // 24]] = 0
        with torch.no_grad():
            curve[s] = model(x[None]).softmax(dim=1)[0, class_index]
    return curve


@wrong("96×96 hard-coded")
def curve_96(model, image, map_, class_index, steps):
    order = map_.flatten().argsort(descending=True)
    values = []
    for s in range(steps + 1):
        keep = torch.ones(96 * 96)
        keep[order[: s * 9216 // steps]] = 0
        with torch.no_grad():
            values.append(model((image * keep.view(96, 96))[None]).softmax(dim=1)[0, class_index])
    return torch.stack(values)


@wrong("row and column from the height: wrong for pictures that are not square")
def curve_height(model, image, map_, class_index, steps):
    H = image.shape[1]
    order = map_.flatten().argsort(descending=True)
    n = len(order)
    values = []
    for s in range(steps + 1):
        x = image.clone()
        chosen = order[: s * n // steps]
        x[:, chosen // H, chosen % H] = 0
        with torch.no_grad():
            values.append(model(x[None]).softmax(dim=1)[0, class_index])
    return torch.stack(values)


@wrong("rows and columns swapped")
def curve_xy(model, image, map_, class_index, steps):
    W = map_.shape[1]
    order = map_.flatten().argsort(descending=True)
    n = len(order)
    values = []
    for s in range(steps + 1):
        x = image.clone()
        chosen = order[: s * n // steps]
        x[:, chosen % W, chosen // W] = 0
        with torch.no_grad():
            values.append(model(x[None]).softmax(dim=1)[0, class_index])
    return torch.stack(values)


@wrong("the same picture object appended again and again: the whole batch shows the last state")
def curve_same_object(model, image, map_, class_index, steps):
    order = map_.flatten().argsort(descending=True)
    n = len(order)
    x = image.clone()
    pictures = []
    for s in range(steps + 1):
        x.flatten(1)[:, order[: s * n // steps]] = 0
        pictures.append(x)
    with torch.no_grad():
        return model(torch.stack(pictures)).softmax(dim=1)[:, class_index]


@wrong("deletes from a copy that is thrown away: flatten of a selection")
def curve_copy(model, image, map_, class_index, steps):
    order = map_.flatten().argsort(descending=True)
    n = len(order)
    values = []
    for s in range(steps + 1):
        x = image.clone()
        x.permute(1, 2, 0).reshape(n, -1).clone()[order[: s * n // steps]] = 0
        with torch.no_grad():
            values.append(model(x[None]).softmax(dim=1)[0, class_index])
    return torch.stack(values)


@wrong("no batch axis")
def curve_no_batch(model, image, map_, class_index, steps):
    order = map_.flatten().argsort(descending=True)
    n = len(order)
    values = []
    for s in range(steps + 1):
        x = image.clone()
        x.flatten(1)[:, order[: s * n // steps]] = 0
        with torch.no_grad():
            values.append(model(x).softmax(dim=1)[0, class_index])
    return torch.stack(values)


@wrong("the highest absolute values first")
def curve_abs(model, image, map_, class_index, steps):
    order = map_.abs().flatten().argsort(descending=True)
    n = len(order)
    values = []
    for s in range(steps + 1):
        x = image.clone()
        x.flatten(1)[:, order[: s * n // steps]] = 0
        with torch.no_grad():
            values.append(model(x[None]).softmax(dim=1)[0, class_index])
    return torch.stack(values)


@wrong("multiplies by 1 − map in place of setting places to 0")
def curve_soft(model, image, map_, class_index, steps):
    m = (map_ - map_.min()) / (map_.max() - map_.min())
    values = []
    for s in range(steps + 1):
        x = image * (1 - m * s / steps)
        with torch.no_grad():
            values.append(model(x[None]).softmax(dim=1)[0, class_index])
    return torch.stack(values)


@wrong("sorts each row by itself")
def curve_rows(model, image, map_, class_index, steps):
    order = map_.argsort(dim=1, descending=True).flatten()
    n = len(order)
    values = []
    for s in range(steps + 1):
        x = image.clone()
        x.flatten(1)[:, order[: s * n // steps]] = 0
        with torch.no_grad():
            values.append(model(x[None]).softmax(dim=1)[0, class_index])
    return torch.stack(values)


@wrong("one pixel a step in place of one portion")
def curve_pixels(model, image, map_, class_index, steps):
    order = map_.flatten().argsort(descending=True)
    values = []
    for s in range(steps + 1):
        x = image.clone()
        x.flatten(1)[:, order[:s]] = 0
        with torch.no_grad():
            values.append(model(x[None]).softmax(dim=1)[0, class_index])
    return torch.stack(values)


@wrong("the network is left in training mode")
def curve_train(model, image, map_, class_index, steps):
    order = map_.flatten().argsort(descending=True)
    n = len(order)
    values = []
    model.eval()
    for s in range(steps + 1):
        x = image.clone()
        x.flatten(1)[:, order[: s * n // steps]] = 0
        with torch.no_grad():
            values.append(model(x[None]).softmax(dim=1)[0, class_index])
    model.train()
    return torch.stack(values)


@wrong("gradients are switched off for good")
def curve_grad_off(model, image, map_, class_index, steps):
    torch.set_grad_enabled(False)
    order = map_.flatten().argsort(descending=True)
    n = len(order)
    values = []
    for s in range(steps + 1):
        x = image.clone()
        x.flatten(1)[:, order[: s * n // steps]] = 0
        values.append(model(x[None]).softmax(dim=1)[0, class_index])
    return torch.stack(values)


@wrong("how far the probability has fallen, not the probability")
def curve_drop(model, image, map_, class_index, steps):
    order = map_.flatten().argsort(descending=True)
    n = len(order)
    values = []
    for s in range(steps + 1):
        x = image.clone()
        x.flatten(1)[:, order[: s * n // steps]] = 0
        with torch.no_grad():
            values.append(model(x[None]).softmax(dim=1)[0, class_index])
    curve = torch.stack(values)
    return curve[0] - curve


@wrong("log-probabilities")
def curve_log(model, image, map_, class_index, steps):
    order = map_.flatten().argsort(descending=True)
    n = len(order)
    values = []
    for s in range(steps + 1):
        x = image.clone()
        x.flatten(1)[:, order[: s * n // steps]] = 0
        with torch.no_grad():
            values.append(model(x[None]).log_softmax(dim=1)[0, class_index])
    return torch.stack(values)


@wrong("the lowest first, and logits")
def curve_two_mistakes(model, image, map_, class_index, steps):
    order = map_.flatten().argsort()
    n = len(order)
    out = torch.zeros(steps + 1)
    for s in range(steps + 1):
        x = image.clone()
        x.flatten(1)[:, order[: s * n // steps]] = 0
        with torch.no_grad():
            out[s] = model(x[None])[0, class_index]
    return out
