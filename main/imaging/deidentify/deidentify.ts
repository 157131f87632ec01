import { createHash } from 'node:crypto';
import { AppError, asAppError } from '../../domain/errors.ts';
import { type ParsedFile, parseElements } from '../dicom/parseElements.ts';
import { type DicomHeader, readHeader } from '../dicom/readHeader.ts';
import type { PixelBox } from './burned-in/maskRectangles.ts';
import { type BurnedInRisk, burnedInRisk } from './burned-in/riskOf.ts';
import { type CleaningContext, cleanDataSet, textOf } from './cleanDataSet.ts';
import { type DataSet, type Encoding, elementTree, type TreeElement } from './elementTree.ts';
import { fileMeta } from './fileMeta.ts';
import { identityParts } from './identity.ts';
import { type DeidentifyKeys, dateShiftDays, mappedUid, pseudonymFor } from './keys.ts';
import { type MaskRequest, maskedPixels } from './maskedPixels.ts';
import { methodElements, methodText } from './methodElements.ts';
import { type DeidentifyOptions, methodCodes } from './options.ts';
import { type PixelChange, pixelElement } from './pixelValue.ts';
import { verifyOutput } from './verifyOutput.ts';
import { elementParts, type OutElement, textValue, toLittleEndian } from './writeElements.ts';

export interface DeidentifyRequest {
  readonly options: DeidentifyOptions;
  readonly keys: DeidentifyKeys;
  /** Present where pixels are to be masked; they are then written uncompressed. */
  readonly mask?: MaskRequest;
  /** What to do with images that are likely to carry burned-in text and are not masked. */
  readonly burnedIn: 'refuse' | 'accept';
}

/** What happened to one file; no value of the source but PatientID and PatientName, for the pseudonym table. */
export interface DeidentifyReport {
  readonly pseudonym: string;
  readonly sopClassUid: string;
  readonly sopInstanceUid: string;
  readonly seriesInstanceUid: string;
  readonly studyInstanceUid: string;
  readonly transferSyntaxUid: string;
  /** Elements per decision, nested ones included. */
  readonly counts: Readonly<Record<string, number>>;
  readonly pixels: PixelChange | 'masked' | 'absent';
  readonly risk: BurnedInRisk;
  readonly masked: readonly (readonly PixelBox[])[];
  /** DeidentificationMethod and the meanings of its code sequence. */
  readonly method: readonly string[];
}

export interface Deidentified {
  readonly bytes: Uint8Array;
  readonly report: DeidentifyReport;
  readonly patient: { readonly patientId: string; readonly patientName: string };
}

const explicitUid = '1.2.840.10008.1.2.1';
const implicitUid = '1.2.840.10008.1.2';
const deflatedUid = '1.2.840.10008.1.2.1.99';
/** Encapsulated PDF, CDA, STL, OBJ, MTL: their text is out of reach. */
const encapsulatedDocument = /^1\.2\.840\.10008\.5\.1\.4\.1\.1\.104\./;

/**
 * A de-identified copy of a DICOM file by the Basic Application Level Confidentiality Profile (PS3.15 annex E) and the
 * chosen options, read again and compared before it is handed out. Pixels are the same bytes unless masked.
 * Errors: those of `readHeader`; not-an-image (directories, encapsulated documents), missing-attribute, damaged-pixels,
 * burned-in-risk, deidentification-failed; with a mask, those of `decodeFrame`.
 */
export async function deidentify(file: Uint8Array, request: DeidentifyRequest): Promise<Deidentified> {
  try {
    return await deidentifyFile(file, request);
  } catch (thrown) {
    throw asAppError(thrown, 'damaged-header');
  }
}

