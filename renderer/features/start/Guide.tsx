import type { ReactNode } from 'react';
import { useCurrentReader } from '../../client/currentReader.ts';
import { useCommand, useQueryOf } from '../../client/hooks.ts';
import { useSetting } from '../../client/settings.ts';
import { inWorklistOrder } from '../../client/worklistOrder.ts';
import { useAction } from '../../components/actions/registry.ts';
import { Button } from '../../components/Button.tsx';
import { Icon } from '../../components/Icon.tsx';
import { IconButton } from '../../components/IconButton.tsx';
import { navigate } from '../../components/navigation.ts';
import { type GuideStep, guideSteps } from './guideSteps.ts';

/** A slim strip that walks a newcomer through the loop after a practice set was made. */
export function Guide(): ReactNode {
  const { data: summary } = useQueryOf('system.summary', {});
  const [shown, setShown] = useSetting('guide');
  const hasPractice = summary?.practice !== undefined;
  useAction('app.guide', () => setShown('shown'), hasPractice);
  if (!summary || !hasPractice || shown === 'closed') return null;
  const steps = guideSteps(summary);
  const next = steps.find((step) => !step.isDone);
  return (
    <section className="guide" aria-label="Guide">
      <ol>
        {steps.map((step) => (
          <li key={step.id} className={step.isDone ? 'is-done' : ''} aria-current={step === next ? 'step' : undefined}>
            {step.isDone ? <Icon name="check" size={14} /> : null}
            {step.title}
          </li>
        ))}
      </ol>
      <p>{next ? next.text : 'That was the whole loop. Now with your own images.'}</p>
      {next ? <StepButton step={next} labelsCsv={summary.practice?.labelsCsv} /> : null}
      <IconButton icon="close" label="Close the guide (again under Help)" onClick={() => setShown('closed')} />
    </section>
  );
}

function StepButton({ step, labelsCsv }: { step: GuideStep; labelsCsv: string | undefined }): ReactNode {
  const { reader } = useCurrentReader();
  const importLabels = useCommand('labels.import');
  const { data: worklist } = useQueryOf('worklist.list', reader ? { readerId: reader.id } : {});
  const rows = inWorklistOrder(worklist?.rows ?? []).filter((row) => row.hasImages);
  const open = rows.find((row) => row.labels.length === 0) ?? rows[0];
  const run = (): void => {
    if (step.id === 'labels-import' && labelsCsv) void importLabels.run({ path: labelsCsv });
    if (step.id === 'label' || step.id === 'explain') navigate('read', open ? [open.seriesInstanceUid] : []);
    if (step.id === 'snapshot') navigate('datasets');
    if (step.id === 'train') navigate('train');
    if (step.id === 'evaluate') navigate('models');
  };
  return (
    <Button tone="primary" isBusy={importLabels.isRunning} onClick={run}>
      {step.button}
    </Button>
  );
}
