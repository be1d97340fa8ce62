import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { checkLogin, login, me } from "../login/session";
import { Button } from "../parts/Button";
import { t } from "../parts/i18n";
import { Icon } from "../parts/Icon";
import { addressOf, go } from "../shell/routes";
import "../styles/dialogs.css";
import { front, isUnpublished, openDialogs, trouble } from "./desk";
import { DialogView } from "./DialogView";
import { ListView } from "./ListView";
import { w } from "./words";

/** The dialogs: their list, and one of them as a drawing, as its text, and with its versions. */
export function DialogsPage(): JSX.Element {
  useEffect(() => void (login.value === "in" || checkLogin()), []);
  const state = login.value;
  useEffect(() => {
    if (state === "out") go(addressOf("login", { next: location.pathname + location.search }), { replace: true });
  }, [state]);
  if (me.value && (me.value.user.role !== "agent" || me.value.user.author)) return <Inside key={me.value.user.name} />;
  if (!me.value && state !== "unreachable") return <div class="nothing" aria-busy="true" />;
  return (
    <div class="nothing">
      <Icon name="bot" size={48} />
      <h2>{me.value ? w("dialogs") : t("unreachable")}</h2>
      <p>{me.value ? w("cannot_read") : t("unreachable_more")}</p>
      {!me.value && <Button onClick={() => void checkLogin()}>{t("try_again")}</Button>}
    </div>
  );
}

function Inside(): JSX.Element {
  useEffect(openDialogs, []);
  useEffect(() => {
    const ask = (event: BeforeUnloadEvent): void => {
      if (isUnpublished.value) event.preventDefault(); // the browser asks whether what was written may go
    };
    addEventListener("beforeunload", ask);
    return () => removeEventListener("beforeunload", ask);
  }, []);
  return (
    <div class="dialogs">
      {trouble.value && (
        <p class="dialogs-trouble" role="alert">
          <Icon name="warning" size={18} />
          {trouble.value}
        </p>
      )}
      {front.value ? <DialogView key={front.value} name={front.value} /> : <ListView />}
    </div>
  );
}
