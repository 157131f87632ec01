import { AppError } from '../../domain/errors.ts';
import type { Node } from './graph.ts';
import type { Network } from './network.ts';
import { float32 } from './tensor.ts';

const ratioName = 'head.dropout.ratio';

/**
 * The network with that share of the last layer's inputs left out in each training step (Srivastava et al., 2014); a
 * dropout that is there already gets the ratio. In use nothing is left out.
 * @throws AppError invalid-input where the network has no last layer to put it before
 */
export function withHeadDropout(network: Network, ratio: number): Network {
  const { graph, head } = network;
  const at = graph.nodes.findIndex(({ inputs }) => inputs[1] !== undefined && head.includes(inputs[1]));
  const dense = graph.nodes[at];
  const value = dense?.inputs[0];
  if (!dense || value === undefined)
    throw new AppError('invalid-input', 'This network has no last layer before which inputs could be left out.');
  const initializers = new Map(graph.initializers).set(ratioName, float32([], [ratio]));
  const known = graph.nodes.find(({ opType, outputs }) => opType === 'Dropout' && outputs[0] === value);
  if (known) {
    const nodes = graph.nodes.map((node) =>
      node === known ? { ...known, inputs: [known.inputs[0], ratioName] } : node,
    );
    return { ...network, graph: { ...graph, nodes, initializers } };
  }
  const dropped = 'head.dropout';
  const dropout: Node = {
    ...{ opType: 'Dropout', domain: '', name: dropped, attributes: {} },
    inputs: [value, ratioName],
    outputs: [dropped],
  };
  const nodes = [
    ...graph.nodes.slice(0, at),
    dropout,
    { ...dense, inputs: [dropped, ...dense.inputs.slice(1)] },
    ...graph.nodes.slice(at + 1),
  ];
  return { ...network, graph: { ...graph, nodes, initializers } };
}
