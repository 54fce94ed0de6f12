"""The shape of the source: sizes, directions, rules outside their place. `make measure` prints it; tests hold it.

    python -m bench.shape [FOLDER]

FOLDER is another checkout, of an earlier commit for instance. Everything is counted from the text; nothing is imported.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from statistics import median, quantiles

APPS = ("applications", "grants", "secondments", "learning")
RULE_MODULES = {"rules", "visibility", "roles"}
DOMAIN_OBJECTS = {
    *("application", "assessment", "call", "candidate", "decision", "document", "expression", "grant", "instalment"),
    *("invitation", "membership", "milestone", "objective", "organisation", "placement", "programme", "report"),
    *("agreement", "visit", "user", "person", "by", "finding"),
}
STATUS_IN_TEMPLATE = re.compile(r"""status\s*(?:==|!=|in)\s*["']""")
Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Module:
    """One Python file of the source."""

    path: Path
    name: str  # applications/actions/drafts.py

    @cached_property
    def text(self) -> str:
        return self.path.read_text(encoding="utf-8")

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text)

    @cached_property
    def lines(self) -> int:
        return self.text.count("\n")

    @cached_property
    def functions(self) -> list[Function]:
        return [node for node in ast.walk(self.tree) if isinstance(node, Function)]

    def imports(self) -> Iterator[tuple[str, str]]:
        """Yield (module, imported name); the name is empty for a plain `import`."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                yield from ((alias.name, "") for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module:
                yield from ((node.module, alias.name) for alias in node.names)

    def is_named(self, names: set[str]) -> bool:
        """Tell whether the file, or the package it lies in, has one of these names."""
        return bool(names & set(Path(self.name).with_suffix("").parts[1:]))


@dataclass
class Checkout:
    """A checkout of the repository: its modules and templates."""

    root: Path
    layers: tuple[str, ...] = field(init=False)  # lowest first

    def __post_init__(self) -> None:
        has_ground = (self.root / "core").is_dir()
        self.layers = ("core", *APPS, "cii") if has_ground else ("cii", *APPS)

    @cached_property
    def modules(self) -> list[Module]:
        """The source without migrations and empty files."""
        paths = [path for layer in self.layers for path in sorted((self.root / layer).rglob("*.py"))]
        kept = [path for path in paths if "migrations" not in path.parts and path.stat().st_size]
        return [Module(path, str(path.relative_to(self.root))) for path in kept]

    @cached_property
    def templates(self) -> dict[str, list[str]]:
        """The lines of each HTML template."""
        paths = sorted((self.root / "templates").rglob("*.html"))
        return {str(path.relative_to(self.root)): path.read_text(encoding="utf-8").splitlines() for path in paths}

    def functions(self) -> Iterator[tuple[Module, Function]]:
        return ((module, function) for module in self.modules for function in module.functions)


def length(function: Function) -> int:
    """Count the lines from `def` to the end, without decorators."""
    return (function.end_lineno or function.lineno) - function.lineno + 1


def arrows_back_up(checkout: Checkout) -> list[str]:
    """List each pair of packages of which the lower imports the upper."""
    rank = {layer: place for place, layer in enumerate(checkout.layers)}
    pairs = {
        (module.name.split("/")[0], imported.split(".")[0])
        for module in checkout.modules
        for imported, _ in module.imports()
        if imported.split(".")[0] in rank
    }
    return sorted(f"{lower} → {upper}" for lower, upper in pairs if rank[upper] > rank[lower])


def modules_naming_a_role(checkout: Checkout) -> list[str]:
    """List the modules outside rules, visibility and roles that name a role, the demonstration's cast left out."""
    found = []
    for module in checkout.modules:
        names = [
            node
            for node in ast.walk(module.tree)
            if (isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "Role")
            or (isinstance(node, ast.Name) and node.id in {"FUNDER_OFFICERS", "TRUST_OFFICERS"})
        ]
        if names and not module.is_named(RULE_MODULES | {"demonstration"}):
            found.append(module.name)
    return found


def domain_objects_typed_any(checkout: Checkout) -> list[str]:
    """List each parameter that is a domain object by its name and `Any` by its annotation."""
    return [
        f"{module.name}:{argument.lineno} {argument.arg}"
        for module, function in checkout.functions()
        for argument in [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs]
        if argument.arg in DOMAIN_OBJECTS
        and isinstance(argument.annotation, ast.Name)
        and argument.annotation.id == "Any"
    ]


