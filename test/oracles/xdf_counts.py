"""How many samples of a stream pyxdf finds.

Request on stdin: {"recordings": [[path]], "stream": name}. Answers with a count per file.
"""

import json
import logging
import os
import sys

import pyxdf


def count(path, name):
    if os.path.getsize(path) == 0:
        return 0
    streams, _ = pyxdf.load_xdf(path, synchronize_clocks=False, dejitter_timestamps=False)
    return sum(len(each["time_stamps"]) for each in streams if each["info"]["name"][0] == name)


def main():
    logging.disable(logging.CRITICAL)
    request = json.load(sys.stdin)
    name = request["stream"]
    counts = [[count(path, name) for path in files] for files in request["recordings"]]
    json.dump(counts, sys.stdout)


main()
