# BitSweep
# SPDX-License-Identifier: Apache-2.0
"""Reads training recipes as `worker train` reads them: docs/TRAINING.md has every key with its default.

What PyTorch's models here cannot do is an error that names the key and its line.
"""

from pathlib import Path

import yaml

from glow import GlowConfiguration
from pixelcnn import PixelCNNConfiguration
from recipe import Configuration, Optimiser, Recipe, ResNetConfiguration, decimal
from yaml_nodes import Document, Mapping, values

FAMILIES = ("glow", "pixelcnn", "resnet")
PUBLISHED = ("mnist", "fashion-mnist")
PRECISIONS = ("float32", "bfloat16", "float16")
LENGTHS = ("epochs", "steps", "minutes")
SIZE_KEYS = {
    "glow": ("levels", "steps", "hidden-channels", "coupling", "classes", "learned-top"),
    "pixelcnn": ("filters", "blocks", "mixtures", "dropout"),
    "resnet": ("classes",),
}


def read(path: Path) -> Recipe:
    """The recipe in a file; RecipeError has every problem with its place."""
    document = Document(path)
    keys = ("version", "name", "start-from", "model", "data", "optimiser", "training")
    top = Mapping(document, document.root, "a recipe", keys)
    version = top.required("version")
    if version is not None and version.value != "1":
        top.refuse("version", f"{version.value} is not supported; version 1 is")
    top.required("name")
    family, configuration, dropout = read_model(document, top.required("model"))
    dataset, preprocessing, validation_images = read_data(document, top.required("data"), family)
    optimiser = read_optimiser(document, top.entries.get("optimiser"), family)
    length, rest = read_training(document, top.required("training"), family, optimiser)
    start = top.text("start-from")
    if start and not (path.parent / start).is_file():
        top.refuse("start-from", f"{path.parent / start}: no such file")
    document.check()
    return Recipe(
        name=top.text("name"),
        family=family,
        configuration=configuration,
        dropout=dropout,
        dataset=dataset,
        preprocessing=preprocessing,
        validation_images=validation_images,
        optimiser=optimiser,
        length=length,
        start=path.parent / start if start else None,
        **rest,
    )


def read_model(document: Document, node: yaml.Node | None) -> tuple[str, Configuration, float]:
    anywhere = ("family", "height", "width", "channels")
    entries = values(node)
    family = entries.get("family") if entries.get("family") in FAMILIES else "glow"
    model = Mapping(document, node, "model", (*anywhere, *SIZE_KEYS[family]))
    if model.required("family") is not None:
        model.word("family", None, FAMILIES)
    side = 28 if family == "pixelcnn" else 32
    height, width = model.integer("height", side, 1, 256), model.integer("width", side, 1, 256)
    if model.integer("channels", 1, 1, 3) != 1:
        model.refuse("channels", "PyTorch's models here are trained on images of one channel")
    if family == "glow":
        return family, read_glow(model, height, width), 0
    if family == "resnet":
        return family, ResNetConfiguration(height, width, classes=model.integer("classes", 10, 2, 48)), 0
    if height % 4 or width % 4 or min(height, width) < 8:
        model.refuse("height", f"an image of {height}×{width}; it must be 8×8 or more and be halved twice")
    dropout = model.real("dropout", 0.5, 0, 0.99)
    if dropout * 256 != round(dropout * 256):
        model.refuse("dropout", f"must be a multiple of 1/256; the nearest is {decimal(round(dropout * 256) / 256)}")
    sizes = PixelCNNConfiguration(
        height=height,
        width=width,
        filters=model.integer("filters", 100, 1, 1024),
        blocks=model.integer("blocks", 2, 1, 64),
        mixtures=model.integer("mixtures", 3, 1, 256),
    )
    return family, sizes, dropout


def read_glow(model: Mapping, height: int, width: int) -> GlowConfiguration:
    levels = model.integer("levels", 5, 1, 8)
    if height % (1 << levels) or width % (1 << levels):
        model.refuse("levels", f"an image of {height}×{width} cannot be halved {levels} times")
    return GlowConfiguration(
        height=height,
        width=width,
        levels=levels,
        steps=model.integer("steps", 8, 1, 1024),
        hidden_channels=model.integer("hidden-channels", 128, 1, 2048),
        coupling=model.word("coupling", "affine", ("affine", "additive")),
        classes=model.integer("classes", 10, 0, 65536),
        learned_top=model.flag("learned-top", True),
    )


def read_data(document: Document, node: yaml.Node | None, family: str) -> tuple[str | tuple[Path, Path], str, int]:
    data = Mapping(document, node, "data", ("dataset", "preprocessing", "validation-images"))
    standard = "none" if family == "pixelcnn" else "resize"
    preprocessing = data.word("preprocessing", standard, ("resize", "pad", "none"))
    validation_images = data.integer("validation-images", 5000, 1, 1_000_000_000)
    source = data.required("dataset")
    if isinstance(source, yaml.MappingNode):
        files = Mapping(document, source, "dataset", ("images", "labels"))
        paths = [files.text(key) for key in ("images", "labels") if files.required(key) is not None]
        return tuple(document.path.parent / (path or "") for path in paths), preprocessing, validation_images
    if source is not None and source.value == "glyphs":
        data.refuse("dataset", "glyphs are inside BitSweep's executables; give {images: PATH, labels: PATH}")
        return "", preprocessing, validation_images
    return data.word("dataset", "", PUBLISHED), preprocessing, validation_images


