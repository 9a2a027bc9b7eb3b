'use strict';
const api = '/api/v1/';
const at = id => document.getElementById(id);
// Where events cannot come through (some proxies keep them back), the page asks again and again: with ?poll, or when
// a stream is refused.
let polls = new URLSearchParams(location.search).has('poll');
let services = [];
let ask = 0; // a timer: the next look
let isSoon = false; // it is because of news

// ---- words and elements ----

function make(tag, className, ...children) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  element.append(...children);
  return element;
}

function draw(parent, tag, attributes, text) {
  const element = document.createElementNS('http://www.w3.org/2000/svg', tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  if (text !== undefined) element.textContent = text;
  parent.append(element);
  return element;
}

function kind(word) {
  if (['running', 'healthy', 'completed'].includes(word)) return 'good';
  if (['failed', 'unhealthy', 'backoff'].includes(word)) return 'bad';
  if (['stopped', 'disabled', 'skipped', 'none'].includes(word)) return 'idle';
  return 'busy';
}

function time(ms) {
  const seconds = Math.floor(ms / 1000);
  const units = [[86400, 'd'], [3600, 'h'], [60, 'm'], [1, 's']];
  const first = units.findIndex(([length]) => seconds >= length);
  if (first < 0) return '0s';
  return units.slice(first, first + 2).map(([length, unit], i) => {
    const count = i === 0 ? Math.floor(seconds / length) : Math.floor(seconds % units[first][0] / length);
    return i === 1 && count === 0 ? '' : count + unit;
  }).join('');
}

function size(bytes) {
  if (bytes < 0) return '–';
  let value = bytes / 1024;
  let unit = 0;
  for (; value >= 1000 && unit < 3; ++unit) value /= 1024;
  return (value < 10 && unit ? value.toFixed(1) : value.toFixed(0)) + ' ' + ['kB', 'MB', 'GB', 'TB'][unit];
}

// ---- the services ----

async function change(name, what) {
  const answer = await fetch(`${api}services/${name}/${what}`,
    {method: 'POST', headers: {Authorization: `Bearer ${at('token').value}`}});
  const {error} = await answer.json();
  say(error ? `cannot ${what} ${name}: ${error}` : `asked to ${what} ${name}`, error ? 'error' : '');
  look();
}

const say = (sentence, className) => Object.assign(at('said'), {textContent: sentence, className});
function explainChanges() {
  const isPossible = document.body.dataset.changes === 'token';
  at('token').parentNode.hidden = !isPossible;
  at('how').textContent = isPossible
    ? 'With the token that svctl serve was started with (--token-file or MY_INIT_SERVE_TOKEN) services get buttons.'
    : 'Nothing can be changed from here: svctl serve has no token. Start it with one of at least 16 characters, ' +
      'by --token-file or MY_INIT_SERVE_TOKEN; or use svctl start, stop and restart in the container.';
}

function acts(service) {
  const cell = make('td', 'acts');
  if (!at('token').value) return cell;
  const words = service.live ? ['restart', 'stop']
    : ['backoff', 'waiting'].includes(service.state) ? ['start', 'stop'] : ['start'];
  for (const what of words) {
    const button = make('button', '', what);
    button.onclick = () => change(service.name, what).catch(error => say(`cannot ${what} ${service.name}: ${error.message}`, 'error'));
    cell.append(button);
  }
  return cell;
}

function row(service) {
  const name = make('button', 'name', service.name);
  name.title = `show the log of ${service.name}`;
  name.onclick = () => {
    at('whose').value = service.name;
    followLog();
    at('log').parentNode.scrollIntoView({block: 'nearest'});
  };
  const why = [service.why, service.next, service.says,
    service.dropped_lines ? `${service.dropped_lines} lines of output dropped` : ''].filter(Boolean).join('; ');
  const health = service.health === 'none' ? '–' : service.health;
  const line = make('tr', '',
    make('td', '', name),
    make('td', `state ${kind(service.state)}`, service.state),
    make('td', `health ${service.health === 'none' ? 'idle' : kind(service.health)}`, health),
    make('td', 'number since', time(service.since_ms)),
    make('td', 'number restarts', String(service.restarts)),
    make('td', 'number cpu', service.cpu_us < 0 ? '–' : (service.cpu_us / 1e6).toFixed(2) + ' s'),
    make('td', 'number memory', size(service.memory)),
    make('td', 'why', why),
    acts(service));
  line.dataset.name = service.name;
  return line;
}

// What has not changed stays, so that a button keeps its focus and a click its target.
function showServices() {
  const body = at('services');
  const rows = services.map(row);
  while (body.rows.length > rows.length) body.lastChild.remove();
  rows.forEach((fresh, i) => {
    const old = body.rows[i];
    if (!old) return body.append(fresh);
    if (old.dataset.name !== fresh.dataset.name) return old.replaceWith(fresh);
    [...fresh.cells].forEach((cell, j) => {
      if (!old.cells[j].isEqualNode(cell)) old.cells[j].replaceWith(cell);
    });
  });
}

function showContainer(container) {
  const healthy = container.stage === 'running' ? container.health : container.stage;
  at('container').textContent = healthy;
  at('container').className = `pill ${kind(healthy)}`;
  at('facts').textContent = `version ${container.version}, up ${time(container.up_ms)}, ` +
    `${services.length} service${services.length === 1 ? '' : 's'}, ${container.orphans_reaped} orphan${container.orphans_reaped === 1 ? '' : 's'} reaped`;
  document.title = `${healthy} – my_init`;
  const strays = container.strays.map(s => `${s.pid} ${s.command}${s.service ? ' of ' + s.service : ''}`);
  at('strays').hidden = !strays.length;
  at('strays').textContent = `Left behind by services, still running: ${strays.join(', ')}`;
}

function offerLogs() {
  const names = ['', ...services.map(s => s.name)];
  const select = at('whose');
  if (names.length === select.options.length && names.every((n, i) => select.options[i].value === n)) return;
  const chosen = select.value;
  select.replaceChildren(...names.map(name => new Option(name || 'all services', name)));
  select.value = names.includes(chosen) ? chosen : '';
}

// ---- which waits for which ----

// The longest way from a service that waits for none.
function columnsOf(all) {
  const column = new Map();
  const depth = service => {
    if (column.has(service.name)) return column.get(service.name);
    column.set(service.name, 0); // a ring is an error of the definitions, not ours
    const below = service.depends_on.map(name => all.get(name)).filter(Boolean).map(depth);
    column.set(service.name, below.length ? Math.max(...below) + 1 : 0);
    return column.get(service.name);
  };
  for (const service of all.values()) depth(service);
  return column;
}

// An edge over more than one column has a bend in each between, which takes a place as a service does, so that it
// meets none. `ways`: of each edge the names of its places.
function place(linked) {
  const all = new Map(linked.map(s => [s.name, s]));
  const column = columnsOf(all);
  const columns = [];
  for (const name of all.keys()) (columns[column.get(name)] ||= []).push(name);
  const before = new Map();
  const ways = [];
  for (const service of linked) {
    for (const name of service.depends_on.filter(n => all.has(n))) {
      const way = [name];
      for (let c = column.get(name) + 1; c < column.get(service.name); ++c) {
        way.push(`${name} ${service.name} ${c}`);
        columns[c].push(way.at(-1));
      }
      way.push(service.name);
      way.slice(1).forEach((n, i) => before.set(n, [...before.get(n) ?? [], way[i]]));
      ways.push(way);
    }
  }
  const spots = new Map();
  let x = 1;
  const tallest = Math.max(...columns.map(c => c.length));
  for (const names of columns) {
    const width = Math.max(...names.map(n => all.has(n) ? n.length : 0)) * 8 + 40;
    const wish = n => (before.get(n) ?? []).reduce((sum, b, _, list) => sum + spots.get(b).y / list.length, 0);
    names.sort((a, b) => wish(a) - wish(b) || a.localeCompare(b));
    names.forEach((n, i) => spots.set(n, {x, width, y: (i + (tallest - names.length) / 2) * 46 + 2}));
    x += width + 64;
  }
  return {spots, ways, width: x - 62, height: tallest * 46};
}

function edge(places) {
  const [first, ...others] = places;
  let [x, y] = [first.x + first.width, first.y + 17];
  let path = `M${x} ${y}`;
  others.forEach((to, i) => {
    const isLast = i === others.length - 1;
    const x2 = to.x - (isLast ? 7 : 0);
    const y2 = to.y + 17;
    path += `C${(x + x2) / 2} ${y} ${(x + x2) / 2} ${y2} ${x2} ${y2}`;
    if (!isLast) path += `h${to.width}`;
    [x, y] = [to.x + to.width, y2];
  });
  return path;
}

function showGraph() {
  const picture = at('graph');
  const needed = new Set(services.flatMap(s => s.depends_on));
  const linked = services.filter(s => s.depends_on.length || needed.has(s.name));
  const loose = services.filter(s => !linked.includes(s)).map(s => s.name);
  at('loose').hidden = !loose.length;
  at('loose').textContent = `Without dependencies: ${loose.join(', ')}`;
  picture.replaceChildren();
  if (!linked.length) return picture.setAttribute('height', 0);
  const {spots, ways, width, height} = place(linked);
  picture.setAttribute('width', width);
  picture.setAttribute('height', height);
  for (const way of ways) {
    const places = way.map(name => spots.get(name));
    const {x, y} = places.at(-1);
    draw(picture, 'path', {class: 'edge', d: edge(places)});
    draw(picture, 'path', {class: 'head', d: `M${x} ${y + 17}l-9 -4v8z`});
  }
  for (const service of linked) {
    const {x, y, width: w} = spots.get(service.name);
    const node = draw(picture, 'g', {class: kind(service.state), 'data-name': service.name});
    draw(node, 'rect', {class: 'box', x, y, width: w, height: 34, rx: 8});
    draw(node, 'circle', {class: 'dot', cx: x + 15, cy: y + 17, r: 4});
    draw(node, 'text', {x: x + 27, y: y + 21.5}, service.name);
    draw(node, 'title', {}, `${service.name} is ${service.state}`);
  }
}

// ---- the boot ----

// The dependency that was ready last before this one was started.
function waitedFor(service, all) {
  return service.depends_on.map(name => all.get(name))
    .filter(s => s && s.ready_ms >= 0 && s.ready_ms <= service.started_ms)
    .reduce((last, s) => !last || s.ready_ms > last.ready_ms ? s : last, null);
}

function chainOf(started, all) {
  const chain = new Set();
  let link = started.reduce((last, s) => s.ready_ms >= 0 && (!last || s.ready_ms > last.ready_ms) ? s : last, null);
  for (; link && !chain.has(link.name); link = waitedFor(link, all)) chain.add(link.name);
  return chain;
}

function showTimeline(upMs) {
  const picture = at('timeline');
  const all = new Map(services.map(s => [s.name, s]));
  const started = services.filter(s => s.started_ms >= 0)
    .sort((a, b) => a.started_ms - b.started_ms || a.name.localeCompare(b.name));
  const chain = chainOf(started, all);
  const left = Math.max(0, ...started.map(s => s.name.length)) * 8 + 16;
  const width = Math.max(left + 210, picture.parentNode.clientWidth);
  const isDone = started.every(s => s.ready_ms >= 0);
  const end = Math.max(1, ...started.map(s => Math.max(s.started_ms, s.ready_ms)), isDone ? 0 : Math.min(upMs, 6e5));
  const x = ms => left + Math.min(ms, end) / end * (width - left - 90);
  picture.setAttribute('width', width);
  picture.setAttribute('height', started.length * 24 + 26);
  picture.replaceChildren();
  const step = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 1e4, 3e4, 6e4, 3e5, 6e5, 36e5, 864e5]
    .find(s => end / s <= Math.min(8, (width - left - 90) / 60)) || end;
  for (let tick = 0; tick <= end; tick += step) {
    draw(picture, 'line', {class: 'grid', x1: x(tick), x2: x(tick), y1: 0, y2: started.length * 24 + 4});
    draw(picture, 'text', {class: 'small', x: x(tick), y: started.length * 24 + 20, 'text-anchor': 'middle'},
      step < 1000 ? `${tick} ms` : `${tick / 1000} s`);
  }
  started.forEach((service, i) => {
    const y = i * 24;
    const isReady = service.ready_ms >= 0;
    const from = x(service.started_ms);
    const to = Math.max(from + 3, x(isReady ? service.ready_ms : end));
    const line = draw(picture, 'g', {'data-name': service.name});
    const before = waitedFor(service, all);
    if (before) draw(line, 'line', {class: 'wait', x1: x(before.ready_ms), x2: from, y1: y + 12, y2: y + 12});
    draw(line, 'text', {x: 0, y: y + 17}, service.name);
    draw(line, 'rect', {class: isReady ? `bar${chain.has(service.name) ? ' chain' : ''}` : 'open',
      x: from, y: y + 5, width: to - from, height: 14, rx: 3});
    draw(line, 'text', {class: 'small', x: to + 6, y: y + 16},
      isReady ? `${service.ready_ms - service.started_ms} ms` : 'not ready');
    draw(line, 'title', {}, `${service.name}: started after ${service.started_ms} ms` +
      (isReady ? `, ready after ${service.ready_ms} ms` : ', not ready') + (before ? `, waited for ${before.name}` : ''));
  });
  at('boot').textContent = chain.size ? `The boot had to wait for ${[...chain].reverse().join(', then ')}.` : '';
}

