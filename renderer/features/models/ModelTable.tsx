import type { ReactNode } from 'react';
import { IntervalAxis, IntervalMark } from '../../components/charts/IntervalMark.tsx';
import { shareDomain } from '../../components/charts/linearScale.ts';
import { formatCount, formatInterval, formatTime } from '../../components/format.ts';
import { mainFigure } from '../../components/mainFigure.ts';
import { formatRoute } from '../../components/navigation.ts';
import type { ModelSummary } from './modelSummary.ts';
import { errorText } from './numberWords.ts';

interface ModelTableProps {
  readonly models: readonly ModelSummary[];
  /** Ids marked for comparison, at most two. */
  readonly compared: readonly string[];
  readonly onToggle: (modelId: string) => void;
}

function FigureText({ model }: { readonly model: ModelSummary }): ReactNode {
  const figure = mainFigure(model);
  if (!figure) return <span className="dim">not tested</span>;
  return (
    <>
      {model.number ? errorText(figure.estimate, model.number) : formatInterval(figure.estimate)}
      {model.kappa ? <span className="dim"> kappa</span> : null}
      {model.number ? <span className="dim"> mean error</span> : null}
    </>
  );
}

/** Models with their AUROC as a dot with its interval, on one axis for all. */
export function ModelTable({ models, compared, onToggle }: ModelTableProps): ReactNode {
  const domain = shareDomain(models.flatMap(({ auroc }) => (auroc ? [auroc.low] : [])));
  const isMixed = models.some(({ kappa, meanAbsoluteError }) => kappa ?? meanAbsoluteError);
  return (
    <table className="data-table model-table" aria-label="Models">
      <thead>
        <tr>
          <th scope="col">
            <span className="visually-hidden">Compare</span>
          </th>
          <th scope="col">Model</th>
          <th scope="col">{isMixed ? 'Main figure' : 'AUROC'}</th>
          <th scope="col" className="model-axis">
            <IntervalAxis domain={domain} />
          </th>
          <th scope="col" className="is-number">
            Cases
          </th>
          <th scope="col">Classes</th>
          <th scope="col">Architecture</th>
          <th scope="col">Made</th>
        </tr>
      </thead>
      <tbody>
        {models.map((model) => (
          <tr key={model.id} className="is-choosable">
            <td>
              <input
                type="checkbox"
                aria-label={`Compare ${model.name}`}
                checked={compared.includes(model.id)}
                onChange={() => onToggle(model.id)}
              />
            </td>
            <td>
              <a className="model-link" href={formatRoute('models', [model.id])}>
                {model.name}
              </a>
              {model.folds ? <span className="dim"> {model.folds} folds</span> : null}
              {model.runId ? null : <span className="dim"> imported</span>}
            </td>
            <td className="model-auroc">
              <FigureText model={model} />
            </td>
            <td className="model-axis">
              <IntervalMark label="AUROC" estimate={model.auroc} domain={domain} reference={0.5} />
            </td>
            <td className="is-number">{model.cases === undefined ? '–' : formatCount(model.cases)}</td>
            <td>{model.classes.join(', ')}</td>
            <td>{model.architecture}</td>
            <td className="model-made">{formatTime(model.createdAt)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
