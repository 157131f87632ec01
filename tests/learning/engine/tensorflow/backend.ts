import * as core from '@tensorflow/tfjs-core';
import { expect } from 'vitest';
import { folderVariable } from '../../../../main/learning/engine/machine/tensorflowPackage.ts';
import type { TensorFlow } from '../../../../main/learning/engine/tensorflow/api.ts';
import { loadTensorFlow } from '../../../../main/learning/engine/tensorflow/loadTensorFlow.ts';
import { TensorFlowProgram } from '../../../../main/learning/engine/tensorflow/program.ts';
import type { NdArray } from '../../../../main/learning/network/array64.ts';
import type { Graph } from '../../../../main/learning/network/graph.ts';
import type { Tensors } from '../../../../main/learning/network/tensor.ts';
import { maxAbs } from '../../network/gradientCheck.ts';

async function plain(): Promise<TensorFlow> {
  await import('@tensorflow/tfjs-backend-cpu');
  core.env().set('IS_TEST', true); // no advice to install the native backend
  await core.setBackend('cpu');
  return core;
}

/**
 * The plain JavaScript backend: the same code of ours as on libtensorflow, with other kernels below it. The installed
 * library instead where GROUNDGLASS_TENSORFLOW names one.
 */
export const isNative = process.env[folderVariable] !== undefined;
export const tf: TensorFlow = isNative ? await loadTensorFlow(2) : await plain();

/** A graph run once by the TensorFlow engine. Nothing may be left in memory. */
export async function runOnce(graph: Graph, feeds: Tensors): Promise<Tensors> {
  const before = tf.memory().numTensors;
  const program = new TensorFlowProgram(tf, graph);
  const outputs = await program.run(feeds);
  await program.dispose();
  expect(tf.memory().numTensors).toBe(before);
  return outputs;
}

/** The largest difference of each output from what it should be, relative to the largest element of the tensor. */
export function differences(actual: Tensors, expected: Readonly<Record<string, NdArray>>): Record<string, number> {
  return Object.fromEntries(
    Object.entries(expected).map(([name, { data, shape }]) => {
      const found = actual[name];
      if (found === undefined || found.shape.join() !== shape.join()) return [name, Number.POSITIVE_INFINITY];
      const worst = maxAbs(data.map((value, i) => value - Number(found.data[i] ?? Number.NaN)));
      const isWhole = found.data.length === data.length && !data.some((_, i) => Number.isNaN(Number(found.data[i])));
      return [name, isWhole ? worst / Math.max(maxAbs(data), 1e-6) : Number.POSITIVE_INFINITY];
    }),
  );
}
