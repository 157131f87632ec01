import type { MeasuredForm } from '../../contract/lowerings.ts';
import { blockLength } from '../engine/forms/blockLength.ts';
import { keepForms, readForms } from '../engine/forms/formsFile.ts';
import { measureForms } from '../engine/forms/measureForms.ts';
import type { FormsHere } from '../network/ops/forms.ts';
import type { FormQuestion } from '../network/ops/op.ts';

/** Longest that a training waits for trials before a phase of it begins. */
const budgetSeconds = 15;

interface LoweringInput {
  readonly threads: number;
  /** What the run was started with. */
  readonly recorded: readonly MeasuredForm[];
  /** Where results of trials on this machine are kept, if they are. */
  readonly file: string | undefined;
  /** Writes all that the run goes by, before its first step. */
  readonly record: (forms: readonly MeasuredForm[]) => void;
  readonly tell: (message: string, fraction: number) => void;
  readonly signal?: AbortSignal;
}

/**
 * How the gradients of a run are written: as it was recorded, else as earlier trials on this machine found, else by a
 * short trial. What is taken is recorded before it is used, because other forms round otherwise: a resumed run goes on
 * with the very same.
 */
export class Lowerings {
  readonly #input: LoweringInput;
  #recorded: readonly MeasuredForm[];

  constructor(input: LoweringInput) {
    this.#input = input;
    this.#recorded = input.recorded;
  }

  /** @param questionsOf what a step asks, given the forms that are on offer here */
  async formsFor(questionsOf: (offered: FormsHere) => readonly FormQuestion[]): Promise<FormsHere> {
    const block = await blockLength();
    const offered: FormsHere = { choices: {}, ...(block !== undefined && { block }) };
    const questions = questionsOf(offered);
    await this.#settle(questions, block);
    const known = new Map(this.#recorded.map(({ key, form }) => [key, form]));
    const choices = questions.flatMap(({ key }) => {
      const form = known.get(key);
      return form === undefined ? [] : [[key, form] as const];
    });
    return { ...offered, choices: Object.fromEntries(choices) };
  }

  async #settle(questions: readonly FormQuestion[], block: number | undefined): Promise<void> {
    const { threads, file, record, tell, signal } = this.#input;
    const recorded = new Set(this.#recorded.map(({ key }) => key));
    const open = questions.filter(({ key }) => !recorded.has(key));
    if (open.length === 0) return;
    const here =
      (file === undefined ? [] : readForms(file)).find((machine) => machine.threads === threads)?.forms ?? [];
    const cached = new Map(here.map((form) => [form.key, form]));
    const isCurrent = ({ key, forms }: FormQuestion) => (cached.get(key)?.form ?? '') in forms;
    const fresh = await measureForms(
      open.filter((question) => !isCurrent(question)),
      {
        ...{ threads, block, budgetSeconds, signal },
        onProgress: (done, total) =>
          tell(`Timing ways to compute this network on this machine, ${done} of ${total}`, done / total),
      },
    );
    // Also those for which there was no time: the same training started again is to take the same forms.
    if (fresh.length > 0 && file !== undefined) keepForms(file, threads, fresh);
    const taken = new Map([...cached, ...fresh.map((form) => [form.key, form] as const)]);
    this.#recorded = [
      ...this.#recorded,
      ...open.flatMap(({ key }) => {
        const form = taken.get(key);
        return form === undefined ? [] : [form];
      }),
    ];
    record(this.#recorded);
  }
}
