// Dates as the page writes them, 2026-11-05, without any time zone.
const DAY = 86_400_000;

export function byDays(day, days) {
  return new Date(Date.parse(`${day}T00:00Z`) + days * DAY).toISOString().slice(0, 10);
}

/** The same day of another month, 2026-11, or its last day if it has none. */
export function inMonth(day, month) {
  const [year, number] = month.split("-").map(Number);
  const last = new Date(Date.UTC(year, number, 0)).getUTCDate();
  return `${month}-${String(Math.min(Number(day.slice(8)), last)).padStart(2, "0")}`;
}

export function spoken(day) {
  const as = { weekday: "short", month: "short", day: "numeric", timeZone: "UTC" };
  return new Intl.DateTimeFormat(document.documentElement.lang, as).format(new Date(`${day}T00:00Z`));
}

/** Open the step that moves the date, filled in with this day. */
export function toStep(thing, day) {
  if (day !== thing.dataset.due) location.assign(`${thing.dataset.move}?due_on=${day}`);
}
