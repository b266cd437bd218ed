"""Where the electrodes of the 10-05 system lie, from MNE's standard_1005: in the head frame, as
directions from the centre of the sphere that fits all of them best. Writes the table that the nodes
go by, src/signal/ten-five-table.ts, and scalp_nodes.json for its test."""

import json
import pathlib
import textwrap

import mne
import numpy as np
from mne.channels.montage import transform_to_head

mne.set_log_level("ERROR")
montage = transform_to_head(mne.channels.make_standard_montage("standard_1005"))
positions = montage.get_positions()["ch_pos"]
points = np.array(list(positions.values()))
# The nasion itself, which standard_1005 has among its landmarks only.
positions["Nz"] = montage.get_positions()["nasion"]
# |p|² = 2 c·p + const, by least squares.
centre = np.linalg.lstsq(np.c_[2 * points, np.ones(len(points))], (points**2).sum(1), rcond=None)[0][:3]
away = np.array(list(positions.values())) - centre
towards = dict(zip(positions, away / np.linalg.norm(away, axis=1)[:, None]))


def entry(name, direction):
    right, up = np.degrees(np.arctan2(direction[0], direction[1])), np.degrees(np.arcsin(direction[2]))
    return f"{name} {right:.2f} {up:.2f}"


table = textwrap.fill(
    " ".join(entry(name, direction) for name, direction in towards.items()), 98, break_on_hyphens=False
)
(pathlib.Path(__file__).parents[2] / "src/signal/ten-five-table.ts").write_text(
    f"""/**
 * Made by test/golden/scalp_nodes.py from MNE {mne.__version__}, standard_1005: per electrode its name, and where
 * it lies as seen from the centre of the head, in degrees to the right of the front, and upwards.
 */
export const tenFiveTable = `
{table}
`
"""
)
pathlib.Path(__file__).with_suffix(".json").write_text(
    json.dumps(
        {
            "versions": {"mne": mne.__version__, "numpy": np.__version__},
            "directions": {name: direction.tolist() for name, direction in towards.items()},
        }
    )
)
