/** What a question is asked about: a JSON list of modalities, empty for any. */
export const modalitiesOfDefinitions = `
ALTER TABLE label_definition ADD COLUMN modalities TEXT NOT NULL DEFAULT '[]';
`;
