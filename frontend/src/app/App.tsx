import { MantineProvider } from "@mantine/core";
import { Notifications } from "@mantine/notifications";
import { QueryClientProvider } from "@tanstack/react-query";
import { lazy, Suspense, useMemo } from "react";
import { useTranslation } from "react-i18next";
import { createBrowserRouter, type RouteObject, RouterProvider } from "react-router";
import { createQueryClient } from "@/api/queries";
import { BrokenPage } from "@/pages/BrokenPage";
import { NotFoundPage } from "@/pages/NotFoundPage";
import { SignInPage } from "@/pages/SignInPage";
import { WorklistPage } from "@/pages/WorklistPage";
import { SignedIn } from "./SignedIn";
import { themed } from "./theme";

const AccountPage = lazy(() => import("@/pages/AccountPage"));
const AgreementPage = lazy(() => import("@/pages/AgreementPage"));
const CasePage = lazy(() => import("@/pages/CasePage"));
const ComparePage = lazy(() => import("@/pages/compare/ComparePage"));
const JoinPage = lazy(() => import("@/pages/JoinPage"));
const PeoplePage = lazy(() => import("@/pages/PeoplePage"));
const PerformancePage = lazy(() => import("@/pages/PerformancePage"));
const StatusPage = lazy(() => import("@/pages/StatusPage"));
const ProviderPage = lazy(() => import("@/pages/ProviderPage"));
const SlidePage = lazy(() => import("@/pages/slide/SlidePage"));

const queries = createQueryClient();

/** The pages within the frame, which stays where one of them fails: uploads under way go on. */
const framed: RouteObject[] = [
  { path: "/", element: <WorklistPage /> },
  { path: "/cases/:caseId", element: <CasePage /> },
  { path: "/slides/:slideId", element: <SlidePage /> },
  { path: "/account", element: <AccountPage /> },
  { path: "/people", element: <PeoplePage /> },
  { path: "/agreement", element: <AgreementPage /> },
  { path: "/performance", element: <PerformancePage /> },
  { path: "/compare/:leftId/:rightId", element: <ComparePage /> },
  { path: "/status", element: <StatusPage /> },
  { path: "*", element: <NotFoundPage /> },
];

const router = createBrowserRouter([
  {
    errorElement: <BrokenPage />,
    children: [
      { path: "/sign-in", element: <SignInPage /> },
      { path: "/sign-in/provider", element: <Suspense><ProviderPage /></Suspense> },
      { path: "/join", element: <Suspense><JoinPage /></Suspense> },
      { element: <SignedIn />, children: [{ errorElement: <BrokenPage />, children: framed }] },
    ],
  },
]);

export function App() {
  const { t } = useTranslation();
  const theme = useMemo(() => themed(t("close")), [t]);
  return (
    <MantineProvider theme={theme} defaultColorScheme="auto">
      <QueryClientProvider client={queries}>
        <Notifications position="bottom-left" />
        <RouterProvider router={router} />
      </QueryClientProvider>
    </MantineProvider>
  );
}
