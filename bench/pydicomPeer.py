"""Reads the headers (or the pixels) of the files named in argv[2] (JSON list); prints seconds as JSON."""
import json
import sys
import time

import pydicom

paths = json.load(open(sys.argv[2]))
started = time.perf_counter()
if sys.argv[1] == "headers":
    for path in paths:
        dataset = pydicom.dcmread(path, stop_before_pixels=True, force=True)
        dataset.get("StudyInstanceUID"), dataset.get("Rows"), dataset.get("PatientName")
else:
    for path in paths:
        pydicom.dcmread(path, force=True).pixel_array
print(json.dumps({"seconds": time.perf_counter() - started, "version": pydicom.__version__}))
