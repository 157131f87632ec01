import type { ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { type CommandResult, inTemporaryFolder, type Line, runCommand, succeed } from '../../../bench/commandLine.ts';
import { median } from '../../../bench/numbers.ts';
import { processTree } from '../../../bench/processTree.ts';
import { practiceSnapshot } from '../practiceLoop.ts';
import { type Check, type Report, skipped, verdictOf } from '../report.ts';

const epochs = 5;
const interruptAfterEpoch = 2;
/** A trainer writes a checkpoint every 30 s; one that is to be killed with a checkpoint behind it lives longer. */
const killAfterSeconds = 40;
const longSeconds = 80;

interface Trained {
  readonly how: string;
  readonly sha256: string;
  readonly seconds: number;
  /** How the interrupted command ended, where there was one. */
  readonly interrupted?: string;
}

interface Training {
  readonly how: string;
  readonly snapshot: string;
  readonly workspace: string;
  readonly seed?: number;
  readonly epochs?: number;
  readonly threads?: number;
}

const trainingOf = ({ snapshot, seed = 1, epochs: count = epochs, threads = 1 }: Training): string[] => [
  ...['train', `--snapshot=${snapshot}`, '--architecture=resnet18', `--epochs=${count}`, '--batch=8'],
  ...[`--threads=${threads}`, `--seed=${seed}`, '--patience=1000'],
];

function modelHash(workspace: string, { last }: CommandResult): string {
  const bytes = readFileSync(path.join(workspace, 'models', String(last.model), 'model.onnx'));
  return createHash('sha256').update(bytes).digest('hex');
}

/** The worker in which the network is trained: the only grandchild that loads the learning worker. */
function trainerOf(pid: number): number {
  const found = processTree(pid).find((one) => one.pid !== pid && one.command.includes('learning/worker'));
  if (!found) throw new Error(`no trainer below process ${pid}`);
  return found.pid;
}

type Interruption = (pid: number) => void;

const killTrainer: Interruption = (pid) => process.kill(trainerOf(pid), 'SIGKILL');
const killCommand: Interruption = (pid) => process.kill(pid, 'SIGKILL');
const stopCommand: Interruption = (pid) => process.kill(pid, 'SIGTERM');

/** Half an epoch after the first epoch that `isTime` holds for; the epoch's own duration tells how long that is. */
function interruptMidEpoch(interrupt: Interruption, isTime: (epoch: number) => boolean) {
  let isDone = false;
  return (line: Line, { pid }: ChildProcess): void => {
    if (isDone || pid === undefined || typeof line.epoch !== 'number' || !isTime(line.epoch)) return;
    isDone = true;
    setTimeout(() => interrupt(pid), Number(line.seconds) * 500);
  };
}

/** Epochs that the run's log holds more than once: they were lost and done again. */
function repeatedEpochs(workspace: string, run: string): number {
  const rows = readFileSync(path.join(workspace, 'runs', run, 'log.jsonl'), 'utf8')
    .trim()
    .split('\n');
  return rows.length - new Set(rows.map((row) => (JSON.parse(row) as { epoch: number }).epoch)).size;
}

async function interruptedTraining(
  training: Training,
  interrupt: Interruption,
  isTime: (epoch: number) => boolean = (epoch) => epoch === interruptAfterEpoch,
): Promise<Trained> {
  const { how, workspace } = training;
  const onLine = interruptMidEpoch(interrupt, isTime);
  const first = await runCommand(trainingOf(training), { workspace, onLine });
  const seen = first.lines.filter((line) => 'epoch' in line).length;
  if (first.code === 0) throw new Error(`${how}: the training was not interrupted`);
  const run = String(first.lines[0]?.run);
  const resumed = await succeed(['train', `--resume=${run}`], { workspace });
  const ending = JSON.stringify(first.last.error ?? (first.last.stopped ? { stopped: true } : {}));
  const again = repeatedEpochs(workspace, run);
  return {
    how,
    sha256: modelHash(workspace, resumed),
    seconds: first.seconds + resumed.seconds,
    interrupted: `exit ${first.code ?? 'by signal'} after ${seen} epochs, ${again} of them done again ${ending}`,
  };
}

async function wholeTraining(training: Training): Promise<Trained & { readonly epochSeconds: number }> {
  const { how, workspace } = training;
  const result = await succeed(trainingOf(training), { workspace });
  const durations = result.lines.flatMap(({ epoch, seconds }) => (epoch === undefined ? [] : [Number(seconds)]));
  return { how, sha256: modelHash(workspace, result), seconds: result.seconds, epochSeconds: median(durations) };
}

export const determinism: Check = {
  name: 'determinism',
  title: 'The same training gives the same bytes, interrupted or not',
  run: async (tell): Promise<Report> => {
    if (process.platform !== 'linux') return skipped('Processes are found through /proc, which only Linux has.');
    return inTemporaryFolder(async (root) => {
      const workspace = path.join(root, 'one');
      const { snapshot, hash } = await practiceSnapshot({ root, workspace, patients: 60 });
      const other = path.join(root, 'two');
      const twin = await practiceSnapshot({ root: path.join(root, 'twin'), workspace: other, patients: 60 });
      const trained: Trained[] = [];
      const add = async (work: Promise<Trained>): Promise<Trained> => {
        const one = await work;
        trained.push(one);
        tell(`${one.how}: ${one.sha256.slice(0, 16)} ${one.interrupted ?? ''}`);
        return one;
      };
      const first = await wholeTraining({ how: 'uninterrupted', snapshot, workspace });
      await add(Promise.resolve(first));
      const again = await add(wholeTraining({ how: 'once more', snapshot, workspace }));
      const elsewhere = await add(
        wholeTraining({ how: 'in another workspace', snapshot: twin.snapshot, workspace: other }),
      );
      const killed = { how: 'kill -9 of the command, resumed at once', snapshot, workspace };
      const stopped = { how: 'SIGTERM to the command, resumed', snapshot, workspace };
      const early = { how: 'kill -9 of the trainer before its first checkpoint, resumed', snapshot, workspace };
      const cut = [
        await add(interruptedTraining(killed, killCommand)),
        await add(interruptedTraining(stopped, stopCommand)),
        await add(interruptedTraining(early, killTrainer)),
      ];
      const pair = { snapshot, workspace, threads: 2 };
      const two = await add(wholeTraining({ ...pair, how: 'two threads' }));
      const twoAgain = await add(wholeTraining({ ...pair, how: 'two threads, once more' }));
      const seeded = await add(wholeTraining({ how: 'with another seed', snapshot, workspace, seed: 2 }));
      const longEpochs = Math.max(epochs + 1, Math.ceil(longSeconds / first.epochSeconds));
      const long = { snapshot, workspace, epochs: longEpochs };
      const whole = await add(wholeTraining({ ...long, how: `${longEpochs} epochs, uninterrupted` }));
      const started = performance.now();
      const isTime = () => performance.now() - started > killAfterSeconds * 1000;
      const how = `${longEpochs} epochs, kill -9 of the trainer after its first checkpoint, resumed`;
      const late = await add(interruptedTraining({ ...long, how }, killTrainer, isTime));
      return {
        ...verdictOf({
          'the same snapshot, configuration and seed give the same model.onnx':
            again.sha256 === first.sha256 && twoAgain.sha256 === two.sha256,
          'so do the same images in another workspace': twin.hash === hash && elsewhere.sha256 === first.sha256,
          'an interrupted and resumed training ends with the same bytes':
            cut.every((t) => t.sha256 === first.sha256) && late.sha256 === whole.sha256,
          'another seed gives another network': seeded.sha256 !== first.sha256,
        }),
        notes: [
          `ResNet-18 from scratch, ${epochs} epochs, batch 8, 64 px, augmentation on, 1 thread unless said otherwise, onnxruntime on the CPU; ` +
            `60 phantom patients; interrupted half an epoch after epoch ${interruptAfterEpoch}, or after ${killAfterSeconds} s`,
        ],
        tables: [
          {
            title: 'SHA-256 of model.onnx',
            columns: ['training', 'sha256', 'seconds', 'how the interrupted command ended'],
            rows: trained.map((t) => [t.how, t.sha256, t.seconds.toFixed(1), t.interrupted ?? '']),
          },
        ],
      };
    });
  },
};
