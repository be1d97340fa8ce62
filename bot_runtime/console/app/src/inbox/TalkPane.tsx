import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { Avatar } from "../parts/Avatar";
import { Button, IconButton } from "../parts/Button";
import { Icon } from "../parts/Icon";
import { t } from "../parts/i18n";
import { addressOf, go } from "../shell/routes";
import { Composer } from "./Composer";
import type { Asking } from "./Dialogs";
import { departmentTitle, detailsOpen } from "./desk";
import { rows } from "./lists";
import { TalkLog } from "./TalkLog";
import { focusTalk } from "./focus";
import { openTalk, talkOf } from "./talks";
import { contactName, stateText } from "./words";

/** The conversation in front. */
export function TalkPane({ id, onAsk }: { id: string; onAsk: (what: Asking) => void }): JSX.Element {
  const talk = talkOf(id);
  const row = rows.value.get(id) ?? talk.ticket.value;
  const noting = useSignal(false);
  const state = talk.state.value;
  const ready = state === "ready" && row !== null;
  const place = row ? [departmentTitle(row.department), stateText(row)].filter(Boolean).join(" · ") : "";
  useEffect(() => {
    if (ready) focusTalk();
  }, [ready]);

  return (
    <section class="talk-pane" aria-label={row ? t("conversation_with", { name: contactName(row) }) : t("conversation")}>
      <header class="talk-head">
        <span class="only-narrow">
          <IconButton icon="back" label={t("back_to_list")} onClick={() => go(addressOf("inbox"))} />
        </span>
        {row && (
          <>
            <Avatar name={contactName(row)} />
            <div class="talk-who">
              <h2 dir="auto" title={contactName(row)}>
                {contactName(row)}
              </h2>
              <p title={place}>{place}</p>
            </div>
            <TalkActions owned={row.state === "taken"} closed={row.state === "closed"} onAsk={onAsk} />
          </>
        )}
        <IconButton
          icon="inside"
          label={t("ticket_details")}
          aria-expanded={detailsOpen.value}
          aria-keyshortcuts="Alt+I"
          onClick={() => (detailsOpen.value = !detailsOpen.value)}
        />
      </header>
      {ready ? (
        <>
          <TalkLog id={id} talk={talk} contact={contactName(row)} />
          <Composer id={id} row={row} ticket={talk.ticket.value} noting={noting} onAsk={onAsk} />
        </>
      ) : (
        <div class="nothing" aria-busy={state === "loading" || state === "new"}>
          {(state === "gone" || state === "failed") && (
            <>
              <Icon name="warning" size={40} />
              <h2>{t(state === "gone" ? "refused_gone" : "unreachable")}</h2>
              {state === "failed" && <Button onClick={() => void openTalk(id)}>{t("try_again")}</Button>}
            </>
          )}
        </div>
      )}
    </section>
  );
}

/** The two things done most, at hand; the rest is in the details. */
function TalkActions({ owned, closed, onAsk }: { owned: boolean; closed: boolean; onAsk: (what: Asking) => void }): JSX.Element | null {
  if (closed || !owned) return null;
  return (
    <span class="talk-actions">
      <Button icon="transfer" aria-keyshortcuts="Alt+R" title="Alt+R" aria-label={t("transfer")} onClick={() => onAsk("transfer")}>
        <span class="not-narrow">{t("transfer")}</span>
      </Button>
      <Button icon="check" aria-keyshortcuts="Alt+E" title="Alt+E" aria-label={t("close_ticket")} onClick={() => onAsk("close")}>
        <span class="not-narrow">{t("close_ticket")}</span>
      </Button>
    </span>
  );
}
