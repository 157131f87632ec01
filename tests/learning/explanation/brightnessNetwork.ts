import { architectureOf } from '../../../main/learning/network/architectures/registry.ts';
import { type Network, parameterTensors, withState } from '../../../main/learning/network/network.ts';
import { float32, type Tensor } from '../../../main/learning/network/tensor.ts';

/** Averaging filters and a head that calls brightness class 1: such a network must look where the image is bright. */
export function brightnessNetwork(id: string): Network {
  const network = architectureOf(id).build({ channels: 1, classes: 2, seed: 1 });
  const averaging = (name: string, { shape }: Tensor): Tensor | undefined => {
    const [outputs = 1, inputs = 1, rows = 1, columns = 1] = shape;
    const filled = (count: number, value: number) => new Float32Array(count).fill(value);
    if (shape.length === 4) {
      return float32(shape, filled(outputs * inputs * rows * columns, 1 / (inputs * rows * columns)));
    }
    if (shape.length === 2)
      return float32(
        shape,
        Float32Array.from({ length: outputs * inputs }, (_, i) => (i < inputs ? -1 : 1)),
      );
    return name.endsWith('.bias') ? float32(shape, filled(outputs, 0)) : undefined;
  };
  const state = Object.entries(parameterTensors(network)).flatMap(([name, tensor]) => {
    const value = averaging(name, tensor);
    return value ? [[name, value] as const] : [];
  });
  return withState(network, Object.fromEntries(state));
}
