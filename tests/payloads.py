"""Texts that run as code where somebody takes them for more than text."""

__all__ = ["PAYLOADS", "with_payloads"]

_RUN = "window.ran=1"
PAYLOADS = (
    f"<script>{_RUN}</script>",
    f"</script><script>{_RUN}</script>",
    f"--></script></title></textarea></style><script>{_RUN}</script>",
    f"<img src=x onerror={_RUN}>",
    f'"><img src=x onerror={_RUN}>',
    f"'><svg onload={_RUN}>",
    f"<svg><script>{_RUN}</script></svg>",
    "<iframe srcdoc='<script>parent.ran=1</script>'></iframe>",
    f"<details open ontoggle={_RUN}>x</details>",
    f"<input autofocus onfocus={_RUN}>",
    f"<video><source onerror={_RUN}></video>",
    f"<math><mtext><table><mglyph><style><img src=x onerror={_RUN}>",
    f"<a href='javascript:{_RUN}'>x</a>",
    f"[x](javascript:{_RUN})",
    f'![x](x"onerror="{_RUN})',
    f"<meta http-equiv=refresh content='0;url=javascript:{_RUN}'>",
    f"<base href='javascript:{_RUN}//'>",
    f"{{{{constructor.constructor('{_RUN}')()}}}}",
    f"{{{{$on.constructor('{_RUN}')()}}}}",
    f"<div ng-app ng-csp ng-init=\"constructor.constructor('{_RUN}')()\">x</div>",
    f"${{{_RUN}}}",
    f"');{_RUN};('",
    f'\\");{_RUN};//',
    f"datum) || ({_RUN}",
    f"`;{_RUN};`",
    f"\u2028{_RUN}\u2029",
    f'"}}]}};{_RUN};//',
    f"]]><script>{_RUN}</script>",
    f"javascript:{_RUN}",
)


def with_payloads(content: object, kept: frozenset[str] = frozenset()) -> object:
    """Return JSON, behind each text of which stands a payload, one after the other.

    Parameters
    ----------
    content : object
    kept : frozenset of str
        Keys whose values stay, as programs go by them.
    """
    number = 0

    def changed(node: object, key: str = "") -> object:
        nonlocal number
        if key in kept:
            return node
        if isinstance(node, dict):
            return {name: changed(value, name) for name, value in node.items()}
        if isinstance(node, list):
            return [changed(value, key) for value in node]
        if not isinstance(node, str):
            return node
        number += 1
        return f"{node} {PAYLOADS[number % len(PAYLOADS)]}"

    return changed(content)
