import { useMemo, useState } from 'react';
import type { WorklistRow } from '../../../main/contract/images.ts';
import { useCurrentReader } from '../../client/currentReader.ts';
import { useQueryOf } from '../../client/hooks.ts';
import { inWorklistOrder } from '../../client/worklistOrder.ts';
import { navigate, useRoute } from '../../components/navigation.ts';
import { frames } from '../../viewer/frames.ts';
import { ViewportController } from '../../viewer/viewportController.ts';

/** Viewports of acquired images, or three planes computed from the stack of the active one. */
export type Layout = 1 | 2 | 4 | 'mpr';

/** What one viewport shows: a series, and which of its stacks. */
export interface Slot {
  readonly seriesInstanceUid: string | undefined;
  readonly stackIndex: number;
  /** One time, echo or b-value of the stack; undefined: all of it. */
  readonly part: number | undefined;
}

export interface ReadSession {
  readonly rows: readonly WorklistRow[];
  readonly current: WorklistRow | undefined;
  readonly siblings: readonly WorklistRow[];
  readonly layout: Layout;
  readonly setLayout: (layout: Layout) => void;
  readonly active: number;
  readonly setActive: (index: number) => void;
  readonly slots: readonly Slot[];
  readonly controllers: readonly ViewportController[];
  readonly open: (seriesInstanceUid: string, stackIndex?: number, part?: number) => void;
  /** The case `step` further in the worklist. */
  readonly step: (step: number) => void;
  readonly nextUnanswered: () => void;
}

const viewportCount = 4;
const emptySlot: Slot = { seriesInstanceUid: undefined, stackIndex: 0, part: undefined };

/** The state of the reading page: the address names the series of the active viewport, the rest is view state. */
export function useReadSession(): ReadSession {
  const route = useRoute();
  const [layout, setLayout] = useState<Layout>(1);
  const [active, setActive] = useState(0);
  const [others, setOthers] = useState<readonly Slot[]>(Array.from({ length: viewportCount }, () => emptySlot));
  const [controllers] = useState(() => Array.from({ length: viewportCount }, () => new ViewportController(frames)));
  const { reader } = useCurrentReader();
  const { data } = useQueryOf('worklist.list', reader ? { readerId: reader.id } : {}, { keepPrevious: true });
  const rows = useMemo(() => inWorklistOrder(data?.rows ?? []).filter((row) => row.hasImages), [data]);

  const routeUid = route.params[0] ?? others[active]?.seriesInstanceUid ?? rows[0]?.seriesInstanceUid;
  const routeStack = Number(route.query.stack ?? 0);
  const routePart = route.query.part === undefined ? undefined : Number(route.query.part);
  const slots = others.map((slot, i) =>
    i === active ? { seriesInstanceUid: routeUid, stackIndex: routeStack, part: routePart } : slot,
  );
  const at = rows.findIndex((row) => row.seriesInstanceUid === routeUid);
  const current = rows[at];
  const siblings = current ? rows.filter((row) => row.patientId === current.patientId) : [];

  const open = (seriesInstanceUid: string, stackIndex = 0, part?: number): void =>
    navigate('read', [seriesInstanceUid], {
      ...(stackIndex > 0 ? { stack: String(stackIndex) } : {}),
      ...(part === undefined ? {} : { part: String(part) }),
    });
  const activate = (index: number): void => {
    if (index === active) return;
    setOthers(slots);
    setActive(index);
    const slot = slots[index];
    if (slot?.seriesInstanceUid) open(slot.seriesInstanceUid, slot.stackIndex, slot.part);
  };
  const changeLayout = (next: Layout): void => {
    setOthers(slots);
    if (next !== 'mpr' && active >= next) activate(0);
    setLayout(next);
  };
  const step = (by: number): void => {
    const next = rows[at + by];
    if (next) open(next.seriesInstanceUid);
  };
  const nextUnanswered = (): void => {
    const inOrder = [...rows.slice(at + 1), ...rows.slice(0, Math.max(0, at))];
    const next = inOrder.find((row) => row.labels.length === 0);
    if (next) open(next.seriesInstanceUid);
  };
  return {
    rows,
    current,
    siblings,
    layout,
    setLayout: changeLayout,
    active,
    setActive: activate,
    slots,
    controllers,
    open,
    step,
    nextUnanswered,
  };
}
