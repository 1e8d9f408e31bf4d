// What people corrected, by whom and when; one can be taken back.
import { call, element, mayWrite, tell } from "./api.js";
import { fillList } from "./list.js";
import { when } from "./moments.js";

const rows = document.getElementById("corrections");
const names = document.getElementById("names").dataset;
const wanted = new URLSearchParams(location.search).get("document") ?? "";
const STATES = { in_force: "有效", unfit: "不再适用", replaced: "已被替换", withdrawn: "已撤回" };

const called = (field) => names[field.replace(/_(.)/g, (_, letter) => letter.toUpperCase())] ?? field;
const told = (value) => (value === null ? "（空）" : Array.isArray(value) ? value.map((one) => one.name ?? one).join("、") : String(value));

function changes(correction) {
  if (correction.changes === null) return "不是数字";
  return Object.entries(correction.changes).map(([field, value]) => `${called(field)}：${told(value)}`).join("；");
}

function row(one) {
  const state = element("td", { "data-label": "状态" }, STATES[one.state] ?? one.state);
  if (one.unfit) state.append(element("br"), element("span", { class: "meta" }, one.unfit));
  if (mayWrite && (one.state === "in_force" || one.state === "unfit")) {
    const button = element("button", { type: "button", "aria-label": `撤回对“${one.text}”的更正` }, "撤回");
    button.addEventListener("click", () => withdraw(one, button));
    state.append(" ", button);
  }
  const link = `/documents/${one.document_id}?at=${one.start}#m${one.document_id}-${one.start}`;
  return element(
    "tr", { id: `c${one.id}`, tabindex: "-1" },
    element("th", { scope: "row" }, element("a", { href: link }, one.text), element("br"), element("span", { class: "meta" }, one.document)),
    element("td", { "data-label": "改成" }, changes(one)),
    element("td", { "data-label": "理由" }, one.note),
    element("td", { "data-label": "更正人" }, `${one.author}，`, element("time", { datetime: one.made }, when(one.made))),
    state,
  );
}

async function withdraw(one, button) {
  button.disabled = true;
  try {
    await call("DELETE", `/v1/corrections/${one.id}`);
    location.reload();
  } catch (error) {
    tell(error.message);
    button.disabled = false;
  }
}

// The correction that a link names (#c3), once it is there.
function show() {
  const named = document.getElementById(location.hash.slice(1));
  if (!named || !rows.contains(named)) return;
  named.setAttribute("aria-current", "true");
  named.scrollIntoView({ block: "center" });
  named.focus();
}

fillList(rows, "/v1/corrections", wanted && { document: wanted }, row).then(show);
