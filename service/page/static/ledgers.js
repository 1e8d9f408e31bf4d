// A ledger to the service: first what its columns are, which a person checks and changes, then the ledger itself.
import { call, element, go, tellNext } from "./api.js";

const form = document.getElementById("import");
const plan = document.getElementById("plan");
const sheets = document.getElementById("sheets");
const warning = form.querySelector(".warning[role=alert]");
const VALUE = "数值";
const IGNORE = "忽略";
const DETAILS = [["indicator", "指标"], ["unit", "单位"], ["period", "时期"], ["status", "状态"], ["funder", "资金来源"]];
let shown = []; // the columns on the page, each with its controls
let recognised = {}; // the mapping of the last look, by sheet

// The body of both steps; the mapping is that of docs/ledgers.md, as JSON.
function body(mapping) {
  const sent = new FormData();
  sent.append("file", form.elements.file.files[0]);
  for (const name of ["name", "place"]) {
    const value = form.elements[name].value.trim();
    if (value) sent.append(name, value);
  }
  if (mapping) sent.append("mapping", JSON.stringify(mapping));
  return sent;
}

// The mapping that was recognised, with the columns as they are on the page; "*" is the only sheet of a file.
function mapping() {
  const told = {};
  for (const column of shown) {
    const name = "*" in recognised ? "*" : column.sheet;
    const sheet = (told[name] ??= { ...recognised[name], columns: {} });
    const role = column.role.value;
    const details = Object.entries(column.details).map(([name, control]) => [name, control.value.trim()]);
    sheet.columns[column.letter] = role === VALUE ? { role, ...Object.fromEntries(details.filter(([, value]) => value)) } : role;
  }
  return { sheets: told };
}

const copy = (id) => document.getElementById(id).content.firstElementChild.cloneNode(true);

function row(column) {
  const called = `${column.column} 列“${column.header}”`;
  const role = copy("roles");
  role.setAttribute("aria-label", `${called}的作用`);
  role.value = [...role.options].some((one) => one.value === column.role) ? column.role : IGNORE;
  const details = {};
  for (const [name, label] of DETAILS) {
    details[name] = name === "status" ? copy("statuses") : element("input", { value: column[name] ?? "" });
    details[name].setAttribute("aria-label", `${called}的${label}`);
    if (name === "status") details[name].value = column.status ?? "";
  }
  const settle = () => { for (const control of Object.values(details)) control.hidden = role.value !== VALUE; };
  role.addEventListener("change", settle);
  settle();
  shown.push({ sheet: column.sheet, letter: column.column, role, details });
  const known = role.value === column.role;
  return element(
    "tr", { class: known ? null : "unknown" },
    element("th", { scope: "row" }, `${column.column} ${column.header}`),
    element("td", { "data-label": "样本" }, column.text ?? ""),
    element("td", { "data-label": "作用" }, role, ...(known ? [] : [element("span", { class: "bad" }, " 未认出")])),
    ...DETAILS.map(([name, label]) => element("td", { "data-label": label }, details[name])),
  );
}

function table(name, columns) {
  const heads = ["列", "样本", "作用", ...DETAILS.map(([, label]) => label)];
  return element(
    "div", { class: "wide" },
    element(
      "table", { class: "list mapping" },
      element("caption", {}, name ? `工作表“${name}”` : "各列"),
      element("thead", {}, element("tr", {}, ...heads.map((head) => element("th", { scope: "col" }, head)))),
      element("tbody", {}, ...columns.map(row)),
    ),
  );
}

function show(found) {
  shown = [];
  recognised = found.mapping.sheets;
  const names = [...new Set(found.columns.map((column) => column.sheet))];
  sheets.replaceChildren(...names.map((name) => table(name, found.columns.filter((column) => column.sheet === name))));
  const notes = [...found.problems, ...found.warnings];
  document.getElementById("notes").replaceChildren(...notes.map((words) => element("p", { class: "warning" }, words)));
  const wrong = found.problems.length;
  document.getElementById("recognised").textContent = wrong ? `有 ${wrong} 处读不了，改正后才能导入` : `读得 ${found.figures.toLocaleString()} 个数`;
  document.getElementById("confirm").disabled = Boolean(wrong);
  plan.hidden = false;
  document.getElementById("plan-title").focus();
}

async function attempt(act) {
  warning.hidden = true;
  try {
    await act();
  } catch (error) {
    warning.textContent = error.message;
    warning.hidden = false;
    if (error.status === 409) document.getElementById("replacing").hidden = false;
    warning.scrollIntoView({ block: "nearest" });
  }
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  attempt(async () => show(await call("POST", "/v1/ledgers/preview", body())));
});
form.elements.file.addEventListener("change", () => { plan.hidden = true; });

document.getElementById("again").addEventListener("click", () => {
  attempt(async () => show(await call("POST", "/v1/ledgers/preview", body(mapping()))));
});

document.getElementById("confirm").addEventListener("click", () => {
  attempt(async () => {
    const sent = body(mapping());
    if (form.elements.replace.checked) sent.append("replace", "true");
    const ledger = await call("POST", "/v1/ledgers", sent);
    tellNext("台账已导入");
    go(`/ledgers/${ledger.id}`);
  });
});
