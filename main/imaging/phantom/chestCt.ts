import { between, lengthOf, type Point, type Stream } from './canvas.ts';
import { type NoiseTables, smoothNoise } from './noise.ts';
import { branchingTree, type Tube } from './tube.ts';

/** One person's chest at the level of the heart: lengths in mm, tissues in HU. */
export interface Chest {
  readonly halfWidth: number;
  readonly halfDepth: number;
  readonly fat: number;
  readonly wall: number;
  readonly heart: Ellipse;
  readonly blood: number;
  readonly lung: number;
  readonly ribPhase: number;
  readonly vessels: readonly Tube[];
  readonly texture: (x: number, y: number, z: number) => number;
  readonly fineTexture: (x: number, y: number, z: number) => number;
}

interface Ellipse {
  readonly x: number;
  readonly y: number;
  readonly along: number;
  readonly across: number;
  readonly angle: number;
}

export const AIR = -1000;
const RIB_SPACING = 24;
const RIB_DROP = 95;
const TRUNK_LEVELS = [-14, 0, 14];
const TRUNK_ANGLES = [-1.3, -0.9, -0.5, -0.1, 0.3, 0.7, 1.1];

/** A chest from a stream of draws. Lung vessels leave each hilum in many trunks. */
export function makeChest(next: Stream, tables: NoiseTables): Chest {
  const vessels = [-1, 1].flatMap((side) => lungVessels(side, next));
  return {
    halfWidth: between(next, 138, 152),
    halfDepth: between(next, 96, 108),
    fat: between(next, 5, 15),
    wall: between(next, 16, 20),
    heart: {
      x: between(next, 14, 22),
      y: between(next, -34, -24),
      along: between(next, 46, 54),
      across: between(next, 33, 38),
      angle: 0.6,
    },
    blood: between(next, 60, 190),
    lung: between(next, -880, -835),
    ribPhase: between(next, 0, RIB_SPACING),
    vessels,
    texture: smoothNoise(tables, 11, next() * 30),
    fineTexture: smoothNoise(tables, 4, next() * 30),
  };
}

function lungVessels(side: number, next: Stream): Tube[] {
  const trunks = TRUNK_LEVELS.flatMap((level) => TRUNK_ANGLES.map((angle) => [level, angle] as const));
  return trunks.flatMap(([level, angle]) => {
    const turned = angle + between(next, -0.25, 0.25);
    return branchingTree(
      {
        start: [side * 32, 8 + 6 * Math.sin(turned), level + between(next, -5, 5)],
        direction: [side * Math.cos(turned), Math.sin(turned), between(next, -0.7, 0.7)],
        lengthMm: between(next, 16, 24),
        radiusMm: between(next, 2.2, 4),
        generations: 5,
        depth: 0.5,
      },
      next,
    );
  });
}

/** Position in a turned ellipse: < 1 inside. */
function ellipseLevel(e: Ellipse, x: number, y: number): number {
  const [dx, dy] = [x - e.x, y - e.y];
  const [cosine, sine] = [Math.cos(e.angle), Math.sin(e.angle)];
  return lengthOf((dx * cosine + dy * sine) / e.along, (dy * cosine - dx * sine) / e.across);
}

/** A rounded rectangle-like oval, squarer than an ellipse, as a chest is: < 1 inside. */
function ovalLevel(x: number, y: number, halfWidth: number, halfDepth: number): number {
  const [u, v] = [x / halfWidth, y / halfDepth];
  const squared = u * u + v * v;
  if (squared === 0) return 0;
  const diagonal = (2 * u * v) / squared;
  return Math.sqrt(squared) * (1 - 0.09 * diagonal * diagonal);
}

const depthMm = (level: number, x: number, y: number): number => ((1 - level) / level) * lengthOf(x, y);

/** Attenuation in HU at a point, before vessels, lesion, blur and noise. */
export function chestTissueAt(chest: Chest, x: number, y: number, z: number): number {
  const skin = ovalLevel(x, y, chest.halfWidth, chest.halfDepth);
  if (skin > 1) return outsideBody(chest, x, y);
  const deep = skin < 0.3 ? 99 : depthMm(skin, x, y);
  if (deep < 2) return 20;
  // Fat is thicker at the sides and the back than over the breast bone.
  const fat = chest.fat * (1 + 0.5 * Math.abs(x / chest.halfWidth) + (y > 0 ? 0.2 : -0.2));
  const cavity = ovalLevel(
    x,
    y + 2,
    chest.halfWidth - chest.wall - chest.fat,
    chest.halfDepth - chest.wall - chest.fat * 0.8,
  );
  const bone = skeletonAt(chest, x, y, z, cavity);
  if (bone !== undefined) return bone;
  if (deep < fat && cavity > 1.04) return -105 + 25 * chest.texture(x, y, z);
  if (cavity > 1) return chestWall(chest, x, y, z);
  return (
    mediastinumAt(chest, x, y, z) ??
    chest.lung + 45 * (y / 80) + 60 * chest.fineTexture(x, y, z) + 45 * chest.texture(x, y, z)
  );
}

