import type * as core from '@tensorflow/tfjs-core';

/** What is used of TensorFlow.js: tfjs-node-gpu, tfjs-node and the plain JavaScript backend all have it. */
export type TensorFlow = typeof core;
export type TfTensor = core.Tensor;
export type TfImage = core.Tensor4D;
