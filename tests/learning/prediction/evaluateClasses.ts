import {
  type EvaluateModelInput,
  evaluateModel,
  type ModelEvaluation,
} from '../../../main/learning/prediction/evaluateModel.ts';

type ClassEvaluation = Extract<ModelEvaluation, { readonly evaluation: unknown }>;

/** Evaluates a model that tells classes or grades. */
export async function evaluateClasses(
  input: EvaluateModelInput,
  hooks: Parameters<typeof evaluateModel>[1],
): Promise<ClassEvaluation> {
  const result = await evaluateModel(input, hooks);
  if (!('evaluation' in result)) throw new Error(`an evaluation of ${result.task}`);
  return result;
}
