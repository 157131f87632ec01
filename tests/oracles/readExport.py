"""Reads every file of a de-identified export with pydicom and counts those that it cannot read.

usage: python readExport.py FOLDER   (pip install pydicom numpy)
"""

import json
import pathlib
import sys

import pydicom


def is_read(path, pseudonym):
    try:
        data = pydicom.dcmread(path)
        for _ in data.iterall():
            pass
        if "PixelData" in data and data.file_meta.TransferSyntaxUID in pydicom.uid.UncompressedTransferSyntaxes:
            data.pixel_array
        return data.PatientID == pseudonym and data.SOPInstanceUID == data.file_meta.MediaStorageSOPInstanceUID
    except Exception as error:
        print(path, error, file=sys.stderr)
        return False


def main():
    folder = pathlib.Path(sys.argv[1])
    files = sorted(folder.rglob("*.dcm"))
    unread = sum(not is_read(path, path.relative_to(folder).parts[0]) for path in files)
    print(json.dumps({"pydicom": pydicom.__version__, "files": len(files), "unread": unread}))


main()
