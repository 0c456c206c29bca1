"""What hosts, clouds and files write around a name, and names no model: taken off by ``undecorated``."""

import re
from dataclasses import dataclass

from bot.catalog.names.spelling import HOSTS, plain

# fmt: off
# Parts of a path that say what follows: together with what follows, or alone.
_WITH_NEXT = frozenset({"accounts", "locations", "projects", "regions", "registries", "versions"})
_ALONE = frozenset({
    "", ".", "api", "chat", "completions", "deployments", "docs", "endpoints", "foundation-model",
    "inference-profile", "library", "model", "models", "openai-api", "publishers", "routers", "v1", "~",
})
_PAGES = frozenset({
    "api", "blob", "docs", "files", "main", "news", "overview", "pricing", "providers", "resolve", "tree",
})
_REGIONS = "us|eu|uk|au|jp|in|ca|ap|apac|sa|me|af|global|us-gov|eu-west|us-east"
# Words in brackets that are the name of a program around the model.
_HARNESSES = (
    "agent", "agents", "aider", "antigravity", "cli", "cline", "code", "codex", "copilot", "cursor", "droid",
    "goose", "harness", "opencode", "openhands", "roo", "scaffold", "swe", "terminus", "windsurf", "zed",
)
# fmt: on
_ARN = re.compile(r"^arn:[^/]*/")
_SCHEME = re.compile(r"^(?P<scheme>[a-z]+)://")
_QUERY = re.compile(r"\?[\w.-]+=\S*$|#\S*$")
_REGION = re.compile(rf"^~?(?:{_REGIONS})\.(?=[a-z])")
_IN_FRONT = re.compile(rf"^(?:{'|'.join(sorted(HOSTS, key=len, reverse=True))})[-_.](?=[a-z])")
_HARNESS = re.compile(rf"\s*[(\[]([^()\[\]]*\b(?:{'|'.join(_HARNESSES)})\b[^()\[\]]*)[)\]]\s*$")
_FILE = re.compile(r"\.(?:gguf|safetensors|bin)$")
_BUDGET = re.compile(r"_(\d{1,2})k$")
_HOST_PATH = re.compile(r"^[a-z0-9-]+(?:\.[a-z0-9-]+)+/")
_BEFORE_NAME = re.compile(r"^@(?=[a-z])")
_AT = re.compile(r"@(?=\w)")


@dataclass(frozen=True, slots=True)
class Plain:
    """A name without its decoration. ``owners`` stood before a slash: makers, hosts or uploaders.

    ``budget`` is in tokens of thinking.
    """

    name: str
    owners: tuple[str, ...] = ()
    harness: str | None = None
    budget: int | None = None

    @property
    def path(self) -> str:
        """With the owners in front, as hosts write it."""
        return "/".join((*self.owners, self.name))


def undecorated(text: str) -> Plain:
    """The name in a text, with what stood around it."""
    text = plain(text).strip()
    harness = _HARNESS.search(text)
    if harness and harness.start():
        text = text[: harness.start()]
    scheme = _SCHEME.match(text)
    address = bool(scheme and scheme["scheme"].startswith("http"))
    text = _QUERY.sub("", _SCHEME.sub("", text))
    hosted = _HOST_PATH.match(text)
    text = _BEFORE_NAME.sub("", _ARN.sub("", text))
    segments = text.split("/")
    kept: list[str] = []
    at = 1 if hosted and (address or not HOSTS.isdisjoint(segments[0].split("."))) else 0
    while at < len(segments):
        segment = segments[at]
        last = at == len(segments) - 1
        if segment in _WITH_NEXT and not last:
            at += 2
            continue
        if segment not in _ALONE and not (hosted and segment in _PAGES):
            kept.append(segment)
        at += 1
    name = _FILE.sub("", kept[-1]) if kept else text
    budget = _BUDGET.search(name)
    name = _BUDGET.sub("", name)
    name = _IN_FRONT.sub("", _REGION.sub("", name))
    return Plain(
        _AT.sub(" ", name),
        tuple(kept[:-1]),
        harness[1].strip() if harness and harness.start() else None,
        int(budget[1]) * 1000 if budget else None,
    )
