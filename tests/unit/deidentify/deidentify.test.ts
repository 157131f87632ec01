import { describe, expect, it } from 'vitest';
import { type DeidentifyRequest, deidentify } from '../../../main/imaging/deidentify/deidentify.ts';
import { basicOptions } from '../../../main/imaging/deidentify/options.ts';
import { readHeader } from '../../../main/imaging/dicom/readHeader.ts';
import { decodeFrame } from '../../../main/imaging/pixels/decodeFrame.ts';
import { dicomFile, imageElements, type TestElement } from '../imaging/dicomBytes.ts';
import { readIndependently } from './independentReader.ts';

const request: DeidentifyRequest = {
  options: basicOptions,
  keys: { secret: Buffer.alloc(32, 9) },
  burnedIn: 'refuse',
};
const pixels = Uint8Array.from({ length: 128 }, (_, i) => (i % 2 ? 0 : i));

const image = (...elements: TestElement[]): Uint8Array =>
  dicomFile(imageElements(pixels, [['00280010', 'US', [8]], ['00280011', 'US', [8]], ...elements]));

const withOptions = (options: Partial<typeof basicOptions>): DeidentifyRequest => ({
  ...request,
  options: { ...basicOptions, ...options },
});

/** The values as an independent reader sees them. */
async function read(file: Uint8Array, how: DeidentifyRequest = request): Promise<Readonly<Record<string, unknown>>> {
  return readIndependently((await deidentify(file, how)).bytes);
}

