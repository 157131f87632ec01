import type { MenuItemConstructorOptions } from 'electron';

/** Roles only: everything that works on images lives in the page. Developer tools are for checkouts. */
export function menuTemplate(platform: NodeJS.Platform, isPackaged: boolean): MenuItemConstructorOptions[] {
  const view: MenuItemConstructorOptions[] = [
    { role: 'togglefullscreen' },
    ...(isPackaged ? [] : ([{ role: 'reload' }, { role: 'toggleDevTools' }] as const)),
  ];
  return [
    ...(platform === 'darwin' ? ([{ role: 'appMenu' }] as const) : []),
    { label: 'File', submenu: [platform === 'darwin' ? { role: 'close' } : { role: 'quit' }] },
    { role: 'editMenu' },
    { label: 'View', submenu: view },
    { role: 'windowMenu' },
  ];
}