// ---- what services write ----

let log = null;

function addLines({lines, skipped}) {
  const box = at('log');
  const isAtEnd = box.scrollHeight - box.scrollTop - box.clientHeight < 8;
  const isOfAll = at('whose').value === '';
  if (skipped) box.append(make('div', 'error', `${skipped} bytes came too fast and are not shown`));
  for (const line of lines) {
    const when = new Date(line.time / 1000).toTimeString().slice(0, 8);
    box.append(make('div', line.stream === 'stderr' ? 'error' : '', make('i', '', when + ' '),
      isOfAll ? make('b', '', line.service + ' ') : '', line.message));
  }
  while (box.childElementCount > 1000) box.firstChild.remove();
  if (isAtEnd) box.scrollTop = box.scrollHeight;
}

function logPath(lines) {
  const name = at('whose').value;
  return name ? `${api}services/${name}/logs?lines=${lines}` : `${api}logs?lines=${Math.ceil(lines / 5)}`;
}

async function readLog() {
  const answer = await fetch(logPath(200));
  if (!answer.ok) return;
  const said = await answer.json();
  at('log').replaceChildren();
  addLines(said);
}

function followLog() {
  log?.close();
  if (polls) return lookSoon();
  log = new EventSource(logPath(200) + '&follow');
  log.onopen = () => at('log').replaceChildren(); // it begins anew after a break, too
  log.onmessage = ({data}) => addLines(JSON.parse(data));
  log.onerror = pollIfRefused;
}

