// The picture itself, in the colours of docs/flow.svg.
import { LINE, MARGIN } from './layout.mjs';

const STYLE = `
    .panel { fill: #ffffff; stroke: #d0d7de; }
    .feature { fill: #e7f0fb; stroke: #3b6fb0; }
    .app { fill: #e8f5ec; stroke: #2f7d4f; }
    .engine { fill: #fbf1e2; stroke: #a86a1c; }
    .name { font-size: 17px; font-weight: 600; }
    .line { stroke: #57606a; stroke-width: 1.6; fill: none; }
    .tip { fill: #57606a; }
    text { font-family: -apple-system, 'Segoe UI', 'DejaVu Sans', Helvetica, Arial, sans-serif; font-size: 13px; fill: #1f2328; }
    .quiet { fill: #57606a; }
    .table { font-family: ui-monospace, 'DejaVu Sans Mono', Menlo, monospace; font-size: 12px; }
    @media (prefers-color-scheme: dark) {
      .panel { fill: #0d1117; stroke: #30363d; }
      .feature { fill: #14263d; stroke: #6ea8ee; }
      .app { fill: #12291c; stroke: #5bbd82; }
      .engine { fill: #33240f; stroke: #dda04b; }
      .line { stroke: #9da7b3; }
      .tip { fill: #9da7b3; }
      text { fill: #e6edf3; }
      .quiet { fill: #9da7b3; }
    }`;

const LEGEND = [
  ['app', 'application'],
  ['feature', 'lib with routes'],
  ['engine', 'lib without routes'],
];

/** @returns the whole file */
export function drawn({ rows, arrows, drawn: shown }, { boxes, links, width, height }) {
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="title description">
  <!-- Written by npm run picture. -->
  <title id="title">The libs of Credence and what they import</title>
  <desc id="description">${description(rows, arrows, shown)}</desc>
  <style>${STYLE}
  </style>
  <defs>
    <marker id="tip" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="6" markerHeight="6" orient="auto-start-reverse">
      <path class="tip" d="M0 0 10 5 0 10z" />
    </marker>
  </defs>

  <rect class="panel" x="0.5" y="0.5" width="${width - 1}" height="${height - 1}" rx="10" />
  <text class="quiet" x="${MARGIN}" y="36">An arrow is an import in the code, always of a lower row. What a chain of arrows says already has no arrow of its own.</text>
  ${legend()}
${[...lines(links), ...boxes.map(box)].join('\n')}
</svg>
`;
}

function description(rows, arrows, shown) {
  const places = rows.map((row) => row.map(({ name }) => name).join(', ')).join('; ');
  const imports = rows.flat().map((home) => {
    const names = (list) => list.flatMap(({ from, to }) => (from === home ? to.name : []));
    const direct = names(shown);
    const others = names(arrows).filter((name) => !direct.includes(name));
    return `${home.name} imports ${direct.join(', ') || 'nothing'}${others.length > 0 ? ` and, without an arrow, ${others.join(', ')}` : ''}.`;
  });
  return `Rows from the top: ${places}. ${imports.join(' ')}`;
}

function legend() {
  let x = MARGIN;
  const parts = LEGEND.map(([kind, text]) => {
    const part = `<rect class="${kind}" x="${x}" y="52" width="18" height="14" rx="4" /><text class="quiet" x="${x + 26}" y="64">${text}</text>`;
    x += 26 + text.length * 7 + 26;
    return part;
  });
  return [...parts, `<text class="table" x="${x}" y="64">tables it owns</text>`].join('\n  ');
}

/** From each box down, through lanes, to a box or into a lane that is drawn already. */
function lines(links) {
  const after = new Map(links.filter(({ from }) => !from.home).map((link) => [link.from, link]));
  return links
    .filter(({ from }) => from.home)
    .map((first) => {
      let path = `M${first.startX} ${first.from.y + first.from.height}${curve(first)}`;
      let end = first.to;
      for (let next = after.get(end); next; next = after.get(end)) {
        after.delete(end);
        path += `V${end.y + end.height}${curve(next)}`;
        end = next.to;
      }
      return `  <path class="line" d="${path}"${end.home ? ' marker-end="url(#tip)"' : ''} />`;
    });
}

function curve({ from, to, startX, endX }) {
  const middle = Math.round((from.y + from.height + to.y) / 2);
  return startX === endX ? `V${to.y}` : `C${startX} ${middle} ${endX} ${middle} ${endX} ${to.y}`;
}

function box({ home, tables, x, y, width, height }) {
  const left = Math.round(x - width / 2);
  const kind = home.path.startsWith('apps/') ? 'app' : home.hasRoutes ? 'feature' : 'engine';
  const text = 17 + (tables.length > 0 ? 6 : 0) + tables.length * LINE;
  const base = Math.round(y + (height - text) / 2 + 14);
  return [
    `  <rect class="${kind}" x="${left}" y="${y}" width="${width}" height="${height}" rx="8" />`,
    `  <text class="name" x="${left + 16}" y="${base}">${home.name}</text>`,
    ...tables.map(
      (line, index) => `  <text class="table" x="${left + 16}" y="${base + 5 + (index + 1) * LINE}">${line}</text>`,
    ),
  ].join('\n');
}
