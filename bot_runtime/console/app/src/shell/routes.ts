/** The console's pages by address. A page that doesn't exist yet has no entry, so the navigation never shows one. */
import { signal } from "@preact/signals";
import type { ComponentType } from "preact";
import type { IconName } from "../parts/Icon";
import type { TextKey } from "../parts/i18n";
import { PhonesPage } from "../phones/PhonesPage";

export interface Route {
  path: string;
  title: TextKey;
  icon: IconName;
  page: ComponentType;
}

export const ROUTES: [Route, ...Route[]] = [{ path: "phones", title: "phones", icon: "phone", page: PhonesPage }];

const BASE = "/console/";

export const route = signal(current());

export function addressOf({ path }: Route): string {
  return BASE + path;
}

/** Go to a page without loading the document again. */
export function go(to: Route): void {
  history.pushState(null, "", addressOf(to));
  route.value = to;
}

addEventListener("popstate", () => (route.value = current()));

/** The page of the address; an unknown one is the first page, under its own address. */
function current(): Route {
  const path = location.pathname.slice(BASE.length).replace(/\/$/, "");
  const found = ROUTES.find((known) => known.path === path);
  if (!found) history.replaceState(null, "", addressOf(ROUTES[0]));
  return found ?? ROUTES[0];
}