def private_imports_of_django(checkout: Checkout) -> list[str]:
    """List imports of names or modules of Django that begin with an underscore, and uses of its SQL compiler."""
    compiled = [
        f"{module.name}:{node.lineno} {node.attr}"
        for module in checkout.modules
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Attribute) and node.attr in {"get_compiler", "results_iter", "as_sql"}
    ]
    return compiled + [
        f"{module.name} {imported} {name}".rstrip()
        for module in checkout.modules
        for imported, name in module.imports()
        if imported.split(".")[0] == "django"
        and (
            any(part.startswith("_") for part in [*imported.split("."), name])
            or imported.startswith("django.db.models.sql")
        )
    ]


def refusals_caught_in_views(checkout: Checkout) -> list[str]:
    """List each `except Refused` in a view or an admin page."""
    return [
        f"{module.name}:{node.lineno}"
        for module in checkout.modules
        if module.is_named({"views", "admin"})
        for node in ast.walk(module.tree)
        if isinstance(node, ast.ExceptHandler) and node.type is not None and "Refused" in ast.unparse(node.type)
    ]


def statuses_in_templates(checkout: Checkout) -> list[str]:
    """List each line of a template that compares a status with a string."""
    return [
        f"{name}:{number}"
        for name, lines in checkout.templates.items()
        for number, line in enumerate(lines, start=1)
        if STATUS_IN_TEMPLATE.search(line)
    ]


def long_modules(checkout: Checkout, most: int = 300) -> list[str]:
    return [f"{module.name} {module.lines}" for module in checkout.modules if module.lines > most]


def long_functions(checkout: Checkout, most: int = 40) -> list[str]:
    return [
        f"{module.name}:{function.lineno} {function.name} {length(function)}"
        for module, function in checkout.functions()
        if length(function) > most
    ]


def long_template_lines(checkout: Checkout, most: int = 140) -> list[str]:
    return [
        f"{name}:{number} {len(line)}"
        for name, lines in checkout.templates.items()
        for number, line in enumerate(lines, start=1)
        if len(line) > most
    ]


def docstring_share(checkout: Checkout) -> int:
    """The percentage of functions and methods that have a docstring."""
    functions = [function for _, function in checkout.functions()]
    return round(100 * sum(ast.get_docstring(function) is not None for function in functions) / len(functions))


def files_of_recipes(text: str) -> dict[str, list[str]]:
    """The files that each recipe of CONTRIBUTING.md names, by the recipe's title."""
    recipes = text.partition("## Recipes")[2].partition("\n## ")[0].split("\n### ")[1:]
    return {recipe.splitlines()[0]: re.findall(r"^- `([^`]+)`", recipe, re.MULTILINE) for recipe in recipes}


# Measured by counting what the list holds.
LISTS: dict[str, Callable[[Checkout], list[str]]] = {
    "arrows back up": arrows_back_up,
    "modules naming a role": modules_naming_a_role,
    "domain objects typed Any": domain_objects_typed_any,
    "private imports of Django": private_imports_of_django,
    "except Refused in views and admin": refusals_caught_in_views,
    "statuses as strings in templates": statuses_in_templates,
    "modules over 300 lines": long_modules,
    "functions over 40 lines": long_functions,
    "template lines over 140 characters": long_template_lines,
    "template lines over 120 characters": lambda checkout: long_template_lines(checkout, 120),
}


def spread(values: list[int]) -> str:
    """Write median / 95th percentile / maximum."""
    return f"{median(values):.0f} / {quantiles(values, n=20)[-1]:.0f} / {max(values)}"


def sizes(checkout: Checkout) -> dict[str, str]:
    """The figures that are no list."""
    lines = [line for text in checkout.templates.values() for line in text]
    wide = sum(len(line) > 120 for line in lines)  # noqa: PLR2004 - the figure of the table
    return {
        "Python modules": str(len(checkout.modules)),
        "lines of Python source": str(sum(module.lines for module in checkout.modules)),
        "module: median / p95 / max": spread([module.lines for module in checkout.modules]),
        "function: median / p95 / max": spread([length(function) for _, function in checkout.functions()]),
        "functions with a docstring": f"{docstring_share(checkout)} %",
        "template lines over 120 characters, share": f"{100 * wide / len(lines):.1f} %",
        "longest template line": str(max(map(len, lines))),
    }


def main() -> None:
    """Print the figures of this checkout, or of another one beside it."""
    checkouts = [Checkout(Path(folder)) for folder in (*sys.argv[1:], ".")]
    rows = {name: [sizes(checkout)[name] for checkout in checkouts] for name in sizes(checkouts[0])}
    rows |= {name: [str(len(measure(checkout))) for checkout in checkouts] for name, measure in LISTS.items()}
    for name, figures in rows.items():
        print(f"| {name} | {' | '.join(figures)} |")
    for title, files in files_of_recipes(Path("CONTRIBUTING.md").read_text(encoding="utf-8")).items():
        print(f"| files: {title} | {len(files)} |")


if __name__ == "__main__":
    main()
