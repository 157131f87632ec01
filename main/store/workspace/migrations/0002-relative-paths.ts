/**
 * Paths inside the workspace folder become relative to it. `workspace_relative` is a function of the program (migrate.ts)
 * that leaves other paths alone.
 */
export const relativePaths = `
UPDATE instance SET address = workspace_relative(address),
  facts = json_set(facts, '$.address', workspace_relative(json_extract(facts, '$.address')))
WHERE address <> workspace_relative(address);
UPDATE snapshot SET summary = json_set(summary, '$.path', workspace_relative(json_extract(summary, '$.path')));
UPDATE model SET path = workspace_relative(path);
UPDATE setting SET value = json_set(value, '$.folder', workspace_relative(json_extract(value, '$.folder')),
  '$.labelsCsv', workspace_relative(json_extract(value, '$.labelsCsv')))
WHERE key = 'practice-set';
`;
