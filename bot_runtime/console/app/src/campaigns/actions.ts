/** What may be done with a campaign in which state, as its table of the life cycle says; the server has the last word. */
import { me } from "../login/session";
import type { IconName } from "../parts/Icon";
import type { Action, Detail, State, Summary } from "./api";

const BY_STATE: Record<State, Action[]> = {
  draft: ["edit", "delete"],
  validating: [],
  loaded: ["launch", "schedule", "edit", "rename", "delete"],
  invalid: ["edit", "delete"],
  scheduled: ["unschedule", "edit", "delete"],
  sending: ["pause", "cancel"],
  paused: ["resume", "cancel"],
  completed: ["rename", "duplicate"],
  finished_with_errors: ["resend"],
  error: ["resend"],
  cancelled: ["resend"],
};
const ENDED: State[] = ["completed", "finished_with_errors", "error", "cancelled"];

export const ICONS: Record<Action, IconName> = {
  archive: "archive",
  cancel: "stop",
  delete: "trash",
  duplicate: "copy",
  edit: "edit",
  export: "download",
  launch: "send",
  pause: "pause",
  rename: "tag",
  restore: "restore",
  resend: "reload",
  results: "chart",
  resume: "play",
  schedule: "calendar",
  unschedule: "calendar",
};

/** Administrators act; supervisors look. */
export function mayAct(): boolean {
  return me.value?.user.role === "administrator";
}

/** In the order of the menu; what only looks comes first. */
export function allowed(campaign: Summary | Detail): Action[] {
  if (!mayAct()) return ["results", "export"];
  const told = "actions" in campaign && Array.isArray(campaign.actions) ? campaign.actions : null;
  const mark: Action[] = campaign.archived ? ["restore"] : ENDED.includes(campaign.state) ? ["archive"] : [];
  const here = [...BY_STATE[campaign.state], ...mark];
  const acts = told ? [...here.filter((act) => told.includes(act) || act === "edit"), ...told.filter((act) => !here.includes(act) && act in ICONS)] : here;
  return ["results", ...acts.filter((act) => act !== "results" && act !== "export"), "export"];
}

/** The one that stands as a button of its own. */
export function mainAction(campaign: Summary | Detail): Action {
  const able = allowed(campaign);
  const first: Action[] = ["launch", "pause", "resume", "edit"];
  return first.find((act) => able.includes(act)) ?? "results";
}

export function hasEnded({ state }: Summary): boolean {
  return ENDED.includes(state);
}

/** Sending, or waiting for answers still (D37). */
export function isActive({ state, expects_answer, sent_at, ended_at }: Summary, now: number): boolean {
  if (state === "sending" || state === "paused") return true;
  return expects_answer && sent_at !== null && state !== "cancelled" && ended_at !== null && Date.parse(ended_at) > now;
}
