"""What nibabel reads of NIfTI files, as JSON: the oracle for our writer.

usage: python nifti.py FILE_OR_FOLDER...   (pip install nibabel numpy)
"""

import gzip
import hashlib
import json
import pathlib
import sys

import nibabel
import numpy


def facts(path):
    image = nibabel.load(path)
    header = image.header
    stored = numpy.asarray(image.dataobj.get_unscaled())
    return {
        "file": path.name,
        "shape": list(image.shape),
        "dtype": str(stored.dtype),
        "affine": numpy.asarray(image.affine, dtype=float).ravel().tolist(),
        "qform": header.get_qform().ravel().tolist() if header["qform_code"] > 0 else None,
        "qform_code": int(header["qform_code"]),
        "sform_code": int(header["sform_code"]),
        "zooms": [float(zoom) for zoom in header.get_zooms()],
        "slope": [float(image.dataobj.slope), float(image.dataobj.inter)],
        "header_sha256": hashlib.sha256(bytes_of(path)[:352]).hexdigest(),
        "voxels_sha256": hashlib.sha256(stored.tobytes(order="F")).hexdigest(),
    }


def bytes_of(path):
    data = path.read_bytes()
    return gzip.decompress(data) if path.suffix == ".gz" else data


def files(argument):
    path = pathlib.Path(argument)
    return sorted(path.rglob("*.nii*")) if path.is_dir() else [path]


def main():
    rows = [facts(path) for argument in sys.argv[1:] for path in files(argument)]
    versions = {"nibabel": nibabel.__version__, "numpy": numpy.__version__}
    json.dump({"versions": versions, "files": rows}, sys.stdout, indent=1)
    print()


main()
