"""What dbt makes of a project: its target's warehouse, and where its tables are."""

import argparse
import json
import os
import re
from pathlib import Path
from typing import Any

from segmentation.reading.project_file import read_project
from segmentation.warehouse.errors import UserError
from segmentation.warehouse.places import Places

__all__ = [
    "asked_of_dbt",
    "dbt_folder",
    "package_folder",
    "places",
    "require_input_name",
    "require_segments",
    "target_words",
    "warehouse_and_target",
    "warehouse_path",
]

PACKAGE = "segmentation"
# dbt's options that decide which tables are meant
_TARGET = ("target", "profile", "profiles_dir", "target_path", "vars")
# this project's folders of models and the schemas that they are of
_SCHEMAS = {"reading": "staging"}


def asked_of_dbt(arguments: list[str]) -> dict[str, Any]:
    """Return what the words of a dbt command and the environment ask for.

    dbt itself reads them, so no spelling is overlooked.

    Parameters
    ----------
    arguments : list of str
        Words of the command, ``build`` first.

    Returns
    -------
    dict
        dbt's parameters by name.

    Raises
    ------
    UserError
        If dbt does not understand them.

    Examples
    --------
    >>> asked_of_dbt(["build", "--target=prod"])["target"]
    'prod'
    """
    from click import ClickException
    from click.core import ParameterSource
    from dbt.cli.main import cli

    command, *words = arguments
    known: Any = cli.commands[command]
    if words and words[0] in getattr(known, "commands", {}):  # docs generate
        command, *words = words
        known = known.commands[command]
    try:
        context = known.make_context(command, words)
    except ClickException as error:
        raise UserError(f"dbt says: {error.format_message()}") from None
    asked = dict(context.params)
    # dbt's own default is of the current folder, which need not be the project's
    if context.get_parameter_source("profiles_dir") is ParameterSource.DEFAULT:
        asked["profiles_dir"] = None
    return asked


def require_input_name() -> None:
    """Refuse a SEGMENTS_INPUT that is no name, before a file is opened by it.

    Raises
    ------
    UserError
        If it holds anything but letters, digits, ``_`` and ``-``.
    """
    name = os.environ.get("SEGMENTS_INPUT", "")
    if not re.fullmatch(r"[\w-]*", name):
        raise UserError(
            f"SEGMENTS_INPUT is '{name}', which is no name of an input: that has "
            "letters, digits, _ and - alone. A file is named by SEGMENTS_PATH."
        )


def require_segments(project: Path) -> None:
    """Refuse a dbt project that has no segments.

    Raises
    ------
    UserError
        If it is neither this project nor has it among its packages.
    """
    if not package_folder(project).exists():
        raise UserError(
            f"The dbt project in {project} has no segments: the package {PACKAGE} is "
            "not among its packages. Add it to packages.yml and run dbt deps; "
            "docs/package.md has the steps."
        )


def package_folder(project: Path) -> Path:
    """Return the folder of this project, also where another one has it as a package."""
    settings = read_project(project / "dbt_project.yml")
    if settings.get("name") == PACKAGE:
        return project
    packages = settings.get("packages-install-path") or "dbt_packages"
    return project / str(packages) / PACKAGE


def target_words(asked: list[str] | argparse.Namespace) -> tuple[str, ...]:
    """Return those words of a command that say which target is meant.

    Examples
    --------
    >>> target_words(["build", "--select", "segments", "-t", "prod"])
    ('--target=prod',)
    """
    given = (
        vars(asked) if isinstance(asked, argparse.Namespace) else asked_of_dbt(asked)
    )
    said = {name: given.get(name) for name in _TARGET}
    if isinstance(said["vars"], dict):
        said["vars"] = json.dumps(said["vars"]) if said["vars"] else None
    return tuple(
        f"--{name.replace('_', '-')}={value}" for name, value in said.items() if value
    )


def warehouse_path(project: Path, words: tuple[str, ...] = ()) -> Path:
    """Return the DuckDB file of the target that dbt would build.

    The parameters and errors are those of `warehouse_and_target`.
    """
    return warehouse_and_target(project, words)[0]


def warehouse_and_target(
    project: Path, words: tuple[str, ...] = ()
) -> tuple[Path, str]:
    """Return the DuckDB file that dbt would build, and the name of its target.

    Parameters
    ----------
    project : Path
        Folder of the dbt project.
    words : tuple of str
        Options of dbt, such as ``--target prod``.

    Returns
    -------
    Path, str
        The name is "" for the profile's own target.

    Raises
    ------
    UserError
        If there is no such profile or target, or it is no file of DuckDB.
    """
    credentials, target = _target(project, words)
    path = getattr(credentials, "path", None)
    if credentials.type != "duckdb" or not path or path.startswith((":", "md:")):
        raise UserError(
            "segments works on a file of DuckDB, and the target of the profile is "
            "none; dbt build works on others."
        )
    return project / path, target


