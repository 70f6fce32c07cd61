"""The command `cam-tutorial`: a working copy of the course, progress, training, photos, ILSVRC, this machine, links.

What a command needs is imported when it runs, so that `--help` is quick and `doctor` works where torch does not.
"""

import argparse
import io
import sys
import warnings
from collections.abc import Sequence
from pathlib import Path

from cam_tutorial.recipes import RECIPES


class _Version(argparse.Action):
    """The version stands in the package, which brings torch along: so it is looked up when it is asked for."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object, **__: object) -> None:
        from cam_tutorial import __version__

        print(f"cam-tutorial {__version__}")
        parser.exit()


def start(options: argparse.Namespace) -> int:
    """Make the learner's working copy or bring it up to date; 0 as the exit code. Errors pass through."""
    from cam_tutorial import start

    try:
        for line in start.refresh(options.folder):
            print(line, flush=True)
    except KeyboardInterrupt:
        print("cam-tutorial: stopped; what was made is whole, and running this again makes the rest", file=sys.stderr)
        return 130
    return 0


def train(options: argparse.Namespace) -> int:
    """Remake a network of the course and say how good it is; 0 as the exit code. Errors pass through."""
    from cam_tutorial import training

    path, accuracy = training.train_and_save(
        options.name, seed=options.seed, scenes=options.scenes, epochs=options.epochs, out=options.out
    )
    print(f"{options.name} is right on {accuracy:.1%} of scenes that it never saw; its weights are in {path}")
    return 0


def explain(options: argparse.Namespace) -> int:
    """Print the likeliest classes of a photo and write its heatmap; 0 as the exit code. Errors pass through."""
    out: Path = options.out
    check_output_file(out, options.photo, force=options.force)
    from cam_tutorial import photos
    from cam_tutorial.files import whole

    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", UserWarning)
        found = photos.explain(options.photo, options.target, network=options.network)
    for warning in caught:
        print(f"cam-tutorial: {warning.message}", file=sys.stderr)
    for label, probability in found.top:
        print(f"{probability:6.1%}  {label}")
    with whole(out) as unfinished:
        found.picture.save(unfinished)
    print(f"The map of {found.label!r} ({found.probability:.1%}) is in {out}")
    return 0


def localize(options: argparse.Namespace) -> int:
    """Print ILSVRC's errors of a network; 1 as the exit code if a file could not be used. Errors pass through."""
    from cam_tutorial import localize

    names = ("network", "weights", "method", "threshold", "crop", "limit", "batch_size")
    asked = {name: getattr(options, name) for name in names}
    return localize.localize(options.folder, **asked).report(as_json=options.json)


def check_output_file(out: Path, photo: Path, *, force: bool) -> None:
    """Refuse a file that cannot or must not be written, before any work is done.

    Raises:
        ValueError: it is the photo itself, it is there already, or it is no kind of picture.
        FileNotFoundError: there is no such folder.
    """
    if not can_be_written(out.suffix):
        raise ValueError(
            f"{out} has no ending that stands for a picture that can be written: give --out a name like heatmap.png"
        )
    if not out.parent.is_dir():
        raise FileNotFoundError(f"there is no folder {out.parent} for {out.name}: make it first or choose another")
    if out.exists() and photo.exists() and out.samefile(photo):
        raise ValueError(f"{out} is the photo itself: give --out another name")
    if out.exists() and not force:
        raise ValueError(f"{out} is there already: give --out another name, or --force to replace it")


def can_be_written(suffix: str) -> bool:
    """Whether Pillow writes pictures in color with this ending; of some formats it only reads, or writes only gray."""
    from PIL import Image

    try:
        Image.new("RGB", (16, 16)).save(io.BytesIO(), Image.registered_extensions()[suffix.lower()])
    except (KeyError, ValueError, OSError):
        return False
    return True


def doctor(options: argparse.Namespace) -> int:
    """Print what works on this machine and what does not; 1 as the exit code if something is broken."""
    from cam_tutorial import doctor

    findings = doctor.check()
    doctor.report(findings)
    return 1 if any(finding.sign == doctor.BAD for finding in findings) else 0


def links(options: argparse.Namespace) -> int:
    """Print the links of every notebook; 0 as the exit code. Errors pass through."""
    from cam_tutorial import links

    remote = links.where()
    for notebook in links.notebooks():
        print(Path(notebook).stem)
        for name, link in links.links(remote, notebook, options.hub).items():
            print(f"  {name:13}{link}")
    if options.hub == links.HUB:
        print(f"For nbgitpuller, put the address of your JupyterHub in place of {links.HUB}, or give it with --hub.")
    return 0


def progress(options: argparse.Namespace) -> int:
    from cam_tutorial import exercises
    from cam_tutorial.practice import progress

    folder = progress.folder_of(options.folder)
    if options.forget:
        file = progress.path(folder)
        print(f"{file} is gone" if progress.forget(folder) else f"Nothing was solved yet: there is no {file}")
        return 0
    print(progress.Progress(exercises.every(), progress.states(folder), progress.predictions(folder)))
    return 0


