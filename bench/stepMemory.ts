/** Bytes by which three training steps raise the peak of this process above the loaded library: ARCHITECTURE SIZE BATCH THREADS LOWERING */
import 'onnxruntime-node';
import { trainSteps } from './steps.ts';

const [architecture = 'resnet18', size = '128', batch = '16', threads = '2', lowering] = process.argv.slice(2);
const peak = () => process.resourceUsage().maxRSS * 1024;
const loaded = peak();
const numbers = { size: Number(size), batch: Number(batch), threads: Number(threads) };
const steps = await trainSteps({
  architecture,
  ...numbers,
  clock: 'wall',
  lowering: lowering === 'measured' ? 'measured' : 'usual',
});
for (let i = 0; i < 3; i++) await steps.step();
console.log(peak() - loaded);
await steps.dispose();
