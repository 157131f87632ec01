/** Lung nodules Benign / Malign (lidc-nodules, 64 x 64 slices), 5 folds by patient: pooled out-of-fold AUROC >= 0.90. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { dataFolder, readRows, trainOnFiles } from './trainOnFiles.ts';

const { values } = parseArgs({
  options: {
    size: { type: 'string', default: '64' },
    epochs: { type: 'string', default: '16' },
    folds: { type: 'string', default: '5' },
    architecture: { type: 'string', default: 'resnet18' },
    seed: { type: 'string', default: '1' },
    'learning-rate': { type: 'string', default: '0.001' },
    batch: { type: 'string', default: '16' },
  },
});
const corpus = path.join(dataFolder, 'lidc-nodules');
if (!existsSync(corpus)) {
  console.log(`skipped: ${corpus} is not on this machine`);
  process.exit(0);
}
const rows = readRows(path.join(corpus, 'labels.csv'));
const result = await trainOnFiles({
  files: rows.map((row) => ({
    file: path.join(corpus, row.slice64 ?? ''),
    patientId: row.patient_id ?? '',
    className: row.Diagnosis ?? '',
  })),
  classes: ['Benign', 'Malign'],
  recipe: {
    size: Number(values.size),
    seed: Number(values.seed),
    partition: { kind: 'folds', folds: Number(values.folds) },
    // Stored greys as they are: the slices were windowed alike, and the range of one slice depends on its nodule.
    window: { center: 127.5, width: 255 },
  },
  config: {
    architecture: values.architecture,
    epochs: Number(values.epochs),
    // So few validation cases are noisy: let the learning rate cool before the best epoch is chosen.
    patience: Number(values.epochs),
    batchSize: Number(values.batch),
    learningRate: Number(values['learning-rate']),
    seed: Number(values.seed),
    augmentation: { flipHorizontal: true, flipVertical: true, rotationDegrees: 45 },
  },
});
console.log(JSON.stringify(result));
process.exitCode = (result.auroc?.value ?? 0) >= 0.9 ? 0 : 1;
