import { seconds } from "./seconds.js";

const output = document.querySelector("output");
const button = document.querySelector("button");
let started = null;

button.onclick = () => {
  started = started ? null : Date.now();
  button.textContent = started ? "Stop" : "Start";
};

setInterval(() => {
  if (started) output.textContent = seconds(Date.now() - started);
}, 100);
