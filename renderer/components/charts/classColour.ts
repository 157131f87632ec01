import { labelColour } from '../../../main/domain/labelColours.ts';

interface ColouredValues {
  readonly name: string;
  readonly values: readonly { readonly value: string; readonly colour: string }[];
}

/** The colour a class has in its label definition; a class that no definition knows gets one by its place. */
export function classColour(
  definitions: readonly ColouredValues[] | undefined,
  target: string | undefined,
  classes: readonly string[],
  className: string,
): string {
  const definition = definitions?.find(({ name }) => name === target);
  const known = definition?.values.find(({ value }) => value === className);
  return known?.colour ?? labelColour(Math.max(0, classes.indexOf(className)));
}
