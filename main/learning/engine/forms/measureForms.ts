import type { MeasuredForm } from '../../../contract/lowerings.ts';
import { randomStream } from '../../../domain/random.ts';
import { GraphBuilder } from '../../network/graphBuilder.ts';
import type { FormQuestion } from '../../network/ops/op.ts';
import type { Tensors } from '../../network/tensor.ts';
import { float32, sizeOf } from '../../network/tensor.ts';
import { compileUntested } from '../engines.ts';
import type { Program } from '../program.ts';

export interface TrialOptions {
  readonly threads: number;
  readonly block?: number | undefined;
  /** Seconds for all questions together. */
  readonly budgetSeconds: number;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: (done: number, total: number) => void;
}

/** Another form than the usual one has to be this much faster: below, it is noise that decides. */
const worthwhile = 0.95;
/** Forms that are this much slower than the best after one run are not run again. */
const hopeless = 1.5;
const timedRuns = 4;

interface Trial {
  readonly form: string;
  readonly program: Program;
  best: number;
}

function feedsOf({ inputs }: FormQuestion): Tensors {
  const next = randomStream(1, 'forms');
  // Numbers do not change the time of these operators, unless they are denormal.
  const few = Float32Array.from({ length: 997 }, () => next() + 0.5);
  return Object.fromEntries(
    inputs.map((shape, i) => [
      `input${i}`,
      float32(
        shape,
        Float32Array.from({ length: sizeOf(shape) }, (_, k) => few[k % 997] ?? 0),
      ),
    ]),
  );
}

async function compileForm(question: FormQuestion, form: string, { threads, block }: TrialOptions): Promise<Trial> {
  const builder = new GraphBuilder('trial', 'indexed', { choices: {}, ...(block !== undefined && { block }) });
  const names = question.inputs.map((shape, i) => builder.input(`input${i}`, 'float32', shape));
  const result = question.forms[form]?.(builder, names) ?? '';
  const program = await compileUntested(builder.build({ result }), { device: 'cpu', threads });
  return { form, program, best: Number.POSITIVE_INFINITY };
}

/** With one thread the time that the process had a core, whatever others did meanwhile. */
async function time(trial: Trial, feeds: Tensors, threads: number): Promise<void> {
  const [start, before] = [performance.now(), process.cpuUsage()];
  await trial.program.run(feeds);
  const { user, system } = process.cpuUsage(before);
  const milliseconds = threads === 1 ? (user + system) / 1000 : performance.now() - start;
  trial.best = Math.min(trial.best, milliseconds);
}

async function measure(question: FormQuestion, options: TrialOptions): Promise<MeasuredForm> {
  const feeds = feedsOf(question);
  const trials: Trial[] = [];
  try {
    for (const form of Object.keys(question.forms)) {
      const trial = await compileForm(question, form, options);
      trials.push(trial);
      await trial.program.run(feeds);
    }
    for (let run = 0; run < timedRuns; run++) {
      const fastest = Math.min(...trials.map(({ best }) => best));
      for (const trial of trials)
        if (run === 0 || trial.best <= fastest * hopeless) await time(trial, feeds, options.threads);
    }
  } finally {
    for (const { program } of trials) await program.dispose();
  }
  return decide(question, Object.fromEntries(trials.map(({ form, best }) => [form, Math.round(best * 1000) / 1000])));
}

/** The fastest form, unless the usual one is nearly as fast. */
export function decide(
  { key, usual }: Pick<FormQuestion, 'key' | 'usual'>,
  milliseconds: Readonly<Record<string, number>>,
): MeasuredForm {
  const usualTime = milliseconds[usual] ?? Number.POSITIVE_INFINITY;
  const [fastest = usual, least = usualTime] = Object.entries(milliseconds).toSorted(([, a], [, b]) => a - b)[0] ?? [];
  return { key, usual, form: least < usualTime * worthwhile ? fastest : usual, milliseconds };
}

const costOf = ({ inputs }: FormQuestion): number => inputs.reduce((product, shape) => product * sizeOf(shape), 1);

/**
 * Times the forms of each question on the shapes it is about, on the CPU. The largest come first; when the time is up the
 * rest keep their usual form, and say nothing of times.
 */
export async function measureForms(
  questions: readonly FormQuestion[],
  options: TrialOptions,
): Promise<readonly MeasuredForm[]> {
  const started = performance.now();
  const results: MeasuredForm[] = [];
  for (const question of questions.toSorted((a, b) => costOf(b) - costOf(a))) {
    options.signal?.throwIfAborted();
    const { key, usual, forms } = question;
    const isUp = performance.now() - started > options.budgetSeconds * 1000;
    const isOpen = Object.keys(forms).length > 1;
    if (!isUp && isOpen) results.push(await measure(question, options));
    else results.push({ key, usual, form: usual });
    options.onProgress?.(results.length, questions.length);
  }
  return results;
}
