import { type ReactNode, useEffect } from 'react';
import { errorText, useQueryOf } from '../client/hooks.ts';
import { ErrorState } from '../components/ErrorState.tsx';
import { useRoute } from '../components/navigation.ts';
import { StartPage } from '../features/start/StartPage.tsx';
import { PageBoundary } from './PageBoundary.tsx';
import { pages } from './pages.ts';

/** The page the address names; without one the worklist, or the start page while the workspace is empty. */
export function PageView(): ReactNode {
  const route = useRoute();
  const { data: summary, error, refetch } = useQueryOf('system.summary', {});
  const wanted = route.page || (summary && summary.series > 0 ? 'worklist' : 'start');
  const page = pages.find(({ id }) => id === wanted);
  const title = page?.title ?? 'Start';
  useEffect(() => {
    document.title = `${title} · Groundglass`;
  }, [title]);
  if (error) return <ErrorState text={errorText(error)} onRetry={() => void refetch()} />;
  if (!summary) return null;
  return <PageBoundary key={wanted}>{page ? <page.Component /> : <StartPage />}</PageBoundary>;
}
