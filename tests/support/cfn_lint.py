"""What cfn-lint finds in a template."""

from __future__ import annotations

from pathlib import Path

import cfnlint.api
import cfnlint.config
from cfnlint.decode import decode_str
from cfnlint.rules import Rules
from cfnlint.template import Template

# Our own, beside all of cfn-lint's.
RULES = Path(__file__).parents[2] / "schemas" / "cfn-lint"
CONFIG = cfnlint.config.ManualArgs(regions=["us-east-1"], append_rules=[str(RULES)])

Finding = tuple[str, str]


def linted(text: str) -> list[Finding]:
    """Where cfn-lint finds something, with all rules, and what it says."""
    found = cfnlint.api.lint(text, config=CONFIG)
    # That a template of many cases is too long is not what tests are about.
    return [("/".join(map(str, one.path)), one.message) for one in found if one.rule.id != "E1002"]


def found_by_our_rules(text: str, folder: Path = RULES) -> list[Finding]:
    """The same for the rules in a folder alone: cfn-lint's own take seconds for hundreds of resources."""
    decoded, problems = decode_str(text)
    assert not problems
    cfn = Template("template.json", decoded, ["us-east-1"])
    rules = Rules.create_from_directory(str(folder)).values()
    return [("/".join(map(str, one.path)), one.message) for rule in rules for one in rule.match(cfn)]
