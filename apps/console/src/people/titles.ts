import { useQuery } from '@tanstack/react-query';
import { answer, api } from '../api/client';

const TITLES_PER_PAGE = 200;

/** The titles that the organisation's diplomas have. */
export function useTitles(isNeeded = true) {
  return useQuery({
    queryKey: ['titles', 'all'],
    queryFn: ({ signal }) => allTitles(signal),
    staleTime: 60_000,
    enabled: isNeeded,
  });
}

async function allTitles(signal: AbortSignal): Promise<{ id: number; name: string }[]> {
  const titles: { id: number; name: string }[] = [];
  for (let page = 1; ; page += 1) {
    const { data } = await answer(
      api.GET('/users-organizations/v1/rs/titles', {
        params: { query: { page, pageSize: TITLES_PER_PAGE } },
        signal,
      }),
    );
    titles.push(...data);
    if (data.length < TITLES_PER_PAGE) break;
  }
  return titles.sort((one, other) => one.name.localeCompare(other.name));
}
