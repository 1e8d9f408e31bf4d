// What a person does with a stored report: correct a figure, explain a finding, delete it.
import { call, go, onSave, open, tell, tellNext } from "./api.js";

const correction = document.getElementById("correction");
const explanation = document.getElementById("explanation");
const deletion = document.getElementById("deletion");
const base = `/v1/documents/${correction.querySelector("form").dataset.document}`;
let chosen = null; // the row of the figure that is chosen
let before = {};
let claim = "";
let replaces = false; // what was said of the claim before

const shows = (dialog, name, words) => { dialog.querySelector(`[data-shows=${name}]`).textContent = words; };

function reload(words) {
  tellNext(words);
  location.reload();
}

// The cells of a row by the names of their columns, in words as they are shown.
function cells(row) {
  const heads = [...row.closest("table").tHead.rows[0].cells];
  return Object.fromEntries(heads.map((head, i) => [head.dataset.column, row.cells[i].textContent]));
}

// The fields of a figure as its form has them.
function fields(row, form) {
  const told = cells(row);
  const [value, most] = told.value.startsWith("（") ? ["", ""] : told.value.replaceAll(",", "").split("–");
  const code = (name, words) => [...form.elements[name].options].find((one) => one.text === words)?.value ?? "";
  return {
    value, value_max: most ?? "", unit: told.unit, modifier: code("modifier", told.modifier || "确数"),
    indicator: told.indicator, status: code("status", told.status), period: told.period, place: told.place,
    project_type: code("project_type", told.project_type), funder: told.funder,
  };
}

document.addEventListener("figurechosen", (event) => {
  chosen = event.detail;
  const button = document.getElementById("correct");
  if (!button || !chosen) return;
  button.disabled = false;
  document.getElementById("selected").textContent = `已选：${cells(chosen).text}`;
});

document.getElementById("correct")?.addEventListener("click", () => {
  const form = correction.querySelector("form");
  form.reset();
  before = fields(chosen, form);
  for (const [name, value] of Object.entries(before)) form.elements[name].value = value;
  shows(correction, "text", cells(chosen).text);
  document.getElementById("correction-fields").disabled = false;
  open(correction);
});

correction.querySelector("[name=none]").addEventListener("change", (event) => {
  document.getElementById("correction-fields").disabled = event.target.checked;
});

// Words of the API as the form has them: 时期 for period.
function called(form, words) {
  const labels = new Map([...form.querySelectorAll("label")].map((label) => [label.control.name, label.textContent.trim()]));
  return words.replace("redacted（隐去）", "隐去").replaceAll("body.", "").replace(/[a-z_]+/g, (word) => labels.get(word) ?? word);
}

// What was changed, in the form that the API takes: null for what was emptied.
function changes(form) {
  const changed = {};
  for (const [name, old] of Object.entries(before)) {
    const now = form.elements[name].value.trim();
    if (now === old) continue;
    if (name === "value" && !now) throw new Error("数值是空的；这不是数字时，请勾选“这不是数字，从结果中去掉”");
    if (name === "period" && /^（?隐去）?$/.test(now)) changed.period = "redacted";
    else if (name === "place") changed.place = now.split(/[、，,；;\s]+/).filter(Boolean);
    else changed[name] = now || null;
  }
  return changed;
}

// What the correction that holds says of a figure: a new one replaces it as a whole, and the form begins with it.
async function said(start) {
  const { items } = await call("GET", `${base}/corrections`);
  return items.find((one) => one.start === start && one.state === "in_force")?.changes ?? {};
}

onSave(correction, async (form) => {
  const start = Number(chosen.id.split("-")[1]);
  const none = form.elements.none.checked;
  const told = none ? null : changes(form);
  if (told && !Object.keys(told).length) throw new Error("没有改动；请改正有误的一项，或取消");
  const end = Number(chosen.dataset.end);
  const { text } = cells(chosen);
  try {
    if (told) Object.assign(told, { ...await said(start), ...told });
    await call("POST", `${base}/corrections`, { start, end, text, changes: told, note: form.elements.note.value.trim() });
  } catch (error) {
    throw new Error(called(form, error.message), { cause: error });
  }
  reload("更正已保存，勾稽已重新核算");
});

for (const button of document.querySelectorAll("[data-explain]")) {
  button.addEventListener("click", () => {
    claim = button.dataset.explain;
    replaces = "said" in button.dataset;
    shows(explanation, "formula", button.closest("li").querySelector(".formula").textContent);
    open(explanation);
  });
}

const note = () => `${base}/checks/${encodeURIComponent(claim)}/note`;

onSave(explanation, async (form) => {
  await call("POST", note(), { note: form.elements.note.value.trim(), replace: replaces });
  reload("说明已保存");
});

for (const button of document.querySelectorAll("[data-withdraw]")) {
  button.addEventListener("click", async () => {
    claim = button.dataset.withdraw;
    try {
      await call("DELETE", note());
      reload("说明已撤回");
    } catch (error) {
      tell(error.message);
    }
  });
}

document.getElementById("delete")?.addEventListener("click", () => open(deletion));
onSave(deletion, async () => {
  await call("DELETE", base);
  tellNext("文件已删除");
  go("/documents");
});
