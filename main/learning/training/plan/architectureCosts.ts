import type { TrainingConfig } from '../../../contract/training.ts';

type ArchitectureId = TrainingConfig['architecture'];

export interface CostPerPixel {
  readonly parameters: number;
  readonly multiplyAddsPerPixel: number;
  readonly activationBytesPerPixel: number;
}

/** Per pixel of a square image of 128 pixels, one image; a test compares them with `costEstimate` of the networks themselves. */
export const architectureCosts: Readonly<Record<ArchitectureId, CostPerPixel>> = {
  resnet18: { parameters: 11_171_266, multiplyAddsPerPixel: 34_576, activationBytesPerPixel: 656 },
  'small-cnn': { parameters: 97_650, multiplyAddsPerPixel: 3_600, activationBytesPerPixel: 390 },
  resnet34: { parameters: 21_279_426, multiplyAddsPerPixel: 71_440, activationBytesPerPixel: 1_006 },
  resnet50: { parameters: 23_505_858, multiplyAddsPerPixel: 79_888, activationBytesPerPixel: 2_995 },
  densenet121: { parameters: 6_949_634, multiplyAddsPerPixel: 54_896, activationBytesPerPixel: 3_890 },
  'mobilenet-v2': { parameters: 2_225_858, multiplyAddsPerPixel: 5_825, activationBytesPerPixel: 1_570 },
  'mobilenet-v3-small': { parameters: 1_519_618, multiplyAddsPerPixel: 1_077, activationBytesPerPixel: 356 },
  'mobilenet-v3-large': { parameters: 4_204_306, multiplyAddsPerPixel: 4_332, activationBytesPerPixel: 1_093 },
  'efficientnet-b0': { parameters: 4_009_534, multiplyAddsPerPixel: 7_546, activationBytesPerPixel: 2_264 },
  'convnext-tiny': { parameters: 27_818_594, multiplyAddsPerPixel: 88_591, activationBytesPerPixel: 6_400 },
  googlenet: { parameters: 5_595_682, multiplyAddsPerPixel: 28_274, activationBytesPerPixel: 984 },
  'inception-v3': { parameters: 21_789_090, multiplyAddsPerPixel: 44_456, activationBytesPerPixel: 1_117 },
  alexnet: { parameters: 56_996_546, multiplyAddsPerPixel: 14_399, activationBytesPerPixel: 92 },
  vgg11: { parameters: 128_773_378, multiplyAddsPerPixel: 155_338, activationBytesPerPixel: 1_328 },
  'vgg11-bn': { parameters: 128_778_882, multiplyAddsPerPixel: 155_338, activationBytesPerPixel: 1_920 },
  vgg16: { parameters: 134_267_586, multiplyAddsPerPixel: 312_010, activationBytesPerPixel: 2_304 },
  'vgg16-bn': { parameters: 134_276_034, multiplyAddsPerPixel: 312_010, activationBytesPerPixel: 3_384 },
};
