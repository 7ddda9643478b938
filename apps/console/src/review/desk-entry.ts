import { type QueryClient, queryOptions } from '@tanstack/react-query';
import { answerWithTag, api, type Schemas } from '../api/client';

export type QueueEntry = Schemas['QueueEntryResponse'];
export type DeskEntry = Schemas['DeskEntryResponse'];
export type ComparedSubmission = Schemas['ComparedSubmissionResponse'];
export type UploadedFile = Schemas['UploadResponse'];

export interface TaggedEntry {
  entry: DeskEntry;
  etag: string | undefined;
}

/** Links to files are good for a quarter of an hour unless the server says less; a minute is far from that. */
const FRESH_MS = 60_000;
/** How often to ask for a file that is being checked. */
const CHECKING_MS = 2_000;

/** All that a decision on one paper needs. */
export function entryQuery(verificationId: string) {
  return queryOptions({
    queryKey: ['desk', verificationId],
    queryFn: async ({ signal }): Promise<TaggedEntry> => {
      const path = { verification_id: verificationId };
      const { data, etag } = await answerWithTag(
        api.GET('/api/v1/crew/queue/{verification_id}', { params: { path }, signal }),
      );
      return { entry: data, etag };
    },
    staleTime: FRESH_MS,
    // Nobody is recorded as a reader because they looked at another window.
    refetchOnWindowFocus: false,
    refetchInterval: ({ state }) => (isBeingChecked(state.data?.entry) ? CHECKING_MS : false),
  });
}

function isBeingChecked(entry: DeskEntry | undefined): boolean {
  const file = entry?.current?.file;
  return file?.status === 'uploaded' && file.failureCode === null;
}

/** Puts what is known of the claim into what is shown, without asking for everything again. */
export function noteClaim(client: QueryClient, verificationId: string, claimedBy: DeskEntry['claimedBy']): void {
  client.setQueryData(entryQuery(verificationId).queryKey, (tagged) =>
    tagged ? { ...tagged, entry: { ...tagged.entry, claimedBy } } : tagged,
  );
}

export function nameOf(person: { firstName: string; lastName: string }): string {
  return `${person.firstName} ${person.lastName}`;
}
