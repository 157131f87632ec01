import type { TrainingCases } from '../trainingCases.ts';
import { classObjective } from './classObjective.ts';
import { numberObjective } from './numberObjective.ts';
import type { Objective, ObjectiveConfig } from './objective.ts';

/** The objective of the task of the dataset: the one place to look at, and to extend for another task. */
export function objectiveOf(config: ObjectiveConfig, cases: TrainingCases): Objective {
  return cases.task === 'regression' ? numberObjective(config.loss, cases) : classObjective(config, cases);
}
