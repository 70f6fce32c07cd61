"""The command `cam-tutorial`: a working copy of the course, progress, training, photos, ILSVRC, this machine, links.

What a command needs is imported when it runs, so that `--help` is quick and `doctor` works where torch does not.
"""

import argparse
import io
import os
import sys
import textwrap
from collections.abc import Sequence
from pathlib import Path

from cam_tutorial.recipes import RECIPES, recipe_of

METHODS = ("grad-cam", "cam", "guided-grad-cam", "guided-backprop", "deconvnet", "saliency")  # those of photos


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
    share = recipe_of(options.name).share_of
    print(f"{options.name} is right on {accuracy:.1%} of {share}; its weights are in {path}")
    return 0


def explain(options: argparse.Namespace) -> int:
    """Write heatmaps of photos; 1 as the exit code if one of them could not be explained. Errors pass through."""
    from cam_tutorial.explain import asking, running

    names = ("network", "weights", "classes", "target", "method", "layer", "over")
    asked = asking.Asked(**{name: getattr(options, name) for name in names})
    how = {name: getattr(options, name) for name in ("out", "force", "resume", "as_json")}
    return running.explain(options.photos, asked, **how)


def localize(options: argparse.Namespace) -> int:
    """Print ILSVRC's errors of a network; 1 as the exit code if a file could not be used. Errors pass through."""
    from cam_tutorial import localize

    names = ("network", "weights", "method", "threshold", "crop", "limit", "batch_size")
    asked = {name: getattr(options, name) for name in names}
    return localize.localize(options.folder, **asked).report(as_json=options.json)


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
    names = textwrap.fill(", ".join(RECIPES), 78, initial_indent="  ", subsequent_indent="  ", break_on_hyphens=False)
    command.epilog = f"networks:\n{names}\n\n{command.epilog}"
    command.add_argument("name", metavar="NAME", help="one of the networks below")
    command.add_argument("--seed", type=int, default=0, help="of scenes, weights and order (default: %(default)s)")
    command.add_argument("--scenes", type=positive, help="how many to draw (default: as for the one that ships)")
    command.add_argument("--epochs", type=positive, help="how many times to go through them (default: likewise)")
    command.add_argument("--out", type=Path, metavar="FILE", help="weight file (default: the one in the package)")

    command = add(
        explain,
        "explain",
        "show where in photos an ImageNet network sees a class",
        "explain cat.jpg",
        'explain cat.jpg --class "tiger cat" --out tiger.png',
        "explain holidays --class top3 --out maps/   (a heatmap for each of the three most probable classes)",
        "explain holidays --out maps/ --resume       (goes on after Ctrl-C)",
        "explain *.jpg --network resnet50 --method guided-grad-cam --layer layer3 --json > found.jsonl",
        "explain leaf.jpg --network resnet18 --weights mine.pth --classes names.txt",
    )
    command.description = """\
Show where in photos an ImageNet network sees a class. A folder is searched to
the bottom; its heatmaps lie in the folder of --out as its photos lie in it,
called cat.jpg.png, or cat.jpg.1.png and so on with --class top3. A photo that
cannot be read is left out and said at the end; the exit code is then 1."""
    command.add_argument("photos", metavar="PHOTO", nargs="+", help="a picture file, or a folder with some")
    command.add_argument(
        "--class",
        dest="target",
        metavar="CLASS",
        help="by number or name, or top3 for the three most probable (default: the most probable)",
    )
    command.add_argument("--network", default="squeezenet1_0", help="of torchvision (default: %(default)s)")
    command.add_argument(
        "--weights",
        type=os.path.expanduser,
        metavar="FILE",
        help="a state dict for it (default: torchvision's weights)",
    )
    command.add_argument(
        "--classes",
        type=os.path.expanduser,
        metavar="FILE",
        help="names of the classes, one a line (default: ImageNet's)",
    )
    command.add_argument("--method", choices=METHODS, default="grad-cam", help="(default: %(default)s)")
    command.add_argument("--layer", metavar="NAME", help="such as layer4 (default: the last that the score passes)")
    command.add_argument(
        "--out",
        metavar="PATH",
        help="a file for one heatmap, a folder for several (default: heatmap.png, or heatmaps/)",
    )
    looks = command.add_mutually_exclusive_group()
    looks.add_argument("--over", action="store_true", help="only the photo under its heatmap")
    looks.add_argument("--beside", action="store_true", help="the photo, and beside it that (default)")
    there = command.add_mutually_exclusive_group()
    there.add_argument("--force", action="store_true", help="replace heatmaps that are there already")
    there.add_argument("--resume", action="store_true", help="leave out photos whose heatmaps are there and whole")
    command.add_argument(
        "--json",
        dest="as_json",
        action="store_true",
        help="print a line of JSON for each photo that is explained: layer, scores, boxes, paths",
    )

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

    summary = "show which exercises of the course are solved, or forget it"
    command = add(progress, "progress", summary, "progress", "progress --forget")
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
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # names of files may hold what a terminal cannot show
    try:
        result: int = options.run(options)
    except KeyboardInterrupt:
        print("cam-tutorial: stopped before the end; no file was changed", file=sys.stderr)
        return 130
    except BrokenPipeError:  # whoever reads the output, such as head, has read enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except (ValueError, TypeError, OSError, ImportError) as error:
        print(f"cam-tutorial: {sentence(error)}", file=sys.stderr)
        return 1
    return result


if __name__ == "__main__":
    sys.exit(main())