describe('deidentify', () => {
  it('cleans descriptions beside names with combining marks and signs of patterns', async () => {
    const file = image(
      ['00080005', 'CS', 'ISO_IR 192'],
      ['00100010', 'PN', 'สมชาย ใด\u0e35.*+(ab)^Jose\u0301'],
      ['0008103e', 'LO', 'CHEST AXIAL'],
    );
    const dataSet = await read(file, withOptions({ cleanDescriptors: true }));
    expect(dataSet.SeriesDescription).toBe('CHEST AXIAL');
  });

  it('writes what PS3.15 E.1.1 asks for', async () => {
    const dataSet = await read(image(['00100030', 'DA', '19540102'], ['00080080', 'LO', 'St Elsewhere']));
    expect(dataSet).toMatchObject({
      PatientIdentityRemoved: 'YES',
      LongitudinalTemporalInformationModified: 'REMOVED',
    });
    expect(JSON.stringify(dataSet.DeidentificationMethodCodeSequence)).toContain('113100');
    expect(dataSet.PatientID).toMatch(/^GG-[A-Z2-9]{10}$/);
    expect(String(dataSet.PatientName)).toBe(dataSet.PatientID);
    expect(JSON.stringify(dataSet)).not.toMatch(/1954|Elsewhere/);
  });

  it('moves all dates of a patient by the same days, keeps times, and never keeps the birth date', async () => {
    const dates: TestElement[] = [
      ['00080020', 'DA', '20200301'],
      ['00080021', 'DA', '20200311'],
      ['00080030', 'TM', '101112'],
      ['0008002a', 'DT', '20200311101112.5'],
      ['00100030', 'DA', '19540102'],
    ];
    const dataSet = await read(image(...dates), withOptions({ dates: 'shift' }));
    const day = (text: unknown): number =>
      Date.parse(
        String(text)
          .slice(0, 8)
          .replace(/(....)(..)(..)/, '$1-$2-$3'),
      ) / 86_400_000;
    expect(day(dataSet.SeriesDate) - day(dataSet.StudyDate)).toBe(10);
    expect(day(dataSet.AcquisitionDateTime)).toBe(day(dataSet.SeriesDate));
    expect(dataSet.StudyDate).not.toBe('20200301');
    expect(dataSet.StudyTime).toBe('101112');
    expect(dataSet.PatientBirthDate ?? '').toBe('');
    const kept = await read(image(...dates), withOptions({ dates: 'keep' }));
    expect(kept).toMatchObject({ StudyDate: '20200301', LongitudinalTemporalInformationModified: 'UNMODIFIED' });
  });

  it('keeps sex and age by choice, ages above 89 as 90', async () => {
    const person: TestElement[] = [['00100040', 'CS', 'F'], ['00101010', 'AS', '094Y'], ['00101030', 'DS', '71.5']]; // biome-ignore format: short
    const kept = await read(image(...person), withOptions({ keepPatientCharacteristics: true }));
    expect(kept).toMatchObject({ PatientSex: 'F', PatientAge: '090Y' });
    expect(Number(kept.PatientWeight)).toBe(71.5);
    const basic = await read(image(...person));
    expect(basic.PatientAge).toBeUndefined();
    expect(basic.PatientSex ?? '').toBe('');
  });

  it('keeps references between files: a report and a segmentation name the new UIDs of their images', async () => {
    const source = await deidentify(image(), request);
    const reference: TestElement[] = [['00081150', 'UI', '1.2.840.10008.5.1.4.1.1.2'], ['00081155', 'UI', '1.2.3.4']]; // biome-ignore format: short
    const evidence: TestElement = ['00081115', 'SQ', [[['0020000e', 'UI', '1.2.3.1'], ['00081199', 'SQ', [[...reference]]]]]]; // biome-ignore format: short
    const content: TestElement = [
      '0040a730',
      'SQ',
      [[['0040a040', 'CS', 'IMAGE'], ['00081199', 'SQ', [reference]]], [['0040a040', 'CS', 'TEXT'], ['0040a160', 'UT', 'Mrs Doe is ill']]], // biome-ignore format: short
    ];
    const sr = imageElements(undefined, [['00080016', 'UI', '1.2.840.10008.5.1.4.1.1.88.33'], ['00080018', 'UI', '1.2.3.9'], ['00080060', 'CS', 'SR']]); // biome-ignore format: short
    const report = await deidentify(
      dicomFile([...sr.filter(([tag]) => !tag.startsWith('0028')), evidence, content]),
      request,
    );
    const text = Buffer.from(report.bytes).toString('latin1');
    expect(text.split(source.report.sopInstanceUid)).toHaveLength(3);
    expect(text).toContain(source.report.seriesInstanceUid);
    expect(report.report.studyInstanceUid).toBe(source.report.studyInstanceUid);
    expect(text).not.toContain('Doe');
    expect(text).not.toContain('1.2.3.4\0');
  });

  it('copies pixels as they are, and refuses likely burned-in text until it is masked or accepted', async () => {
    const capture = image(['00080016', 'UI', '1.2.840.10008.5.1.4.1.1.7'], ['00080060', 'CS', 'OT']);
    await expect(deidentify(capture, request)).rejects.toMatchObject({ code: 'burned-in-risk' });
    const accepted = await deidentify(capture, { ...request, burnedIn: 'accept' });
    const value = Buffer.from(pixels);
    expect(Buffer.from(accepted.bytes).includes(value)).toBe(true);
    const box = { left: 2, top: 1, width: 3, height: 2 };
    const masked = await deidentify(capture, { ...request, mask: { boxes: [box], withDetected: false } });
    const before = (await decodeFrame(readHeader(capture), 1)).pixels;
    const after = (await decodeFrame(readHeader(masked.bytes), 1)).pixels;
    after.forEach((pixel, i) => {
      const [x, y] = [i % 8, i >> 3];
      const isInside = x >= 2 && x < 5 && y >= 1 && y < 3;
      expect(pixel).toBe(isInside ? 0 : before[i]);
    });
    expect(masked.report).toMatchObject({ pixels: 'masked', masked: [[box]] });
    expect(readHeader(masked.bytes).attributes.burnedInAnnotation).toBe('NO');
  });

  it('clears overlays kept in unused bits of the pixels', async () => {
    const cells = Uint8Array.from({ length: 128 }, (_, i) => (i % 2 ? 0x80 : i));
    const file = dicomFile(
      imageElements(cells, [
        ['00280010', 'US', [8]],
        ['00280011', 'US', [8]],
        ['00280101', 'US', [12]],
        ['00280102', 'US', [11]],
        ['60000010', 'US', [8]],
        ['60000011', 'US', [8]],
        ['60000100', 'US', [16]],
        ['60000102', 'US', [15]],
      ]),
    );
    const { bytes, report } = await deidentify(file, request);
    expect(report.pixels).toBe('overlay-bits-cleared');
    const header = readHeader(bytes);
    expect(header.overlays).toEqual([]);
    const value = header.bytes.subarray(header.pixels?.offset, (header.pixels?.offset ?? 0) + 128);
    expect(value.every((byte, i) => i % 2 === 0 || (byte & 0x80) === 0)).toBe(true);
  });

  it('refuses directories, encapsulated documents and sequences that it cannot understand', async () => {
    const pdf = dicomFile(imageElements(undefined, [['00080016', 'UI', '1.2.840.10008.5.1.4.1.1.104.1']]));
    await expect(deidentify(pdf, request)).rejects.toMatchObject({ code: 'not-an-image' });
    const broken = image(['00081140', 'OB', Buffer.from('no items here')]);
    await expect(deidentify(Buffer.from(Buffer.from(broken).toString('latin1').replace('\x40\x11OB', '\x40\x11SQ'), 'latin1'), request)).rejects.toMatchObject({ code: 'damaged-header' }); // biome-ignore format: long
  });
});
