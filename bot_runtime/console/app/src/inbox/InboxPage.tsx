import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { checkLogin, login, me } from "../login/session";
import { Button } from "../parts/Button";
import { Icon } from "../parts/Icon";
import { t } from "../parts/i18n";
import { addressOf, go } from "../shell/routes";
import "../styles/chat.css";
import "../styles/inbox.css";
import "../styles/talk.css";
import "../styles/ticket.css";
import { detailsOpen, openInbox, selected } from "./desk";
import { DetailsPane } from "./DetailsPane";
import { type Asking, Dialogs } from "./Dialogs";
import { useShortcuts } from "./keys";
import { ListPane } from "./ListPane";
import { TalkPane } from "./TalkPane";

/** The agents' page: lists, the conversation in front, and what is known of its ticket. */
export function InboxPage(): JSX.Element {
  useEffect(() => void (login.value === "in" || checkLogin()), []);
  const state = login.value;
  useEffect(() => {
    if (state !== "out") return;
    go(addressOf("login", { next: location.pathname + location.search }), { replace: true });
  }, [state]);
  if (me.value) return <Desk key={me.value.user.name} />;
  if (state !== "unreachable") return <div class="nothing" aria-busy="true" />;
  return (
    <div class="nothing">
      <Icon name="inbox" size={48} />
      <h2>{t("unreachable")}</h2>
      <p>{t("unreachable_more")}</p>
      <Button onClick={() => void checkLogin()}>{t("try_again")}</Button>
    </div>
  );
}

function Desk(): JSX.Element {
  const asking = useSignal<Asking>("");
  useEffect(openInbox, []);
  useShortcuts(asking);
  const step = !selected.value ? "list" : detailsOpen.value ? "details" : "talk";
  return (
    <div class={`inbox inbox--${step} ${detailsOpen.value ? "inbox--inside" : ""}`}>
      <ListPane onHelp={() => (asking.value = "shortcuts")} />
      {selected.value ? (
        <>
          <TalkPane key={`talk ${selected.value}`} id={selected.value} onAsk={(what) => (asking.value = what)} />
          <DetailsPane key={`details ${selected.value}`} id={selected.value} onAsk={(what) => (asking.value = what)} />
        </>
      ) : (
        <div class="nothing inbox-nothing">
          <Icon name="inbox" size={48} />
          <h2>{t("choose_conversation")}</h2>
          <p>{t("choose_conversation_more")}</p>
        </div>
      )}
      <Dialogs asking={asking} id={selected.value} />
    </div>
  );
}