def make_parser() -> argparse.ArgumentParser:
    """The parser of all commands; what it gives has in `run` the function above that carries the command out."""
    parser = argparse.ArgumentParser(
        prog="cam-tutorial",
        description="Class activation maps, built by hand and measured: the tools of the course.",
        epilog="cam-tutorial COMMAND --help shows a command's options and examples.",
    )
    parser.add_argument("--version", action=_Version, nargs=0, help="show the version and stop")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)

    def add(run: object, name: str, summary: str, *examples: str) -> argparse.ArgumentParser:
        epilog = "examples:\n" + "\n".join(f"  cam-tutorial {example}" for example in examples)
        command = commands.add_parser(
            name,
            help=summary,
            description=summary[0].upper() + summary[1:] + ".",
            epilog=epilog,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        command.set_defaults(run=run)
        return command

    command = add(
        start,
        "start",
        "make your own copy of the notebooks, without outputs, or bring it up to date",
        "start",
        "start ~/cam-course",
    )
    command.description = """\
Make your own copy of the notebooks, without outputs, or bring it up to date.
Cells that you changed, added or deleted stay so, and so do the outputs of cells
that the course has not changed. To begin a notebook anew, rename yours and run
this again."""
    command.add_argument(
        "folder",
        nargs="?",
        type=Path,
        metavar="FOLDER",
        help="of the copy (default: the one you are in if it is a copy, else course/ here)",
    )

    command = add(
        train,
        "train",
        "remake a network that ships with the package; Ctrl-C leaves the old weights whole",
        "train zoo-gap",
        "train zoo-nin --seed 1 --scenes 2000 --epochs 6 --out my-nin.safetensors",
    )
    command.add_argument("name", metavar="NAME", help=f"one of {', '.join(RECIPES)}")
    command.add_argument("--seed", type=int, default=0, help="of scenes, weights and order (default: %(default)s)")
    command.add_argument("--scenes", type=positive, help="how many to draw (default: enough for 99 %% right)")
    command.add_argument("--epochs", type=positive, help="how many times to go through them (default: likewise)")
    command.add_argument("--out", type=Path, metavar="FILE", help="weight file (default: the one in the package)")

    command = add(
        explain,
        "explain",
        "show where in a photo an ImageNet network sees a class",
        "explain cat.jpg",
        'explain cat.jpg --class "tiger cat" --out tiger.png',
        "explain cat.jpg --class 282 --network resnet50 --out tiger.png --force",
    )
    command.add_argument("photo", metavar="PHOTO", type=Path, help="a picture file")
    command.add_argument(
        "--class", dest="target", metavar="CLASS", help="an ImageNet class, by number or name (default: the likeliest)"
    )
    command.add_argument("--network", default="squeezenet1_0", help="of torchvision (default: %(default)s)")
    command.add_argument(
        "--out", type=Path, default=Path("heatmap.png"), metavar="FILE", help="picture (default: %(default)s)"
    )
    command.add_argument("--force", action="store_true", help="replace the file if it is there already")

    summary = "measure how well an ImageNet network finds the objects of ILSVRC, as the papers do"
    command = add(localize, "localize", summary, "localize ILSVRC", "localize ILSVRC --network resnet50 --limit 1000")
    command.add_argument("folder", metavar="FOLDER", help="with photos, XML files of boxes, and a list of the classes")
    command.add_argument("--network", default="squeezenet1_0", help="of torchvision (default: %(default)s)")
    command.add_argument("--weights", metavar="FILE", help="for it (default: those of torchvision)")
    command.add_argument("--method", choices=("cam", "grad-cam"), default="cam", help="(default: %(default)s)")
    command.add_argument("--threshold", type=float, help="share of the maximum (default: 0.2; with grad-cam 0.15)")
    command.add_argument("--crop", action="store_true", help="show the middle of each photo, not all of it squeezed")
    command.add_argument("--limit", type=positive, metavar="N", help="measure the first N photos (default: all)")
    command.add_argument("--batch-size", type=positive, default=16, metavar="N", help="(default: %(default)s)")
    command.add_argument("--json", action="store_true", help="print JSON, with shares from 0 to 1")

    command = add(
        progress,
        "progress",
        "show which exercises of the course are solved, or forget it",
        "progress",
        "progress --forget",
    )
    command.add_argument(
        "folder", nargs="?", type=Path, metavar="FOLDER", help="with the notebooks (default: here, or course/ here)"
    )
    command.add_argument("--forget", action="store_true", help="forget what is solved, and begin anew")

    add(doctor, "doctor", "check versions, memory, threads, weights and widgets on this machine", "doctor")

    command = add(
        links,
        "links",
        "print the links that open each notebook of the course on Binder, Colab and a JupyterHub",
        "links",
        "links --hub https://hub.my-university.edu",
    )
    command.add_argument("--hub", default="https://hub.example.org", help="your JupyterHub (default: %(default)s)")
    return parser


def positive(text: str) -> int:
    """A whole number from 1 on, for argparse.

    Raises:
        argparse.ArgumentTypeError: the text is something else.
    """
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number from 1 on")
    return int(text)


def sentence(error: Exception) -> str:
    """What went wrong, without a traceback; an error of the system comes with its file."""
    if isinstance(error, OSError) and error.strerror:
        return f"{error.strerror}: {error.filename}" if error.filename else error.strerror
    return str(error) or type(error).__name__


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command that the arguments ask for, by default those of this process, and give its exit code.

    An error becomes one sentence on stderr and exit code 1; Ctrl-C gives 130.

    Raises:
        SystemExit: the arguments are wrong, or ask for help.
    """
    options = make_parser().parse_args(arguments)
    try:
        result: int = options.run(options)
    except KeyboardInterrupt:
        print("cam-tutorial: stopped before the end; no file was changed", file=sys.stderr)
        return 130
    except (ValueError, TypeError, OSError, ImportError) as error:
        print(f"cam-tutorial: {sentence(error)}", file=sys.stderr)
        return 1
    return result


if __name__ == "__main__":
    sys.exit(main())
