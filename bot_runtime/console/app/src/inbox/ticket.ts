/** What may be done with a ticket now, and taking it: the one thing that may need a second word. */
import { signal } from "@preact/signals";
import { me } from "../login/session";
import { notify } from "../parts/Notices";
import { act, refusal } from "./acts";
import type { Row } from "./api";
import type { Asking } from "./Dialogs";
import { focusTalk } from "./focus";

const NEVER_REOPENED = ["informative", "opt_out", "erased"];

/** Whose a ticket is that we asked to take: what the confirmation names, and what it sends along. */
export const ownerSeen = signal<{ ticket: string; owner: string; name: string }>({ ticket: "", owner: "", name: "" });

export function isMine(row: Row): boolean {
  return row.state === "taken" && row.owner === me.value?.user.name;
}

/** Supervisors and administrators act on tickets that are not theirs. */
export function mayAct(row: Row): boolean {
  return isMine(row) || (row.state === "taken" && supervises(row));
}

export function mayClose(row: Row): boolean {
  return isMine(row) || (row.state !== "closed" && supervises(row));
}

/** What it carries: whoever has it, and before that whoever may take it. */
export function mayEdit(row: Row): boolean {
  return row.state !== "closed" && (row.state !== "taken" || mayAct(row));
}

export function mayTransfer(row: Row): boolean {
  return mayAct(row) || row.state === "queued";
}

export function canReopen(row: Row): boolean {
  return row.state === "closed" && !NEVER_REOPENED.includes(row.reason);
}

/** Supervisors in their departments, administrators everywhere. */
function supervises({ department }: Row): boolean {
  const user = me.value?.user;
  return user?.role === "administrator" || (user?.role === "supervisor" && user.departments.includes(department));
}

/** Take it; somebody else's only after a confirmation that names them. */
export async function takeTicket(id: string, onAsk: (what: Asking) => void, reopen = false): Promise<void> {
  const refused = await act(id, reopen ? { act: "reopen" } : { act: "take" });
  if (!refused) return focusTalk();
  if (refused.code === "taken" || refused.code === "owner_changed") {
    ownerSeen.value = { ticket: id, owner: refused.facts.owner ?? "", name: refused.facts.owner_name || refused.facts.owner || "" };
    onAsk("take-over");
  } else notify("error", refusal(refused));
}
