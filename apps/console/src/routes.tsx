import { Navigate, type RouteObject } from 'react-router';
import { PageSkeleton } from './ui/skeleton';
import { BrokenPage, NotFound } from './shell/broken-page';
import { Layout, Start } from './shell/layout';

/** Each screen is a chunk of its own and exports `Component`. */
export const routes: RouteObject[] = [
  {
    errorElement: <BrokenPage />,
    hydrateFallbackElement: <PageSkeleton />,
    children: [
      { path: '/sign-in', lazy: () => import('./session/sign-in') },
      { path: '/sign-in/provider', lazy: () => import('./session/sign-in-at-provider') },
      {
        element: <Layout />,
        children: [
          {
            errorElement: <BrokenPage />,
            children: [
              { index: true, element: <Start /> },
              { path: 'overview', lazy: () => import('./overview/overview') },
              { path: 'review', lazy: () => import('./review/review-desk') },
              { path: 'people', lazy: () => import('./people/roster') },
              { path: 'people/:userUuid', lazy: () => import('./people/person') },
              { path: 'people/:userUuid/certificates/new', lazy: () => import('./people/person') },
              { path: 'certificates', lazy: () => import('./overview/certificates') },
              { path: 'own', lazy: () => import('./own/own-papers') },
              { path: 'account', lazy: () => import('./account/account') },
              {
                path: 'administration',
                lazy: () => import('./administration/administration'),
                children: [
                  { index: true, element: <Navigate to="/administration/users" replace /> },
                  { path: 'users', lazy: () => import('./administration/users') },
                  { path: 'invitations', lazy: () => import('./administration/invitations') },
                  { path: 'titles', lazy: () => import('./administration/titles') },
                  { path: 'organization', lazy: () => import('./administration/organization') },
                  { path: 'sessions', lazy: () => import('./administration/sessions') },
                  { path: 'api-keys', lazy: () => import('./administration/api-keys') },
                  { path: 'audit', lazy: () => import('./administration/audit') },
                  { path: 'system', lazy: () => import('./administration/system') },
                ],
              },
              { path: '*', element: <NotFound /> },
            ],
          },
        ],
      },
    ],
  },
];
