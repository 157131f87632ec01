import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'csv-parse/sync';
import jpeg from 'jpeg-js';
import { PNG } from 'pngjs';
import { describe, expect, test } from 'vitest';
import { splitIntoFolds } from '../../../main/domain/split/splitIntoFolds.ts';
import { areaAverage } from '../../../main/learning/evaluation/areaAverage.ts';
import { linearBaseline } from '../../../main/learning/evaluation/baselines.ts';
import { evaluatePredictions } from '../../../main/learning/evaluation/evaluatePredictions.ts';
import type { PredictedCase } from '../../../main/learning/evaluation/predictedCase.ts';
import { shuffleLabelsByPatient } from '../../../main/learning/evaluation/shuffleLabels.ts';

const data = path.resolve(import.meta.dirname, '../../../../shared/data');

interface Film {
  readonly file: string;
  readonly patientId: string;
  readonly trueClass: string;
  readonly pixelHash: string;
}

function readFilms(folder: string, columns: Record<'file' | 'patient' | 'label' | 'hash', string>): Film[] {
  const rows: Record<string, string>[] = parse(readFileSync(path.join(data, folder, 'labels.csv')), { columns: true });
  const cell = (row: Record<string, string>, name: string) => row[name] ?? '';
  const base = folder.startsWith('cxr/') ? 'cxr' : folder;
  return rows.map((row) => ({
    file: path.join(data, base, cell(row, columns.file)),
    patientId: cell(row, columns.patient),
    trueClass: cell(row, columns.label),
    pixelHash: cell(row, columns.hash),
  }));
}

/** Grey 32 x 32 pixels of a film. */
function smallPixels(file: string): Float64Array {
  const bytes = readFileSync(file);
  const { data: rgba, width, height } = file.endsWith('.png') ? PNG.sync.read(bytes) : jpeg.decode(bytes);
  const grey = Float32Array.from({ length: width * height }, (_, i) => rgba[4 * i] ?? 0);
  return areaAverage(grey, [1, 1, height, width], 32);
}

/** Five folds by patient, pooled out-of-fold, of the linear baseline. */
function outOfFold(films: readonly Film[], tensors: Float32Array, seed: number) {
  const classes = [...new Set(films.map((f) => f.trueClass))].sort();
  const classIndices = films.map((f) => classes.indexOf(f.trueClass));
  const splitCases = films.map((f) => ({
    caseId: f.file,
    patientId: f.patientId,
    pixelHashes: [f.pixelHash],
    className: f.trueClass,
  }));
  const cases: PredictedCase[] = [];
  for (const fold of splitIntoFolds(splitCases, 5, seed).folds) {
    const parts = films.map((f) => fold.get(f.file));
    const { logits } = linearBaseline({
      tensors,
      shape: [films.length, 1, 32, 32],
      classIndices,
      classCount: 2,
      parts,
    });
    films.forEach((f, i) => {
      if (parts[i] === 'test')
        cases.push({ caseId: f.file, patientId: f.patientId, trueClass: f.trueClass, logits: logits[i] ?? [] });
    });
  }
  return evaluatePredictions({ unit: 'image', cases, classes });
}

describe.skipIf(!existsSync(data))(
  'linear baseline on real films, five folds by patient (skipped without ../shared/data)',
  () => {
    test.each([
      ['cxr/kermany224', { file: 'file', patient: 'patient', label: 'label', hash: 'px_sha256' }, 0.96, 0.995],
      ['cxr/nih64', { file: 'file', patient: 'patient', label: 'label', hash: 'px_sha256' }, 0.5, 0.68],
      [
        'cxr/hannover384',
        { file: 'file', patient: 'patient', label: 'label_projection', hash: 'orig_file_sha256' },
        0.95,
        1,
      ],
      ['lidc-nodules', { file: 'slice64', patient: 'patient_id', label: 'Diagnosis', hash: 'img_sha256' }, 0.7, 0.93],
    ])(
      '%s',
      (folder, columns, least, most) => {
        const films = readFilms(folder, columns);
        const tensors = new Float32Array(films.length * 1024);
        films.forEach((film, i) => {
          tensors.set(smallPixels(film.file), i * 1024);
        });
        const started = performance.now();
        const { perCase, perPatient, perPatientReason } = outOfFold(films, tensors, 1);
        const { auroc } = perCase;
        const show = (e: typeof auroc) =>
          e ? `${e.value.toFixed(3)} (${e.low.toFixed(3)}-${e.high.toFixed(3)}, ${e.method})` : 'none';
        const patient = perPatient ? show(perPatient.auroc) : perPatientReason?.message;
        console.log(
          `${folder}: ${perCase.nCases} cases, ${perCase.nPatients} patients, AUROC ${show(auroc)}; bootstrap ${show(perCase.aurocBootstrap)}; per patient ${patient}; ${Math.round(performance.now() - started)} ms`,
        );
        expect(auroc?.value).toBeGreaterThan(least);
        expect(auroc?.value).toBeLessThan(most);
        if (folder !== 'cxr/nih64') return;
        const shuffled = [1, 2].map(
          (seed) => outOfFold(shuffleLabelsByPatient(films, seed), tensors, seed).perCase.auroc?.value ?? 0,
        );
        expect(Math.abs(shuffled.reduce((a, b) => a + b, 0) / shuffled.length - 0.5)).toBeLessThan(0.1);
      },
      180_000,
    );
  },
);
