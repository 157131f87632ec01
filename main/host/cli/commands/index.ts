import type { CliCommand } from '../command.ts';
import { augment } from './augment.ts';
import { backbone } from './backbone.ts';
import { backup } from './backup.ts';
import { bench } from './bench.ts';
import { dataset } from './dataset.ts';
import { deidentify } from './deidentify.ts';
import { devices } from './devices.ts';
import { doctor } from './doctor.ts';
import { evaluate } from './evaluate.ts';
import { exportModel } from './exportModel.ts';
import { importImages } from './import.ts';
import { inspect } from './inspect.ts';
import { labels } from './labels.ts';
import { model } from './model.ts';
import { networks } from './networks.ts';
import { phantom } from './phantom.ts';
import { predict } from './predict.ts';
import { restore } from './restore.ts';
import { search } from './search.ts';
import { series } from './series.ts';
import { serve } from './serve.ts';
import { train } from './train.ts';
import { verify } from './verify.ts';

/** Every command, in the order of the loop. */
export const commands: Readonly<Record<string, CliCommand>> = {
  inspect,
  import: importImages,
  series,
  labels,
  dataset,
  augment,
  train,
  search,
  evaluate,
  predict,
  model,
  networks,
  backbone,
  'export-model': exportModel,
  deidentify,
  phantom,
  devices,
  doctor,
  serve,
  verify,
  backup,
  restore,
  bench,
};
