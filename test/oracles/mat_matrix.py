"""A matrix of a MATLAB file, row by row. Request on stdin: {"file": path, "name": variable}."""

import json
import sys

import scipy.io

request = json.load(sys.stdin)
json.dump(scipy.io.loadmat(request["file"])[request["name"]].tolist(), sys.stdout)
