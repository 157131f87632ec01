"""Compares an exported NIfTI file with its DICOM series, read by pydicom and nibabel alone.

usage: python niftiFromDicom.py NIFTI DICOM_FOLDER   (pip install nibabel numpy pydicom)
"""

import json
import pathlib
import sys

import nibabel
import numpy
import pydicom


def series(folder):
    files = [pydicom.dcmread(path) for path in sorted(pathlib.Path(folder).rglob("*")) if path.is_file()]
    normal = numpy.cross(files[0].ImageOrientationPatient[:3], files[0].ImageOrientationPatient[3:])

    def place(one):
        return round(float(numpy.dot(normal, one.ImagePositionPatient)), 2), int(one.InstanceNumber)

    return sorted(files, key=place), normal


def expected_affine(files, normal):
    first = files[0]
    row_mm, column_mm = (float(value) for value in first.PixelSpacing)
    orientation = numpy.array(first.ImageOrientationPatient, dtype=float)
    places = numpy.array([one.ImagePositionPatient for one in files], dtype=float)
    positions = len(numpy.unique(numpy.round(places @ normal, 2)))
    lps = numpy.eye(4)
    lps[:3, 0] = orientation[:3] * column_mm
    lps[:3, 1] = orientation[3:] * row_mm
    lps[:3, 2] = (places[-1] - places[0]) / (positions - 1)
    lps[:3, 3] = places[0]
    return numpy.diag([-1, -1, 1, 1]) @ lps, positions


def main():
    image = nibabel.load(sys.argv[1])
    files, normal = series(sys.argv[2])
    affine, positions = expected_affine(files, normal)
    times = len(files) // positions
    frames = numpy.array([one.pixel_array for one in files])
    volume = frames.reshape(positions, times, *frames.shape[1:]).transpose(3, 2, 0, 1)
    stored = numpy.asarray(image.dataobj.get_unscaled())
    stored = stored if stored.ndim == 4 else stored[..., None]
    result = {
        "shape": list(image.shape),
        "sform_code": int(image.header["sform_code"]),
        "qform_code": int(image.header["qform_code"]),
        "largest_affine_difference_mm": float(numpy.abs(image.affine - affine).max()),
        "voxels_equal": bool(numpy.array_equal(stored, volume)),
        "orientation": "".join(nibabel.aff2axcodes(image.affine)),
    }
    print(json.dumps(result))


main()
