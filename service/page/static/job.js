// One job: how far it is, what became of each file, ending it and trying again.
import { call, element, mayWrite, tell } from "./api.js";
import { KINDS, STATES, bar, finished, told, watch } from "./progress.js";

const main = document.getElementById("main");
const number = main.querySelector("[data-job]").dataset.job;
const base = `/v1/jobs/${number}`;
const at = (name) => document.getElementById(name);
const LOOK_EVERY = 3000; // files of a job that is at work
let looked = 0;
let said = "";

function show(job) {
  at("what").textContent = `${KINDS[job.kind]}：${job.names.join("、")}${job.files > job.names.length ? ` 等 ${job.files} 个文件` : ""}`;
  bar(job, at("progress"));
  at("state").textContent = job.cancelling ? "正在取消" : STATES[job.state];
  at("state").className = `state ${job.state}`;
  at("counts").textContent = told(job);
  at("message").textContent = job.message;
  at("message").hidden = !job.message;
  at("figures").textContent = job.figures ? `${job.figures.toLocaleString()} 个数字，${job.characters.toLocaleString()} 字` : "";
  at("cancel").hidden = !mayWrite || finished(job) || job.cancelling;
  at("retry").hidden = !mayWrite || !finished(job) || !(job.items.failed || job.items.skipped || job.state !== "done");
  announce(job);
  if (finished(job) || Date.now() - looked > LOOK_EVERY) look(job);
}

// A screen reader hears of each tenth part, and of the end; not of each file.
function announce(job) {
  const part = job.items.total ? Math.floor((10 * (job.items.total - job.items.pending)) / job.items.total) * 10 : 0;
  const words = finished(job) ? `${STATES[job.state]}：${told(job)}` : job.state === "running" ? `已处理 ${part}%` : STATES[job.state];
  if (words !== said) at("said").textContent = said = words;
}

async function look(job) {
  looked = Date.now();
  let troubles, read;
  try {
    [troubles, read] = await Promise.all([items("failed", "skipped"), items("done", "duplicate")]);
  } catch (error) {
    tell(`各文件的结果没有取到：${error.message}`);
    if (finished(job) && error.passes) setTimeout(look, LOOK_EVERY, job);
    return;
  }
  fill("troubles", troubles, (item) => [item.path, item.kind ?? "没有处理", item.message, item.advice ?? ""], ["文件", "原因", "说明", "怎么办"]);
  fill("read", read, (item) => [document_(item), became(item), item.figures?.toLocaleString() ?? ""], ["文件", "结果", "数字"]);
  const only = finished(job) && read.items.length === 1 && !troubles.items.length ? read.items[0] : null;
  at("result").hidden = !only?.document;
  if (only?.document) at("result").replaceChildren(element("a", { href: `/documents/${only.document}`, class: "button" }, "打开报告"));
}

const became = (item) => (!item.document ? item.message || "已删除" : item.state === "duplicate" ? "内容与已有的相同" : "已入库");
const document_ = (item) => (item.document ? element("a", { href: `/documents/${item.document}` }, item.path) : item.path);

function items(...states) {
  const query = new URLSearchParams([["limit", 200], ...states.map((state) => ["state", state])]);
  return call("GET", `${base}/items?${query}`);
}

function fill(name, page, cells, labels) {
  const section = at(name);
  section.hidden = !page.items.length;
  section.querySelector("tbody").replaceChildren(
    ...page.items.map((item) => element("tr", {}, ...cells(item).map((content, i) => element(i ? "td" : "th", i ? { "data-label": labels[i] } : { scope: "row" }, content)))),
  );
  section.querySelector(".left").hidden = !page.next;
}

async function act(name) {
  at(name).disabled = true;
  try {
    show(await call("POST", `${base}/${name}`));
    if (name === "retry") watch(number, show);
  } catch (error) {
    tell(error.message);
  }
  at(name).disabled = false;
}

for (const name of ["cancel", "retry"]) at(name).addEventListener("click", () => act(name));
watch(number, show);
