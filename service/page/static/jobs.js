// The list of jobs; how far those are that have not ended is asked for again and again, all at once.
import { call, element, tell } from "./api.js";
import { fillList } from "./list.js";
import { when } from "./moments.js";
import { ASK_EVERY, KINDS, STATES, bar, finished, told } from "./progress.js";

const rows = document.getElementById("jobs");
const state = new URLSearchParams(location.search).get("state") ?? "";
const MOST = 500; // jobs of an answer
const open = new Map(); // by number, how to show a job that has not ended

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

fillList(rows, "/v1/jobs", { limit: 30, ...(state && { state }) }, row);
setTimeout(ask, ASK_EVERY);
