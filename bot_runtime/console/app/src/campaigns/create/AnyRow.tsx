import { useSignal } from "@preact/signals";
import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { IconButton } from "../../parts/Button";
import { phoneText } from "../../parts/phone";
import { api, type Detail, type Preview } from "../api";
import { number, sentenceCase, w, wn } from "../words";
import { channelKind } from "./draft";
import { RowPreview } from "./MessagePreview";

/** How many blank rows of a list are stepped over, going back. */
const BLANK_ROWS = 50;

/** The message as any row of the list gets it; rows have the numbers of the spreadsheet. */
export function AnyRow({ campaign: { id, contacts } }: { campaign: Detail }): JSX.Element {
  const shown = useSignal<Preview | null>(null);
  const first = useSignal(0);
  const last = useSignal(Infinity);
  const trouble = useSignal("");
  const asked = useRef(0);
  const ask = async (find: () => Promise<Preview | null>): Promise<void> => {
    const mine = ++asked.current;
    try {
      const found = await find();
      if (mine !== asked.current) return;
      if (found) shown.value = found;
      first.value ||= found?.row ?? 0;
      trouble.value = "";
    } catch (error) {
      if (mine === asked.current) trouble.value = sentenceCase((error as Error).message);
    }
  };
  useEffect(() => void ask(() => api.preview(id, null)), [id]);
  const row = shown.value?.row ?? 0;
  const onward = async (): Promise<Preview | null> => {
    const { recipients } = await api.recipients(id, "", "", row, 1);
    if (recipients[0]) return api.preview(id, recipients[0].row);
    last.value = row;
    return null;
  };
  const back = async (): Promise<Preview | null> => {
    const { recipients } = await api.recipients(id, "", "", Math.max(0, row - BLANK_ROWS), BLANK_ROWS);
    const before = recipients.filter((known) => known.row < row).at(-1);
    return before ? api.preview(id, before.row) : null;
  };
  return (
    <aside class="form-aside" aria-label={w("preview")}>
      {shown.value && <RowPreview preview={shown.value} kind={channelKind.value ?? "whatsapp"} />}
      <div class="row-chooser" role="group" aria-label={w("which_row")}>
        <IconButton icon="back" label={w("row_before")} disabled={row <= first.value} onClick={() => void ask(back)} />
        <label>
          {w("row")}
          <input
            inputMode="numeric"
            value={row || ""}
            onChange={(event) => {
              const wanted = Number(event.currentTarget.value);
              if (Number.isInteger(wanted) && wanted > 0) void ask(() => api.preview(id, wanted));
            }}
          />
        </label>
        <span class="turned">
          <IconButton icon="back" label={w("row_after")} disabled={contacts < 2 || row >= last.value} onClick={() => void ask(onward)} />
        </span>
      </div>
      {trouble.value && (
        <p class="field-trouble" role="alert">
          {trouble.value}
        </p>
      )}
      {shown.value && (
        <p class="form-note" role="status">
          {w("to_phone", { phone: phoneText(shown.value.phone) })}
          {shown.value.sms && <SmsCount sms={shown.value.sms} />}
        </p>
      )}
    </aside>
  );
}

/** What this row's text costs, and how far it is over what is advised (F016). */
function SmsCount({ sms: { characters, parts, budget, over_budget } }: { sms: NonNullable<Preview["sms"]> }): JSX.Element {
  const said = `${wn("sms_characters", characters)} · ${wn("sms_count", parts.length)}`;
  return <span class={over_budget ? "sms-count sms-count--over" : "sms-count"}>{over_budget ? `${said} · ${w("sms_budget", { budget: number(budget) })}` : said}</span>;
}
