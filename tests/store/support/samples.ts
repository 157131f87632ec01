import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LabelTarget } from '../../../main/contract/labels.ts';
import type { IndexedFile } from '../../../main/domain/imageTypes.ts';
import type { NewInstance } from '../../../main/store/catalogue/catalogue.ts';
import type { Store } from '../../../main/store/store.ts';

export const sha = (text: string): string => createHash('sha256').update(text).digest('hex');

/** A folder of its own for one test; remove it with `remove`. */
export function temporaryFolder(): { readonly path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'groundglass-store-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

export const studyUid = (patient: number): string => `1.2.3.${patient}`;
export const seriesUid = (patient: number, series = 1): string => `1.2.3.${patient}.${series}`;
export const sopUid = (patient: number, series = 1, image = 1): string => `1.2.3.${patient}.${series}.${image}`;

interface Sample {
  readonly patient?: number;
  readonly series?: number;
  readonly image?: number;
  readonly frames?: number;
  readonly bytes?: string;
  readonly pixels?: string;
  readonly address?: string;
}

/** A CT slice with geometry, 512 x 512, 0.5 mm between rows, 0.25 mm between columns, 2 mm apart. */
export function sampleFile({
  patient = 1,
  series = 1,
  image = 1,
  frames = 1,
  bytes,
  pixels,
  address = `/data/p${patient}/s${series}/${image}.dcm`,
}: Sample = {}): IndexedFile {
  const sop = sopUid(patient, series, image);
  return {
    patient: { patientId: `P${patient}`, patientName: `Test^${patient}`, sex: 'F' },
    study: {
      studyInstanceUid: studyUid(patient),
      patientId: `P${patient}`,
      studyDate: '2024-05-06',
      patientAgeYears: 61,
    },
    series: {
      seriesInstanceUid: seriesUid(patient, series),
      studyInstanceUid: studyUid(patient),
      modality: 'CT',
      seriesNumber: series,
      description: 'Chest',
    },
    instance: {
      sopInstanceUid: sop,
      seriesInstanceUid: seriesUid(patient, series),
      studyInstanceUid: studyUid(patient),
      format: 'dicom',
      address,
      sizeBytes: 1000,
      fileSha256: sha(bytes ?? sop),
      pixelSha256: sha(pixels ?? `pixels of ${sop}`),
      instanceNumber: image,
      hasPixels: true,
      rows: 512,
      columns: 512,
      frameCount: frames,
      isLossy: false,
      frames: Array.from({ length: frames }, (_, i) => ({
        frameNumber: i + 1,
        position: [10, 20, 2 * (image + i)] as const,
        orientation: [1, 0, 0, 0, 1, 0] as const,
        pixelSpacing: [0.5, 0.25] as const,
      })),
    },
    findings: [],
  };
}

export const sampleRow = (sample: Sample = {}): NewInstance => ({
  indexed: sampleFile(sample),
  file: `p${sample.patient ?? 1}/s${sample.series ?? 1}/${sample.image ?? 1}.dcm`,
});

/** Imports the samples in chunks and returns the import id. */
export function addSamples(store: Store, samples: readonly Sample[]): string {
  const importId = store.catalogue.beginImport(['/data']);
  for (let start = 0; start < samples.length; start += 200) {
    store.catalogue.addInstances(samples.slice(start, start + 200).map(sampleRow), importId);
  }
  store.catalogue.finishImport(importId);
  return importId;
}

export const imageTarget = (patient = 1, series = 1, image = 1, frame = 1): LabelTarget =>
  ({
    studyInstanceUid: studyUid(patient),
    seriesInstanceUid: seriesUid(patient, series),
    sopInstanceUid: sopUid(patient, series, image),
    frameNumber: frame,
  }) as LabelTarget;

export const colours = ['#ff0000', '#00ff00', '#0000ff'];
export const labelValues = (...values: string[]) =>
  values.map((value, i) => ({ value, colour: colours[i % colours.length] ?? '#ffffff' }));