// After a break a browser tries again by itself, after a refusal it does not.
function pollIfRefused({target}) {
  if (target.readyState !== EventSource.CLOSED) return;
  polls = true;
  lookSoon();
}

// ---- to look, and when ----

async function look() {
  clearTimeout(ask);
  isSoon = false;
  try {
    const answer = await fetch(api + 'services');
    const said = await answer.json();
    if (!answer.ok) throw new Error(said.error);
    services = said.services;
    showContainer(said.container);
    showServices();
    offerLogs();
    showGraph();
    showTimeline(said.container.up_ms);
    if (polls) await readLog();
    at('link').textContent = '';
  } catch (error) {
    at('link').textContent = `not up to date: ${error.message}`;
  }
  if (isSoon) return;
  clearTimeout(ask);
  if (!document.hidden) ask = setTimeout(look, 3000);
}

function lookSoon() {
  if (isSoon) return;
  isSoon = true;
  clearTimeout(ask);
  ask = setTimeout(look, 150);
}

// An event says when to look, so that a change shows at once; many at once are one look.
let news = null;

function begin() {
  if (!polls) {
    news = new EventSource(api + 'events');
    news.onmessage = lookSoon;
    news.onerror = pollIfRefused;
  }
  followLog();
  look();
}

// A browser has six connections to a server for all its tabs: a hidden one gives its own back.
document.onvisibilitychange = () => {
  news?.close();
  log?.close();
  clearTimeout(ask);
  if (!document.hidden) begin();
};
at('whose').onchange = followLog;
at('token').oninput = showServices;
window.onresize = lookSoon;
explainChanges();
begin();
