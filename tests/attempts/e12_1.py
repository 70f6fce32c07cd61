"""Attempts at 12.1."""

import copy

import torch
from attempts import right, wrong
from torch import nn


def norms(network):
    return [m for m in network.modules() if isinstance(m, nn.BatchNorm2d)]


@right("deep copy, momentum None, enumerate")
def plain(network, batches):
    new = copy.deepcopy(network)
    for module in new.modules():
        if type(module) is nn.BatchNorm2d:
            module.momentum = None
            module.reset_running_stats()
    new.train()
    with torch.no_grad():
        for _, x in enumerate(batches):
            new(x)
    new.eval()
    return new


@right("the momentum 1/n by hand")
def falling_momentum(network, batches):
    twin = copy.deepcopy(network).train()
    with torch.no_grad():
        for n, x in enumerate(batches, start=1):
            for layer in norms(twin):
                layer.momentum = 1 / n
            twin(x)
    return twin.eval()


@right("only the BatchNorm layers in train mode")
def only_norms_train(network, batches):
    twin = copy.deepcopy(network)
    twin.eval()
    for layer in norms(twin):
        layer.train()
        layer.reset_running_stats()
        layer.momentum = None
    for x in batches:
        with torch.no_grad():
            twin(x)
    return twin.eval()


@right("each batch's statistics with momentum 1, averaged at the end")
def averaged_by_hand(network, batches):
    twin = copy.deepcopy(network).train()
    layers = norms(twin)
    means, variances = [[] for _ in layers], [[] for _ in layers]
    for layer in layers:
        layer.momentum = 1.0
    with torch.no_grad():
        for x in batches:
            twin(x)
            for k, layer in enumerate(layers):
                means[k].append(layer.running_mean.clone())
                variances[k].append(layer.running_var.clone())
        for k, layer in enumerate(layers):
            layer.running_mean.copy_(torch.stack(means[k]).mean(0))
            layer.running_var.copy_(torch.stack(variances[k]).mean(0))
    return twin.eval()


@right("the counter set to 0 instead of a reset")
def counter_to_zero(network, batches):
    twin = copy.deepcopy(network)
    for layer in norms(twin):
        layer.num_batches_tracked.zero_()
        layer.momentum = None
    twin.train()
    with torch.no_grad():
        for i in range(len(batches)):
            twin(batches[i])
    return twin.eval()


@right("apply with an inner function")
def with_apply(network, batches):
    def prepare(module):
        if isinstance(module, nn.BatchNorm2d):
            module.reset_running_stats()
            module.momentum = None

    twin = copy.deepcopy(network).apply(prepare).train()
    with torch.inference_mode():
        [twin(x) for x in batches]
    return twin.eval()


@right("set_grad_enabled and named_modules")
def named(network, batches):
    result = copy.deepcopy(network)
    for _, module in result.named_modules():
        if "BatchNorm" in module.__class__.__name__:
            module.reset_running_stats()
            module.momentum = None
            module.training = True
    with torch.set_grad_enabled(False):
        for x in batches:
            result(x)
    return result.eval()


@right("hooks on the inputs of the layers")
def hooks(network, batches):
    twin = copy.deepcopy(network).train()
    sums = {}

    def note(layer, inputs):
        (a,) = inputs
        mean, var = a.mean(dim=(0, 2, 3)), a.var(dim=(0, 2, 3))
        old = sums.get(layer, (0, 0))
        sums[layer] = (old[0] + mean, old[1] + var)

    handles = [layer.register_forward_pre_hook(note) for layer in norms(twin)]
    with torch.no_grad():
        for x in batches:
            twin(x)
    for handle in handles:
        handle.remove()
    for layer, (mean, var) in sums.items():
        layer.running_mean, layer.running_var = mean / len(batches), var / len(batches)
    return twin.eval()


@wrong("train mode alone")
def train_alone(network, batches):
    new = copy.deepcopy(network)
    new.train()
    with torch.no_grad():
        for x in batches:
            new(x)
    return new.eval()


@wrong("reset, momentum left")
def momentum_left(network, batches):
    new = copy.deepcopy(network)
    for m in norms(new):
        m.reset_running_stats()
    new.train()
    with torch.no_grad():
        for x in batches:
            new(x)
    return new.eval()


@wrong("no reset")
def no_reset(network, batches):
    new = copy.deepcopy(network)
    for m in norms(new):
        m.momentum = None
    new.train()
    with torch.no_grad():
        for x in batches:
            new(x)
    return new.eval()


@wrong("train mode forgotten")
def no_train(network, batches):
    new = copy.deepcopy(network)
    for m in norms(new):
        m.reset_running_stats()
        m.momentum = None
    with torch.no_grad():
        for x in batches:
            new(x)
    return new


@wrong("eval mode forgotten")
def no_eval(network, batches):
    new = copy.deepcopy(network).train()
    for m in norms(new):
        m.reset_running_stats()
        m.momentum = None
    with torch.no_grad():
        for x in batches:
            new(x)
    return new


@wrong("in place")
def in_place(network, batches):
    for m in norms(network):
        m.reset_running_stats()
        m.momentum = None
    network.train()
    with torch.no_grad():
        for x in batches:
            network(x)
    return network.eval()


@wrong("a shallow copy")
def shallow(network, batches):
    new = copy.copy(network)
    for m in norms(new):
        m.reset_running_stats()
        m.momentum = None
    new.train()
    with torch.no_grad():
        for x in batches:
            new(x)
    return new.eval()


@wrong("momentum 1")
def momentum_one(network, batches):
    new = copy.deepcopy(network)
    for m in norms(new):
        m.momentum = 1
    new.train()
    with torch.no_grad():
        for x in batches:
            new(x)
    return new.eval()


@wrong("one large batch")
def one_batch(network, batches):
    new = copy.deepcopy(network)
    for m in norms(new):
        m.reset_running_stats()
        m.momentum = None
    new.train()
    with torch.no_grad():
        new(torch.cat(list(batches)))
    return new.eval()


@wrong("the reset within the loop")
def reset_in_loop(network, batches):
    new = copy.deepcopy(network).train()
    with torch.no_grad():
        for x in batches:
            for m in norms(new):
                m.reset_running_stats()
                m.momentum = None
            new(x)
    return new.eval()


@wrong("children instead of modules")
def children(network, batches):
    new = copy.deepcopy(network)
    for m in new.children():
        if isinstance(m, nn.BatchNorm2d):
            m.reset_running_stats()
            m.momentum = None
    new.train()
    with torch.no_grad():
        for x in batches:
            new(x)
    return new.eval()


@wrong("the return inside of the loop")
def returns_early(network, batches):
    new = copy.deepcopy(network)
    for m in norms(new):
        m.reset_running_stats()
        m.momentum = None
    new.train()
    for x in batches:
        with torch.no_grad():
            new(x)
        return new.eval()


@wrong("returns what the network answers")
def answers(network, batches):
    new = copy.deepcopy(network)
    for m in norms(new):
        m.reset_running_stats()
        m.momentum = None
    new.train()
    with torch.no_grad():
        out = [new(x) for x in batches]
    return out


@wrong("nothing is returned")
def nothing(network, batches):
    new = copy.deepcopy(network)
    for m in norms(new):
        m.reset_running_stats()
        m.momentum = None
    new.train()
    with torch.no_grad():
        for x in batches:
            new(x)
    new.eval()


@wrong("no statistics any more")
def no_statistics(network, batches):
    new = copy.deepcopy(network)
    for m in norms(new):
        m.track_running_stats = False
        m.running_mean = None
        m.running_var = None
    return new.eval()
