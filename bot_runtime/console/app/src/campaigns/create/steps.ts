/** The form's pages in their order. Pure. */
export const STEPS = ["basics", "message", "answer", "list", "bot", "review"] as const;
export type Step = (typeof STEPS)[number];

/** A bot is chosen once message and list stand, and only where an answer is expected (F107). */
export function stepsOf(expectsAnswer: boolean | null): readonly Step[] {
  return expectsAnswer === false ? STEPS.filter((step) => step !== "bot") : STEPS;
}

const STEP_OF: Record<string, Step> = {
  name: "basics", channel: "basics", department: "basics",
  template: "message", language: "message",
  expects_answer: "answer", wait_s: "answer", remind: "answer", late: "answer", busy: "answer",
  goal: "answer", expects: "answer", custom_data: "answer",
  file: "list",
  dialog: "bot",
};

/** Where a field that the server refused is filled in. */
export function stepOf(field: unknown): Step | undefined {
  return STEP_OF[String(field)];
}
