import type { ReactNode } from 'react';
import type { StageDescription } from '../../../main/contract/networks.ts';
import { formatAmount } from '../../components/format.ts';
import { LayerGraph } from './LayerGraph.tsx';
import { formatLarge, shapeText } from './networkWords.ts';

/** Every layer of one stage in order, with the graph of what reads what at its left. */
export function LayerList({ stage }: { stage: StageDescription }): ReactNode {
  const most = Math.max(1, ...stage.layers.map(({ multiplyAdds }) => multiplyAdds));
  return (
    <section className="layers" aria-label={`Layers of ${stage.title}`}>
      <header className="spread">
        <h2>{stage.title}</h2>
        <span className="dim">
          {formatAmount(stage.layers.length, 'layer')}
          {stage.layer ? (
            <>
              , result <code>{stage.layer}</code>
            </>
          ) : null}
        </span>
      </header>
      <div className="layer-rows">
        <LayerGraph layers={stage.layers} />
        <table aria-label={`Layers of ${stage.title}`}>
          <colgroup>
            <col />
            <col className="of-result" />
            <col className="of-weights" />
            <col className="of-work" />
          </colgroup>
          <thead className="visually-hidden">
            <tr>
              <th scope="col">Layer</th>
              <th scope="col">Result</th>
              <th scope="col">Weights</th>
              <th scope="col">Work</th>
            </tr>
          </thead>
          <tbody>
            {stage.layers.map((layer) => (
              <tr key={layer.names[0]} title={layer.names.join(', ')}>
                <td className="truncate">{layer.title}</td>
                <td className="dim">{shapeText(layer.shape)}</td>
                <td className="is-number">{layer.parameters > 0 ? `${formatLarge(layer.parameters)} weights` : ''}</td>
                <td>
                  <span className="work-bar" title={`${formatLarge(layer.multiplyAdds)} multiply-adds an image`}>
                    <i style={{ width: `${(100 * layer.multiplyAdds) / most}%` }} />
                  </span>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
