"""
Golden values for the montage and interpolate nodes, from MNE. Writes prepare_spatial.json.

The electrodes are those of a spherical cap around the head's origin. The lead field for REST is
made here from MNE's multi-sphere coefficients; everything after the lead field is MNE's own.
"""

import json
import pathlib

import mne
import numpy as np
from mne.bem import _fwd_eeg_get_multi_sphere_model_coeffs
from numpy.polynomial.legendre import legval

mne.set_log_level("ERROR")
LABELS = (
    "Fp1 Fp2 F7 F3 Fz F4 F8 FC5 FC1 FC2 FC6 T7 C3 Cz C4 T8 TP9 CP5 CP1 CP2 CP6 TP10 "
    "P7 P3 Pz P4 P8 PO9 O1 Oz O2 PO10"
).split()
BADS = ["C4", "Oz", "Fp1"]
SOURCES, SOURCE_RADIUS, TERMS = 2000, 0.869, 151

montage = mne.channels.make_standard_montage("easycap-M1")
positions = montage.get_positions()["ch_pos"]
positions = {label: positions[label] for label in LABELS}
rng = np.random.default_rng(5)
data = rng.normal(0, 20, (len(LABELS), 40)) + rng.uniform(-20000, 20000, (len(LABELS), 1))
data = data.astype(np.float32).astype(float)


def recording():
    info = mne.create_info(LABELS, 250, "eeg")
    raw = mne.io.RawArray(data * 1e-6, info)
    return raw.set_montage(mne.channels.make_dig_montage(positions, coord_frame="head"))


def microvolts(raw):
    return (raw.get_data().T * 1e6).tolist()


def lead_field():
    model = mne.make_sphere_model(
        (0, 0, 0), 1.0, relative_radii=(0.87, 0.92, 1.0), sigmas=(1.0, 0.0125, 1.0)
    )
    coefficients = _fwd_eeg_get_multi_sphere_model_coeffs(model, TERMS)
    n = np.arange(1, TERMS)
    weights = (2 * n + 1) * coefficients * SOURCE_RADIUS ** (n - 1)
    i = np.arange(SOURCES)
    z = 1 - (2 * i + 1) / SOURCES
    turn = i * np.pi * (3 - np.sqrt(5))
    level = np.sqrt(1 - z**2)
    sources = np.stack([level * np.cos(turn), level * np.sin(turn), z])
    electrodes = np.stack([p / np.linalg.norm(p) for p in positions.values()])
    return legval(electrodes @ sources, [0, *weights])


def standardised():
    raw = recording()
    sphere = mne.make_sphere_model((0, 0, 0), 0.095)
    grid = mne.setup_volume_source_space(sphere=sphere, pos=20.0, exclude=10.0)
    forward = mne.make_forward_solution(raw.info, None, grid, sphere, eeg=True, meg=False)
    order = [forward["sol"]["row_names"].index(label) for label in LABELS]
    assert order == sorted(order)
    forward["sol"]["data"] = lead_field()
    return microvolts(mne.set_eeg_reference(raw, "REST", forward=forward)[0])


def interpolated():
    raw = recording()
    raw.info["bads"] = BADS
    raw.interpolate_bads(origin=(0.0, 0.0, 0.0), method={"eeg": "spline"}, reset_bads=False)
    return microvolts(raw)


chosen = mne.set_eeg_reference(recording(), ["TP9", "TP10"])[0]
pairs = [["Fp1", "F7"], ["F7", "T7"], ["C3", "Cz"]]
bipolar = mne.set_bipolar_reference(
    recording(), [a for a, _ in pairs], [b for _, b in pairs], drop_refs=True
)
spherical = {
    label: (p / np.linalg.norm(p)).tolist()
    for label, p in montage.get_positions()["ch_pos"].items()
}
pathlib.Path(__file__).with_suffix(".json").write_text(
    json.dumps({
        "versions": {"mne": mne.__version__, "numpy": np.__version__},
        "labels": LABELS,
        "positions": [p.tolist() for p in positions.values()],
        "input": data.T.tolist(),
        "average": microvolts(mne.set_eeg_reference(recording(), "average", projection=False)[0]),
        "ears": microvolts(chosen),
        "pairs": pairs,
        "bipolar": (bipolar.get_data(["-".join(p) for p in pairs]).T * 1e6).tolist(),
        "rest": standardised(),
        "bads": BADS,
        "interpolated": interpolated(),
        "spherical": spherical,
    })
)
