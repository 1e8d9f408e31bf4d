// Files to the service, with the progress of sending them; then on to the job that reads them. Empty ones are left out.
import { ApiError, OURS, element, go } from "./api.js";

const form = document.getElementById("upload");
const input = document.getElementById("file");
const drop = document.getElementById("drop");
const list = document.getElementById("chosen");
const sending = document.getElementById("sending");
const progress = document.getElementById("sent");
const warning = form.querySelector(".warning[role=alert]");
const button = form.querySelector("button.main");
const leftOut = document.getElementById("left-out");
const SHOWN = 100; // files with a line of their own
let request = null;
let key = ""; // of this choice of files: sent twice, they are taken once

const size = (bytes) => (bytes < 1024 ** 2 ? `${Math.ceil(bytes / 1024)} KB` : `${(bytes / 1024 ** 2).toFixed(1)} MB`);

// Takes what was chosen or dropped, without what has nothing in it; the names of all such files are told.
function choose() {
  const empty = [...input.files].filter((file) => !file.size);
  leftOut.textContent = empty.length ? `${empty.length} 个文件是空的（0 字节），不会上传：${empty.map((file) => file.name).join("、")}` : "";
  keep([...input.files].filter((file) => file.size));
}

// Lets these be the files of the form, each with a button that takes it out.
function keep(files) {
  key = Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
  const carried = new DataTransfer();
  for (const file of files) carried.items.add(file);
  input.files = carried.files;
  const lines = files.slice(0, SHOWN).map((file, place) => {
    const out = element("button", { type: "button", "aria-label": `去掉 ${file.name}` }, "去掉");
    out.addEventListener("click", () => {
      keep(files.filter((one) => one !== file));
      (list.querySelectorAll("button")[Math.min(place, files.length - 2)] ?? input).focus();
    });
    return element("li", {}, `${file.name}（${size(file.size)}） `, out);
  });
  if (files.length > SHOWN) lines.push(element("li", {}, `…… 共 ${files.length} 个文件`));
  list.replaceChildren(...lines);
  warning.hidden = true;
}

input.addEventListener("change", choose);
for (const kind of ["dragenter", "dragover"]) {
  drop.addEventListener(kind, (event) => {
    event.preventDefault();
    drop.classList.add("over");
  });
}
for (const kind of ["dragleave", "drop"]) drop.addEventListener(kind, () => drop.classList.remove("over"));
drop.addEventListener("drop", (event) => {
  event.preventDefault();
  if (!event.dataTransfer.files.length) return;
  input.files = event.dataTransfer.files;
  choose();
});

function send(files) {
  return new Promise((resolve, reject) => {
    const body = new FormData();
    for (const file of files) body.append("files", file);
    request = new XMLHttpRequest();
    request.responseType = "json";
    request.upload.addEventListener("progress", (event) => {
      if (!event.lengthComputable) return;
      progress.max = event.total;
      progress.value = event.loaded;
    });
    request.addEventListener("load", () => {
      if (request.status < 300) resolve(request.response);
      else reject(new ApiError(request.status, request.response ?? {}));
    });
    request.addEventListener("error", () => reject(new ApiError(0, { detail: "上传中断；请检查网络后重试" })));
    request.addEventListener("abort", () => reject(new ApiError(0, { detail: "上传已取消" })));
    request.open("POST", form.action);
    for (const [name, value] of Object.entries({ ...OURS, "Idempotency-Key": key })) request.setRequestHeader(name, value);
    request.send(body);
  });
}

document.getElementById("stop").addEventListener("click", () => request?.abort());

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  warning.hidden = true;
  button.disabled = true;
  sending.hidden = false;
  for (const one of list.querySelectorAll("button")) one.disabled = true; // what is sent stays as it is
  try {
    const job = await send(input.files);
    go(`/jobs/${job.id}`);
  } catch (error) {
    warning.textContent = error.message;
    warning.hidden = false;
    sending.hidden = true;
    button.disabled = false;
    for (const one of list.querySelectorAll("button")) one.disabled = false;
  }
});
