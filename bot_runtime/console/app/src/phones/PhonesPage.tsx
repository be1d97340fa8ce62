import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { recallLogin } from "../login/session";
import { Avatar } from "../parts/Avatar";
import { Button } from "../parts/Button";
import { count, t } from "../parts/i18n";
import { Icon } from "../parts/Icon";
import { narrow } from "../parts/media";
import "../styles/phones.css";
import "../styles/device.css";
import "../styles/chat.css";
import { AddModal } from "./AddModal";
import { ClockControl } from "./ClockControl";
import {
  chatOf, openDesk, phones, problems, select, selected, showsSimulated, simulated, toggleSimulated, trouble, world,
} from "./desk";
import { Station } from "./Station";

/** Simulated phones side by side: talk to the bot as its contacts, and watch it from inside. */
export function PhonesPage(): JSX.Element {
  const adding = useSignal(false);
  useEffect(openDesk, []);
  useEffect(recallLogin, []);
  useEffect(() => {
    const pick = (event: KeyboardEvent): void => {
      const digit = /^Digit([1-9])$/.exec(event.code)?.[1]; // the key, whatever Alt makes of it
      const phone = event.altKey && digit ? phones.value[Number(digit) - 1] : undefined;
      if (!phone) return;
      event.preventDefault();
      select(phone.id);
      requestAnimationFrame(() => document.querySelector<HTMLElement>(`#phone-${CSS.escape(phone.id)} textarea`)?.focus());
    };
    addEventListener("keydown", pick);
    return () => removeEventListener("keydown", pick);
  }, []);

  if (!world.value) return <Waiting />;
  return (
    <div class="phones-page">
      <div class="toolbar">
        <h1>{t("phones")}</h1>
        <Button icon="plus" aria-label={t("add_phone")} onClick={() => (adding.value = true)}>
          {t("phone")}
        </Button>
        {simulated.value > 0 && (
          <Button look="quiet" aria-pressed={showsSimulated.value} onClick={toggleSimulated}>
            {count("simulated", simulated.value)}
          </Button>
        )}
        <ClockControl />
      </div>
      <Problems />
      {narrow.value && phones.value.length > 1 && <Switcher />}
      {phones.value.length > 0 ? (
        <div class="bench">
          {phones.value.map((phone, place) => (
            <Station key={phone.id} phone={phone} place={place} />
          ))}
        </div>
      ) : (
        <div class="nothing">
          <Icon name="phone" size={48} />
          <h2>{t("no_phones")}</h2>
          <p>{t("no_phones_more")}</p>
          <Button look="primary" icon="plus" onClick={() => (adding.value = true)}>
            {t("add_phone")}
          </Button>
        </div>
      )}
      {adding.value && <AddModal onClose={() => (adding.value = false)} />}
    </div>
  );
}

/** On a narrow screen: which phone is in hand, and which others have something new. */
function Switcher(): JSX.Element {
  return (
    <nav class="switcher" aria-label={t("switch_phone")}>
      {phones.value.map(({ id, name }, place) => {
        const unread = chatOf(id).unread.value;
        return (
          <button key={id} type="button" aria-current={selected.value === id ? "true" : undefined} onClick={() => select(id)}>
            <Avatar name={name} place={place} />
            {name.split(" ")[0]}
            {unread > 0 && (
              <span class="unread" aria-label={t("unread", { n: unread })}>
                {unread}
              </span>
            )}
          </button>
        );
      })}
    </nav>
  );
}

function Problems(): JSX.Element | null {
  const found = problems.value;
  if (found.length === 0) return null;
  return (
    <section class="problems" role="alert" aria-label={t("workspace_problems")}>
      <Icon name="warning" size={20} />
      <div>
        <p>
          <b>{count("problems", found.length)}</b> {t("old_version_runs")}
        </p>
        <ul>
          {found.map(({ text }) => (
            <li key={text}>
              <code>{text}</code>
            </li>
          ))}
        </ul>
      </div>
    </section>
  );
}

function Waiting(): JSX.Element {
  if (!trouble.value) return <div class="nothing" aria-busy="true" />;
  return (
    <div class="nothing">
      <Icon name="phone" size={48} />
      <h2>{t(trouble.value === "absent" ? "no_dev" : "unreachable")}</h2>
      <p>{t(trouble.value === "absent" ? "no_dev_more" : "unreachable_more")}</p>
      {trouble.value === "absent" && <pre>bot-runtime dev</pre>}
      <Button onClick={() => location.reload()}>{t("try_again")}</Button>
    </div>
  );
}
