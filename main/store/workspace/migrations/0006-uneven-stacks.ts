/** Stacks with uneven distances are assembled anew when they are next opened: they have a grid now. */
export const unevenStacks = `
UPDATE series SET stack_count = NULL WHERE SeriesInstanceUID IN
  (SELECT SeriesInstanceUID FROM data_finding WHERE code IN ('variable-spacing', 'missing-slice'));
`;
