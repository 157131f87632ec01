import { AppError } from '../../../domain/errors.ts';
import type { Form, FormQuestion } from './op.ts';

/** The form taken, by the key of the question. */
export type FormChoices = Readonly<Record<string, string>>;

/** What decides how gradients are written on a machine. */
export interface FormsHere {
  readonly choices: FormChoices;
  /** Channels in a block of the engine's own layout; absent: forms in blocks are not offered. */
  readonly block?: number;
}

/**
 * The form that was chosen, or the usual one where nothing was.
 * @throws AppError conflict where a form was chosen that this version does not have
 */
export function formOf({ key, forms, usual }: FormQuestion, choices: FormChoices): Form {
  const name = choices[key] ?? usual;
  const form = forms[name];
  if (form === undefined)
    throw new AppError('conflict', `This version has no form ${name} for: ${key}. Start the training anew.`);
  return form;
}
