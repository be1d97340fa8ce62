/** Which bots can take the answers to a template, in the order they are offered (F012). Pure. */
interface Bot {
  name: string;
  title: string;
  template: string | null;
}
interface Known {
  name: string;
  channel_kind: string;
}

/** Those made for `template`, then those that know none or another of the same kind of channel; each by title. */
export function pickable(bots: Bot[], templates: Known[], template: string, kind: string | null): { bound: Bot[]; others: Bot[] } {
  const byTitle = [...bots].sort((a, b) => a.title.localeCompare(b.title));
  const elsewhere = (bot: Bot): boolean => {
    const own = templates.filter(({ name }) => name === bot.template);
    return own.length > 0 && !own.some(({ channel_kind }) => channel_kind === kind);
  };
  return {
    bound: byTitle.filter((bot) => template !== "" && bot.template === template),
    others: byTitle.filter((bot) => (template === "" || bot.template !== template) && !elsewhere(bot)),
  };
}
