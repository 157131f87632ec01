import type { WorkspaceSummary } from '../../components/page.ts';

export interface GuideStep {
  readonly id: 'label' | 'labels-import' | 'snapshot' | 'train' | 'evaluate' | 'explain';
  readonly title: string;
  readonly text: string;
  readonly button: string;
  readonly isDone: boolean;
}

const byHand = 3;

/** Where in the loop a practice set is; the first step not done is the next one. */
export function guideSteps(summary: WorkspaceSummary): readonly GuideStep[] {
  const { labels, series, snapshots, models, evaluations, predictions } = summary;
  const steps = [
    {
      id: 'label',
      title: 'Label three',
      text: `Open a series, look, and answer with a number key. ${Math.min(labels, byHand)} of ${byHand} done.`,
      button: 'Open a series',
      isDone: labels >= byHand,
    },
    {
      id: 'labels-import',
      title: 'Import the rest',
      text: 'The answers of the practice set are known: let them be filled in under their own reader.',
      button: 'Import the labels',
      isDone: labels >= Math.max(byHand + 1, series * 0.9),
    },
    {
      id: 'snapshot',
      title: 'Freeze a data set',
      text: 'Choose what to learn; the patients are split so that nobody is in two parts.',
      button: 'Go to Datasets',
      isDone: snapshots > 0,
    },
    {
      id: 'train',
      title: 'Train',
      text: 'Start with the proposed plan and watch the curves.',
      button: 'Go to Train',
      isDone: models > 0,
    },
    {
      id: 'evaluate',
      title: 'Test',
      text: 'See how it does on patients it has never seen.',
      button: 'Go to Models',
      isDone: evaluations > 0,
    },
    {
      id: 'explain',
      title: 'See where it looks',
      text: 'Open a series, choose the model in the side panel and switch the heat map on.',
      button: 'Open a series',
      isDone: predictions > 0,
    },
  ] as const satisfies readonly GuideStep[];
  // Later steps prove earlier ones: whoever has a snapshot had labels enough.
  return steps.map((step, i) => ({ ...step, isDone: steps.slice(i).some((later) => later.isDone) }));
}
