/** Okabe and Ito (2008), told apart by colour-blind readers; black, unseen on dark images, is replaced by white. */
export const labelColours = [
  '#56b4e9',
  '#e69f00',
  '#009e73',
  '#f0e442',
  '#cc79a7',
  '#d55e00',
  '#0072b2',
  '#ffffff',
] as const;

/** The colour for the n-th value of a definition. */
export const labelColour = (index: number): string => labelColours[index % labelColours.length] ?? '#ffffff';
