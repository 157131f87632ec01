import type { StackDetail } from '../../../main/contract/images.ts';
import { add, dot, type PatientPoint, scale, subtract } from '../../../main/domain/geometry.ts';
import {
  type ImagePlane,
  type PlanePoint,
  patientPointOn,
  projectOnto,
} from '../../../main/domain/volume/imagePlane.ts';
import {
  indexOf,
  type PlaneName,
  type PlaneSet,
  planeAt,
  planeNames,
  planeSet,
} from '../../../main/domain/volume/slicePlanes.ts';
import { gridTriad, turnTriad, volumeCentre } from '../../../main/domain/volume/volume.ts';
import { ViewportController } from '../viewportController.ts';
import { MprSource, type Slab } from './mprSource.ts';
import { mprStack } from './mprStack.ts';
import type { MprVolume } from './mprVolume.ts';

export interface MprState {
  /** Where the three planes meet, patient LPS mm. */
  readonly centre: PatientPoint;
  /** Degrees about the left-right axis, then about the feet-head axis. */
  readonly tilt: number;
  readonly turn: number;
  readonly slab: Slab;
}

type PlaneSets = Readonly<Record<PlaneName, PlaneSet>>;

let volumeCount = 0;

/** Three planes through one volume that meet in a point: scrolling one, or dragging the point, moves the others. */
export class MprSession {
  readonly controllers: Readonly<Record<PlaneName, ViewportController>>;
  private readonly volume: MprVolume;
  private readonly acquired: StackDetail;
  private readonly volumeId: string;
  private readonly source: MprSource;
  private readonly listeners = new Set<() => void>();
  private sets: PlaneSets;
  private state: MprState;
  private isMoving = false;
  private rebuilding: Promise<void> | undefined;
  private needsRebuild = false;

