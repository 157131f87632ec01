import type { ReactNode } from 'react';
import { useQueryOf } from '../client/hooks.ts';
import type { ActionId } from '../components/actions/catalogue.ts';
import { useAction } from '../components/actions/registry.ts';
import { Icon } from '../components/Icon.tsx';
import { formatRoute, navigate, useRoute } from '../components/navigation.ts';
import type { PageDefinition } from '../components/page.ts';
import { pages } from './pages.ts';

/** The pages at the left edge, Alt-1 to Alt-8. A page with no work yet is absent. */
export function Rail(): ReactNode {
  const { data: summary } = useQueryOf('system.summary', {});
  const route = useRoute();
  const shown = summary ? pages.filter((page) => page.isAvailable(summary)) : [];
  const current = route.page || (summary && summary.series > 0 ? 'worklist' : 'start');
  return (
    <nav className="rail" aria-label="Pages">
      <a className="rail-logo" href={formatRoute('start')} aria-label="Start page" title="Start page">
        <img src="./groundglass.svg" alt="" width={28} height={28} />
      </a>
      {shown.map((page) => (
        <RailLink key={page.id} page={page} isCurrent={page.id === current} />
      ))}
    </nav>
  );
}

function RailLink({ page, isCurrent }: { page: PageDefinition; isCurrent: boolean }): ReactNode {
  useAction(`app.page${page.order}` as ActionId, () => navigate(page.id));
  return (
    <a
      className="rail-link"
      href={formatRoute(page.id)}
      aria-current={isCurrent ? 'page' : undefined}
      title={`${page.title} (Alt ${page.order})`}
    >
      <Icon name={page.icon} size={20} />
      <span>{page.title}</span>
    </a>
  );
}
