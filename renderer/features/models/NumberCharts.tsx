import type { ReactNode } from 'react';
import type { EvaluatedNumber, NumberEvaluation } from '../../../main/contract/evaluations.ts';
import { measureText } from '../../../main/domain/numberAnswer.ts';
import { Card } from '../../components/Card.tsx';
import { type ChartPoint, PointChart, paddedDomain } from '../../components/charts/PointChart.tsx';
import { navigate } from '../../components/navigation.ts';
import { inUnit, signedText } from './numberWords.ts';

interface NumberChartsProps {
  readonly evaluation: NumberEvaluation;
  readonly cases: readonly EvaluatedNumber[];
  readonly modelId: string;
}

/** Predicted against true, and the difference against the mean of both (Bland and Altman, 1986). */
export function NumberCharts({ evaluation, cases, modelId }: NumberChartsProps): ReactNode {
  const { name, scale, perCase } = evaluation;
  const { bias, lower, upper } = perCase.agreement;
  const unit = inUnit(scale);
  const pointOf = (one: EvaluatedNumber, x: number, y: number): ChartPoint => ({
    ...{ id: String(one.caseIndex), x, y },
    title: `patient ${one.patientId}: truth ${measureText(one.truth, scale)}, model ${measureText(one.predicted, scale)}`,
  });
  const open = (id: string): void => {
    const found = cases.find(({ caseIndex }) => String(caseIndex) === id);
    if (found?.seriesInstanceUid) navigate('read', [found.seriesInstanceUid], { frame: found.imageId, model: modelId });
  };
  const both = paddedDomain(cases.flatMap(({ truth, predicted }) => [truth, predicted]));
  const differences = cases.map(({ truth, predicted }) => predicted - truth);
  return (
    <>
      <Card title="Predicted against true">
        <PointChart
          label={`Predicted against true ${name}, ${cases.length} cases`}
          xTitle={`truth${unit}`}
          yTitle={`model${unit}`}
          xDomain={both}
          yDomain={both}
          points={cases.map((one) => pointOf(one, one.truth, one.predicted))}
          hasIdentity
          onChoose={open}
        />
        <p className="dim">On the dotted line both agree. A click on a point opens the image.</p>
      </Card>
      <Card title="Difference by size (Bland-Altman)">
        <PointChart
          label={`Difference of model and truth by their mean, ${cases.length} cases`}
          xTitle={`mean of model and truth${unit}`}
          yTitle={`model − truth${unit}`}
          xDomain={paddedDomain(cases.map(({ truth, predicted }) => (truth + predicted) / 2))}
          yDomain={paddedDomain([...differences, lower, upper, 0])}
          points={cases.map((one) => pointOf(one, (one.truth + one.predicted) / 2, one.predicted - one.truth))}
          levels={[
            { y: upper, text: signedText(upper, scale), isDotted: true },
            { y: bias, text: `mean ${signedText(bias, scale)}` },
            { y: lower, text: signedText(lower, scale), isDotted: true },
          ]}
          onChoose={open}
        />
        <p className="dim">
          95 % of the differences lie between the dotted lines. A cloud that slopes down says too much for small and too
          little for large ones.
        </p>
      </Card>
    </>
  );
}
