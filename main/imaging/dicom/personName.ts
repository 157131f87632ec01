/** The three component groups of a person name (PS3.5 section 6.2.1), empty ones left out. */
export function personNameGroups(name: string | undefined): { ideographicName?: string; phoneticName?: string } {
  const [, ideographicName, phoneticName] = (name ?? '').split('=').map((group) => group.trim());
  return { ...(ideographicName ? { ideographicName } : {}), ...(phoneticName ? { phoneticName } : {}) };
}
