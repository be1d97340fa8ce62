import { useSignalEffect } from "@preact/signals";
import type { JSX } from "preact";
import { IconButton } from "../parts/Button";
import { Icon } from "../parts/Icon";
import { chooseLanguage, type Language, language, t } from "../parts/i18n";
import { liveState } from "../parts/live";
import { Notices } from "../parts/Notices";
import { isDark, toggleTheme } from "../parts/theme";
import { addressOf, go, ROUTES, route } from "./routes";

/** What surrounds every page: product, navigation, language, look and whether we are in touch with the server. */
export function Shell(): JSX.Element {
  useSignalEffect(() => {
    document.documentElement.lang = language.value;
    document.title = `${t(route.value.title)} · bot-runtime`;
  });
  const Page = route.value.page;
  return (
    <>
      <a class="skip" href="#page">
        {t("skip_to_page")}
      </a>
      <header class="top">
        <p class="product">
          <img src="/console/favicon.svg" alt="" width="28" height="28" />
          bot-runtime
        </p>
        <Connection />
        <LanguageSwitch />
        <IconButton icon={isDark() ? "sun" : "moon"} label={t(isDark() ? "to_light" : "to_dark")} onClick={toggleTheme} />
      </header>
      <nav class="side" aria-label={t("pages")}>
        {ROUTES.map((to) => (
          <a
            key={to.path}
            href={addressOf(to)}
            aria-current={to === route.value ? "page" : undefined}
            onClick={(event) => {
              if (event.metaKey || event.ctrlKey || event.shiftKey) return;
              event.preventDefault();
              go(to);
            }}
          >
            <Icon name={to.icon} size={22} />
            {t(to.title)}
          </a>
        ))}
      </nav>
      <main id="page" tabIndex={-1}>
        <Page />
      </main>
      <Notices />
    </>
  );
}

function Connection(): JSX.Element {
  const state = liveState.value;
  return (
    <p class={`connection connection--${state}`} role="status">
      <span class="connection-dot" aria-hidden="true" />
      {t(`live_${state}`)}
    </p>
  );
}

function LanguageSwitch(): JSX.Element {
  const names: Record<Language, string> = { es: "Español", en: "English" };
  return (
    <div class="languages" role="group" aria-label={t("language")}>
      {(["es", "en"] as const).map((code) => (
        <button key={code} type="button" lang={code} aria-label={names[code]} aria-pressed={language.value === code} onClick={() => chooseLanguage(code)}>
          {code.toUpperCase()}
        </button>
      ))}
    </div>
  );
}
