// Calls of the API, and what every page shows of them.

export const root = document.documentElement.dataset.root; // where a proxy has put the service, "" for /

export const mayWrite = "mayWrite" in document.documentElement.dataset; // whether the key allows what changes something

export const go = (path) => location.assign(root + path);

export const OURS = { "X-Gouji-Page": "1" }; // answers are for a person then, who knows buttons and fields, not parameters

export class ApiError extends Error {
  constructor(status, problem) {
    super(problem.detail ?? `请求失败（${status}）；请稍后再试`);
    this.status = status;
    this.problem = problem;
  }

  // Whether the same may be answered a while later.
  get passes() {
    return !this.status || this.status >= 500 || this.status === 429;
  }
}

// Returns the JSON of an answer, null where it has none; throws what went wrong in the words of the service.
export async function call(method, path, body, headers = {}) {
  const options = { method, headers: { Accept: "application/json", ...OURS, ...headers } };
  if (body instanceof FormData) options.body = body;
  else if (body !== undefined) {
    options.headers["Content-Type"] = "application/json";
    options.body = JSON.stringify(body);
  }
  let answer;
  try {
    answer = await fetch(root + path, options);
  } catch {
    throw new ApiError(0, { detail: "连不上服务；请检查网络，或稍后再试" });
  }
  const words = await answer.text();
  const told = words && answer.headers.get("Content-Type")?.includes("json") ? JSON.parse(words) : null;
  if (!answer.ok) throw new ApiError(answer.status, told ?? {});
  return told;
}

// Says something for a while, to the eye and to a screen reader, which hears only of a change in what is there already.
export function tell(words) {
  const place = document.getElementById("told");
  place.textContent = words;
  clearTimeout(tell.timer);
  tell.timer = setTimeout(() => place.replaceChildren(), 8000);
}

// Says something on the page that is about to be loaded.
export function tellNext(words) {
  sessionStorage.setItem("told", words);
}

const told = sessionStorage.getItem("told");
if (told) {
  sessionStorage.removeItem("told");
  setTimeout(tell, 300, told);
}

// Returns an element with attributes and content; strings become text, never markup.
export function element(name, attributes = {}, ...content) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === true) made.setAttribute(key, "");
    else if (key === "href" && value.startsWith("/")) made.setAttribute(key, root + value);
    else if (value !== false && value !== null && value !== undefined) made.setAttribute(key, value);
  }
  made.append(...content);
  return made;
}

// Lets a form of a dialog do something; the dialog stays open and tells why if that fails.
export function onSave(dialog, act) {
  const form = dialog.querySelector("form");
  const warning = form.querySelector(".warning");
  dialog.querySelector("[data-close]").addEventListener("click", () => dialog.close());
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const button = event.submitter;
    warning.hidden = true;
    if (button) button.disabled = true;
    try {
      await act(form);
      dialog.close();
    } catch (error) {
      warning.textContent = error.message;
      warning.hidden = false;
    } finally {
      if (button) button.disabled = false;
    }
  });
}

export function open(dialog) {
  dialog.querySelector(".warning").hidden = true;
  dialog.showModal();
}