function outsideBody(chest: Chest, x: number, y: number): number {
  const table = chest.halfDepth + 6 + (x / 120) ** 2 * -14;
  return Math.abs(x) < 165 && y > table && y < table + 3.5 ? -350 : AIR;
}

function chestWall(chest: Chest, x: number, y: number, z: number): number {
  const streak = chest.texture(x * 0.6, y * 0.6, z * 0.4);
  return streak > 0.32 ? -70 : 52 + 12 * chest.fineTexture(x, y, z);
}

/** Spine, breast bone, shoulder blades and ribs; undefined where there is no bone. */
function skeletonAt(chest: Chest, x: number, y: number, z: number, cavity: number): number | undefined {
  const back = chest.halfDepth;
  const body = lengthOf(x / 19, (y - (back - 52)) / 15.5);
  if (body < 1) return body > 0.86 ? 480 : 190 + 60 * chest.fineTexture(x, y, z);
  const canal = lengthOf(x / 9.5, (y - (back - 29)) / 8.5);
  if (canal < 1) return 25;
  if (canal < 1.35) return 420;
  if (Math.abs(x) < 3.2 && y > back - 24 && y < back - 9) return 330;
  if (Math.abs(y - (back - 30) - Math.abs(x) * 0.12) < 4.5 && Math.abs(x) < 32) return 300;
  const sternum = lengthOf(x / 19, (y + back - chest.fat * 0.8 - 14) / 6.5);
  if (sternum < 1) return sternum > 0.8 ? 380 : 130;
  const blade = lengthOf((Math.abs(x) - 86 + (y - 66) * -0.9) / 3.4, (y - 66 + (Math.abs(x) - 86) * 0.35) / 24);
  if (blade < 1 && cavity > 1.13) return 450;
  return ribAt(chest, x, y, z, cavity);
}

/** Ribs run down and forward, so one slice cuts several of them, each at another place along its course. */
function ribAt(chest: Chest, x: number, y: number, z: number, cavity: number): number | undefined {
  const outside = ((cavity - 1) / cavity) * lengthOf(x, y);
  if (outside < 1.5 || outside > 10) return undefined;
  const course = Math.abs(Math.atan2(x / chest.halfWidth, y / chest.halfDepth)) / Math.PI;
  if (course < 0.06 || course > 0.93) return undefined;
  const along = (z + chest.ribPhase + (x > 0 ? 5 : 0) + RIB_DROP * course + 10 * RIB_SPACING) % RIB_SPACING;
  const section = lengthOf((along - RIB_SPACING / 2) / 6.2, (outside - 5.7) / 4.4);
  if (section > 1) return undefined;
  if (course > 0.8) return 110; // cartilage
  return section > 0.68 ? 650 : 230;
}

/** Heart, great vessels, airways and fat between the lungs; undefined in the lungs. */
function mediastinumAt(chest: Chest, x: number, y: number, z: number): number | undefined {
  const bronchus = lengthOf((Math.abs(x) - 17) / 7.5, (y - 12) / 6.5);
  if (bronchus < 0.82) return AIR + 5;
  if (bronchus < 1.05) return 30;
  if (lengthOf(x - 23, y - (chest.halfDepth - 62)) < 12.5) return chest.blood + 4; // descending aorta
  if (lengthOf((x - 3) / 8, (y - 30) / 5) < 1) return 35; // oesophagus
  const heart = { ...chest.heart, along: chest.heart.along - z * 0.25, across: chest.heart.across - z * 0.2 };
  const level = ellipseLevel(heart, x, y);
  if (level < 1) return heartAt(chest, heart, x, y, level);
  if (level < 1.09 && y < 0) return -85;
  const front = Math.max(0, -y - 30) * 0.3;
  const halfWidth = 27 - front + 6 * chest.texture(0, y, z) + (y > 40 ? (y - 40) * 0.15 : 0);
  if (Math.abs(x) < Math.max(4, halfWidth))
    return lengthOf(Math.abs(x) - 22, y - 2) < 9 ? chest.blood : -60 + 60 * chest.texture(x, y, z);
  return undefined;
}

function heartAt(chest: Chest, heart: Ellipse, x: number, y: number, level: number): number {
  const [dx, dy] = [x - heart.x, y - heart.y];
  const septum = dx * Math.cos(1.15) + dy * Math.sin(1.15);
  const isWall = level > 0.86 || Math.abs(septum) < 4.5;
  return isWall ? 85 : chest.blood + (septum > 0 ? 12 : -10);
}

/** Whether a sphere about a point lies in lung, away from chest wall and mediastinum. */
export function isInLung(chest: Chest, centre: Point, radiusMm: number): boolean {
  for (let i = 0; i < 16; i++) {
    const angle = (2 * Math.PI * i) / 16;
    const [x, y] = [centre[0] + radiusMm * Math.cos(angle), centre[1] + radiusMm * Math.sin(angle)];
    if (chestTissueAt(chest, x, y, centre[2]) > -650) return false;
  }
  return chestTissueAt(chest, ...centre) < -650;
}
