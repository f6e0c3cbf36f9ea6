// Shows recordings to @xterm/headless and tells what it has on its screen.
// Needs: npm install @xterm/headless@6 @xterm/addon-unicode11, in the folder named by NODE_MODULES_PARENT (default: this one).
// In (stdin): {columns, rows, events: [{data: base64} | {columns, rows} | {look: true}]}; out: one object for each look.
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { join } from "node:path";

const require = createRequire(join(process.env.NODE_MODULES_PARENT ?? import.meta.dirname, "x.js"));
const { Terminal } = require("@xterm/headless");
const { Unicode11Addon } = require("@xterm/addon-unicode11");

const job = JSON.parse(readFileSync(0, "utf8"));
const terminal = new Terminal({ cols: job.columns, rows: job.rows, allowProposedApi: true, scrollback: 10000,
  windowOptions: { pushTitle: true, popTitle: true } });
terminal.loadAddon(new Unicode11Addon());
terminal.unicode.activeVersion = "11";
let title = "";
terminal.onTitleChange((text) => { title = text; });

const colour = (isDefault, isPalette, value) =>
  isDefault ? "" : isPalette ? `p${value}` : value.toString(16).padStart(6, "0");

function look() {
  const buffer = terminal.buffer.active;
  const text = [], looks = [];
  for (let y = 0; y < terminal.rows; y++) {
    const line = buffer.getLine(buffer.baseY + y);
    let row = "";
    const runs = [];
    for (let x = 0; x < terminal.cols; x++) {
      const cell = line.getCell(x);
      if (cell.getWidth() > 0) row += cell.getChars() || " ";
      const flags = [cell.isBold(), cell.isDim(), cell.isItalic(), cell.isUnderline(), cell.isBlink(), cell.isInverse(),
        cell.isInvisible(), cell.isStrikethrough(), cell.isOverline()].map((on, i) => (on ? "bdiukrhso"[i] : "")).join("");
      const now = [1, colour(cell.isFgDefault(), cell.isFgPalette(), cell.getFgColor()),
        colour(cell.isBgDefault(), cell.isBgPalette(), cell.getBgColor()), flags];
      const last = runs.at(-1);
      if (last && last[1] === now[1] && last[2] === now[2] && last[3] === now[3]) last[0]++;
      else runs.push(now);
    }
    text.push(row.replace(/ +$/, ""));
    looks.push(runs);
  }
  return { text, looks, cursor: [buffer.cursorX, buffer.cursorY], title };
}

const write = (data) => new Promise((done) => terminal.write(data, done));
const answers = [];
for (const event of job.events) {
  if (event.look) answers.push(look());
  else if (event.data !== undefined) await write(Buffer.from(event.data, "base64"));
  else terminal.resize(event.columns, event.rows);
}
process.stdout.write(JSON.stringify(answers));
