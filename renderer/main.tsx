// Before the components, whose own style sheets refine these.
import './theme/tokens.css';
import './theme/base.css';
import './theme/components.css';
import './app/frame.css';
import './features/start/start.css';

import { QueryClientProvider } from '@tanstack/react-query';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app/App.tsx';
import { followCore, queryClient } from './client/queryClient.ts';

const container = document.getElementById('app');
if (!container) throw new Error('index.html has no #app');

followCore();
createRoot(container).render(
  <StrictMode>
    <QueryClientProvider client={queryClient}>
      <App />
    </QueryClientProvider>
  </StrictMode>,
);
