"""The last lines of a start: where the portal is and who may sign in."""

from pathlib import Path

PLANS = {
    "acme": ("customer", "basic"),
    "orbit": ("customer", "business"),
    "zenith": ("customer", "enterprise"),
    "pine": ("partner", "standard"),
    "summit": ("partner", "premium"),
    "isvsoft": ("partner", "basic"),
}
STAFF = ("engineer", "expert", "senior", "lead", "tam", "billing", "admin")


def welcome(url: str, *, home: Path, empty: bool, seconds: float) -> str:
    """The text that ends `make demo`; `empty`: every organization is on basic."""
    lines = [
        "",
        f"The portal is ready after {seconds:.1f} s:  {url}/",
        "",
        "Sign in; the password is always: demo",
    ]
    for slug, (kind, plan) in PLANS.items():
        tier = "basic" if empty else plan
        lines.append(f"  {kind:<9} owner@{slug}.example, member@{slug}.example  ({tier})")
    lines.append(f"  {'staff':<9} {', '.join(name + '@' for name in STAFF)}support.example")
    lines += [
        "",
        f"Mail that was sent: {url}/sandbox/mail",
        f"Logs and data: {home}",
        "Ctrl-C stops everything.",
    ]
    return "\n".join(lines)
