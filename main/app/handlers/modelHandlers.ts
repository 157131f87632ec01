import type { Parsed } from '../../contract/define.ts';
import type { AppHandlers } from '../../contract/index.ts';
import type { modelMethods } from '../../contract/models.ts';
import { AppError } from '../../domain/errors.ts';
import type { AppContext } from '../context.ts';
import { evaluateModelJob } from '../learning/evaluateModelJob.ts';
import { exportModel } from '../learning/exportModel.ts';
import { importModel } from '../learning/importModel.ts';
import { predictAndKeep, predictSeries } from '../learning/predictImages.ts';
import { runInWorker } from '../learning/runInWorker.ts';
import { storedModel } from '../learning/storedModel.ts';

export function modelHandlers(context: AppContext): Pick<AppHandlers, keyof typeof modelMethods> {
  const { runs, catalogue } = context.store;
  return {
    'models.list': () => ({ models: [...runs.models()] }),
    'models.get': ({ modelId }) => storedModel(context.store, modelId),
    'models.inspect': ({ path }) => runInWorker(context, 'inspectModel', { path }),
    'models.import': (input) => importModel(context, input),
    'models.export': ({ modelId, out }) => exportModel(context.store, modelId, out),
    'models.evaluate': (input) => {
      const { summary } = storedModel(context.store, input.modelId);
      const job = context.jobs.start({
        kind: 'evaluation',
        title: `Evaluate ${summary.name}`,
        subjectId: summary.id,
        run: (job) => evaluateModelJob(context, input, job),
      });
      return { jobId: job.id };
    },
    'evaluations.list': ({ modelId }) => ({ evaluations: [...runs.evaluations(modelId)] }),
    'evaluations.get': ({ evaluationId }) => {
      const found = runs.evaluation(evaluationId);
      if (!found) throw new AppError('not-found', 'There is no such evaluation.');
      return found;
    },
    'evaluations.cases': ({ evaluationId, trueClass, predictedClass, limit, offset }) => ({
      cases: [
        ...runs.evaluationCases(evaluationId, {
          limit,
          offset,
          ...(trueClass === undefined ? {} : { trueClass }),
          ...(predictedClass === undefined ? {} : { predictedClass }),
        }),
      ],
    }),
    'predictions.frame': (input, { signal }) => predictAndKeep(context, input, signal),
    'predictions.series': (input) => startSeries(context, input),
    'predictions.list': ({ seriesInstanceUid, modelId }) => {
      if (!catalogue.seriesByUid(seriesInstanceUid))
        throw new AppError('not-found', 'The series is not in this workspace.');
      return { predictions: [...runs.predictions(seriesInstanceUid, modelId)] };
    },
  };
}

function startSeries(
  context: AppContext,
  input: Parsed<(typeof modelMethods)['predictions.series']>,
): { jobId: string } {
  const { summary } = storedModel(context.store, input.modelId);
  const job = context.jobs.start({
    kind: 'prediction',
    title: `${summary.name} on a series`,
    subjectId: input.seriesInstanceUid,
    run: (job) => predictSeries(context, input, job),
  });
  return { jobId: job.id };
}
