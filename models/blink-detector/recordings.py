"""The recordings the blink detector learns from and is judged by, and what the eye corrected.

Paths are relative to a folder with one sub-folder a public repository, named owner__repository;
the README lists the repositories, commits and licences.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Recording:
    name: str
    source: str
    """Subject and device; never split between training and test."""
    file: str
    reader: str
    line_hz: float
    seen_at: str
    """Channels whose mean shows blinks best: the labels come from there."""
    polarity: int
    """Sign of a blink there."""
    least_uv: float
    """A blink stands out at least this much there."""
    means: tuple[str, ...]
    """Channels whose mean becomes a series with the recording's labels."""
    quiet_means: tuple[str, ...] = ()
    """Means that blinks barely reach: ground for made-up signals, away from blinks."""
    start: float = 1.0
    stop: float = 1e9
    """Seconds between which windows may lie: after the filters settle, before the end."""
    blinks: tuple[float, ...] = ()
    """By eye: blinks that the peak rule missed or doubted, in seconds."""
    doubtful: tuple[float, ...] = ()
    """By eye: peaks that nobody should be judged by."""
    nothing: tuple[float, ...] = ()
    """By eye: peaks that are surely no blinks: alpha, saccades, electrode movement."""
    calm: tuple[tuple[float, float], ...] = ()
    """By eye: spans without a single blink, for example with the eyes closed."""


def motor_imagery(run: str, **by_eye) -> Recording:
    return Recording(
        name=f"eegbci-{run}",
        source="eegbci",
        file=f"Quixotte__bci_practical_heyni_boorn_janssen/EEGBCI_S001/S001R{run}.edf",
        reader="edf",
        line_hz=60,
        seen_at="Fp1 Fp2",
        polarity=1,
        least_uv=200,
        means=("Fp1 Fp2", "Af7 Af8"),
        quiet_means=("C3 C4", "O1 O2"),
        stop=124.0,
        **by_eye,
    )


def muse(name: str, source: str, file: str, means: tuple[str, ...], **by_eye) -> Recording:
    # A Muse is referenced to Fpz: a blink is large and upside down at the ears, and small in front.
    return Recording(
        name=name,
        source=source,
        file=f"alexandrebarachant__muse-lsl/{file}.csv",
        reader="muse",
        line_hz=60,
        seen_at="TP10",
        polarity=-1,
        least_uv=80,
        means=means,
        **by_eye,
    )


FRONT_AND_EARS = ("AF7 AF8", "TP9 TP10")

RECORDINGS = (
    motor_imagery("04", blinks=(38.1,), doubtful=(3.2, 6.3, 41.8, 75.2, 78.6, 120.9, 122.5)),
    motor_imagery("06", blinks=(65.1,), doubtful=(11.5, 15.1, 19.9, 44.6, 83.4)),
    motor_imagery("08", doubtful=(77.1, 98.8)),
    Recording(
        name="eeglab",
        source="eeglab",
        file="sccn__eeglab/eeglab_data.set",
        reader="eeglab",
        line_hz=60,
        seen_at="FPz",
        polarity=1,
        least_uv=120,
        means=("FPz",),
        quiet_means=("O1 O2", "PO7 PO8"),
        nothing=(72.8,),
        calm=((74.0, 91.0), (94.0, 134.0), (175.0, 178.0), (184.5, 223.0), (225.0, 238.0)),
    ),
    Recording(
        name="pyriemann",
        source="pyriemann",
        file="pyRiemann__pyRiemann/sample-blinks.txt.gz",
        reader="table",
        line_hz=50,
        seen_at="Fp1 Fp2",
        polarity=1,
        least_uv=100,
        means=("Fp1 Fp2",),
        start=0.0,
    ),
    muse(
        "muse-ssvep-1",
        "muse-2017-09",
        "SSVEP/data_2017-09-14-21.20.04",
        FRONT_AND_EARS,
        doubtful=(119.9,),
        stop=117.0,
    ),
    muse("muse-ssvep-2", "muse-2017-09", "SSVEP/data_2017-09-14-21.22.51", FRONT_AND_EARS),
    muse("muse-n170", "muse-2017-09", "N170/data_2017-09-13-15.30.01", FRONT_AND_EARS),
    muse(
        "muse-p300-1",
        "muse-2017-02",
        "P300_subject1/data_2017-02-04-15_45_13",
        (*FRONT_AND_EARS, "TP10"),
    ),
    muse(
        "muse-p300-2",
        "muse-2017-02",
        "P300_subject1/data_2017-02-04-15_47_49",
        (*FRONT_AND_EARS, "TP10"),
        doubtful=(117.4,),
        stop=117.0,
    ),
    muse(
        "muse-p300-3",
        "muse-2017-02",
        "P300_subject1/data_2017-02-04-15_51_07",
        (*FRONT_AND_EARS, "TP10"),
        blinks=(97.2,),
    ),
    muse(
        "muse-p300-4",
        "muse-2017-02",
        "P300_subject1/data_2017-02-04-15_55_07",
        (*FRONT_AND_EARS, "TP10"),
    ),
    Recording(
        name="sleep-edf-wake",
        source="sleep-edf",
        file="the-siesta-group__edfio/short_psg.edf",
        reader="edf",
        line_hz=50,
        seen_at="EEG Fpz-Cz",
        polarity=-1,
        least_uv=65,
        means=("EEG Fpz-Cz",),
        quiet_means=("EEG Pz-Oz",),
        doubtful=(5.8, 8.8, 48.7, 55.5, 77.0, 85.2, 191.0, 194.7, 220.8),
        calm=((89.0, 147.0),),
    ),
    Recording(
        name="eeg-101-blinks",
        source="eeg-101",
        file="NeuroTechX__eeg-101/blinks.csv",
        reader="muse",
        line_hz=60,
        seen_at="TP9 TP10",
        polarity=-1,
        least_uv=80,
        means=("TP9 TP10",),
        start=0.0,
    ),
    Recording(
        name="eeg-101-clean",
        source="eeg-101",
        file="NeuroTechX__eeg-101/clean.csv",
        reader="muse",
        line_hz=60,
        seen_at="TP9 TP10",
        polarity=-1,
        least_uv=80,
        means=("TP9 TP10", "AF7 AF8"),
    ),
    Recording(
        name="cyton",
        source="cyton",
        file="OpenBCI__OpenBCI_GUI/OpenBCI_GUI-v6-blinks-jawClench-alpha.txt",
        reader="openbci",
        line_hz=60,
        seen_at="1 2",
        polarity=-1,
        least_uv=90,
        means=("1 2",),
        # Jaw clenches are on channels 3 to 6, alpha on 7 and 8: judged, for false alarms only.
        quiet_means=("3 5", "4 6", "7 8"),
        start=4.0,
        # From 79.6 s channels 1 and 2 move against each other: the eyes wink one at a time. From
        # 86 s all eight channels jump by up to half a millivolt five times: the head is knocked.
        doubtful=(79.7, 79.8, 80.1, 80.3, 80.5, 80.8, 86.2, 86.7, 87.3, 87.8, 88.3),
        nothing=(8.2, 18.3, 24.9, 76.1, 89.0),
    ),
)
