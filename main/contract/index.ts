import { augmentationMethods } from './augmentationPreview.ts';
import { datasetEvents, datasetMethods } from './datasets.ts';
import type { Client, Handlers } from './define.ts';
import { deidentifyMethods } from './deidentify.ts';
import { deviceEvents, deviceMethods } from './devices.ts';
import { imageEvents, imageMethods } from './images.ts';
import { importMethods } from './imports.ts';
import { jobEvents, jobMethods } from './jobs.ts';
import { labelEvents, labelMethods } from './labels.ts';
import { modelEvents, modelMethods } from './models.ts';
import { networkMethods } from './networks.ts';
import { searchEvents, searchMethods } from './search.ts';
import { seriesExportMethods } from './seriesExport.ts';
import { systemEvents, systemMethods } from './system.ts';
import { trainingEvents, trainingMethods } from './training.ts';

/** THE API: one table, the same for the desktop window, the browser and the command line. */
export const methods = {
  ...systemMethods,
  ...imageMethods,
  ...importMethods,
  ...deidentifyMethods,
  ...seriesExportMethods,
  ...labelMethods,
  ...datasetMethods,
  ...trainingMethods,
  ...searchMethods,
  ...augmentationMethods,
  ...modelMethods,
  ...deviceMethods,
  ...networkMethods,
  ...jobMethods,
};

export const events = {
  ...systemEvents,
  ...imageEvents,
  ...labelEvents,
  ...datasetEvents,
  ...trainingEvents,
  ...searchEvents,
  ...modelEvents,
  ...deviceEvents,
  ...jobEvents,
};

export type Contract = typeof methods;
export type ContractEvents = typeof events;
export type AppClient = Client<Contract>;
export type AppHandlers = Handlers<Contract>;
