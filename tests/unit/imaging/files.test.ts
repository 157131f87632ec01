import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { zipSync } from 'fflate';
import { PNG } from 'pngjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readMetadataCsv } from '../../../main/imaging/files/metadataCsv.ts';
import { nameBasedUid } from '../../../main/imaging/files/nameBasedUid.ts';
import { openSource } from '../../../main/imaging/files/openSource.ts';
import { type ScannedFile, scanPaths } from '../../../main/imaging/files/scanPaths.ts';
import { indexFile } from '../../../main/imaging/indexFile.ts';
import { loadFrame } from '../../../main/imaging/loadFrame.ts';
import { dicomFile, imageElements, int16Bytes } from './dicomBytes.ts';

let folder = '';
const dicom = dicomFile(imageElements(int16Bytes([1, 2, 3, 4, 5, 6])));
const png = new Uint8Array(PNG.sync.write(new PNG({ width: 2, height: 1 }), { colorType: 0 }));

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'groundglass-files-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function scan(...paths: string[]): Promise<ScannedFile[]> {
  const found: ScannedFile[] = [];
  for await (const file of scanPaths(paths)) found.push(file);
  return found;
}

const summary = (files: readonly ScannedFile[]) =>
  files.map((f) => `${f.relativePath} ${f.kind === 'rejected' ? f.error.code : f.kind}`);

describe('scanPaths', () => {
  it('walks folders in order, once through a symbolic loop, and tells images from companions', async () => {
    const root = path.join(folder, 'walk');
    await mkdir(path.join(root, 'b'), { recursive: true });
    await writeFile(path.join(root, 'b', 'image'), dicom);
    await writeFile(path.join(root, 'a.png'), png);
    await writeFile(path.join(root, 'labels.csv'), 'x');
    await writeFile(path.join(root, 'c.dcm'), 'this is no DICOM file at all');
    await symlink(root, path.join(root, 'b', 'loop'));
    await symlink(path.join(root, 'nowhere'), path.join(root, 'dangling'));
    expect(summary(await scan(root))).toEqual([
      'a.png image',
      'b/image image',
      'c.dcm unknown-format',
      'dangling file-not-found',
      'labels.csv ignored',
    ]);
  });

  it('opens zip archives and refuses names that lead out of them', async () => {
    const archive = path.join(folder, 'study.zip');
    await writeFile(
      archive,
      zipSync({ 'series/1.dcm': dicom, '../evil.dcm': dicom, '/abs.dcm': dicom, 'readme.txt': png.subarray(0, 4) }),
    );
    const found = await scan(archive);
    expect(summary(found)).toEqual([
      '../evil.dcm file-unreadable',
      '/abs.dcm file-unreadable',
      'readme.txt ignored',
      'series/1.dcm image',
    ]);
    expect(await openSource(`${archive}!/series/1.dcm`)).toEqual(Buffer.from(dicom));
    const { instance } = await indexFile({ address: `${archive}!/series/1.dcm` });
    expect([...(await loadFrame(instance.address, 1)).pixels]).toEqual([1, 2, 3, 4, 5, 6]);
    await expect(openSource(`${archive}!/series/2.dcm`)).rejects.toMatchObject({ code: 'file-not-found' });
  });

  it('refuses an entry that promises more than the limit', async () => {
    const archive = path.join(folder, 'bomb.zip');
    const bytes = Buffer.from(zipSync({ 'big.dcm': new Uint8Array(1000) }, { level: 9 }));
    // Size before compression, in the central directory (APPNOTE 4.3.12, offset 24): 3 GB.
    const directory = bytes.lastIndexOf(Buffer.from([0x50, 0x4b, 0x01, 0x02]));
    bytes.writeUInt32LE(3_000_000_000, directory + 24);
    await writeFile(archive, bytes);
    expect(summary(await scan(archive))).toEqual(['big.dcm limit-exceeded']);
  });

  it('names what is not there', async () => {
    expect(summary(await scan(path.join(folder, 'missing')))).toEqual(['missing file-not-found']);
  });
});

describe('metadata table', () => {
  it('finds rows by address, rejects duplicates', async () => {
    const root = path.join(folder, 'films');
    await mkdir(root);
    await writeFile(path.join(root, '1.png'), png);
    const csv = path.join(folder, 'films.csv');
    await writeFile(
      csv,
      '\uFEFFfile,patient_id,study_id,sex,age,view\n1.png,P7,S1,f,054Y,PA\n1.png,P8,,,,\n2.png,P9,,,3,\n',
    );
    const metadata = await readMetadataCsv(csv, root);
    expect(metadata.rejected).toEqual([expect.objectContaining({ path: '1.png', code: 'duplicate-row' })]);
    const [file] = await scan(root);
    const row = metadata.rows.get(file?.address ?? '');
    expect(row).toEqual({
      file: '1.png',
      patientId: 'P7',
      studyId: 'S1',
      sex: 'F',
      ageYears: 54,
      attributes: { view: 'PA' },
    });
  });

  it('gives images stable UIDs that follow from patient, name and content', async () => {
    const address = path.join(folder, 'films', '1.png');
    const metadata = { file: '1.png', patientId: 'P7', attributes: {} };
    const first = await indexFile({ address, metadata });
    const again = await indexFile({ address, metadata });
    const other = await indexFile({ address, metadata: { ...metadata, patientId: 'P8' } });
    expect(again).toEqual(first);
    expect(first.instance.sopInstanceUid).toMatch(/^2\.25\.\d{30,39}$/);
    expect(other.instance.sopInstanceUid).not.toBe(first.instance.sopInstanceUid);
    expect(other.instance.pixelSha256).toBe(first.instance.pixelSha256);
    await expect(indexFile({ address })).rejects.toMatchObject({ code: 'no-metadata' });
  });

  it('needs its columns', async () => {
    const csv = path.join(folder, 'wrong.csv');
    await writeFile(csv, 'path,patient\na,b\n');
    await expect(readMetadataCsv(csv)).rejects.toMatchObject({ code: 'invalid-input' });
  });
});

it('makes version 5 UUIDs', () => {
  const uuid = BigInt(nameBasedUid('a', 'b').slice(5)).toString(16).padStart(32, '0');
  expect(uuid[12]).toBe('5');
  expect('89ab').toContain(uuid[16]);
});
