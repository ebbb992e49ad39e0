"""List the installed packages with their licences: `make licences`."""

from importlib.metadata import distributions

__all__ = ["licences"]


def licences() -> dict[str, str]:
    """Return the licence of each installed package, as its metadata say it."""
    found = {}
    for package in distributions():
        data = package.metadata
        classified = [
            line.rpartition(" :: ")[2]
            for line in data.get_all("Classifier") or []
            if line.startswith("License ::")
        ]
        words = data.get("License-Expression") or ", ".join(classified)
        words = words or (data.get("License") or "not said").strip().split("\n")[0]
        found[f"{data['Name']} {package.version}"] = words[:80]
    return dict(sorted(found.items(), key=lambda pair: pair[0].lower()))


if __name__ == "__main__":
    for name, words in licences().items():
        print(f"{name:<45} {words}")
