import {
  type InfiniteData,
  keepPreviousData,
  QueryClient,
  type QueryKey,
  useInfiniteQuery,
  type UseInfiniteQueryResult,
  useMutation,
  type UseMutationResult,
  useQueryClient,
} from '@tanstack/react-query';
import { newKey } from './client';
import { type ApiProblem, toProblem } from './problem';

declare module '@tanstack/react-query' {
  interface Register {
    defaultError: ApiProblem;
  }
}

const ATTEMPTS = 3;
const LONGEST_WAIT_MS = 10_000;

const tryAgain = (failures: number, problem: ApiProblem) => failures < ATTEMPTS && toProblem(problem).isPassing;
const wait = (attempt: number, problem: ApiProblem) =>
  Math.min(problem.retryAfter ? problem.retryAfter * 1000 : 500 * 2 ** attempt, LONGEST_WAIT_MS);

/** Without a connection both wait for it; what was on its way is sent again with the same Idempotency-Key, so it happens once. */
export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: { retry: tryAgain, retryDelay: wait, staleTime: 15_000, networkMode: 'online' },
      mutations: { retry: tryAgain, retryDelay: wait, networkMode: 'online' },
    },
  });
}

interface Page<T> {
  items: T[];
  nextCursor: string | null;
  hasMore: boolean;
  totalCount?: number | null;
}

export type Pages<T> = UseInfiniteQueryResult<InfiniteData<Page<T>>, ApiProblem>;

/** A keyset list, page after page. While filters change, the rows before stay until the new ones are there. */
export function usePages<T>(
  queryKey: QueryKey,
  fetchPage: (cursor: string | undefined, signal: AbortSignal) => Promise<Page<T>>,
): Pages<T> {
  return useInfiniteQuery<Page<T>, ApiProblem, InfiniteData<Page<T>>, QueryKey, string | undefined>({
    queryKey,
    queryFn: ({ pageParam, signal }) => fetchPage(pageParam, signal),
    initialPageParam: undefined,
    getNextPageParam: (page) => (page.hasMore ? (page.nextCursor ?? undefined) : undefined),
    placeholderData: keepPreviousData,
  });
}

interface Change<V, R> {
  /** What is out of date once it is done; each is the beginning of query keys. */
  invalidates?: QueryKey[];
  onSuccess?: (result: R, variables: V) => void;
  onError?: (problem: ApiProblem, variables: V) => void;
}

export interface Changing<V, R> {
  /** Starts it; asked again while it runs, it does nothing. */
  run: (variables: V) => void;
  isPending: boolean;
  /** It waits for the connection. */
  isPaused: boolean;
  problem: ApiProblem | null;
  reset: () => void;
  mutation: UseMutationResult<R, ApiProblem, { variables: V; key: string }>;
}

/** One change by its person, under one Idempotency-Key however often it has to be sent. */
export function useChange<V = void, R = unknown>(
  send: (variables: V, key: string) => Promise<R>,
  { invalidates = [], onSuccess, onError }: Change<V, R> = {},
): Changing<V, R> {
  const client = useQueryClient();
  const mutation = useMutation<R, ApiProblem, { variables: V; key: string }>({
    mutationFn: ({ variables, key }) => send(variables, key),
    onSuccess: (result, { variables }) => {
      for (const queryKey of invalidates) void client.invalidateQueries({ queryKey });
      onSuccess?.(result, variables);
    },
    onError: (problem, { variables }) => onError?.(problem, variables),
  });
  return {
    run: (variables) => {
      if (!mutation.isPending) mutation.mutate({ variables, key: newKey() });
    },
    isPending: mutation.isPending,
    isPaused: mutation.isPaused,
    problem: mutation.error,
    reset: mutation.reset,
    mutation,
  };
}
