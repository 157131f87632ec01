import { type ReactNode, useState } from 'react';
import type { NetworkDescription } from '../../../main/contract/networks.ts';
import { FactList, type NamedFact } from '../../components/FactList.tsx';
import { formatBytes } from '../../components/format.ts';
import { LayerList } from './LayerList.tsx';
import { NetworkDrawing } from './NetworkDrawing.tsx';
import { formatLarge } from './networkWords.ts';

/** One network drawn: its numbers, its stages, and the layers of the chosen stage. */
export function NetworkView({ network }: { network: NetworkDescription }): ReactNode {
  const [chosen, setChosen] = useState(0);
  const at = Math.min(chosen, network.stages.length - 1);
  const stage = network.stages[at];
  const facts: readonly NamedFact[] = [
    ['Weights', formatLarge(network.parameters)],
    ['Work', `${formatLarge(network.multiplyAdds)} multiply-adds an image`],
    ['Memory to train', `about ${formatBytes(network.trainingBytes)} with ${network.batchSize} images in a batch`],
    ['Smallest image', network.minimumSize === undefined ? undefined : `${network.minimumSize} px`],
  ];
  return (
    <div className="stack">
      <FactList isRow facts={facts} />
      <NetworkDrawing network={network} chosen={at} onChoose={setChosen} />
      <p className="dim">
        Fronts of the blocks are drawn to the scale of the image; the longer a block, the more maps it holds. The bar is
        the stage’s share of the work. Training can be frozen after any stage.
      </p>
      {stage ? <LayerList stage={stage} /> : null}
    </div>
  );
}
