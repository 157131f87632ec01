import dicomParser from 'dicom-parser';
import { describe, expect, it } from 'vitest';
import { type Deidentified, deidentify } from '../../../main/imaging/deidentify/deidentify.ts';
import { basicOptions, type DeidentifyOptions } from '../../../main/imaging/deidentify/options.ts';
import { canary, canaryFile } from './canaryFile.ts';
import { holdsCanary } from './holdsCanary.ts';
import { readIndependently } from './independentReader.ts';

const keys = { secret: Buffer.alloc(32, 3) };
const generous: DeidentifyOptions = {
  dates: 'shift',
  keepUids: false,
  keepDevice: false,
  keepInstitution: false,
  keepPatientCharacteristics: true,
  cleanDescriptors: true,
  keepSafePrivate: true,
};

async function runAll(options: DeidentifyOptions, files: number): Promise<Deidentified[]> {
  const results: Deidentified[] = [];
  for (let file = 0; file < files; file++) {
    results.push(await deidentify(canaryFile(file).bytes, { options, keys, burnedIn: 'accept' }));
  }
  return results;
}

describe('canaries', () => {
  it('are in the sources, in every file', () => {
    expect(holdsCanary(canaryFile(1).bytes, 1)).toBe(true);
    expect(holdsCanary(Buffer.from('Qzx1v', 'utf16le'), 1)).toBe(true);
    for (const lead of ['', 'a', 'ab']) {
      expect(holdsCanary(Buffer.from(Buffer.from(`${lead}${canary(7, 'x')}`).toString('base64')), 7)).toBe(true);
    }
  });

  it.each([
    ['the basic profile', basicOptions],
    ['options that keep more', generous],
  ] as const)(
    'are in none of 300 files de-identified by %s; the files can be read and agree on UIDs',
    async (_name, options) => {
      const results = await runAll(options, 300);
      const leaks = results.flatMap(({ bytes, report }, file) => {
        const path = `${report.pseudonym}/${report.studyInstanceUid}/${report.seriesInstanceUid}/${report.sopInstanceUid}`;
        return holdsCanary(bytes, file) || holdsCanary(Buffer.from(path), file) ? [file] : [];
      });
      expect(leaks).toEqual([]);
      for (const { bytes, report } of results.slice(0, 40)) {
        const dataSet = dicomParser.parseDicom(bytes);
        expect(dataSet.string('x00080018')).toBe(report.sopInstanceUid);
        expect(dataSet.string('x00020003')).toBe(report.sopInstanceUid);
        expect(dataSet.string('x00100020')).toBe(report.pseudonym);
        expect(dataSet.elements.x7fe00010?.length).toBe(128);
        expect(readIndependently(bytes).PatientID).toBe(report.pseudonym);
      }
      // One pseudonym per patient, 20 patients.
      expect(new Set(results.map(({ report }) => report.pseudonym)).size).toBe(20);
    },
    120_000,
  );

  it('give the same bytes in a second run, and other UIDs with another secret', async () => {
    const [first, second] = [await runAll(basicOptions, 20), await runAll(basicOptions, 20)];
    expect(second.map(({ bytes }) => Buffer.from(bytes).toString('base64'))).toEqual(
      first.map(({ bytes }) => Buffer.from(bytes).toString('base64')),
    );
    const other = await deidentify(canaryFile(0).bytes, {
      options: basicOptions,
      keys: { secret: Buffer.alloc(32, 4) },
      burnedIn: 'accept',
    });
    expect(other.report.sopInstanceUid).not.toBe(first[0]?.report.sopInstanceUid);
    expect(other.report.pseudonym).not.toBe(first[0]?.report.pseudonym);
  });
});
