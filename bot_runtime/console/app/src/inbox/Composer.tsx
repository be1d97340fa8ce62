import type { Signal } from "@preact/signals";
import type { ComponentChildren, JSX } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";
import { Button } from "../parts/Button";
import { countdown, fullTime, now } from "../parts/clock";
import { Icon, type IconName } from "../parts/Icon";
import { count, t } from "../parts/i18n";
import { touch } from "../parts/media";
import { write } from "./acts";
import type { Row, Ticket } from "./api";
import type { Asking } from "./Dialogs";
import { draftOf, keepDraft } from "./drafts";
import { canReopen, isMine, takeTicket } from "./ticket";
import { CLOSES_SOON_MS, reasonTitle } from "./words";

interface ComposerProps {
  id: string;
  row: Row;
  ticket: Ticket | null;
  noting: Signal<boolean>;
  onAsk: (what: Asking) => void;
}

const TALLEST_PX = 180;
/** Characters the server lets one message have, by the kind of channel. */
const LONGEST = { sms: 1600, whatsapp: 4096 };
const LONGEST_NOTE = 4096;

/** Where the agent writes to the contact, or a note for the team. Who may not write yet is told what to do first. */
export function Composer({ id, row, ticket, noting, onAsk }: ComposerProps): JSX.Element {
  if (row.state === "closed") return <Closed id={id} row={row} onAsk={onAsk} />;
  const note = noting.value;
  return (
    <div class={`reply ${note ? "reply--note" : ""}`}>
      <div class="reply-bar">
        <div class="reply-modes" role="group" aria-label={t("write_what")}>
          <button type="button" aria-pressed={!note} aria-keyshortcuts="Alt+L" title="Alt+L" onClick={() => (noting.value = false)}>
            {t("reply")}
          </button>
          <button type="button" aria-pressed={note} aria-keyshortcuts="Alt+P" title="Alt+P" onClick={() => (noting.value = true)}>
            <Icon name="note" size={15} />
            {t("note")}
          </button>
        </div>
        {!note && isMine(row) && <WindowLeft closesAt={ticket?.window_closes_at ?? null} />}
      </div>
      {note ? <Box key="note" id={id} note longest={LONGEST_NOTE} /> : <ReplyOrWhyNot id={id} row={row} ticket={ticket} onAsk={onAsk} />}
    </div>
  );
}

/** The box, once the ticket is ours and its channel lets us write. */
function ReplyOrWhyNot({ id, row, ticket, onAsk }: Omit<ComposerProps, "noting">): JSX.Element {
  if (row.state === "taken" && !isMine(row)) {
    return (
      <Blocked icon="person" text={t("blocked_other", { owner: row.owner_name || row.owner })}>
        <Button icon="hand" onClick={() => void takeTicket(id, onAsk)}>
          {t("take_over")}
        </Button>
      </Blocked>
    );
  }
  if (!isMine(row)) {
    return (
      <Blocked icon={row.state === "bot" ? "bot" : "clock"} text={t(`blocked_${row.state as "bot" | "queued" | "waiting"}`)}>
        <Button look="primary" icon="hand" aria-keyshortcuts="Alt+T" title="Alt+T" onClick={() => void takeTicket(id, onAsk)}>
          {t("take")}
        </Button>
      </Blocked>
    );
  }
  if (ticket && isWindowClosed(row, ticket)) {
    return <Blocked icon="clock" text={t(ticket.window_closes_at ? "window_closed" : "window_never")} />;
  }
  return (
    <>
      {ticket?.opted_out && (
        <p class="reply-warning">
          <Icon name="warning" size={16} />
          {t("opted_out_warning")}
        </p>
      )}
      <Box key="reply" id={id} note={false} longest={LONGEST[row.channel_kind] ?? LONGEST.whatsapp} />
    </>
  );
}

/** What is too long is said, and never cut: a pasted text keeps its end. */
function Box({ id, note, longest }: { id: string; note: boolean; longest: number }): JSX.Element {
  const area = useRef<HTMLTextAreaElement>(null);
  const draft = draftOf(id, note);
  const tooMany = [...draft.value.trim()].length - longest;
  useLayoutEffect(() => {
    const box = area.current;
    if (!box) return;
    box.style.height = "";
    if (draft.value) box.style.height = `${Math.min(TALLEST_PX, box.scrollHeight)}px`;
  }, [draft.value]);
  const submit = (): void => {
    const text = draft.value.trim();
    if (!text || tooMany > 0) return;
    keepDraft(id, note, "");
    void write(id, text, note);
    area.current?.focus();
  };
  return (
    <>
      <form
        class="reply-box"
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <textarea
          ref={area}
          rows={2}
          dir="auto"
          value={draft.value}
          aria-invalid={tooMany > 0}
          aria-label={t(note ? "write_note" : "write_reply")}
          placeholder={t(note ? "note_hint" : "reply_hint")}
          onInput={(event) => keepDraft(id, note, event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key !== "Enter" || event.shiftKey || event.altKey || event.isComposing) return;
            if (touch.value && !event.ctrlKey) return; // there is no Shift to break the line with, and a button to send
            event.preventDefault();
            submit();
          }}
        />
        <button type="submit" class="reply-send" aria-label={t(note ? "add_note" : "send")} title={touch.value ? undefined : t("send_hint")} disabled={!draft.value.trim() || tooMany > 0}>
          <Icon name={note ? "check" : "send"} size={19} />
        </button>
      </form>
      <p class="reply-long" role="status">
        {tooMany > 0 && count("too_long", tooMany)}
      </p>
    </>
  );
}

function Closed({ id, row, onAsk }: { id: string; row: Row; onAsk: (what: Asking) => void }): JSX.Element {
  return (
    <div class="reply">
      <Blocked icon="check" text={t("blocked_closed", { reason: reasonTitle(row.reason) })}>
        {canReopen(row) && (
          <Button icon="give" onClick={() => void takeTicket(id, onAsk, true)}>
            {t("reopen")}
          </Button>
        )}
      </Blocked>
    </div>
  );
}

function Blocked({ icon, text, children }: { icon: IconName; text: string; children?: ComponentChildren }): JSX.Element {
  return (
    <div class="blocked" role="status">
      <Icon name={icon} size={20} />
      <p>{text}</p>
      {children}
    </div>
  );
}

/** Drawn again each second, so it stands alone. */
function WindowLeft({ closesAt }: { closesAt: string | null }): JSX.Element | null {
  if (!closesAt) return null;
  const left = Date.parse(closesAt) - now.value;
  if (left <= 0 || left > CLOSES_SOON_MS) return null;
  return (
    <p class="window-left" role="timer" title={t("window_closes", { time: fullTime(closesAt) })}>
      <Icon name="clock" size={15} />
      {t("window_left", { time: countdown(left) })}
    </p>
  );
}

/** WhatsApp alone has a window; without a message of the contact it never opened. */
function isWindowClosed({ channel_kind }: Row, { window_closes_at }: Ticket): boolean {
  if (!window_closes_at) return channel_kind === "whatsapp";
  return Date.parse(window_closes_at) <= now.value;
}

