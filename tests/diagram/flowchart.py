"""A Mermaid flowchart as nodes, arrows and frames."""

import html
import re
from dataclasses import dataclass, field

_NODE = re.compile(r'(\w+)(?:\(\[|\{\{|\[\(|\[)"([^"]*)"(?:\]\)|\}\}|\)\]|\])')
_EDGE = re.compile(r'^(\w+) (~~~|-->|==>|<-->|-\.->|-\.-x)(?:\|"([^"]*)"\|)? (\w+)$')


@dataclass
class Flowchart:
    """What a flowchart says.

    Attributes:
        nodes: lines of text by the node's name.
        arrows: kind and text by where they start and end; invisible ones are left out.
        frames: the names of the nodes in each subgraph.
        looks: the class of each subgraph.
    """

    nodes: dict[str, list[str]] = field(default_factory=dict)
    arrows: dict[tuple[str, str], tuple[str, str]] = field(default_factory=dict)
    frames: dict[str, set[str]] = field(default_factory=dict)
    looks: dict[str, str] = field(default_factory=dict)

    def text(self, role: str) -> str:
        """All that a region's frame says."""
        return "\n".join(line for node in sorted(self.frames[f"region_{role}"]) for line in self.nodes[node])

    def clients(self) -> dict[str, str]:
        """What is written at the arrows that lead clients to a region, by role; `lost` where they end in a cross."""
        led = {end: said for (start, end), said in self.arrows.items() if start == "host"}
        return {end.removeprefix("serve_"): "lost" if kind == "-.-x" else said for end, (kind, said) in led.items()}

    def copied(self) -> set[tuple[str, str]]:
        """Who copies to whom what only one writes, by roles."""
        return {
            (start.removeprefix("stores_"), end.removeprefix("stores_"))
            for (start, end), (kind, _) in self.arrows.items()
            if kind == "==>" and start.startswith("stores_")
        }


def shown(label: str) -> list[str]:
    """The lines that Mermaid shows for a label."""
    return [html.unescape(re.sub(r"#(\w+);", r"&#\1;", line)) for line in label.split("<br/>")]


def read(text: str) -> Flowchart:
    """Read a flowchart; every line of it has to be understood."""
    chart, frame = Flowchart(), None
    head, kind, *lines = text.splitlines()
    assert head.startswith("%%{init: ")
    assert kind == "flowchart TB"
    for line in map(str.strip, lines):
        if found := re.fullmatch(r'subgraph (\w+)\[" "\]', line):
            frame = chart.frames.setdefault(found[1], set())
        elif line == "end":
            frame = None
        elif line.startswith("classDef "):
            assert re.fullmatch(r"classDef \w+ [\w:#,\- ]+", line)
        elif found := re.fullmatch(r"class (\w+(?:,\w+)*) (\w+)", line):
            chart.looks |= dict.fromkeys(found[1].split(","), found[2])
        else:
            for name, said in _NODE.findall(line):
                assert name not in chart.nodes, name
                chart.nodes[name] = shown(said)
                if frame is not None:
                    frame.add(name)
            bare = _NODE.sub(r"\1", line)
            if found := _EDGE.match(bare):
                start, arrow, said, end = found.groups()
                if arrow != "~~~":
                    chart.arrows[start, end] = arrow, "".join(shown(said or ""))
            else:
                assert re.fullmatch(r"\w+", bare), line
    assert frame is None
    assert {name for arrow in chart.arrows for name in arrow} <= set(chart.nodes)
    return chart
