import type { AppError } from '../../domain/errors.ts';
import type { DataFinding, DataFindingCode, InstanceFacts } from '../../domain/imageTypes.ts';
import type { DicomHeader } from './readHeader.ts';

/** Modalities whose pictures commonly carry names in the pixels: screen captures, ultrasound, angiography. */
const oftenAnnotated = new Set(['US', 'SC', 'XA', 'RF', 'ES', 'OT', 'XC']);
const secondaryCapture = '1.2.840.10008.5.1.4.1.1.7';

/** Oddities of one DICOM file that do not keep it out. */
export function findingsOf(
  header: DicomHeader,
  file: Uint8Array,
  instance: Pick<
    InstanceFacts,
    'sopInstanceUid' | 'seriesInstanceUid' | 'hasPixels' | 'isLossy' | 'frames' | 'sopClassUid'
  >,
  oddities: { readonly derivedUids: readonly string[]; readonly pixelProblem: AppError | undefined },
): DataFinding[] {
  const { attributes } = header;
  const found: (readonly [code: DataFindingCode, severity: DataFinding['severity'], message: string])[] = [];
  if (!attributes.patientId) {
    found.push(['no-patient-id', 'warning', 'The file names no patient; all such files count as one patient.']);
  }
  if (header.isTransferSyntaxAssumed) {
    found.push([
      'assumed-transfer-syntax',
      'warning',
      `The file names no transfer syntax; ${header.transferSyntax.name} was assumed.`,
    ]);
  }
  if (!header.hasPreamble) found.push(['no-preamble', 'info', 'The file lacks the 128-byte preamble.']);
  else if (hasUnsafePreamble(file)) {
    found.push(['unsafe-preamble', 'warning', 'The preamble holds something other than zeros or a TIFF header.']);
  }
  for (const warning of header.warnings.slice(0, 3)) found.push(['header-warning', 'warning', `Header: ${warning}.`]);
  for (const keyword of oddities.derivedUids) {
    found.push(['derived-uid', 'warning', `The file has no valid ${keyword}; one was derived.`]);
  }
  const problem = oddities.pixelProblem;
  if (problem) {
    const code = problem.code === 'damaged-pixels' ? 'truncated-pixels' : 'unsupported-pixels';
    found.push([code, 'warning', `${problem.message} The image is listed, but neither shown nor used for training.`]);
  }
  if (instance.hasPixels) found.push(...imageFindings(header, instance));
  const { sopInstanceUid, seriesInstanceUid } = instance;
  return found.map(([code, severity, message]) => ({ code, message, severity, sopInstanceUid, seriesInstanceUid }));
}

function imageFindings(
  { attributes }: DicomHeader,
  instance: Pick<InstanceFacts, 'isLossy' | 'frames' | 'sopClassUid'>,
): (readonly [code: DataFindingCode, severity: DataFinding['severity'], message: string])[] {
  const found: (readonly [code: DataFindingCode, severity: DataFinding['severity'], message: string])[] = [];
  const burnedIn = attributes.burnedInAnnotation;
  const isSuspect = oftenAnnotated.has(attributes.modality ?? '') || instance.sopClassUid?.startsWith(secondaryCapture);
  if (burnedIn === 'YES') {
    found.push(['burned-in-risk', 'warning', 'The header says that text is burned into the pixels.']);
  } else if (burnedIn === undefined && isSuspect) {
    found.push(['burned-in-risk', 'info', 'Images of this kind often carry burned-in text; the header does not say.']);
  }
  if (instance.isLossy) found.push(['lossy-compressed', 'info', 'The image was compressed with loss.']);
  if (instance.frames.some((frame) => frame.rescaleSlope === 0)) {
    found.push(['invalid-rescale', 'warning', 'RescaleSlope is 0; 1 is used.']);
  }
  const widths = attributes.windowWidth ?? [];
  if (widths.some((width) => width <= 0)) {
    found.push(['invalid-window', 'info', 'A window width of the header is not positive; it is not used.']);
  }
  return found;
}

/** Only zeros and the TIFF header of dual-use files are harmless (PS3.10 section 7.5, CVE-2019-11687). */
function hasUnsafePreamble(file: Uint8Array): boolean {
  const preamble = file.subarray(0, 128);
  const isTiff = (preamble[0] === 0x49 && preamble[1] === 0x49) || (preamble[0] === 0x4d && preamble[1] === 0x4d);
  return !isTiff && preamble.some((byte) => byte !== 0);
}
