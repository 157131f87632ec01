import type { ReactNode } from 'react';
import type { ClassEvaluation } from '../../../main/contract/evaluations.ts';
import { labelColour } from '../../../main/domain/labelColours.ts';
import { Card } from '../../components/Card.tsx';
import { IntervalChart } from '../../components/charts/IntervalChart.tsx';
import { RocChart } from '../../components/charts/RocChart.tsx';
import { formatAmount } from '../../components/format.ts';

type PerClass = NonNullable<ClassEvaluation['perCase']['perClass']>;

const classWords = {
  roc: 'ROC, each class against the rest',
  table: 'Class by class',
  each: 'by class',
  note: 'Each class against all others together; cases of one patient count as related.',
};

const measures = [
  ['auroc', 'AUROC'],
  ['sensitivity', 'Sensitivity'],
  ['specificity', 'Specificity'],
  ['ppv', 'Right when named'],
] as const;

/** Of more than two classes, or of several labels: the curve of each against the rest, and its rates where the highest score decides. */
export function ClassByClassCard({
  perClass,
  words = classWords,
}: {
  readonly perClass: PerClass;
  readonly words?: typeof classWords;
}): ReactNode {
  return (
    <div className="result-pair class-by-class">
      <Card title={words.roc}>
        <RocChart
          label={words.roc.replace('ROC', 'ROC curves')}
          curves={perClass.map(({ name, roc }, i) => ({ id: name, label: name, colour: labelColour(i), points: roc }))}
        />
      </Card>
      <Card title={words.table}>
        <div className="class-measures">
          {measures.map(([key, title]) => (
            <section key={key} aria-label={`${title} ${words.each}`}>
              <h3>{title}</h3>
              <IntervalChart
                label={`${title} ${words.each}`}
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
        <p className="dim">{words.note}</p>
      </Card>
    </div>
  );
}
