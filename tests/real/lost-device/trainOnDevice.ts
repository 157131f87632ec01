import { writeFileSync } from 'node:fs';
import { AppError } from '../../../main/domain/errors.ts';
import { runInput, smallConfig, train } from '../../learning/training/smallRun.ts';

/**
 * Trains, or resumes, a small run on WebGPU and prints how it ended as one line of JSON. At the end of the epoch whose
 * number is given the file is written on which the driver loses its device.
 */
const [root = '', snapshot = '', how = 'start', loseAfter = '0'] = process.argv.slice(2);
const config = how === 'start' ? smallConfig({ device: 'webgpu', patience: 10 }) : undefined;
let steps = 0;
const told = (ending: object) => console.log(JSON.stringify({ ...ending, steps }));
try {
  // A checkpoint after every step: how much is done again is then a step, not half a minute.
  const { status } = await train({ ...runInput(root, 'run', snapshot, config), checkpointSeconds: 0 }, (progress) => {
    if (progress.kind === 'step') steps++;
    if (progress.kind === 'epoch' && progress.row.epoch === Number(loseAfter))
      writeFileSync(process.env.GROUNDGLASS_TEST_LOSE ?? '', '');
  });
  told({ status });
} catch (thrown) {
  if (!(thrown instanceof AppError)) throw thrown;
  told({ code: thrown.code, message: thrown.message });
}
process.exit(0);
