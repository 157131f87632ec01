import { useEffect, useState } from 'react';
import type { Label } from '../../../main/contract/labels.ts';
import type { PlaneName } from '../../../main/domain/volume/slicePlanes.ts';
import { notify } from '../../client/notices.ts';
import { whyNoMpr } from '../../viewer/mpr/mprVolume.ts';
import type { Tool } from '../../viewer/tools.ts';
import type { ViewportController, ViewportState } from '../../viewer/viewportController.ts';
import { lesionCentre } from './marksOf.ts';
import type { Layout } from './readSession.ts';
import { type MprStatus, useMpr } from './useMpr.ts';

interface MprLayoutInput {
  /** Of the viewport whose stack is cut. */
  readonly state: ViewportState;
  /** Series and stack of that viewport. */
  readonly place: string;
  readonly layout: Layout;
  readonly setLayout: (layout: Layout) => void;
  readonly setTool: (tool: Tool) => void;
}

interface MprLayout {
  readonly isOn: boolean;
  /** Why no planes can be computed; undefined where they can. */
  readonly reason: string | undefined;
  readonly status: MprStatus | undefined;
  readonly active: PlaneName;
  readonly setActive: (plane: PlaneName) => void;
  /** Of the active plane. */
  readonly controller: ViewportController | undefined;
  readonly open: () => void;
  /** Lets the planes meet in a lesion. */
  readonly showLesion: (label: Label | undefined) => void;
}

/** The three-plane layout: entered from a stack, left with another layout, case or stack. */
export function useMprLayout({ state, place, layout, setLayout, setTool }: MprLayoutInput): MprLayout {
  const [active, setActive] = useState<PlaneName>('axial');
  const [openedFor, setOpenedFor] = useState<string>();
  const isOn = layout === 'mpr';
  const time = state.stack?.frames[state.index]?.timeIndex ?? 0;
  const status = useMpr(state.stack, time, isOn);
  const reason = whyNoMpr(state.stack);
  const isElsewhere = isOn && openedFor !== place;
  useEffect(() => {
    // The viewport that would load what is wanted now is not on the page: back to it.
    if (isElsewhere) setLayout(1);
  }, [isElsewhere, setLayout]);
  useEffect(() => setTool(isOn ? 'crosshair' : 'window'), [isOn, setTool]);
  const open = (): void => {
    if (reason) {
      notify({ tone: 'warn', text: `Other planes cannot be computed here: ${reason}.` });
      return;
    }
    setOpenedFor(place);
    setLayout('mpr');
  };
  const controller = isOn && status?.kind === 'ready' ? status.session.controllers[active] : undefined;
  const showLesion = (label: Label | undefined): void => {
    const point = label && state.stack && lesionCentre(label, state.stack);
    if (point && status?.kind === 'ready') status.session.goTo(point);
  };
  return { isOn, reason, status, active, setActive, controller, open, showLesion };
}
