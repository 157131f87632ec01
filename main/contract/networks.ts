import { z } from 'zod';
import { query } from './define.ts';
import { ArchitectureId } from './training.ts';
import { Id } from './values.ts';

/** For what input a network is looked at; what is left out is taken from the model or is the usual. */
export const NetworkInput = z.object({
  /** Side of the square image in pixels. */
  size: z.number().int().min(8).max(2048).optional(),
  channels: z.union([z.literal(1), z.literal(3)]).optional(),
  classes: z.number().int().min(2).max(1000).optional(),
  /** Images in a training batch, for the memory estimate. */
  batchSize: z.number().int().min(1).max(1024).optional(),
});
export type NetworkInput = z.output<typeof NetworkInput>;

/** One operation as a person would count them: a convolution with its normalisation and activation is one. */
export const LayerDescription = z.object({
  /** `3 × 3 convolution, 64 channels, step 2`. */
  title: z.string(),
  /** Names in the ONNX graph of what is folded into this one. */
  names: z.array(z.string()),
  /** ONNX operators folded into this one, in order. */
  ops: z.array(z.string()),
  /** Places, in the stage's list, of the layers it reads; -1 is what comes into the stage. */
  inputs: z.array(z.number().int()),
  /** Extents of its result for one image: channels, rows, columns, or fewer. */
  shape: z.array(z.number()),
  parameters: z.number(),
  /** Multiply-add pairs, forward, one image. */
  multiplyAdds: z.number(),
});
export type LayerDescription = z.output<typeof LayerDescription>;

/** A part of the network that everything passes through, at about one resolution. */
export const StageDescription = z.object({
  title: z.string(),
  /** Name of its result in the ONNX graph: a point at which training can be frozen. Absent for the head. */
  layer: z.string().optional(),
  shape: z.array(z.number()),
  parameters: z.number(),
  multiplyAdds: z.number(),
  /** Bytes of all values between its layers, forward, one image. */
  activationBytes: z.number(),
  /** Side of the square of input pixels that one place of the result depends on; absent where that is the whole image or not known. */
  receptiveField: z.number().optional(),
  layers: z.array(LayerDescription),
});
export type StageDescription = z.output<typeof StageDescription>;

export const NetworkDescription = z.object({
  title: z.string(),
  /** One line for a person who chooses. */
  description: z.string(),
  inputShape: z.tuple([z.number(), z.number(), z.number()]),
  classes: z.number(),
  parameters: z.number(),
  multiplyAdds: z.number(),
  activationBytes: z.number(),
  /** Rough memory of a training with Adam at this batch size. */
  trainingBytes: z.number(),
  batchSize: z.number(),
  /** The smallest side the network can take. */
  minimumSize: z.number().optional(),
  stages: z.array(StageDescription),
});
export type NetworkDescription = z.output<typeof NetworkDescription>;

export const NetworkCost = NetworkDescription.omit({
  stages: true,
  inputShape: true,
  classes: true,
  batchSize: true,
}).extend({
  id: ArchitectureId,
  /** Why it cannot take images of this size; its costs are then 0. */
  refusal: z.string().optional(),
});
export type NetworkCost = z.output<typeof NetworkCost>;

export const networkMethods = {
  /** Every architecture with what it costs for an input. */
  'networks.list': query(NetworkInput, z.object({ networks: z.array(NetworkCost), input: NetworkInput.required() })),
  /** The inside of an architecture before training, or of a model. */
  'networks.describe': query(
    NetworkInput.extend({ architecture: ArchitectureId.optional(), modelId: Id.optional() }),
    NetworkDescription,
  ),
};