def read_optimiser(document: Document, node: yaml.Node | None, family: str) -> Optimiser:
    own = "sgd" if family == "resnet" else "adam"
    entries = values(node)
    method = entries.get("method", own)
    method_keys = {"sgd": ("momentum", "weight-decay"), "adam": ("betas",), "adamax": ("betas",)}
    known = ("method", "learning-rate", "warm-up", "decay", "clip-norm", "polyak", *method_keys.get(method, ()))
    fields = Mapping(document, node, f"optimiser '{method}'", known)
    fields.word("method", own, tuple(method_keys))
    # Another method's learning rate is no default for this one.
    rates = {"glow": 2e-4, "pixelcnn": 2e-4, "resnet": 0.1} if method == own else {family: 1e-3}
    rate = 0.1 if method == "sgd" else rates[family]
    decay = ("factor", 0.1, (0.5, 0.75)) if family == "resnet" and method == own else ("none",)
    betas = fields.reals("betas", 0, 0.9999999) if "betas" in fields else [0.9, 0.999]
    if betas is not None and len(betas) != 2:
        fields.refuse("betas", "must be two numbers, as in [0.9, 0.999]")
    return Optimiser(
        method=method,
        learning_rate=fields.real("learning-rate", rate, 1e-12, 1e3),
        betas=tuple(betas or ()),
        momentum=fields.real("momentum", 0.9, 0, 0.9999),
        weight_decay=fields.real("weight-decay", 1e-4 if own == "sgd" else 0, 0, 1),
        warm_up=fields.integer("warm-up", 0, 0, 1_000_000_000),
        decay=read_decay(document, fields.entries.get("decay"), decay),
        clip_norm=fields.real_or_off("clip-norm", None, 1e-6, 1e9),
        polyak=fields.real_or_off("polyak", None, 0, 0.9999999),
    )


def read_decay(document: Document, node: yaml.Node | None, standard: tuple) -> tuple:
    if node is None:
        return standard
    if isinstance(node, yaml.ScalarNode) and node.value == "none":
        return ("none",)
    decay = Mapping(document, node, "decay", ("per-step", "linear-to", "after", "factor", "at"))
    match sorted(decay.entries):
        case ["per-step"]:
            return ("per-step", decay.real("per-step", 1, 0.5, 1))
        case ["linear-to"] | ["after", "linear-to"]:
            return ("linear-to", decay.real("linear-to", 0, 0, 1), decay.real("after", 0, 0, 0.999))
        case ["at", "factor"]:
            return ("factor", decay.real("factor", 1, 1e-6, 1), tuple(sorted(decay.reals("at", 0, 1) or ())))
        case _:
            forms = "none, {per-step: 0.99999}, {linear-to: 0}, {linear-to: 0, after: 0.7} or {factor: 0.1, at: [0.5]}"
            document.report(node, f"decay must be {forms}")
            return standard


def read_training(
    document: Document, node: yaml.Node | None, family: str, optimiser: Optimiser
) -> tuple[tuple[str, float], dict]:
    """The length, and the other keys by the names of `Recipe`'s fields."""
    keys = (*LENGTHS, "batch", "seed", "initialisation-images", "validate-every", "checkpoint-every", "precision")
    training = Mapping(document, node, "training", keys)
    given = [key for key in LENGTHS if key in training]
    if len(given) != 1 and node is not None:
        document.report(node, f"training needs one of {', '.join(LENGTHS)}; there is {' and '.join(given) or 'none'}")
    length = ("steps", 1)
    if given == ["epochs"]:
        length = ("epochs", training.integer("epochs", 1, 1, 1_000_000))
    elif given == ["steps"]:
        length = ("steps", training.integer("steps", 1, 1, 1_000_000_000))
    elif given == ["minutes"]:
        length = ("seconds", 60 * training.real("minutes", 1, 0.01, 1e6))
        if optimiser.decay[0] in ("linear-to", "factor"):
            training.refuse("minutes", "this decay needs to know where the training ends; give epochs or steps")
    return length, {
        "batch": training.integer("batch", {"glow": 64, "pixelcnn": 50, "resnet": 128}[family], 1, 65536),
        "seed": training.integer("seed", 0, 0, 2**63 - 1),
        "initialisation_images": training.integer("initialisation-images", 256, 1, 65536),
        "validate_every": training.integer("validate-every", None, 1, 1_000_000_000),
        "checkpoint_every": training.seconds("checkpoint-every", 300),
        "precision": training.word("precision", "float32", PRECISIONS),
    }
