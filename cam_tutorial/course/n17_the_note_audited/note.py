"""The student's note on CAM, claim by claim: what it says, what is true, whose it is, and where it is tried."""

from dataclasses import dataclass

MARKS = ("true", "partly", "not in the paper", "false")
FILES = {
    "01": "01_global_average_pooling", "02": "02_class_activation_mapping", "03": "03_grad_cam",
    "04": "04_zeroing_negative_gradients", "05": "05_measuring_heatmaps", "06": "06_trust_and_traps",
    "07": "07_real_photographs", "08": "08_why_was_it_wrong", "09": "09_look_alikes", "10": "10_several_labels",
    "11": "11_few_examples", "12": "12_another_world", "13": "13_without_labels", "14": "14_never_seen",
    "15": "15_in_words", "16": "16_in_time",
}  # fmt: skip


@dataclass(frozen=True)
class Claim:
    """One thing that the note says of CAM.

    Attributes:
        text: the claim.
        marks: the marks that count as right; the first is the verdict.
        truth: what is true, and whose it is.
        places: the numbers of notebooks, or a word about this one, where it is tried.
    """

    text: str
    marks: tuple[str, ...]
    truth: str
    places: tuple[str, ...]

    @property
    def verdict(self) -> str:
        return self.marks[0]


NOTE = (
    Claim(
        "It sets negative gradients to zero on the way back, for nicer pictures.",
        ("false",),
        "CAM has no way back: nothing is differentiated. The rule is guided backprop's (Springenberg et al. 2014). "
        "Grad-CAM's paper multiplies it in, and finds it less class-discriminative.",
        ("04", "here: “The first claim, tried”"),
    ),
    Claim(
        "A map's weight is the mean of the gradient over all places, α = (1/Z) Σ ∂y/∂A.",
        ("false",),
        "That is Grad-CAM's α (Selvaraju et al. 2017). CAM takes the weight that the classifier learned.",
        ("02", "03", "here: “The first claim, tried”"),
    ),
    Claim(
        "Each map is multiplied by its α, and all are summed: that is the heatmap.",
        ("partly",),
        "The sum is right. With Grad-CAM's α a ReLU follows, and without it that paper finds localization worse.",
        ("03",),
    ),
    Claim(
        "It is akin to Network in Network, and uses global average pooling.",
        ("true",),
        "With a nuance: Network in Network (Lin et al. 2013) pools one map a class; CAM's networks put a linear layer "
        "behind the pooling.",
        ("01",),
    ),
    Claim(
        "It was applied to ResNet.",
        ("not in the paper",),
        "The networks are AlexNet, VGGnet and GoogLeNet, each with GAP, NIN, and GoogLeNet with maximum pooling.",
        ("07",),
    ),
    Claim(
        "It localizes better than the approach with fully connected layers.",
        ("partly",),
        "At top-5, yes, against gradient saliency. At top-1 AlexNet-GAP is behind (67.19 against 65.17 % error, as "
        "reported), classification drops a little, and networks trained with boxes stay ahead.",
        ("05", "01"),
    ),
    Claim(
        "It was evaluated on ILSVRC 2012.",
        ("partly", "true"),
        "The paper says ILSVRC 2014; the images are those of 2012.",
        ("05", "here: its 1,000 classes, in “The authors' own network”"),
    ),
    Claim(
        "It was used for fine-grained recognition.",
        ("true",),
        "Section 4.1: birds, CUB-200-2011.",
        ("09",),
    ),
    Claim(
        "It was used to analyze why a network errs.",
        ("not in the paper",),
        "Grad-CAM's paper does that, in section 6.1.",
        ("08",),
    ),
    Claim(
        "It was applied to VGG and GoogLeNet.",
        ("true",),
        "They are its main networks.",
        ("07", "here: “The authors' own network”"),
    ),
    Claim(
        "It was used for multi-label classification.",
        ("not in the paper", "partly"),
        "Not as an experiment: one figure shows the maps of several classes of one image. CheXNet (2017) is a real "
        "case, with 14 pathologies.",
        ("10",),
    ),
    Claim(
        "It was used to classify actions in videos.",
        ("false", "not in the paper"),
        "Still images of actions and events only. Over time: Nguyen et al. 2018; Wei et al. 2018.",
        ("16",),
    ),
    Claim(
        "It was used for object detection.",
        ("false", "not in the paper"),
        "One box an image, learned from labels alone: localization. Detection finds every object.",
        ("02, “Two cats, one map”", "05"),
    ),
    Claim(
        "It was fine-tuned on new data sets.",
        ("partly",),
        "A linear SVM on the pooled features (section 4). The trunk stays as it is.",
        ("11",),
    ),
    Claim(
        "It was used for unsupervised feature learning.",
        ("not in the paper",),
        "ContraCAM (Mo et al. 2021) and CAST (2021) take maps there.",
        ("13",),
    ),
    Claim(
        "It was used for zero-shot learning.",
        ("not in the paper",),
        "Selvaraju et al. 2018, Choose Your Neuron; gScoreCAM (2022) on CLIP.",
        ("14",),
    ),
    Claim(
        "It was used for domain adaptation.",
        ("not in the paper",),
        "ToAlign (2021) takes maps there.",
        ("12",),
    ),
    Claim(
        "It was used for weakly supervised localization.",
        ("true",),
        "Section 3, the paper's main result.",
        ("02", "05"),
    ),
    Claim(
        "It was used on pictures and text together.",
        ("partly",),
        "One figure shows maps of a network that answers questions. Grad-CAM's section 8 and ALBEF (2021) do it with "
        "gradients.",
        ("15",),
    ),
)  # fmt: skip
