"""The student's note on CAM, claim by claim: what it says, what is true, whose it is, and where it is tried."""

from dataclasses import dataclass

MARKS = ("true", "partly", "not in the paper", "false")
FILES = {
    "01": "01_global_average_pooling", "02": "02_class_activation_mapping", "03": "03_grad_cam",
    "04": "04_zeroing_negative_gradients", "05": "05_measuring_heatmaps", "06": "06_trust_and_traps",
    "07": "07_real_photographs", "08": "08_why_was_it_wrong", "09": "09_look_alikes", "10": "10_several_labels",
    "11": "11_few_examples", "12": "12_another_world", "13": "13_without_labels", "14": "14_never_seen",
    "15": "15_in_words", "16": "16_in_time", "17": "17_the_note_audited",
}  # fmt: skip


@dataclass(frozen=True)
class Claim:
    """One thing that the note says of CAM.

    Attributes:
        text: the claim.
        marks: the marks that count as right; the first says it best.
        truth: what is true, and whose it is.
        places: where it is tried, a notebook's number and a heading in it each.
    """

    text: str
    marks: tuple[str, ...]
    truth: str
    places: tuple[tuple[str, str], ...]


NOTE = (
    Claim(
        "It sets negative gradients to zero on the way back, for nicer pictures.",
        ("false",),
        "CAM has no way back: nothing is differentiated. The rule is guided backprop's (Springenberg et al. 2014). "
        "Grad-CAM's paper multiplies it in, and finds it less class-discriminative.",
        (("04", "One ReLU, three ways back"), ("17", "The first claim, tried")),
    ),
    Claim(
        "A map's weight is the mean of the gradient over all places, α = (1/Z) Σ ∂y/∂A.",
        ("false",),
        "That is Grad-CAM's α (Selvaraju et al. 2017). CAM takes the weight that the classifier learned.",
        (
            ("03", "The whole method on eight numbers"),
            ("03", "Where CAM exists, Grad-CAM is CAM"),
            ("17", "The first claim, tried"),
        ),
    ),
    Claim(
        "Each map is multiplied by its α, and all are summed: that is the heatmap.",
        ("partly",),
        "The sum is right. With Grad-CAM's α a ReLU follows, and without it that paper finds localization worse.",
        (("03", "What to do with the blue part?"),),
    ),
    Claim(
        "It is akin to Network in Network, and uses global average pooling.",
        ("true",),
        "With a nuance: Network in Network (Lin et al. 2013) pools one map a class; CAM's networks put a linear layer "
        "behind the pooling.",
        (("01", "The other order: Network in Network"), ("01", "Two orders, one result")),
    ),
    Claim(
        "It was applied to ResNet.",
        ("not in the paper",),
        "The networks are AlexNet, VGGnet and GoogLeNet, each with GAP, NIN, and GoogLeNet with maximum pooling.",
        (("07", "Several networks"),),
    ),
    Claim(
        "It localizes better than the approach with fully connected layers.",
        ("partly",),
        "With five guesses (top-5), yes, against gradient saliency. With one (top-1) AlexNet-GAP is behind (67.19 "
        "against 65.17 % error, as reported), classification drops a little, and networks trained with boxes stay "
        "ahead.",
        (("17", "Claim 6, tried"),),
    ),
    Claim(
        "It was evaluated on ILSVRC 2012.",
        ("partly", "true"),
        "The paper says ILSVRC 2014; the images are those of 2012.",
        (("05", "Right class, right box"), ("17", "The authors' own network")),
    ),
    Claim(
        "It was used for fine-grained recognition.",
        ("true",),
        "Section 4.1: birds, CUB-200-2011.",
        (("09", "Does it help?"),),
    ),
    Claim(
        "It was used to analyze why a network errs.",
        ("not in the paper",),
        "Grad-CAM's paper does that, in section 6.1.",
        (("08", "Name the culprit"), ("08", "The experiment")),
    ),
    Claim(
        "It was applied to VGG and GoogLeNet.",
        ("true",),
        "They are its main networks.",
        (("07", "What pooling costs"), ("17", "The authors' own network")),
    ),
    Claim(
        "It was used for multi-label classification.",
        ("not in the paper", "partly"),
        "Not as an experiment: one figure shows the maps of several classes of one image. CheXNet (2017) is a real "
        "case, with 14 pathologies.",
        (("10", "A map for each label that is there"),),
    ),
    Claim(
        "It was used to classify actions in videos.",
        ("false", "not in the paper"),
        "Still images of actions and events only. Over time: Nguyen et al. 2018; Wei et al. 2018.",
        (("16", "When?"), ("16", "Movement, or one telling frame?")),
    ),
    Claim(
        "It was used for object detection.",
        ("false", "not in the paper"),
        "One box an image, learned from labels alone: localization. Detection finds every object.",
        (("02", "Two cats, one map"),),
    ),
    Claim(
        "It was fine-tuned on new data sets.",
        ("partly", "false"),
        "A linear classifier (an SVM) on the pooled features, in section 4. The trunk stays as it is; nothing is "
        "fine-tuned there.",
        (("11", "With training: a linear classifier"), ("11", "Or train all of it")),
    ),
    Claim(
        "It was used for unsupervised feature learning.",
        ("not in the paper",),
        "ContraCAM (Mo et al. 2021) and CAST (2021) take maps there.",
        (("13", "What are the features worth?"), ("13", "Animal or backdrop?")),
    ),
    Claim(
        "It was used for zero-shot learning.",
        ("not in the paper",),
        "Selvaraju et al. 2018, Choose Your Neuron; gScoreCAM (2022) on CLIP.",
        (("14", "Sixteen captions that it never read"), ("14", "Does the map point at what was never seen?")),
    ),
    Claim(
        "It was used for domain adaptation.",
        ("not in the paper",),
        "ToAlign (2021) takes maps there.",
        (("12", "What it remembers of the day"), ("12", "Then make it surer")),
    ),
    Claim(
        "It was used for weakly supervised localization.",
        ("true",),
        "Section 3, the paper's main result.",
        (("02", "From map to box"), ("05", "Does it point at the object?")),
    ),
    Claim(
        "It was used on pictures and text together.",
        ("partly",),
        "One figure shows maps of a network that answers questions. Grad-CAM's section 8 and ALBEF (2021) do it with "
        "gradients.",
        (("15", "Swap the question, keep the picture"),),
    ),
)  # fmt: skip
