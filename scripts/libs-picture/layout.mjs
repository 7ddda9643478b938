// Where everything stands. Rows of boxes; an arrow that passes a row has a lane between its boxes, and the arrows to one box share it.

export const MARGIN = 24;
/** Of docs/flow.svg too; a row that needs more gets more. */
const WIDTH = 960;
const TOP = 92;
const LANE = 8;
const SPACE = 24;
const WIDEST = 330;
const NARROWEST = 120;
const PADDING = 16;
export const LINE = 17;
/** Of the name and of a table's letters, in the fonts that are named first, rounded up. */
const NAME_LETTER = 11.6;
const TABLE_LETTER = 7.4;
const PORT = 26;
/** How much worse a bent lane is than a box beside the middle of its neighbours. */
const STRAIGHT = 8;
const NO_MATTER = 0.001;
const ROUNDS = 60;

/** Gives every box its place, and lists the lines between them. */
export function layOut({ rows, drawn }) {
  const boxes = new Map(rows.flat().map((home) => [home, { home, neighbours: [] }]));
  const layers = rows.map((row) => row.map((home) => boxes.get(home)));
  const links = linksOf(drawn, boxes, layers);
  for (const link of links) {
    link.from.neighbours.push(link.to);
    link.to.neighbours.push(link.from);
  }
  const width = Math.max(WIDTH, ...layers.map(measure));
  arrange(layers, links);
  place(layers, width);
  straighten(layers, width);
  const height = stack(layers, links);
  attach(links);
  return { boxes: [...boxes.values()], links, width, height };
}

/** From row to row. */
function linksOf(arrows, boxes, layers) {
  const links = new Map();
  const lanes = new Map();
  for (const { from, to } of arrows) {
    let end = boxes.get(from);
    for (let row = from.row + 1; row <= to.row; row += 1) {
      const key = `${row} ${to.path}`;
      let next = boxes.get(to);
      if (row < to.row) {
        next = lanes.get(key) ?? { target: to, width: LANE, neighbours: [] };
        if (!lanes.has(key)) layers[row].push(next);
        lanes.set(key, next);
      }
      links.set(`${key} ${end.home?.path ?? ''}`, { from: end, to: next, row: row - 1 });
      end = next;
    }
  }
  return [...links.values()];
}

/** Boxes as wide as the row allows, and at least as wide as their longest word. @returns the width of the row */
function measure(layer) {
  let total = Infinity;
  for (let widest = WIDEST; widest >= NARROWEST && total > WIDTH; widest -= 10) {
    for (const box of layer.filter(({ home }) => home)) {
      box.tables = wrapped(box.home.tables, Math.floor((widest - 2 * PADDING) / TABLE_LETTER));
      const letters = Math.max(0, ...box.tables.map((line) => line.length));
      const text = Math.max(box.home.name.length * NAME_LETTER, letters * TABLE_LETTER);
      box.width = Math.max(NARROWEST, Math.ceil(2 * PADDING + text));
    }
    total = layer.reduce((sum, { width }) => sum + width + SPACE, 2 * MARGIN - SPACE);
  }
  return total;
}

function wrapped(words, letters) {
  const lines = [];
  words.forEach((word, index) => {
    const text = index < words.length - 1 ? `${word},` : word;
    const longer = `${lines.at(-1)} ${text}`;
    if (lines.length > 0 && longer.length <= letters) lines[lines.length - 1] = longer;
    else lines.push(text);
  });
  return lines;
}

/** Orders each row by the middle of its neighbours, down and up again, and keeps what has the fewest crossings. */
function arrange(layers, links) {
  const number = () => layers.forEach((layer) => layer.forEach((item, index) => (item.index = index)));
  number();
  let best = { crossings: crossings(links), order: layers.map((layer) => [...layer]) };
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const layer of round % 2 === 0 ? layers : [...layers].reverse()) {
      const beside = layers.indexOf(layer) + (round % 2 === 0 ? -1 : 1);
      for (const item of layer) {
        const near = item.neighbours.filter((other) => layers[beside]?.includes(other));
        item.middle = near.length > 0 ? mean(near.map(({ index }) => index / (layers[beside].length - 1 || 1))) : 0.5;
      }
      layer.sort((a, b) => a.middle - b.middle || a.index - b.index);
      layer.forEach((item, index) => (item.index = index));
    }
    const now = crossings(links);
    if (now < best.crossings) best = { crossings: now, order: layers.map((layer) => [...layer]) };
  }
  layers.forEach((layer, row) => layer.splice(0, layer.length, ...best.order[row]));
  number();
  const gaps = layers.map((_, row) => links.filter((link) => link.row === row));
  for (let isBetter = true; isBetter;) {
    isBetter = false;
    layers.forEach((layer, row) => {
      const near = [gaps[row - 1] ?? [], gaps[row]];
      for (let index = 1; index < layer.length; index += 1) isBetter = swap(layer, index, near) || isBetter;
    });
  }
}

/** Two neighbours of a row, if that saves crossings above and below it. */
function swap(layer, index, near) {
  const [left, right] = [layer[index - 1], layer[index]];
  const count = () => crossings(near[0]) + crossings(near[1]);
  const before = count();
  [left.index, right.index] = [right.index, left.index];
  const isBetter = count() < before;
  if (isBetter) [layer[index - 1], layer[index]] = [right, left];
  else [left.index, right.index] = [right.index, left.index];
  return isBetter;
}

