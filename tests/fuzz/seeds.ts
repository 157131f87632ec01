import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { deflateRawSync } from 'node:zlib';
import { parse } from 'csv-parse/sync';
import { dicomFile, encapsulated, imageElements, int16Bytes, type TestElement } from '../unit/imaging/dicomBytes.ts';

/** A good file to be damaged. */
export interface Seed {
  readonly name: string;
  readonly transferSyntax: string;
  readonly bytes: Uint8Array;
}

const zoo = path.resolve(import.meta.dirname, '../../../shared/data/dicom-zoo');
const dicom = '1.2.840.10008.1.2';

/** Small images of the DICOM zoo, where it is, and generated ones. */
export function fuzzSeeds(): Seed[] {
  return [...generatedSeeds(), ...zooSeeds()];
}

function zooSeeds(): Seed[] {
  const manifest = path.join(zoo, 'manifest.csv');
  if (!existsSync(manifest)) return [];
  const rows: Record<string, string>[] = parse(readFileSync(manifest), { columns: true });
  return rows
    .filter((row) => Number(row.bytes) < 400_000 && valuesOf(row) < 700_000 && row.expect?.startsWith('ok'))
    .map((row) => ({
      name: row.file ?? '',
      transferSyntax: row.transfer_syntax || dicom,
      bytes: readFileSync(path.join(zoo, row.file ?? '')),
    }));
}

function valuesOf(row: Record<string, string>): number {
  return (row.array_shape ?? '').split('x').reduce((product, n) => product * Number(n || 1), 1);
}

function generatedSeeds(): Seed[] {
  const size: TestElement[] = [
    ['00280010', 'US', [32]],
    ['00280011', 'US', [32]],
  ];
  const pixels = int16Bytes(Array.from({ length: 1024 }, (_, i) => (i * 37) % 2000));
  const plain = imageElements(pixels, size);
  const compressed = (transferSyntax: string, frame: Uint8Array) =>
    dicomFile(imageElements(undefined, size), {
      transferSyntax,
      encode: (dataSet) => Buffer.concat([dataSet, encapsulated([frame])]),
    });
  const positions = [0, 1, 2, 3].map((z): TestElement[] => {
    const plane: TestElement[] = [['00200032', 'DS', `0\\0\\${z}`]];
    return [['00209113', 'SQ', [plane]]];
  });
  const enhanced: TestElement[] = [
    ...size,
    ['00280008', 'IS', '4'],
    ['00281050', 'DS', '40\\80'],
    ['00281051', 'DS', '400\\100'],
    ['52009230', 'SQ', positions],
  ];
  const fourFrames = Buffer.concat([pixels, pixels, pixels, pixels]);
  const deflated = { transferSyntax: `${dicom}.1.99`, encode: (dataSet: Uint8Array) => deflateRawSync(dataSet) };
  return [
    { name: 'generated/explicit', transferSyntax: `${dicom}.1`, bytes: dicomFile(plain) },
    {
      name: 'generated/implicit',
      transferSyntax: dicom,
      bytes: dicomFile(plain, { transferSyntax: dicom, isImplicit: true }),
    },
    { name: 'generated/deflated', transferSyntax: `${dicom}.1.99`, bytes: dicomFile(plain, deflated) },
    { name: 'generated/enhanced', transferSyntax: `${dicom}.1`, bytes: dicomFile(imageElements(fourFrames, enhanced)) },
    { name: 'generated/rle', transferSyntax: `${dicom}.5`, bytes: compressed(`${dicom}.5`, rleFrame(pixels)) },
    {
      name: 'generated/deflated-frame',
      transferSyntax: `${dicom}.8.1`,
      bytes: compressed(`${dicom}.8.1`, deflateRawSync(pixels)),
    },
  ];
}

/** Two byte planes, literal runs only. */
function rleFrame(pixels: Uint8Array): Uint8Array {
  const plane = (offset: number) => {
    const runs: Uint8Array[] = [];
    const values = pixels.filter((_, i) => i % 2 === offset);
    for (let i = 0; i < values.length; i += 128) runs.push(Uint8Array.of(127), values.subarray(i, i + 128));
    return Buffer.concat(runs);
  };
  const high = plane(1);
  const header = Buffer.alloc(64);
  header.writeUInt32LE(2, 0);
  header.writeUInt32LE(64, 4);
  header.writeUInt32LE(64 + high.length, 8);
  return Buffer.concat([header, high, plane(0)]);
}
