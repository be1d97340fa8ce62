import type { JSX } from "preact";

interface TimeProps {
  hours: string;
  minutes: string;
  /** What assistive technology calls the two. */
  names: { hours: string; minutes: string };
  /** Ids of what describes them. */
  describedBy?: string;
  wrong: boolean;
  onChange: (part: { hours?: string; minutes?: string }) => void;
}

/** So many hours and minutes. */
export function TimeFields({ hours, minutes, names, describedBy, wrong, onChange }: TimeProps): JSX.Element {
  const both = { inputMode: "numeric", maxLength: 2, "aria-describedby": describedBy, "aria-invalid": wrong ? "true" : undefined } as const;
  return (
    <>
      <label>
        <span class="unseen">{names.hours}</span>
        <input {...both} value={hours} onInput={(event) => onChange({ hours: event.currentTarget.value })} />
        h
      </label>
      <label>
        <span class="unseen">{names.minutes}</span>
        <input
          {...both}
          value={minutes}
          onInput={(event) => onChange({ minutes: event.currentTarget.value })}
          onBlur={() => /^\d$/.test(minutes) && onChange({ minutes: `0${minutes}` })}
        />
        min
      </label>
    </>
  );
}