def _target(project: Path, words: tuple[str, ...]) -> tuple[Any, str]:
    """Return the credentials of the target, and its name unless it is the default."""
    from click import ClickException
    from dbt.cli.flags import Flags
    from dbt.cli.types import Command
    from dbt.config.profile import Profile, read_profile
    from dbt.config.project import load_raw_project
    from dbt.config.renderer import ProfileRenderer
    from dbt.flags import set_flags
    from dbt_common.context import set_invocation_context
    from dbt_common.exceptions import DbtBaseException

    set_invocation_context(os.environ)  # env_var in a profile reads it
    set_all: Any = set_flags  # it has no types
    try:
        set_all(Flags.from_dict(Command.PARSE, {}))
    except ClickException as error:
        raise UserError(
            f"dbt finds no profiles.yml for {project}: {error.format_message()} Set "
            "DBT_PROFILES_DIR, or put one there."
        ) from None
    asked = asked_of_dbt(["build", *words])
    folder = Path(asked["profiles_dir"] or _profiles_folder(project))
    renderer = ProfileRenderer(asked["vars"] or {})
    try:
        named = asked["profile"] or load_raw_project(str(project)).get("profile") or ""
        profiles = read_profile(str(folder))
        own = Profile.from_raw_profiles(profiles, named, renderer, None)
        profile = own
        if asked["target"]:
            profile = Profile.from_raw_profiles(
                profiles, named, renderer, asked["target"]
            )
    except DbtBaseException as error:
        said = " ".join(str(error).split())
        raise UserError(f"dbt finds no target in {folder}: {said}") from None
    is_default = profile.target_name == own.target_name
    return profile.credentials, "" if is_default else profile.target_name


def dbt_folder(project: Path, file: Path, words: tuple[str, ...] = ()) -> Path:
    """Return the folder that dbt writes to for a warehouse: its own for each input."""
    asked = asked_of_dbt(["build", *words])["target_path"]
    return project / (asked or Path("target", file.stem))


def _profiles_folder(project: Path) -> Path:
    """Return the folder of the profiles where none is asked for, as dbt finds it."""
    here = (project / "profiles.yml").exists()
    return project if here else Path.home() / ".dbt"


def places(project: Path, words: tuple[str, ...] = (), *, is_parsed: bool) -> Places:
    """Return where dbt puts the tables of a target.

    Parameters
    ----------
    project : Path
        The current folder.
    words : tuple of str
        Options of dbt, such as ``--target prod``.
    is_parsed : bool
        Whether the last command of dbt, which left its manifest, was of this target.

    Returns
    -------
    Places

    Raises
    ------
    UserError
        If dbt cannot read the project.
    """
    file, target = warehouse_and_target(project, words)
    folder = dbt_folder(project, file, words)
    if is_parsed:
        manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    else:
        manifest = _last_manifest(project, folder) or _parsed_manifest(folder, words)
    tables = {
        (_own_schema(node), node["name"]): (node["schema"], node["alias"])
        for node in manifest["nodes"].values()
        if node["package_name"] == PACKAGE
        and node["resource_type"] in ("model", "seed")
    }
    return Places(file, tables, target)


def _last_manifest(project: Path, folder: Path) -> dict[str, Any] | None:
    """Return what dbt knew at its last command, if that was in this project alone.

    There the schemas are the same in all targets of DuckDB.
    """
    files = [folder / "manifest.json", project / "target" / "manifest.json"]
    files = [file for file in files if file.exists()]
    if package_folder(project) != project or not files:
        return None
    last = max(files, key=lambda file: file.stat().st_mtime)
    try:
        manifest = json.loads(last.read_text("utf-8"))
    except json.JSONDecodeError:
        return None  # dbt was killed while it wrote it, and writes it anew
    return manifest if manifest["metadata"]["adapter_type"] == "duckdb" else None


def _parsed_manifest(folder: Path, words: tuple[str, ...]) -> dict[str, Any]:
    from dbt.cli.main import dbtRunner

    arguments = ["--quiet", "parse", *words, "--target-path", str(folder)]
    outcome = dbtRunner().invoke(arguments)
    if outcome.exception:
        raise UserError(f"dbt cannot read the project: {outcome.exception}")
    return json.loads((folder / "manifest.json").read_text("utf-8"))


def _own_schema(node: dict) -> str:
    if node["resource_type"] == "seed":
        return "reference"
    return _SCHEMAS.get(node["fqn"][1], node["fqn"][1])