  constructor(volume: MprVolume, acquired: StackDetail) {
    volumeCount += 1;
    this.volumeId = `v${volumeCount}`;
    this.volume = volume;
    this.acquired = acquired;
    this.state = {
      centre: volumeCentre(volume.shape),
      tilt: 0,
      turn: 0,
      slab: { thicknessMm: 0, projection: 'maximum' },
    };
    this.sets = this.makeSets();
    this.source = new MprSource(volume, this.volumeId, acquired.frameOfReferenceUid ?? this.volumeId, this.sets);
    const controller = (): ViewportController => new ViewportController(this.source);
    this.controllers = { axial: controller(), coronal: controller(), sagittal: controller() };
    for (const name of planeNames) {
      this.controllers[name].setStack(this.stackOf(name), indexOf(this.sets[name], this.state.centre));
      this.controllers[name].subscribe(() => this.onViewport(name));
    }
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  readonly get = (): MprState => this.state;

  /** The plane a viewport shows, as it is now. */
  planeOf(name: PlaneName): ImagePlane {
    return planeAt(this.sets[name], this.controllers[name].get().index, this.frameOfReferenceUid);
  }

  /** The meeting point in pixels of a plane. */
  crosshairOn(name: PlaneName): PlanePoint {
    return projectOnto(this.planeOf(name), this.state.centre);
  }

  get frameOfReferenceUid(): string {
    return this.acquired.frameOfReferenceUid ?? this.volumeId;
  }

  /** The acquired frame that a plane shows as it is; undefined for computed ones. */
  acquiredFrameOn(name: PlaneName): StackDetail['frames'][number] | undefined {
    if (this.state.slab.thicknessMm > 0) return undefined;
    const set = this.sets[name];
    const plane = this.planeOf(name);
    return this.acquired.frames.find(({ position, orientation }) => {
      if (!position || orientation?.length !== 6) return false;
      const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = orientation;
      const isParallel = Math.abs(dot(set.normal, [a, b, c])) < 1e-3 && Math.abs(dot(set.normal, [d, e, f])) < 1e-3;
      return isParallel && Math.abs(dot(subtract(position, plane.position), set.normal)) < set.stepMm * 0.05;
    });
  }

  /** Drags the meeting point within a plane; undefined ends the drag. */
  drag(name: PlaneName, point: PlanePoint | undefined): void {
    if (!point) {
      this.setCoarse(false);
      return;
    }
    this.setCoarse(true);
    this.moveTo(patientPointOn(this.planeOf(name), point), name);
  }

  /** Lets all planes meet in a patient point. */
  goTo(point: PatientPoint): void {
    this.moveTo(point, undefined);
  }

  setSlab(slab: Slab): void {
    this.change({ slab });
    this.rebuild();
  }

  setAngles(tilt: number, turn: number): void {
    this.change({ tilt, turn });
    this.rebuild();
  }

  /** Coarser images while something is being dragged; the fine ones when it is let go. */
  setCoarse(isCoarse: boolean): void {
    const coarseness = isCoarse ? this.source.dragCoarseness : 1;
    if (this.source.coarseness === coarseness) return;
    this.source.coarseness = coarseness;
    if (!isCoarse) for (const name of planeNames) this.controllers[name].refresh();
  }

  destroy(): void {
    this.listeners.clear();
    this.source.destroy();
  }

  private moveTo(centre: PatientPoint, except: PlaneName | undefined): void {
    this.change({ centre });
    this.isMoving = true;
    for (const name of planeNames)
      if (name !== except) this.controllers[name].scrollTo(indexOf(this.sets[name], centre));
    this.isMoving = false;
  }

  /** Scrolling moves the meeting point along; a window is for all planes. */
  private onViewport(name: PlaneName): void {
    if (this.isMoving) return;
    const { index, view } = this.controllers[name].get();
    const set = this.sets[name];
    if (index !== indexOf(set, this.state.centre)) {
      const plane = planeAt(set, index, this.frameOfReferenceUid);
      const off = dot(subtract(plane.position, this.state.centre), set.normal);
      this.moveTo(add(this.state.centre, scale(set.normal, off)), name);
    }
    this.isMoving = true;
    for (const other of planeNames) {
      const theirs = this.controllers[other].get();
      if (other === name || !theirs.image) continue;
      if (view.window && theirs.view.window !== view.window) this.controllers[other].setWindow(view.window);
      if (view.isInverted !== theirs.view.isInverted) this.controllers[other].invert();
    }
    this.isMoving = false;
  }

  /** One rebuild at a time, and one more for whatever was asked meanwhile. */
  private rebuild(): void {
    this.needsRebuild = true;
    this.rebuilding ??= this.rebuildAll().finally(() => {
      this.rebuilding = undefined;
    });
  }

  private async rebuildAll(): Promise<void> {
    while (this.needsRebuild) {
      this.needsRebuild = false;
      this.sets = this.makeSets();
      this.source.change(this.sets, this.state.slab);
      this.isMoving = true;
      for (const name of planeNames) {
        const index = indexOf(this.sets[name], this.state.centre);
        this.controllers[name].replaceStack(this.stackOf(name), index);
      }
      this.isMoving = false;
      // The images themselves tell when they are there; errors show in their viewport.
      await Promise.allSettled(planeNames.map((name) => this.source.settled(name)));
    }
  }

  private makeSets(): PlaneSets {
    const { shape } = this.volume;
    const triad = turnTriad(gridTriad(shape), this.state.tilt, this.state.turn);
    const set = (name: PlaneName): PlaneSet => planeSet(shape, triad, name);
    return { axial: set('axial'), coronal: set('coronal'), sagittal: set('sagittal') };
  }

  private stackOf(name: PlaneName): StackDetail {
    return mprStack(this.acquired, this.volumeId, this.sets[name], this.state.slab.thicknessMm);
  }

  private change(change: Partial<MprState>): void {
    this.state = { ...this.state, ...change };
    for (const listener of [...this.listeners]) listener();
  }
}
