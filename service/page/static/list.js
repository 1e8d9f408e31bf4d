// A list that is loaded a page at a time, with a button for the next one and words for where there is nothing.
import { call, tell } from "./api.js";

// Fills `rows` with what `row` makes of each item that `path` answers to `query`; the promise ends with the first page.
export function fillList(rows, path, query, row) {
  const more = document.getElementById("more");
  let cursor = null;
  const load = async () => {
    more.disabled = true;
    try {
      const page = await call("GET", `${path}?${new URLSearchParams({ ...query, ...(cursor && { cursor }) })}`);
      rows.append(...page.items.map(row));
      cursor = page.next;
    } catch (error) {
      tell(error.message);
    }
    more.hidden = !cursor;
    more.disabled = false;
    document.getElementById("table").hidden = !rows.children.length;
    document.getElementById("none").hidden = Boolean(rows.children.length);
  };
  more.addEventListener("click", load);
  return load();
}
