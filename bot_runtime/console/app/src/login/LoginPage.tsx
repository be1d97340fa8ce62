import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { Button, IconButton } from "../parts/Button";
import { CallFailed } from "../parts/call";
import { duration, now } from "../parts/clock";
import { Field } from "../parts/Field";
import { Icon } from "../parts/Icon";
import { t } from "../parts/i18n";
import { addressOf, go } from "../shell/routes";
import "../styles/login.css";
import { logIn, login } from "./session";

/** Name and password; then back to where the reader wanted to go. */
export function LoginPage(): JSX.Element {
  const name = useSignal("");
  const password = useSignal("");
  const shown = useSignal(false);
  const busy = useSignal(false);
  const trouble = useSignal("");
  const blockedUntil = useSignal(0);
  const nameBox = useRef<HTMLInputElement>(null);
  const passwordBox = useRef<HTMLInputElement>(null);
  useEffect(() => nameBox.current?.focus(), []);
  const waitS = Math.max(0, Math.ceil((blockedUntil.value - now.value) / 1000));

  const submit = async (): Promise<void> => {
    if (busy.value || waitS > 0) return;
    busy.value = true;
    trouble.value = "";
    try {
      await logIn(name.value.trim(), password.value);
      if (login.value === "in") go(wanted(), { replace: true });
      else trouble.value = t("login_not_kept");
    } catch (error) {
      const { status, retryAfterS, message } = error as CallFailed;
      if (status === 429) blockedUntil.value = now.value + Math.max(1, retryAfterS) * 1000;
      else trouble.value = status === 401 ? t("login_refused") : message;
      if (status === 401) {
        password.value = "";
        passwordBox.current?.focus();
      }
    } finally {
      busy.value = false;
    }
  };

  return (
    <div class="login">
      <form
        class="login-card form"
        aria-labelledby="login-title"
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        <header>
          <img src="/console/favicon.svg" alt="" width="44" height="44" />
          <h1 id="login-title">{t("log_in")}</h1>
          <p>{t("login_more")}</p>
        </header>
        <Field label={t("user_name")}>
          {(ids) => (
            <input
              {...ids}
              ref={nameBox}
              name="username"
              autocomplete="username"
              autocapitalize="none"
              spellcheck={false}
              required
              value={name.value}
              onInput={(event) => (name.value = event.currentTarget.value)}
            />
          )}
        </Field>
        <Field label={t("password")}>
          {(ids) => (
            <div class="login-password">
              <input
                {...ids}
                ref={passwordBox}
                name="password"
                type={(shown.value ? "text" : "password") as "password"}
                autocomplete="current-password"
                required
                value={password.value}
                onInput={(event) => (password.value = event.currentTarget.value)}
              />
              <IconButton
                icon={shown.value ? "unseen" : "seen"}
                label={t(shown.value ? "hide_password" : "show_password")}
                aria-pressed={shown.value}
                onClick={() => (shown.value = !shown.value)}
              />
            </div>
          )}
        </Field>
        <div class="login-trouble" role="alert">
          {(trouble.value || waitS > 0) && (
            <p>
              <Icon name="warning" size={18} />
              <span>{waitS > 0 ? t("login_blocked", { time: duration(waitS) }) : trouble.value}</span>
            </p>
          )}
        </div>
        <Button type="submit" look="primary" disabled={busy.value || waitS > 0} aria-busy={busy.value}>
          {t(busy.value ? "logging_in" : "log_in")}
        </Button>
      </form>
    </div>
  );
}

/** Where `?next=` leads, if it stays inside the console. */
function wanted(): string {
  const next = new URL(new URLSearchParams(location.search).get("next") ?? "", new URL(addressOf("inbox"), location.href));
  const inside = next.origin === location.origin && next.pathname.startsWith(addressOf()) && next.pathname !== addressOf("login");
  return inside && next.pathname !== addressOf() ? next.pathname + next.search : addressOf("inbox");
}
