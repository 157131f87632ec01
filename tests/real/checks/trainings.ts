import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { corpus } from '../data.ts';
import { type Check, type Report, skipped } from '../report.ts';

interface Interval {
  readonly value: number;
  readonly low: number;
  readonly high: number;
  readonly method: string;
}

interface Outcome {
  readonly auroc?: Interval;
  readonly cases?: number;
  readonly trainSeconds?: number;
  readonly snapshotSeconds?: number;
}

interface Training {
  readonly name: string;
  readonly title: string;
  readonly corpus: string;
  readonly least: number;
  readonly words: string;
}

/** A training script of this folder: JSON lines, the result last, exit code 1 below the least AUROC. */
function training({ name, title, corpus: folder, least, words }: Training): Check {
  return {
    name,
    title,
    run: async (tell): Promise<Report> => {
      if (!corpus(folder)) return skipped(`The corpus ${folder} is not on this machine.`);
      const script = path.resolve(import.meta.dirname, `../${name}.ts`);
      const child = spawn(process.execPath, [script], { stdio: ['ignore', 'pipe', 'inherit'] });
      const ended = once(child, 'exit');
      const epochs: Record<string, number>[] = [];
      let outcome: Outcome = {};
      for await (const text of createInterface({ input: child.stdout })) {
        if (!text.startsWith('{')) continue;
        const line = JSON.parse(text) as Record<string, number> & Outcome;
        outcome = line;
        if (line.epoch === undefined) continue;
        epochs.push(line);
        tell(
          `${line.fold === undefined ? '' : `fold ${line.fold} `}epoch ${line.epoch}, loss ${line.loss?.toFixed(3)}`,
        );
      }
      const [code] = await ended;
      const { auroc, cases, trainSeconds, snapshotSeconds } = outcome;
      if (!auroc) return { verdict: 'fail', summary: `The training ended with ${code} and without an AUROC.` };
      const figures = `AUROC ${auroc.value.toFixed(4)} (95 % interval ${auroc.low.toFixed(4)} to ${auroc.high.toFixed(4)}, ${auroc.method}) on ${cases} ${words}`;
      return {
        verdict: auroc.value >= least ? 'pass' : 'fail',
        summary: `${figures}; at least ${least} is asked for.`,
        notes: [
          `Training ${Math.round(trainSeconds ?? 0)} s in ${epochs.length} epochs, snapshot ${Math.round(snapshotSeconds ?? 0)} s.`,
        ],
      };
    },
  };
}

export const films = training({
  name: 'films',
  title: 'Chest films: NORMAL against PNEUMONIA, patients split',
  corpus: 'cxr/kermany224',
  least: 0.97,
  words: 'test films',
});

export const nodules = training({
  name: 'nodules',
  title: 'Lung nodules: Benign against Malign, 5 folds by patient, pooled out-of-fold',
  corpus: 'lidc-nodules',
  least: 0.9,
  words: 'nodules, each scored by the fold that had not seen its patient',
});
