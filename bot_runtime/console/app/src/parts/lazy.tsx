/** A page that is fetched when it is first shown. */
import { signal } from "@preact/signals";
import type { ComponentType, JSX } from "preact";
import { useEffect } from "preact/hooks";
import { Button } from "./Button";
import { t } from "./i18n";

export function lazy(fetchPage: () => Promise<ComponentType>): ComponentType {
  const page = signal<ComponentType | null>(null);
  const failed = signal(false);
  const ask = (): void => {
    void fetchPage().then(
      (fetched) => (page.value = fetched),
      () => (failed.value = true), // offline, or a newer version was put in its place: loading anew settles both
    );
  };
  return function Lazy(): JSX.Element | null {
    useEffect(ask, []);
    const Page = page.value;
    if (Page) return <Page />;
    return failed.value ? (
      <div class="nothing">
        <h2>{t("page_missing")}</h2>
        <Button look="primary" onClick={() => location.reload()}>
          {t("try_again")}
        </Button>
      </div>
    ) : null;
  };
}
