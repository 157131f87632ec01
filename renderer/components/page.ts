import type { ComponentType } from 'react';
import type { WorkspaceSummary as WorkspaceSummarySchema } from '../../main/contract/system.ts';
import type { IconName } from './Icon.tsx';

export type WorkspaceSummary = ReturnType<typeof WorkspaceSummarySchema.parse>;

/** What a feature exports as `page` from `renderer/features/<name>/page.ts` to be on the rail. */
export interface PageDefinition {
  /** First part of the hash route. */
  readonly id: string;
  readonly title: string;
  readonly icon: IconName;
  /** Place on the rail, from 1: also its Alt-digit. */
  readonly order: number;
  /** A page with no work yet is absent from the rail. */
  isAvailable(summary: WorkspaceSummary): boolean;
  readonly Component: ComponentType;
}
