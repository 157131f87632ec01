import { writeFile } from 'node:fs/promises';
import { z } from 'zod';
import type { Evaluation } from '../../../contract/evaluations.ts';
import { modelMethods } from '../../../contract/models.ts';
import { viewsText } from '../../../contract/testTimeAugmentation.ts';
import { type CliCommand, checkInput, defined } from '../command.ts';
import { classLine, describeClassEvaluation } from '../evaluation/classLines.ts';
import { describeLabelEvaluation, labelLine } from '../evaluation/labelLines.ts';
import { describeNumberEvaluation, numberLine } from '../evaluation/numberLines.ts';
import { predictionLines } from '../evaluation/predictionLines.ts';
import { finishJob } from '../followJob.ts';
import { viewsOption } from '../viewsOption.ts';

const Done = z.object({ evaluationId: z.string() });

export const evaluate: CliCommand = {
  summary: 'measure a model on held-out cases',
  usage:
    'evaluate --model ID [--snapshot ID] [--split test] [--predictions FILE] [--tta none|small|mirrored|key=value,...]',
  options: {
    model: { type: 'string' },
    snapshot: { type: 'string' },
    split: { type: 'string' },
    predictions: { type: 'string' },
    tta: { type: 'string' },
  },
  positionals: [0, 0],
  run: async (args, context) => {
    const { output, openCore } = context;
    const typed = {
      ...{ modelId: args.needText('model'), snapshotId: args.text('snapshot'), split: args.text('split') },
      tta: viewsOption(args.text('tta')),
    };
    const input = checkInput(modelMethods['models.evaluate'].input, defined(typed));
    const core = await openCore();
    const { jobId } = await core.client['models.evaluate'](input);
    const { evaluationId } = Done.parse(await finishJob(core, jobId, context));
    const evaluation = await core.client['evaluations.get']({ evaluationId });
    const file = args.path('predictions');
    if (file) await writeFile(file, predictionLines(core.client, evaluation));
    output.result(evaluationLine(evaluation), describeEvaluation(evaluation));
    return 0;
  },
};

export function evaluationLine(evaluation: Evaluation): object {
  const { perPatientReason, task } = evaluation;
  return {
    model: evaluation.modelId,
    snapshot: evaluation.snapshotId,
    evaluation: evaluation.id,
    split: evaluation.split,
    out_of_fold: evaluation.outOfFold,
    task,
    ...(evaluation.tta ? { tta: evaluation.tta } : {}),
    unit: evaluation.unit,
    ...taskLine(evaluation),
    ...(perPatientReason === undefined ? {} : { per_patient_reason: perPatientReason }),
    looks: evaluation.looks,
  };
}

function taskLine(evaluation: Evaluation): object {
  if (evaluation.task === 'regression') return numberLine(evaluation);
  return evaluation.task === 'multi-label' ? labelLine(evaluation) : classLine(evaluation);
}

function taskWords(evaluation: Evaluation): string[] {
  if (evaluation.task === 'regression') return describeNumberEvaluation(evaluation);
  return evaluation.task === 'multi-label' ? describeLabelEvaluation(evaluation) : describeClassEvaluation(evaluation);
}

function describeEvaluation(evaluation: Evaluation): string {
  return [
    `${evaluation.outOfFold ? 'out-of-fold' : evaluation.split}, look ${evaluation.looks}`,
    ...(evaluation.tta ? [viewsText(evaluation.tta)] : []),
    ...taskWords(evaluation),
  ].join('\n');
}
