/** What a person does with a ticket, and how a refusal is worded. */
import { CallFailed } from "../parts/call";
import { now } from "../parts/clock";
import { isText, t } from "../parts/i18n";
import { notify } from "../parts/Notices";
import { type Act, api } from "./api";
import { returnDraft } from "./drafts";
import { tellRow } from "./lists";
import { addPending, dropPending, expectLine, lookInside, openTalk, type Pending, talkOf } from "./talks";

/** Tickets that become ours because we ask for them just now: no news to us. */
export const askedFor = new Set<string>();

/** Null: done. Otherwise the server's refusal, for whoever has more to ask about it. */
export async function act(id: string, what: Act): Promise<CallFailed | null> {
  if (what.act === "take" || what.act === "reopen") askedFor.add(id);
  try {
    const { ticket, warning } = await api.act(id, what, newKey());
    tellRow(ticket);
    if (warning) notify("done", warning.text);
    return null;
  } catch (error) {
    if (!(error instanceof CallFailed)) throw error;
    return error;
  } finally {
    askedFor.delete(id);
    lookInside(id);
  }
}

const underWay = new Set<string>();

/** As `act`; a refusal becomes a notice. True when it was done. What is being done already is not asked for twice. */
export async function attempt(id: string, what: Act): Promise<boolean> {
  const doing = `${id} ${what.act}`;
  if (underWay.has(doing)) return false;
  underWay.add(doing);
  try {
    const refused = await act(id, what);
    if (refused) notify("error", refusal(refused));
    return refused === null;
  } finally {
    underWay.delete(doing);
  }
}

/** Show it at once, then hand it over. What is refused goes back to where it was written. */
export function write(id: string, text: string, note: boolean): Promise<void> {
  return handOver(id, { key: newKey(), note, text, at: new Date(now.value).toISOString(), failed: "" });
}

/** The same request once more: whatever became of the first, it is done once. */
export function writeAgain(id: string, pending: Pending): Promise<void> {
  return handOver(id, { ...pending, failed: "" });
}

async function handOver(id: string, pending: Pending): Promise<void> {
  const { key, note, text } = pending;
  addPending(id, pending);
  try {
    tellRow((await api.act(id, { act: note ? "note" : "reply", text }, key)).ticket);
    expectLine(id, key);
  } catch (error) {
    const refused = error as CallFailed;
    if (!talkOf(id).pending.value.some((known) => known.key === key)) return; // its line came: it was done after all
    if (isDoubtful(refused)) return addPending(id, { ...pending, failed: refused.message });
    dropPending(id, key);
    returnDraft(id, note, text);
    notify("error", refusal(refused));
    void openTalk(id);
    lookInside(id);
  }
}

/** No answer, or one that doesn't say whether it was done: only the same request again can tell. */
function isDoubtful({ status, code }: CallFailed): boolean {
  return code === "still_doing" || status === 0 || status >= 500 || status === 408 || status === 429;
}

export function refusal({ code, facts, message }: CallFailed): string {
  const key = `refused_${code}`;
  const namesOwner = !(code === "not_owner" && !facts.owner); // without one, the server knows better why not
  return isText(key) && namesOwner ? t(key, { ...facts, owner_name: facts.owner_name || facts.owner || t("nobody") }) : message;
}

/** 128 random bits. (`randomUUID` is missing where the page came over plain HTTP.) */
function newKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
