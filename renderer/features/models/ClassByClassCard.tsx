import type { ReactNode } from 'react';
import type { ClassEvaluation } from '../../../main/contract/evaluations.ts';
import { labelColour } from '../../../main/domain/labelColours.ts';
import { Card } from '../../components/Card.tsx';
import { IntervalChart } from '../../components/charts/IntervalChart.tsx';
import { RocChart } from '../../components/charts/RocChart.tsx';
import { formatAmount } from '../../components/format.ts';

type PerClass = NonNullable<ClassEvaluation['perCase']['perClass']>;

const measures = [
  ['auroc', 'AUROC'],
  ['sensitivity', 'Sensitivity'],
  ['specificity', 'Specificity'],
  ['ppv', 'Right when named'],
] as const;

/** Of more than two classes: the curve of each against the rest, and its rates where the highest score decides. */
export function ClassByClassCard({ perClass }: { readonly perClass: PerClass }): ReactNode {
  return (
    <div className="result-pair class-by-class">
      <Card title="ROC, each class against the rest">
        <RocChart
          label="ROC curves, each class against the rest"
          curves={perClass.map(({ name, roc }, i) => ({ id: name, label: name, colour: labelColour(i), points: roc }))}
        />
      </Card>
      <Card title="Class by class">
        <div className="class-measures">
          {measures.map(([key, title]) => (
            <section key={key} aria-label={`${title} by class`}>
              <h3>{title}</h3>
              <IntervalChart
                label={`${title} by class`}
                isDense
                domain={[0, 1]}
                rows={perClass.map((each, i) => ({
                  id: each.name,
                  label: `${each.name} (${formatAmount(each.nCases, 'case')})`,
                  estimate: each[key],
                  colour: labelColour(i),
                }))}
              />
            </section>
          ))}
        </div>
        <p className="dim">Each class against all others together; cases of one patient count as related.</p>
      </Card>
    </div>
  );
}
