/**
 * Questions whose answer is a number: unit and range as JSON; null: one of the values. Evaluations and their cases say of
 * which kind they are; all that were made before are of classes.
 */
export const numberQuestions = `
ALTER TABLE label_definition ADD COLUMN number TEXT;
UPDATE evaluation SET evaluation = json_set(evaluation, '$.task', 'classification')
  WHERE json_extract(evaluation, '$.task') IS NULL;
UPDATE evaluation_case SET case_value = json_set(case_value, '$.kind', 'class');
`;
