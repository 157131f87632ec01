import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compile } from '../../../main/learning/engine/compile.ts';
import { blockLength } from '../../../main/learning/engine/forms/blockLength.ts';
import { tensorFromArray } from '../../../main/learning/network/array64.ts';
import { writeBackward, writeForward } from '../../../main/learning/network/differentiate.ts';
import { int, ints } from '../../../main/learning/network/graph.ts';
import { GraphBuilder } from '../../../main/learning/network/graphBuilder.ts';
import { interpret } from '../../../main/learning/network/interpret.ts';
import type { FormQuestion } from '../../../main/learning/network/ops/op.ts';
import { float32Data } from '../../../main/learning/network/tensor.ts';
import { maxAbs, randomArray } from './gradientCheck.ts';

const block = await blockLength();

interface Convolution {
  readonly batch: number;
  readonly inputs: number;
  readonly outputs: number;
  readonly size: readonly [number, number];
  readonly kernel: readonly [number, number];
  readonly stride: number;
  readonly dilation: number;
  readonly pad: number;
  readonly group: number;
}

/** What a convolution and its gradients ask, as the training step of a network would. */
function questionsOf({ batch, inputs, outputs, size, kernel, stride, dilation, pad, group }: Convolution) {
  const builder = new GraphBuilder('questions', 'indexed', { choices: {}, ...(block !== undefined && { block }) });
  builder.input('x', 'float32', [batch, inputs, ...size]);
  builder.input('w', 'float32', [outputs, inputs / group, ...kernel]);
  const attributes = {
    ...{ kernel_shape: ints(kernel), strides: ints([stride, stride]), dilations: ints([dilation, dilation]) },
    ...{ pads: ints([pad, pad, pad, pad]), group: int(group) },
  };
  const node = { opType: 'Conv', domain: '', name: 'conv', inputs: ['x', 'w'], outputs: ['y'], attributes };
  const tape = writeForward(builder, [node], ['x', 'w']);
  writeBackward(builder, tape, tape.nameOf('y'), ['x', 'w']);
  return builder.questions;
}

function graphOf(question: FormQuestion, form: string) {
  const builder = new GraphBuilder('form', 'indexed', { choices: {}, ...(block !== undefined && { block }) });
  const names = question.inputs.map((shape, i) => builder.input(`input${i}`, 'float32', shape));
  return builder.build({ result: question.forms[form]?.(builder, names) ?? '' });
}

const isBlocked = (form: string) => form.startsWith('in blocks');
let blocked = 0;

/** Every form against the usual one: in float64 by the interpreter, in float32 by the engine. */
async function compareForms(question: FormQuestion, seed: number): Promise<void> {
  const arrays = Object.fromEntries(
    question.inputs.map((shape, i) => [`input${i}`, randomArray(shape, seed + i)] as const),
  );
  const feeds = Object.fromEntries(Object.entries(arrays).map(([name, array]) => [name, tensorFromArray(array)]));
  const right = interpret(graphOf(question, question.usual), arrays).result;
  const scale = Math.max(maxAbs(right?.data ?? []), 1e-3);
  for (const form of Object.keys(question.forms)) {
    const graph = graphOf(question, form);
    const worst = (values: ArrayLike<number>) =>
      maxAbs(Float64Array.from(values, (value, i) => value - (right?.data[i] ?? Number.NaN))) / scale;
    if (isBlocked(form)) blocked += 1;
    else expect(worst(interpret(graph, arrays).result?.data ?? [Number.NaN]), form).toBeLessThan(1e-9);
    const program = await compile(graph, { device: 'cpu', threads: 1 });
    const result = float32Data((await program.run(feeds)).result);
    await program.dispose();
    expect(result.length).toBe(right?.data.length);
    expect(worst(result), `${form} of ${question.key}`).toBeLessThan(1e-4);
  }
}

const axis = fc.integer({ min: 5, max: 9 });
const dense = fc.record({
  batch: fc.integer({ min: 1, max: 3 }),
  inputs: fc.constantFrom(1, 3, 16, 32),
  outputs: fc.constantFrom(2, 16, 32),
  size: fc.tuple(axis, axis),
  kernel: fc.constantFrom([1, 1], [3, 3], [2, 2], [3, 1], [5, 5]) as fc.Arbitrary<readonly [number, number]>,
  stride: fc.constantFrom(1, 2),
  dilation: fc.constantFrom(1, 1, 2),
  pad: fc.constantFrom(0, 1, 2),
  group: fc.constant(1),
});
const channelwise = fc.record({
  batch: fc.integer({ min: 1, max: 3 }),
  inputs: fc.constantFrom(4, 16, 32),
  size: fc.tuple(axis, axis),
  kernel: fc.constantFrom([3, 3], [5, 5]) as fc.Arbitrary<readonly [number, number]>,
  stride: fc.constantFrom(1, 2),
  pad: fc.constantFrom(1, 2),
});

const fits = ({ size, kernel, dilation, pad }: Convolution) =>
  size.every((extent, i) => extent + 2 * pad >= ((kernel[i] ?? 1) - 1) * dilation + 1);

describe('the forms of a convolution and its gradients', () => {
  test('give the same for any shape', { timeout: 60_000 }, async () => {
    const property = fc.asyncProperty(dense, fc.integer({ min: 1, max: 1000 }), async (convolution, seed) => {
      fc.pre(fits(convolution));
      for (const question of questionsOf(convolution)) await compareForms(question, seed);
    });
    await fc.assert(property, { numRuns: 25, seed: 20261120 });
  });

  test('give the same for a filter on each channel', { timeout: 60_000 }, async () => {
    const property = fc.asyncProperty(channelwise, fc.integer({ min: 1, max: 1000 }), async (shape, seed) => {
      const convolution = { ...shape, outputs: shape.inputs, group: shape.inputs, dilation: 1 };
      for (const question of questionsOf(convolution)) await compareForms(question, seed);
    });
    await fc.assert(property, { numRuns: 15, seed: 20261120 });
  });

  test('in blocks are among them where the processor has blocks', () => {
    if (block === undefined) expect(blocked).toBe(0);
    else expect(blocked).toBeGreaterThan(10);
  });

  test('are named by what they are for', () => {
    const shape = { batch: 16, inputs: 64, outputs: 128, size: [32, 32], kernel: [3, 3], stride: 2 } as const;
    const keys = questionsOf({ ...shape, dilation: 1, pad: 1, group: 1 }).map(({ key }) => key);
    const words = 'a 3 x 3 convolution of 16 images, 64 channels, 32 x 32, to 128 channels, 16 x 16; stride 2';
    expect(keys).toContain(`filter gradient of ${words}, padding 1 1 0 0`.replace('1 1 0 0', '1 0 1 0'));
    expect(new Set(keys).size).toBe(keys.length);
  });
});
