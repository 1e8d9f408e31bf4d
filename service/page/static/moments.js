// Moments as people read them, in the zone of the browser: 2026-11-22 16:46. Without it a page has them in UTC.

const two = (number) => String(number).padStart(2, "0");

export function when(moment) {
  const at = new Date(moment);
  const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  return `${day} ${two(at.getHours())}:${two(at.getMinutes())}`;
}

for (const time of document.querySelectorAll("time[datetime]")) {
  time.title = Intl.DateTimeFormat().resolvedOptions().timeZone;
  time.textContent = when(time.dateTime);
}
