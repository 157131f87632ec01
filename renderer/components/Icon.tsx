import type { ReactNode } from 'react';

/** 20 x 20 outlines, drawn with the text colour. */
const paths = {
  worklist: 'M3 4.5h14M3 8.2h14M3 11.8h14M3 15.5h9',
  read: 'M10 3.5a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13zM10 7.5a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5z',
  datasets:
    'M3 5.5C3 4.1 6.1 3 10 3s7 1.1 7 2.5S13.9 8 10 8 3 6.9 3 5.5zM3 5.5v9C3 15.9 6.1 17 10 17s7-1.1 7-2.5v-9M3 10c0 1.4 3.1 2.5 7 2.5s7-1.1 7-2.5',
  train: 'M3 16.5h14M3 16.5v-13M5.5 13c2-6 4-7 6-7.5S15 5 16.5 4.8',
  models: 'M10 2.8l6.5 3.6v7.2L10 17.2l-6.5-3.6V6.4zM3.5 6.4L10 10l6.5-3.6M10 10v7.2',
  review: 'M2.5 4h6.5v12H2.5zM11 4h6.5v12H11z',
  reports: 'M5 2.5h7l3.5 3.5v11.5H5zM12 2.5V6h3.5M7.5 9.5h5M7.5 12.5h5',
  settings: 'M4 6h5M13 6h3M4 14h3M11 14h5M11 3.8v4.4M9 11.8v4.4',
  start: 'M3 9.5L10 3.5l7 6V16.5h-4.8v-4.5H7.8v4.5H3z',
  search: 'M8.8 3.5a5.3 5.3 0 1 0 0 10.6 5.3 5.3 0 0 0 0-10.6zM12.8 12.8l4 4',
  open: 'M2.8 15.5V5h4.7l1.7 2h8v8.5z',
  folder: 'M2.8 15.5V5h4.7l1.7 2h8v8.5z',
  workspace: 'M3 6.5h14v10H3zM7 6.5V4h6v2.5M3 11h14',
  file: 'M5 2.5h7l3.5 3.5v11.5H5zM12 2.5V6h3.5',
  close: 'M5 5l10 10M15 5L5 15',
  check: 'M4 10.5l4 4 8-9',
  warning: 'M10 3.2l7.2 13H2.8zM10 8v4M10 14v.4',
  info: 'M10 3a7 7 0 1 0 0 14 7 7 0 0 0 0-14zM10 9v4.5M10 6.4v.4',
  plus: 'M10 4v12M4 10h12',
  trash: 'M4 5.5h12M8 5.5V3.5h4v2M5.5 5.5l.7 11h7.6l.7-11',
  undo: 'M7.5 4.5L4 8l3.5 3.5M4 8h7.5a4.5 4.5 0 0 1 0 9H9',
  redo: 'M12.5 4.5L16 8l-3.5 3.5M16 8H8.5a4.5 4.5 0 0 0 0 9H11',
  play: 'M6 4l10 6-10 6z',
  pause: 'M6.5 4v12M13.5 4v12',
  stop: 'M5.5 5.5h9v9h-9z',
  chevronRight: 'M7.5 4.5L13 10l-5.5 5.5',
  chevronDown: 'M4.5 7.5L10 13l5.5-5.5',
  chevronUp: 'M4.5 12.5L10 7l5.5 5.5',
  user: 'M10 3.5a3 3 0 1 0 0 6 3 3 0 0 0 0-6zM4 16.8c.5-3.3 2.9-5 6-5s5.5 1.7 6 5',
  help: 'M7.5 7.5a2.5 2.5 0 1 1 3.6 2.3c-.8.4-1.1.9-1.1 1.7M10 14.4v.3M10 2.8a7.2 7.2 0 1 0 0 14.4 7.2 7.2 0 0 0 0-14.4z',
  panel: 'M3 4h14v12H3zM12.5 4v12',
  window: 'M10 3.2a6.8 6.8 0 1 0 0 13.6 6.8 6.8 0 0 0 0-13.6zM10 3.2v13.6M10 6h4.6M10 9h6.6M10 12h6.3M10 15h3.6',
  zoom: 'M8.8 3.5a5.3 5.3 0 1 0 0 10.6 5.3 5.3 0 0 0 0-10.6zM12.8 12.8l4 4M8.8 6.5v4.6M6.5 8.8h4.6',
  loupe: 'M8.8 2.5a6.3 6.3 0 1 0 0 12.6 6.3 6.3 0 0 0 0-12.6zM13.4 13.4l4.1 4.1M6 8.8a2.8 2.8 0 0 1 2.8-2.8',
  crosshair: 'M10 2.5v5.5M10 12v5.5M2.5 10H8M12 10h5.5',
  link: 'M8.5 11.5a3 3 0 0 1 0-4.2l2.3-2.3a3 3 0 0 1 4.2 4.2l-1.2 1.2M11.5 8.5a3 3 0 0 1 0 4.2l-2.3 2.3A3 3 0 0 1 5 10.8l1.2-1.2',
  referenceLines: 'M3 4h14v12H3zM3 12.5L17 7.5',
  layoutMpr: 'M3 4h14v12H3zM10 4v12M3 10h14M5 7h3M12 7h3M12 13h3',
  pan: 'M10 2.5v15M2.5 10h15M10 2.5L8 4.5M10 2.5l2 2M10 17.5l-2-2M10 17.5l2-2M2.5 10l2-2M2.5 10l2 2M17.5 10l-2-2M17.5 10l-2 2',
  scroll: 'M7 3h6v14H7zM4 7l-1.5 3L4 13M16 7l1.5 3L16 13',
  invert: 'M10 3a7 7 0 1 0 0 14 7 7 0 0 0 0-14zM10 3v14M10 5.5a4.5 4.5 0 0 1 0 9z',
  overlay: 'M3 3h11v11H3zM6 6h11v11H6zM9 9.5h5',
  rotate: 'M15.5 8A6 6 0 1 0 16 11M16.2 4v4.3h-4.3',
  flip: 'M10 2.5v15M8 5.5L2.5 14.5H8zM12 5.5l5.5 9H12',
  reset: 'M4 10a6 6 0 1 1 1.8 4.3M4 14.5V10.8h3.7',
  cine: 'M3 5h14v10H3zM8.3 7.8v4.4l3.8-2.2z',
  length: 'M3 17L17 3M3 17l2.8-.6M3 17l.6-2.8M17 3l-2.8.6M17 3l-.6 2.8',
  bidirectional: 'M3.5 16.5l13-13M6.5 6.5l7 7',
  ellipse: 'M10 5c4 0 7 2.2 7 5s-3 5-7 5-7-2.2-7-5 3-5 7-5z',
  rectangle: 'M3.5 5h13v10h-13z',
  polygon: 'M4 12.5C3 9 5 4.5 9 4s4 2 6 2.5 2.5 3 1.5 6-4 4-7 3.5-4.8-1-5.5-3.5z',
  heatMap: 'M10 3a7 7 0 1 0 0 14 7 7 0 0 0 0-14zM10 6a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM10 9a1 1 0 1 0 0 2 1 1 0 0 0 0-2z',
  layout1: 'M3 4h14v12H3z',
  layout2: 'M3 4h14v12H3zM10 4v12',
  layout4: 'M3 4h14v12H3zM10 4v12M3 10h14',
  keyboard: 'M2.5 5.5h15v9h-15zM5 8.5h.1M8 8.5h.1M11 8.5h.1M14.5 8.5h.1M6 11.8h8',
  lock: 'M4.5 9h11v7.5h-11zM7 9V6.5a3 3 0 0 1 6 0V9',
  more: 'M5 10h.1M10 10h.1M15 10h.1',
} as const;

export type IconName = keyof typeof paths;

/** Decorative: the control around it carries the name. */
export function Icon({ name, size = 18 }: { name: IconName; size?: number }): ReactNode {
  return (
    <svg
      className="icon"
      width={size}
      height={size}
      viewBox="0 0 20 20"
      fill="none"
      stroke="currentColor"
      strokeWidth={1.5}
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      <path d={paths[name]} />
    </svg>
  );
}
