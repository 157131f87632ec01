import { writeFileSync } from 'node:fs';
import { AppError } from '../../../../main/domain/errors.ts';
import { runInput, smallConfig, train } from '../../training/smallRun.ts';

/**
 * Trains, or resumes, a small run on WebGPU and prints how it ended as one line of JSON. At the end of an epoch whose
 * number is given the file is written on which the driver loses its device.
 */
const [root = '', snapshot = '', how = 'start', loseAfter = '0'] = process.argv.slice(2);
const config = how === 'start' ? smallConfig({ device: 'webgpu', patience: 10 }) : undefined;
const epochs: number[] = [];
try {
  const input = { ...runInput(root, 'run', snapshot, config), checkpointSeconds: 0 };
  const { status } = await train(input, (progress) => {
    if (progress.kind !== 'epoch') return;
    epochs.push(progress.row.epoch);
    if (progress.row.epoch === Number(loseAfter)) writeFileSync(process.env.GROUNDGLASS_TEST_LOSE ?? '', '');
  });
  console.log(JSON.stringify({ status, epochs }));
} catch (thrown) {
  if (!(thrown instanceof AppError)) throw thrown;
  console.log(JSON.stringify({ code: thrown.code, message: thrown.message, epochs }));
}
process.exit(0);
