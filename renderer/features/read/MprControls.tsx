import { type ReactNode, useSyncExternalStore } from 'react';
import type { Projection } from '../../../main/domain/volume/cut.ts';
import { Button } from '../../components/Button.tsx';
import { Select } from '../../components/Select.tsx';
import { Slider } from '../../components/Slider.tsx';
import type { MprSession } from '../../viewer/mpr/mprSession.ts';

const projections: readonly { value: Projection; title: string }[] = [
  { value: 'maximum', title: 'Maximum (MIP)' },
  { value: 'minimum', title: 'Minimum (MinIP)' },
  { value: 'mean', title: 'Mean' },
];
const largestSlabMm = 50;
const largestAngle = 45;
const degrees = (value: number): string => `${value}°`;

/** Slab and angles of all three planes. */
export function MprControls({ session }: { session: MprSession }): ReactNode {
  const slab = useSyncExternalStore(session.subscribe, () => session.get().slab);
  const tilt = useSyncExternalStore(session.subscribe, () => session.get().tilt);
  const turn = useSyncExternalStore(session.subscribe, () => session.get().turn);
  return (
    <section className="mpr-controls" aria-label="Planes">
      <Slider
        label="Slab thickness"
        value={slab.thicknessMm}
        maximum={largestSlabMm}
        step={1}
        format={(value) => (value === 0 ? 'thin' : `${value} mm`)}
        onChange={(thicknessMm) => session.setSlab({ ...slab, thicknessMm })}
      />
      <Select
        label="Projection through the slab"
        value={slab.projection}
        options={projections}
        isDisabled={slab.thicknessMm === 0}
        onChange={(projection) => session.setSlab({ ...slab, projection })}
      />
      <Slider
        label="Tilt about left-right"
        value={tilt}
        minimum={-largestAngle}
        maximum={largestAngle}
        step={1}
        format={degrees}
        onChange={(value) => session.setAngles(value, turn)}
      />
      <Slider
        label="Turn about feet-head"
        value={turn}
        minimum={-largestAngle}
        maximum={largestAngle}
        step={1}
        format={degrees}
        onChange={(value) => session.setAngles(tilt, value)}
      />
      <Button disabled={tilt === 0 && turn === 0} onClick={() => session.setAngles(0, 0)}>
        Straighten
      </Button>
      <p className="dim">
        <MeetingPlace session={session} /> The planes follow the grid of the acquisition; lesions are shown where a
        plane is an acquired image, and drawn on the images themselves.
      </p>
    </section>
  );
}

function MeetingPlace({ session }: { session: MprSession }): ReactNode {
  const [x, y, z] = useSyncExternalStore(session.subscribe, () => session.get().centre);
  return `Meeting point ${x.toFixed(1)}, ${y.toFixed(1)}, ${z.toFixed(1)} mm (LPS).`;
}
