// The list of jobs; how far those are that have not ended is asked for again and again, all at once.
import { call, element, tell } from "./api.js";
import { when } from "./moments.js";
import { ASK_EVERY, KINDS, STATES, bar, finished, told } from "./progress.js";

const rows = document.getElementById("jobs");
const more = document.getElementById("more");
const state = new URLSearchParams(location.search).get("state") ?? "";
const MOST = 500; // jobs of an answer
const open = new Map(); // by number, how to show a job that has not ended
let cursor = null;

const cell = (label, ...content) => element("td", { "data-label": label }, ...content);

function title(job) {
  const names = job.names.join("、") + (job.files > job.names.length ? ` 等 ${job.files} 个文件` : "");
  return names || KINDS[job.kind];
}

function row(job) {
  const progress = element("progress", { "aria-label": `任务 ${job.id} 的进度` });
  const words = element("span", { class: "meta" });
  const called = element("span", { class: "state" });
  const show = (now) => {
    bar(now, progress);
    progress.hidden = finished(now);
    words.textContent = told(now);
    called.textContent = now.cancelling ? "正在取消" : STATES[now.state];
    called.className = `state ${now.state}`;
  };
  show(job);
  if (!finished(job)) open.set(job.id, show);
  return element(
    "tr", {},
    element("th", { scope: "row" }, element("a", { href: `/jobs/${job.id}` }, title(job))),
    cell("状态", called),
    cell("进度", progress, " ", words),
    cell("提交", element("time", { datetime: job.created }, when(job.created)), `，${job.author}`),
  );
}

async function load() {
  more.disabled = true;
  const query = new URLSearchParams({ limit: 30, ...(cursor && { cursor }), ...(state && { state }) });
  try {
    const page = await call("GET", `/v1/jobs?${query}`);
    rows.append(...page.items.map(row));
    cursor = page.next;
  } catch (error) {
    tell(error.message);
  }
  more.hidden = !cursor;
  more.disabled = false;
  document.getElementById("table").hidden = !rows.children.length;
  document.getElementById("none").hidden = Boolean(rows.children.length);
}

// Asks for jobs from the newest that has not ended on, in whatever state they are now.
async function ask() {
  const wanted = new Set(document.hidden ? [] : open.keys());
  try {
    while (wanted.size) {
      const query = new URLSearchParams({ limit: Math.min(rows.children.length, MOST), cursor: Math.max(...wanted) + 1 });
      const page = await call("GET", `/v1/jobs?${query}`);
      for (const job of page.items) {
        open.get(job.id)?.(job);
        if (finished(job)) open.delete(job.id);
      }
      for (const number of wanted) if (number >= Number(page.next)) wanted.delete(number);
    }
  } catch (error) {
    tell(error.message);
    if (!error.passes) return;
  }
  setTimeout(ask, ASK_EVERY);
}

more.addEventListener("click", load);
load();
setTimeout(ask, ASK_EVERY);
