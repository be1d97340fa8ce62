import { useSignalEffect } from "@preact/signals";
import type { JSX } from "preact";
import { me } from "../login/session";
import { IconButton } from "../parts/Button";
import { Icon } from "../parts/Icon";
import { chooseLanguage, type Language, language, t } from "../parts/i18n";
import { liveState } from "../parts/live";
import { Notices } from "../parts/Notices";
import { isDark, toggleTheme } from "../parts/theme";
import { titleMark } from "../parts/title";
import { addressOf, go, navigation, route } from "./routes";
import { UserMenu } from "./UserMenu";

/** What surrounds every page: product, navigation, who is logged in, language, look and whether we are in touch. */
export function Shell(): JSX.Element {
  useSignalEffect(() => {
    document.documentElement.lang = language.value;
    const name = route.value ? `${t(route.value.title)} · bot-runtime` : "bot-runtime";
    document.title = [titleMark.value, name].filter(Boolean).join(" ");
  });
  const Page = route.value?.page;
  return (
    <>
      <a class="skip" href="#page">
        {t("skip_to_page")}
      </a>
      <header class="top">
        <p class="product">
          <img src="/console/favicon.svg" alt="" width="28" height="28" />
          <span>bot-runtime</span>
        </p>
        <Connection />
        <LanguageSwitch />
        <IconButton icon={isDark() ? "sun" : "moon"} label={t(isDark() ? "to_light" : "to_dark")} onClick={toggleTheme} />
        {me.value && <UserMenu me={me.value} />}
      </header>
      <nav class="side" aria-label={t("pages")}>
        {navigation.value.map((to) => (
          <a
            key={to.path}
            href={addressOf(to.path)}
            aria-current={to === route.value ? "page" : undefined}
            onClick={(event) => {
              if (event.metaKey || event.ctrlKey || event.shiftKey) return;
              event.preventDefault();
              go(addressOf(to.path));
            }}
          >
            {to.icon && <Icon name={to.icon} size={22} />}
            <span>{t(to.title)}</span>
          </a>
        ))}
      </nav>
      <main id="page" tabIndex={-1}>
        {Page && <Page />}
      </main>
      <Notices />
    </>
  );
}

function Connection(): JSX.Element | null {
  const state = liveState.value;
  if (state === "off") return null;
  return (
    <p class={`connection connection--${state}`} role="status">
      <span class="connection-dot" aria-hidden="true" />
      <span class="connection-text">{t(`live_${state}`)}</span>
    </p>
  );
}

function LanguageSwitch(): JSX.Element {
  const names: Record<Language, string> = { es: "Español", en: "English" };
  return (
    <div class="languages" role="group" aria-label={t("language")}>
      {(["es", "en"] as const).map((code) => (
        <button key={code} type="button" lang={code} aria-label={`${code.toUpperCase()} ${names[code]}`} title={names[code]} aria-pressed={language.value === code} onClick={() => chooseLanguage(code)}>
          {code.toUpperCase()}
        </button>
      ))}
    </div>
  );
}