/** Of lines in the same gap. */
function crossings(links) {
  let count = 0;
  for (const a of links) {
    for (const b of links) {
      if (a.row === b.row && a.from.index < b.from.index && a.to.index > b.to.index) count += 1;
    }
  }
  return count;
}

/** Pulls every item below and above its neighbours as far as its row lets it; what has come out is moved to the middle. */
function place(layers, width) {
  for (const layer of layers) spread(layer, () => width / 2, width);
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const layer of round % 2 === 0 ? layers : [...layers].reverse()) {
      const row = mean(layer.map(({ x }) => x));
      spread(layer, (item) => middleOfNeighbours(item) ?? row, width);
    }
  }
  const items = layers.flat();
  const left = Math.min(...items.map((item) => item.x - item.width / 2));
  const right = Math.max(...items.map((item) => item.x + item.width / 2));
  for (const item of items) item.x = Math.round(item.x + (width - left - right) / 2);
}

function middleOfNeighbours(item) {
  const weighted = item.neighbours.map((other) => ({ x: other.x, weight: item.home || other.home ? 1 : STRAIGHT }));
  const weight = weighted.reduce((sum, other) => sum + other.weight, 0);
  return weight > 0 ? weighted.reduce((sum, other) => sum + other.x * other.weight, 0) / weight : null;
}

/** Lanes that can be one straight line become one: a line bends only where a box is in its way. */
function straighten(layers, width) {
  const lanes = layers.flatMap((layer) =>
    layer.filter(({ home }) => !home).map((lane) => ({ lane, layer, index: layer.indexOf(lane) })),
  );
  for (const target of new Set(lanes.map(({ lane }) => lane.target))) {
    let run = { lanes: [], least: -Infinity, most: Infinity };
    for (const { lane, layer, index } of lanes.filter((one) => one.lane.target === target)) {
      const [before, after] = [layer[index - 1], layer[index + 1]];
      const least = before ? before.x + (before.width + LANE) / 2 + SPACE : MARGIN;
      const most = after ? after.x - (after.width + LANE) / 2 - SPACE : width - MARGIN;
      if (Math.max(run.least, least) > Math.min(run.most, most)) run = { lanes: [], least: -Infinity, most: Infinity };
      run = { lanes: [...run.lanes, lane], least: Math.max(run.least, least), most: Math.min(run.most, most) };
      const x = Math.round(Math.max(run.least, Math.min(run.most, mean(run.lanes.map((one) => one.x)))));
      for (const one of run.lanes) one.x = x;
    }
  }
}

/** The places nearest to those wished for that keep order and distance: groups that would overlap share the mean of their wishes. */
function spread(layer, wish, width) {
  let offset = 0;
  const groups = [];
  layer.forEach((item, index) => {
    if (index > 0) offset += (layer[index - 1].width + item.width) / 2 + SPACE;
    item.offset = offset;
    const weight = item.neighbours.length === 0 ? NO_MATTER : item.home ? 1 : STRAIGHT;
    let group = { items: [item], weight, sum: (wish(item) - offset) * weight };
    while (groups.length > 0 && groups.at(-1).sum / groups.at(-1).weight >= group.sum / group.weight) {
      const before = groups.pop();
      group = {
        items: [...before.items, ...group.items],
        weight: before.weight + group.weight,
        sum: before.sum + group.sum,
      };
    }
    groups.push(group);
  });
  const least = MARGIN + layer[0].width / 2;
  const most = width - MARGIN - layer.at(-1).width / 2 - offset;
  for (const { items, sum, weight } of groups) {
    for (const item of items) item.x = Math.max(least, Math.min(most, sum / weight)) + item.offset;
  }
}

/** Rows as high as their fullest box, gaps as high as the lines in them are many. */
function stack(layers, links) {
  let y = TOP;
  layers.forEach((layer, row) => {
    const lines = Math.max(...layer.map(({ tables }) => tables?.length ?? 0));
    const height = 42 + (lines > 0 ? 3 : 0) + lines * LINE;
    for (const item of layer) Object.assign(item, { y, height });
    const slanted = links.filter((link) => link.row === row && Math.abs(link.from.x - link.to.x) > PORT).length;
    y += height + (row < layers.length - 1 ? Math.min(80, 32 + 6 * slanted) : MARGIN);
  });
  return y;
}

/** Lines leave and reach a box side by side, in the order of their other ends; one that is alone there goes straight if it can. */
function attach(links) {
  const ends = [
    ['from', 'to', 'startX', 'endX'],
    ['to', 'from', 'endX', 'startX'],
  ];
  for (const [end, other, x] of ends) {
    for (const item of new Set(links.map((link) => link[end]))) {
      const here = links.filter((link) => link[end] === item).sort((a, b) => a[other].x - b[other].x);
      const port = item.home ? Math.min(PORT, (item.width - 2 * PADDING) / here.length) : 0;
      here.forEach((link, index) => (link[x] = Math.round(item.x + (index - (here.length - 1) / 2) * port)));
    }
  }
  for (const [end, , x, otherX] of ends) {
    for (const link of links) {
      const isAlone = links.filter((one) => one[end] === link[end]).length === 1;
      const reach = link[end].home ? link[end].width / 2 - PADDING : 0;
      if (isAlone && Math.abs(link[otherX] - link[end].x) <= reach) link[x] = link[otherX];
    }
  }
}

function mean(numbers) {
  return numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
}
