import type { Engine } from '../program.ts';
import { loadTensorFlow } from './loadTensorFlow.ts';
import { TensorFlowProgram } from './program.ts';

/** TensorFlow through tfjs-node-gpu or tfjs-node, where one of them is installed. */
export const tensorflow: Engine = {
  id: 'tensorflow',
  devices: ['tensorflow'],
  compile: async (graph, { threads }) => new TensorFlowProgram(await loadTensorFlow(threads), graph),
};
