export interface Curve {
  readonly label: string;
  readonly colour: string;
  readonly isDashed: boolean;
  /** Curves of one group (a fold) share a line of the legend. */
  readonly group?: string | undefined;
  /** One per x; null where it was not measured. */
  readonly values: readonly (number | null)[];
}

/** A ring on a point; with words also a vertical line. */
export interface CurveMark {
  readonly x: number;
  readonly y: number | undefined;
  readonly text: string | undefined;
  readonly colour: string;
}
