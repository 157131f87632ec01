"""Reads the headers (or the pixels) of the files named in argv[2] (JSON list); prints seconds, and what each file took, as JSON."""
import json
import sys
import time

import pydicom

paths = json.load(open(sys.argv[2]))
seconds = {}
started, processor = time.perf_counter(), time.process_time()
if sys.argv[1] == "headers":
    for path in paths:
        dataset = pydicom.dcmread(path, stop_before_pixels=True, force=True)
        dataset.get("StudyInstanceUID"), dataset.get("Rows"), dataset.get("PatientName")
else:
    for path in paths:
        dataset = pydicom.dcmread(path, force=True)
        begun = time.perf_counter()
        try:
            dataset.pixel_array
            seconds[path] = time.perf_counter() - begun
        except Exception:  # no decoder for it is installed
            seconds[path] = None
elapsed, processor = time.perf_counter() - started, time.process_time() - processor
print(json.dumps({"seconds": elapsed, "processorSeconds": processor, "files": seconds, "version": pydicom.__version__}))
