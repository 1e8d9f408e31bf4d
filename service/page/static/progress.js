// How far a job is: told as it goes on, by server-sent events, or by asking where these do not come through.
import { call, root, tell } from "./api.js";

const names = document.getElementById("job-names").dataset;
export const STATES = JSON.parse(names.states);
export const KINDS = JSON.parse(names.kinds);
export const ASK_EVERY = 2000;
const ENDED = JSON.parse(names.ended);

export const finished = (job) => ENDED.includes(job.state);
export const handled = (job) => job.items.total - job.items.pending;

// Calls `show` with the job whenever something of it has changed, until it has ended. It holds a connection, of which a
// browser has six: for the page of one job.
export function watch(number, show) {
  const events = new EventSource(`${root}/v1/jobs/${number}/events`);
  const take = (event) => show(JSON.parse(event.data));
  events.addEventListener("progress", take);
  events.addEventListener("finished", (event) => {
    events.close();
    take(event);
  });
  events.addEventListener("error", () => {
    if (events.readyState === EventSource.CLOSED) ask(number, show);
  });
}

async function ask(number, show) {
  try {
    const job = await call("GET", `/v1/jobs/${number}`);
    show(job);
    if (finished(job)) return undefined;
  } catch (error) {
    if (!error.passes) return tell(error.message);
  }
  return setTimeout(ask, ASK_EVERY, number, show);
}

// In words: what became of the files.
export function told(job) {
  const { done, duplicate, failed, skipped, pending } = job.items;
  const parts = [["入库", done], ["重复", duplicate], ["失败", failed], ["跳过", skipped], ["待处理", pending]];
  const counted = parts.filter(([, count]) => count).map(([name, count]) => `${name} ${count.toLocaleString()}`);
  return counted.join("，") || (finished(job) ? "没有文件" : "正在清点文件");
}

export function bar(job, progress) {
  if (finished(job)) {
    progress.max = 1;
    progress.value = 1;
  } else if (job.items.total && job.state === "running") {
    progress.max = job.items.total;
    progress.value = handled(job);
  } else progress.removeAttribute("value");
}
