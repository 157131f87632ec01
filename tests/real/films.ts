/** Chest films NORMAL / PNEUMONIA (cxr/kermany224), split by patient: test AUROC of at least 0.97 is expected. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { dataFolder, readRows, trainOnFiles } from './trainOnFiles.ts';

const { values } = parseArgs({
  options: {
    size: { type: 'string', default: '64' },
    epochs: { type: 'string', default: '12' },
    architecture: { type: 'string', default: 'resnet18' },
    seed: { type: 'string', default: '1' },
    'learning-rate': { type: 'string', default: '0.001' },
    batch: { type: 'string', default: '16' },
  },
});
const corpus = path.join(dataFolder, 'cxr');
if (!existsSync(corpus)) {
  console.log(`skipped: ${corpus} is not on this machine`);
  process.exit(0);
}
const rows = readRows(path.join(corpus, 'kermany224', 'labels.csv'));
const result = await trainOnFiles({
  files: rows.map((row) => ({
    file: path.join(corpus, row.file ?? ''),
    patientId: row.patient ?? '',
    className: row.label ?? '',
  })),
  classes: ['NORMAL', 'PNEUMONIA'],
  recipe: { size: Number(values.size), seed: Number(values.seed) },
  config: {
    architecture: values.architecture,
    epochs: Number(values.epochs),
    batchSize: Number(values.batch),
    learningRate: Number(values['learning-rate']),
    seed: Number(values.seed),
    augmentation: { flipHorizontal: true },
  },
});
console.log(JSON.stringify(result));
process.exitCode = (result.auroc?.value ?? 0) >= 0.97 ? 0 : 1;
