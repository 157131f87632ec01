import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { indexFile } from '../../../main/imaging/indexFile.ts';
import { dicomFile, encapsulated, imageElements, int16Bytes, type TestElement } from './dicomBytes.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'groundglass-index-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function index(bytes: Uint8Array) {
  const address = path.join(folder, 'image.dcm');
  await writeFile(address, bytes);
  return indexFile({ address });
}

const pixels = int16Bytes([1, 2, 3, 4, 5, 6]);
const codes = ({ findings }: Awaited<ReturnType<typeof index>>) => findings.map((f) => f.code);

describe('images that cannot be shown', () => {
  it('are listed with the reason where there is no decoder', async () => {
    const encode = (dataSet: Uint8Array) => Buffer.concat([dataSet, encapsulated([new Uint8Array(40)])]);
    const video = dicomFile(imageElements(undefined, [['00280008', 'IS', '9']]), {
      transferSyntax: '1.2.840.10008.1.2.4.102',
      encode,
    });
    const file = await index(video);
    expect(file.instance).toMatchObject({
      pixelProblem: 'unsupported-transfer-syntax',
      hasPixels: true,
      frameCount: 9,
    });
    expect(codes(file)).toContain('unsupported-pixels');
  });

  it('are listed where the pixel format is unknown', async () => {
    const file = await index(dicomFile(imageElements(pixels, [['00280100', 'US', [12]]])));
    expect(file.instance).toMatchObject({ pixelProblem: 'unsupported-pixel-format', rows: 2, columns: 3 });
  });

  it('are listed with the frames that are there where they are cut short', async () => {
    const file = await index(dicomFile(imageElements(pixels, [['00280008', 'IS', '50000']])));
    expect(file.instance).toMatchObject({ pixelProblem: 'damaged-pixels', frameCount: 1 });
    expect(codes(file)).toContain('truncated-pixels');
  });

  it('are refused where the file ends before the pixels, so that the whole file can take their place', async () => {
    const whole = dicomFile(imageElements(undefined, [['00281055', 'LO', 'a window of some kind']]));
    const elementStart = whole.length - 8 - 22;
    for (const length of [whole.length - 8, elementStart + 5]) {
      await expect(index(whole.subarray(0, length))).rejects.toMatchObject({ code: 'damaged-header' });
    }
  });

  it('lose no pixels silently where a fragment is damaged', async () => {
    const fragments = Buffer.from(encapsulated([new Uint8Array(40), new Uint8Array(40)]));
    fragments.writeUInt32LE(37, 12 + 8 + 4);
    const encode = (dataSet: Uint8Array) => Buffer.concat([dataSet, fragments]);
    const file = await index(dicomFile(imageElements(undefined), { transferSyntax: '1.2.840.10008.1.2.5', encode }));
    expect(file.instance).toMatchObject({ hasPixels: true, pixelProblem: 'damaged-pixels' });
  });
});

describe('files without valid UIDs', () => {
  const without = (...tags: readonly string[]) => imageElements(pixels).filter(([tag]) => !tags.includes(tag));

  it('get derived ones that keep a series together', async () => {
    const [first, second] = [await index(dicomFile(without('0020000d'))), await index(dicomFile(without('0020000d')))];
    expect(first.study.studyInstanceUid).toBe(second.study.studyInstanceUid);
    expect(first.instance.studyInstanceUid).toMatch(/^2\.25\.\d+$/);
    expect(codes(first)).toContain('derived-uid');
  });

  it('never take markup for a UID', async () => {
    const markup: TestElement[] = [['00080018', 'UI', '<script>']];
    const file = await index(dicomFile(imageElements(pixels, markup)));
    expect(file.instance.sopInstanceUid).toMatch(/^2\.25\.\d+$/);
  });
});

it('reads a header without the pixels where no hashes are wanted', async () => {
  const size: TestElement[] = [
    ['00280010', 'US', [200]],
    ['00280011', 'US', [300]],
  ];
  const address = path.join(folder, 'large.dcm');
  await writeFile(address, dicomFile(imageElements(new Uint8Array(120_000), size)));
  const { instance } = await indexFile({ address, withoutHashes: true });
  expect(instance).toMatchObject({ rows: 200, columns: 300, fileSha256: '', frameCount: 1 });
  expect(instance).not.toHaveProperty('pixelSha256');
  expect(instance).not.toHaveProperty('pixelProblem');
});
