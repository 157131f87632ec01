import type { TrainingCases } from '../trainingCases.ts';
import { classObjective } from './classObjective.ts';
import { labelObjective } from './labelObjective.ts';
import { numberObjective } from './numberObjective.ts';
import type { Objective, ObjectiveConfig } from './objective.ts';

/** The objective of the task of the dataset: the one place to look at, and to extend for another task. */
export function objectiveOf(config: ObjectiveConfig, cases: TrainingCases): Objective {
  if (cases.task === 'regression') return numberObjective(config.loss, cases);
  return cases.task === 'multi-label' ? labelObjective(config, cases) : classObjective(config, cases);
}
