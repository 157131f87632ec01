import type { VoiWindow } from '../../main/domain/voiLut.ts';

export interface WindowPreset extends VoiWindow {
  readonly name: string;
}

/** Usual CT windows in HU, Shift-1 to Shift-9. */
export const ctPresets: readonly WindowPreset[] = [
  { name: 'Soft tissue', center: 40, width: 400 },
  { name: 'Lung', center: -600, width: 1500 },
  { name: 'Bone', center: 400, width: 1800 },
  { name: 'Brain', center: 40, width: 80 },
  { name: 'Subdural', center: 75, width: 215 },
  { name: 'Stroke', center: 32, width: 8 },
  { name: 'Mediastinum', center: 50, width: 350 },
  { name: 'Liver', center: 60, width: 160 },
  { name: 'Angiography', center: 300, width: 600 },
];
