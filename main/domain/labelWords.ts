/** What is said of a case with several labels: those that are yes, in their order; `none of them`; and how many are open. */
export function labelWords(labels: readonly string[], answers: readonly (boolean | undefined)[]): string {
  const yes = labels.filter((_, i) => answers[i] === true);
  const open = labels.filter((_, i) => answers[i] === undefined).length;
  const said = yes.length > 0 ? yes.join(' + ') : 'none of them';
  return open === 0 ? said : `${said} (${open} not answered)`;
}
