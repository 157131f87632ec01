import type { ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { type CommandResult, inTemporaryFolder, type Line, runCommand, succeed } from '../../../bench/commandLine.ts';
import { processTree } from '../../../bench/processTree.ts';
import { practiceSnapshot } from '../practiceLoop.ts';
import { type Check, type Report, skipped, verdictOf } from '../report.ts';

const epochs = 5;
const interruptAfterEpoch = 2;

interface Trained {
  readonly how: string;
  readonly sha256: string;
  readonly seconds: number;
  /** How the interrupted command ended, where there was one. */
  readonly interrupted?: string;
}

const trainingOf = (snapshot: string, seed: number): string[] => [
  ...['train', `--snapshot=${snapshot}`, '--architecture=resnet18', `--epochs=${epochs}`, '--batch=8'],
  ...['--threads=2', `--seed=${seed}`, '--patience=100'],
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

const interruptions: Readonly<Record<string, Interruption>> = {
  'kill -9 of the trainer, resumed': (pid) => process.kill(trainerOf(pid), 'SIGKILL'),
  'kill -9 of the command, resumed at once': (pid) => process.kill(pid, 'SIGKILL'),
  'SIGTERM to the command, resumed': (pid) => process.kill(pid, 'SIGTERM'),
};

/** Half an epoch after the given one has ended; told by the epoch's own duration. */
function interruptMidEpoch(interrupt: Interruption): (line: Line, child: ChildProcess) => void {
  return (line, { pid }) => {
    if (line.epoch !== interruptAfterEpoch || pid === undefined) return;
    setTimeout(() => interrupt(pid), Number(line.seconds) * 500);
  };
}

async function interruptedTraining(how: string, snapshot: string, workspace: string): Promise<Trained> {
  const onLine = interruptMidEpoch(interruptions[how] ?? (() => undefined));
  const first = await runCommand(trainingOf(snapshot, 1), { workspace, onLine });
  const seen = first.lines.filter((line) => 'epoch' in line).length;
  if (first.code === 0 || seen >= epochs) throw new Error(`${how}: the training was not interrupted`);
  const resumed = await succeed(['train', `--resume=${first.lines[0]?.run}`], { workspace });
  const ending = JSON.stringify(first.last.error ?? (first.last.stopped ? { stopped: true } : {}));
  return {
    how,
    sha256: modelHash(workspace, resumed),
    seconds: first.seconds + resumed.seconds,
    interrupted: `exit ${first.code ?? 'by signal'} after ${seen} epochs ${ending}`,
  };
}

async function wholeTraining(how: string, snapshot: string, workspace: string, seed = 1): Promise<Trained> {
  const result = await succeed(trainingOf(snapshot, seed), { workspace });
  return { how, sha256: modelHash(workspace, result), seconds: result.seconds };
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
      const first = await add(wholeTraining('uninterrupted', snapshot, workspace));
      const again = await add(wholeTraining('once more', snapshot, workspace));
      const elsewhere = await add(wholeTraining('in another workspace', twin.snapshot, other));
      for (const how of Object.keys(interruptions)) await add(interruptedTraining(how, snapshot, workspace));
      const seeded = await add(wholeTraining('with another seed', snapshot, workspace, 2));
      const cut = trained.filter(({ interrupted }) => interrupted !== undefined);
      return {
        ...verdictOf({
          'the same snapshot, configuration and seed give the same model.onnx': again.sha256 === first.sha256,
          'so do the same images in another workspace': twin.hash === hash && elsewhere.sha256 === first.sha256,
          'an interrupted and resumed training ends with the same bytes': cut.every((t) => t.sha256 === first.sha256),
          'another seed gives another network': seeded.sha256 !== first.sha256,
        }),
        notes: [
          `ResNet-18 from scratch, ${epochs} epochs, batch 8, 64 px, augmentation on, 2 threads, onnxruntime on the CPU; ` +
            `60 phantom patients; interrupted half an epoch after epoch ${interruptAfterEpoch}`,
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
