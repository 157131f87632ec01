import type { ReactNode } from 'react';
import type { PlanChoice, SnapshotFingerprint } from '../../../main/contract/training/fingerprint.ts';
import type { TrainingConfig, TrainingPlan } from '../../../main/contract/training.ts';
import { Badge } from '../../components/Badge.tsx';
import { Card } from '../../components/Card.tsx';
import { formatAmount, formatCount } from '../../components/format.ts';
import type { PlanChanges } from './plannedConfig.ts';

interface PlanChoicesProps {
  readonly plan: TrainingPlan;
  readonly config: TrainingConfig;
  readonly changes: PlanChanges;
}

/** What a person set instead, where it is a word or a number. */
function ownValue(choice: PlanChoice, config: TrainingConfig): string {
  const value = config[choice.key as keyof TrainingConfig];
  return typeof value === 'string' || typeof value === 'number' ? String(value) : 'your own';
}

/** What the plan was made from, in a line. */
function factsOf({ cases, patients, classes, source, device }: SnapshotFingerprint): string {
  const counts = classes.map(({ name, cases: n }) => `${formatCount(n)} ${name}`).join(', ');
  const [main] = source?.modalities ?? [];
  const images = main && source ? `, ${main.modality} of about ${Math.round(source.side.median)} pixels` : '';
  const spacing = source?.spacingMm ? `, ${source.spacingMm.median.toFixed(2)} mm apart` : '';
  return `${formatAmount(cases, 'case')} of ${formatAmount(patients, 'patient')} (${counts} to learn from)${images}${spacing}, on ${device.title}.`;
}

/** Every decision of the plan with its reason: enough to press Train, or to know what to change below. */
export function PlanChoices({ plan, config, changes }: PlanChoicesProps): ReactNode {
  const { choices, fingerprint } = plan;
  if (!choices) return null;
  return (
    <Card title="The plan">
      {fingerprint ? <p className="dim">Made for {factsOf(fingerprint)}</p> : null}
      <table className="plan-choices" aria-label="Choices and their reasons">
        <tbody>
          {choices.map((choice) => {
            const isOwn = choice.key in changes;
            return (
              <tr key={choice.key}>
                <th scope="row">{choice.title}</th>
                <td>
                  <strong>{isOwn ? ownValue(choice, config) : choice.value}</strong>
                </td>
                <td className="dim">
                  {isOwn ? 'Changed by you.' : choice.reason}{' '}
                  {choice.isAdvice && !isOwn ? <Badge tone="warn">worth a look</Badge> : null}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </Card>
  );
}