async function deidentifyFile(file: Uint8Array, request: DeidentifyRequest): Promise<Deidentified> {
  const parsed = parseElements(file);
  const header = readHeader(file);
  const { dataSet, encoding } = elementTree(parsed);
  const at = (tag: string): string => textOf(dataSet.find((element) => element.tag === tag)).trim();
  refuseOthers(header, at('00080016'));
  const source = dataSet.find(({ tag }) => /^7fe000(08|09|10)$/.test(tag));
  const risk = burnedInRisk({ ...header.attributes, conversionType: at('00080064') }, source !== undefined);
  const hasBoxes = (request.mask?.boxes.length ?? 0) > 0;
  const isMasked = request.mask !== undefined && source !== undefined && (hasBoxes || risk.level !== 'low');
  if (risk.level === 'high' && !isMasked && request.burnedIn === 'refuse') {
    throw new AppError('burned-in-risk', `${risk.reasons[0] ?? ''} Mask the text, or accept the image as it is.`);
  }
  const counts: Record<string, number> = {};
  const patientId = header.attributes.patientId ?? '';
  // Files of unnamed patients must not be taken for one patient: they are kept together by study only.
  const patientKey = patientId || `study ${at('0020000d') || at('00080018')}`;
  const context = contextOf(request, header, dataSet, patientKey, counts);
  const written = isMasked ? await masked(header, request.mask) : copied(source, dataSet, header);
  const outEncoding = isMasked ? { isBigEndian: false, isImplicit: false } : encoding;
  const replaced = new Set(written.elements.map(({ tag }) => tag));
  const cleaned = cleanDataSet(
    dataSet.filter(({ tag }) => !tag.startsWith('7fe0')),
    context,
  ).filter(({ tag }) => !replaced.has(tag));
  const didClean = dataSet.some(({ tag }) => tag === '0040a730');
  const did = { maskedPixels: isMasked, cleanedContent: didClean };
  const method = methodElements(request.options, did);
  const added = new Set(method.map(({ tag }) => tag));
  const uid = (value: string): string =>
    request.options.keepUids && /^[0-9.]{1,64}$/.test(value) && !/^[0-9a-f]{64}$/.test(value)
      ? value
      : mappedUid(request.keys, value);
  const sopInstanceUid = at('00080018') || header.attributes.mediaStorageSopInstanceUid || sha256(file);
  const kept = cleaned.filter(({ tag }) => !added.has(tag));
  if (at('00080018') === '') kept.push({ tag: '00080018', vr: 'UI', value: [textValue(uid(sopInstanceUid), 'UI')] });
  const reencoded = [
    ...(encoding.isBigEndian && !outEncoding.isBigEndian ? toLittleEndian(kept) : kept),
    ...method,
    ...written.elements,
  ];
  const sopClassUid = at('00080016') || (header.attributes.mediaStorageSopClassUid ?? '');
  const transferSyntaxUid = isMasked ? explicitUid : syntaxOf(parsed, encoding, source);
  const meta = fileMeta({ sopClassUid, sopInstanceUid: uid(sopInstanceUid), transferSyntaxUid });
  const bytes = Buffer.concat([...meta, ...elementParts(reencoded, outEncoding)]);
  verifyOutput(bytes, {
    source: header,
    options: request.options,
    identity: context.identity,
    pixelSha256: hashOf(written.elements),
    isMasked,
  });
  return {
    bytes,
    patient: { patientId: patientId || patientKey, patientName: header.attributes.patientName ?? '' },
    report: {
      pseudonym: context.pseudonym,
      sopClassUid,
      sopInstanceUid: uid(sopInstanceUid),
      seriesInstanceUid: at('0020000e') && uid(at('0020000e')),
      studyInstanceUid: at('0020000d') && uid(at('0020000d')),
      transferSyntaxUid,
      counts,
      pixels: source ? written.change : 'absent',
      risk,
      masked: written.boxes,
      method: [methodText, ...methodCodes(request.options, did).map(([, meaning]) => meaning)],
    },
  };
}

function refuseOthers({ attributes }: DicomHeader, sopClassUid: string): void {
  const uid = sopClassUid || (attributes.mediaStorageSopClassUid ?? '');
  if (attributes.directoryRecordSequence || uid === '1.2.840.10008.1.3.10') {
    throw new AppError('not-an-image', 'A DICOMDIR names the files of its source: it is not de-identified.');
  }
  if (encapsulatedDocument.test(uid)) {
    throw new AppError('not-an-image', 'The text of an encapsulated document cannot be de-identified.');
  }
}

/** Files without a SOP Instance UID get theirs from their content. */
const sha256 = (file: Uint8Array): string => createHash('sha256').update(file).digest('hex');

function contextOf(
  { options, keys }: DeidentifyRequest,
  header: DicomHeader,
  dataSet: DataSet,
  patientKey: string,
  counts: Record<string, number>,
): CleaningContext {
  return {
    options,
    keys,
    pseudonym: pseudonymFor(keys, patientKey),
    shiftDays: dateShiftDays(keys, patientKey),
    isBigEndian: header.isBigEndian,
    isSigned: header.attributes.pixelRepresentation === 1,
    identity: identityParts(dataSet),
    count: (decision) => {
      counts[decision] = (counts[decision] ?? 0) + 1;
    },
  };
}

interface WrittenPixels {
  readonly elements: readonly OutElement[];
  readonly change: PixelChange | 'masked';
  readonly boxes: readonly (readonly PixelBox[])[];
}

/** The pixel element with its extended offset table, as in the source. */
function copied(source: TreeElement | undefined, dataSet: DataSet, header: DicomHeader): WrittenPixels {
  if (!source) return { elements: [], change: 'none', boxes: [] };
  const { out, change } = pixelElement(source, header);
  const tables = dataSet
    .filter(({ tag }) => tag === '7fe00001' || tag === '7fe00002')
    .map(({ tag, value }): OutElement => ({ tag, vr: 'OV', value: [value] }));
  return { elements: [...tables, out], change, boxes: [] };
}

async function masked(header: DicomHeader, mask: MaskRequest | undefined): Promise<WrittenPixels> {
  const { elements, boxes } = await maskedPixels(header, mask ?? { boxes: [], withDetected: true });
  return { elements, change: 'masked', boxes };
}

function hashOf(elements: readonly OutElement[]): string | undefined {
  const pixels = elements.find(({ tag }) => /^7fe000(08|09|10)$/.test(tag));
  if (!pixels) return undefined;
  const hash = createHash('sha256');
  for (const part of pixels.value ?? []) hash.update(part);
  return hash.digest('hex');
}

function syntaxOf(parsed: ParsedFile, { isImplicit }: Encoding, source: TreeElement | undefined): string {
  const { transferSyntaxUid } = parsed;
  if (transferSyntaxUid === deflatedUid) return explicitUid;
  if (source?.encapsulated) return transferSyntaxUid;
  if (isImplicit && transferSyntaxUid === explicitUid) return implicitUid;
  if (!isImplicit && transferSyntaxUid === implicitUid) return explicitUid;
  return transferSyntaxUid;
}
