import { QueryClient } from '@tanstack/react-query';
import { asAppError } from '../../main/domain/errors.ts';
import { connection, type EventName, type MethodName } from './connection.ts';

/** Server state lives here and nowhere else. What we hold is fresh until an event says otherwise. */
export const queryClient = new QueryClient({
  defaultOptions: {
    // The core is on this machine: whether the machine has a network says nothing about whether it answers. The default
    // ('online') would hold back every question, and every label to be saved, from the moment the cable is pulled.
    mutations: { networkMode: 'always' },
    queries: {
      networkMode: 'always',
      staleTime: 60_000,
      refetchOnWindowFocus: false,
      // Expected failures do not heal by asking again; a lost connection is waited out, not retried.
      retry: (count, error) => count < 2 && asAppError(error).code === 'cancelled',
    },
  },
});

/** Which answers an event makes old. */
const outdatedBy: Record<EventName, readonly MethodName[]> = {
  'worklist.changed': [
    'worklist.list',
    'series.get',
    'series.thumbnail',
    'findings.list',
    'system.summary',
    'deidentify.survey',
  ],
  'labels.changed': ['labels.list', 'labels.history', 'worklist.list', 'series.get', 'system.summary', 'readers.list'],
  'definitions.changed': ['definitions.list', 'worklist.list'],
  'datasets.changed': ['datasets.list', 'system.summary'],
  'runs.changed': ['runs.list', 'runs.get', 'system.summary'],
  'runs.epochEnded': ['runs.list', 'runs.get'],
  'runs.stepEnded': [],
  'search.changed': ['search.list', 'search.get'],
  'search.trialEnded': ['search.list', 'search.get'],
  'models.changed': ['models.list', 'models.get', 'evaluations.list', 'evaluations.get', 'system.summary'],
  'predictions.changed': ['predictions.list', 'system.summary'],
  'devices.changed': ['devices.list', 'system.status', 'system.doctor'],
  'jobs.changed': [],
  'workspaces.opened': [],
};

export function invalidate(...names: readonly MethodName[]): Promise<void> {
  return queryClient.invalidateQueries({ predicate: ({ queryKey }) => names.includes(queryKey[0] as MethodName) });
}

/** Called once at start: events mark answers as old, a new connection marks all. */
export function followCore(): void {
  for (const name of Object.keys(outdatedBy) as EventName[])
    connection.on(name, () => void invalidate(...outdatedBy[name]));
  connection.on('workspaces.opened', () => void queryClient.resetQueries());
  connection.on('jobs.changed', ({ status }) => {
    void invalidate('jobs.list', 'jobs.get');
    // What a job made is also told by its own event; the summary counts some things that have none.
    if (status === 'done') void invalidate('system.summary', 'system.status');
  });
  let hadConnection = false;
  connection.onStatus(() => {
    if (connection.status !== 'open') return;
    if (hadConnection) void queryClient.invalidateQueries();
    hadConnection = true;
  });
}
