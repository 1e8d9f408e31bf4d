// A comparison: what of, with what; then on to its result.
import { call, go } from "./api.js";

const form = document.getElementById("compare");

form?.addEventListener("submit", async (event) => {
  event.preventDefault();
  const warning = form.querySelector(".warning");
  const button = form.querySelector("button.main");
  const { ledger, documents, tolerance, copies } = form.elements;
  const numbers = documents.value.split(/[^0-9]+/).filter(Boolean).map(Number);
  const asked = { ledger: ledger.value, copies: copies.checked };
  if (numbers.length) asked.documents = numbers;
  if (tolerance.value.trim()) asked.tolerance = tolerance.value.trim();
  warning.hidden = true;
  button.disabled = true;
  try {
    const made = await call("POST", "/v1/comparisons", asked);
    go(`/comparisons/${made.comparison_id}`);
  } catch (error) {
    warning.textContent = error.message;
    warning.hidden = false;
    button.disabled = false;
  }
});
