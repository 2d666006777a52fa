
'use strict';
const every = 10000;
const svgns = 'http://www.w3.org/2000/svg';
const $ = id => document.getElementById(id);

// As core::visible in the program: what misleads a reader is shown, not obeyed.
const misleading = /[\u0000-\u001f\u007f-\u009f\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|\udb40[\udc00-\udc7f]/g;
const signs = {'\n': '\\n', '\r': '\\r', '\t': '\\t'};
const escape = sign => signs[sign] || '\\u' + sign.codePointAt(0).toString(16).padStart(4, '0');
const visible = value => typeof value === 'string' ? value.replace(misleading, escape) : value;

// All text from the service is inserted as text, never as markup.
function make(tag, attributes, ...children) {
  const svg = ['svg', 'rect', 'line', 'path', 'text', 'title', 'g'].includes(tag);
  const element = svg ? document.createElementNS(svgns, tag) : document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {})) {
    if (value !== null && value !== undefined && value !== false) element.setAttribute(name, visible(value));
  }
  element.append(...children.filter(child => child !== null).map(visible));
  return element;
}

const number = value => Number(value).toLocaleString('en');
const plural = (count, what) => number(count) + ' ' + what + (count === 1 ? '' : 's');
const sum = (list, of) => list.reduce((total, one) => total + of(one), 0);

function span(seconds) {
  const units = [[86400, 'd'], [3600, 'h'], [60, 'min'], [1, 's']];
  const at = units.findIndex(([size]) => seconds >= size);
  if (at < 0) return '0 s';
  const [size, letter] = units[at];
  const whole = Math.floor(seconds / size) + ' ' + letter;
  const next = units[at + 1];
  const rest = next && at < 2 ? Math.floor(seconds % size / next[0]) : 0;
  return rest ? whole + ' ' + rest + ' ' + next[1] : whole;
}
const time = text => text ? text.slice(0, 10) + ' ' + text.slice(11, 16) + ' UTC' : '–';
function moment(text, now) {
  if (!text) return '–';
  const seconds = Math.round((Date.parse(text) - now) / 1000);
  return seconds > 0 ? 'in ' + span(seconds) : span(-seconds) + ' ago';
}

const due = (text, now) => Date.parse(text) <= now ? 'now' : moment(text, now);

const states = {
  ok: ['good', '✓', 'ok'], new: ['new', '…', 'not read yet'], mismatch: ['bad', '!', 'mismatch'],
  failing: ['bad', '!', 'failing'], failed: ['bad', '!', 'failed'],
  forbidden: ['barred', '×', 'forbidden'], unauthorized: ['bad', '×', 'unauthorized'],
  stale: ['bad', '!', 'stale: nobody reads it'], off: ['new', '–', 'not configured'],
  unavailable: ['new', '–', 'not offered by the API'], cancelled: ['new', '–', 'stopped'],
};
function state(name) {
  const [kind, sign, label] = states[name] || ['new', '?', name];
  return make('span', {class: 'state ' + kind, 'data-sign': sign}, label);
}

function spark(hours, of, kind, what) {
  const values = hours.map(hour => hour[of]);
  const top = Math.max(...values, 1);
  const total = sum(values, value => value);
  const picture = make('svg', {class: 'spark ' + kind, viewBox: '0 0 120 22', role: 'img',
    'aria-label': number(total) + ' ' + what + ' in 24 hours, most in an hour: ' + number(Math.max(...values, 0))},
    make('title', null, number(total) + ' ' + what + ' in the last 24 hours'),
    make('line', {x1: 0, x2: 120, y1: 21.5, y2: 21.5}));
  values.forEach((value, at) => {
    if (!value) return;
    const height = Math.max(1.5, 20 * value / top);
    picture.append(make('rect', {x: at * 5 + 0.5, y: 21 - height, width: 4, height}));
  });
  return make('div', null, picture, make('span', {class: 'total'}, number(total) + ' in 24 h'));
}

const partners = streams => [...new Set(streams.map(stream => stream.partner))];
function partner(stream) { return stream.partner_name || stream.partner; }
function caption(stream) {
  const id = stream.partner_name ? make('span', {class: 'id'}, ' ' + stream.partner) : null;
  return make('caption', null, partner(stream), id);
}

function cells(row, columns) {
  columns.forEach(([label, content, kind]) => {
    const text = content instanceof Node ? content : String(content);
    const nothing = text === '–' || text === '0' ? ' none' : '';
    row.append(make('td', {'data-label': label, class: (kind || '') + nothing}, text));
  });
  return row;
}
function table(head, ...more) {
  const row = make('tr', null);
  head.forEach(([label, kind]) => row.append(make('th', {scope: 'col', class: kind}, label)));
  return make('table', null, ...more, make('thead', null, row), make('tbody', null));
}
function wrong(text, columns) {
  return make('tr', {class: 'error'}, make('td', {colspan: columns}, text));
}

function note(text, columns) {
  return make('tr', null, make('td', {colspan: columns, class: 'note'}, text));
}

function refusals(lists) {
  const others = lists.count - lists.first.length;
  return lists.first.map(one => one.text).concat(others > 0 ? ['other refused lists: ' + number(others)] : []);
}

function showStreams(data, now) {
  if (!data.streams.length) return [empty('No stream has been read yet. The first cycles begin as soon as the service runs.')];
  const many = partners(data.streams).length > 1;
  return partners(data.streams).map(id => {
    const own = data.streams.filter(stream => stream.partner === id);
    const shown = table([['Stream'], ['State'], ['Proven through'], ['Last good', 'number'], ['Next'],
      ['Days proven', 'number'], ['Rejects', 'number'], ['New and changed rows'], ['Requests']], caption(own[0]));
    own.forEach(stream => {
      const days = stream.days.length > 0;
      shown.tBodies[0].append(cells(make('tr', null, make('th', {scope: 'row', title: many && stream.partner}, stream.stream,
        many ? make('span', {class: 'id'}, ' of ' + partner(stream)) : null)), [
        ['State', state(stream.state)],
        ['Proven through', stream.synced_through || '–'],
        ['Last good', stream.last_success_at ? moment(stream.last_success_at, now) : 'never', 'number'],
        ['Next', stream.held_by ? due(stream.next_due_at, now) : 'no service holds it'],
        ['Days proven', days ? number(daysOf(stream, 'proven')) + ' of ' + number(daysOf(stream)) : '–', 'number'],
        ['Rejects', number(stream.rejects), 'number' + (stream.rejects ? ' bad' : '')],
        ['New and changed rows', spark(stream.hours, 'rows', 'rows', 'rows')],
        ['Requests', spark(stream.hours, 'requests', 'requests', 'requests')],
      ]));
      const errors = [stream.last_error, ...stream.disagreeing_spans.map(one => one.difference),
        stream.upkeep_error && 'upkeep: ' + stream.upkeep_error];
      [...new Set(errors)].filter(text => text).forEach(text => shown.tBodies[0].append(wrong(text, 9)));
      refusals(stream.refused_lists).forEach(text =>
        shown.tBodies[0].append(note(text, 9)));
      [stream.customer_round, stream.dashboard_witness].filter(one => one).forEach(one =>
        shown.tBodies[0].append(note(one.text, 9)));
    });
    return shown;
  });
}

const marks = {
  proven: null, open: 'M4 6.5h5', pending: 'M6.5 6.5h.01', mismatch: 'M6.5 3v4M6.5 9.8v.01',
  forbidden: 'M4 4l5 5M9 4l-5 5', unread: 'M4 4h5v5h-5z',
};
const meaning = {
  proven: 'proven', open: 'open: not over, or being read', pending: 'waits for backfill',
  mismatch: 'mismatch: contradicted by the provider’s totals', forbidden: 'forbidden by the provider',
  unread: 'never read',
};
function square(name, x, y) {
  const group = make('g', {transform: 'translate(' + x + ' ' + y + ')'},
    make('rect', {class: 'day ' + name, width: 13, height: 13, rx: 2.5}));
  if (marks[name]) group.append(make('path', {class: 'sign' + (name === 'pending' ? ' dark' : ''), d: marks[name]}));
  return group;
}
const dayNumber = text => Date.parse(text + 'T00:00:00Z') / 86400000;
const dayText = count => new Date(count * 86400000).toISOString().slice(0, 10);
// Days of the calendar, in one state or in any.
const daysOf = (stream, state) => sum(stream.days.filter(one => !state || one.state === state),
  one => dayNumber(one.to) - dayNumber(one.from) + 1);
const spanText = one => one.from === one.to ? one.from : one.from + ' to ' + one.to;

function calendar(stream) {
  const first = dayNumber(stream.days[0].from);
  const last = dayNumber(stream.days[stream.days.length - 1].to);
  const start = first - (first + 3) % 7;  // day 0 was a Thursday; weeks start on Monday
  const weeks = Math.floor((last - start) / 7) + 1;
  const width = Math.max(weeks * 16 + 34, 120);
  const counts = {};
  stream.days.forEach(one => { counts[one.state] = (counts[one.state] || 0) + dayNumber(one.to) - dayNumber(one.from) + 1; });
  const words = Object.entries(counts).map(([name, count]) => plural(count, 'day') + ' ' + name).join(', ');
  const picture = make('svg', {width, height: 7 * 16 + 18, viewBox: '0 0 ' + width + ' ' + (7 * 16 + 18), role: 'img',
    'aria-label': stream.stream + ', ' + stream.days[0].from + ' to ' + dayText(last) + ': ' + words});
  ['Mon', '', 'Wed', '', 'Fri', '', 'Sun'].forEach((label, at) => {
    if (label) picture.append(make('text', {x: 0, y: at * 16 + 28}, label));
  });
  let month = '';
  for (let week = 0, free = 0; week < weeks; ++week) {
    const name = new Date((start + week * 7 + 6) * 86400000).toLocaleString('en', {month: 'short', timeZone: 'UTC'});
    if (name !== month && week * 16 >= free) {
      picture.append(make('text', {x: week * 16 + 30, y: 10}, name));
      free = week * 16 + 30;
      month = name;
    }
  }
  stream.days.forEach(one => {
    for (let day = dayNumber(one.from); day <= dayNumber(one.to); ++day) {
      const at = day - start;
      const cell = square(one.state, Math.floor(at / 7) * 16 + 30, at % 7 * 16 + 17);
      cell.append(make('title', null, dayText(day) + ': ' + meaning[one.state]));
      picture.append(cell);
    }
  });
  const key = stream.partner + ' ' + stream.stream;
  const scroll = make('div', {class: 'scroll', tabindex: 0, role: 'group', 'data-keep': key, 'aria-label': 'calendar of ' + stream.stream}, picture);
  const unproven = stream.days.filter(one => one.state !== 'proven').reverse();
  const list = make('ul', null, ...unproven.map(one => make('li', null, spanText(one) + ': ' + meaning[one.state])));
  const details = unproven.length
    ? make('details', {'data-keep': key + ' days'}, make('summary', null, plural(counts.proven || 0, 'day') + ' proven, ' +
        plural(sum(unproven, one => dayNumber(one.to) - dayNumber(one.from) + 1), 'day') + ' not'), list)
    : make('p', {class: 'note'}, 'All ' + plural(counts.proven, 'day') + ' proven.');
  return make('div', {class: 'calendar'}, make('h3', null, stream.stream + ' of ' + partner(stream)), scroll, details);
}

function empty(text) { return make('p', {class: 'empty'}, text); }

function showDays(data) {
  const with_days = data.streams.filter(stream => stream.days.length);
  return with_days.length ? with_days.map(calendar) : [empty('No day has been read yet.')];
}

// Why the queue is empty: because all has been read, or because nobody has filled it.
function nothingWaits(data) {
  if (!data.streams.length) return 'No stream has been read yet.';
  const days = state => sum(data.streams, stream => daysOf(stream, state));
  const missing = [['unread', 'never read'], ['forbidden', 'forbidden'], ['mismatch', 'a mismatch']]
    .filter(([name]) => days(name)).map(([name, words]) => plural(days(name), 'day') + ' ' + words);
  const bad = data.streams.filter(stream => stream.needs_attention);
  if (bad.length) missing.push(plural(bad.length, 'stream') + ' with trouble');
  const fresh = data.streams.filter(stream => stream.state === 'new');
  if (fresh.length) missing.push(plural(fresh.length, 'stream') + ' not read yet');
  return missing.length ? 'Nothing waits in the queue, but not everything has been read: ' + missing.join(', ') + '.'
    : 'Nothing waits: every day since the start date has been read.';
}

function showBackfill(data) {
  const busy = data.streams.filter(stream => stream.backfill_left > 0);
  if (!busy.length) return [empty(nothingWaits(data))];
  return busy.map(stream => {
    const all = stream.windows.total;
    const done = Math.max(0, all - stream.backfill_left);
    const name = stream.stream + ' of ' + partner(stream);
    return make('div', {class: 'job'}, make('p', null, name),
      make('progress', {max: all, value: done, 'aria-label': 'backfill of ' + name}),
      make('p', {class: 'note'}, number(done) + ' of ' + plural(all, 'window') + ', ' + number(stream.backfill_left) + ' left'));
  });
}

function showBreaks(data) {
  if (!data.open_breaks.length) return [empty('None.')];
  const names = Object.fromEntries(data.streams.map(stream => [stream.partner, partner(stream)]));
  const shown = table([['Check'], ['Partner'], ['Open', 'number']]);
  data.open_breaks.forEach(one => shown.tBodies[0].append(
    cells(make('tr', null, make('th', {scope: 'row'}, one.check)),
      [['Partner', names[one.partner] || one.partner], ['Open', number(one.open), 'number bad']])));
  return [shown];
}

function showRuns(data) {
  if (!data.runs.length) return [empty('No cycle of the last seven days changed rows or failed.')];
  const many = partners(data.streams).length > 1;
  const names = Object.fromEntries(data.streams.map(stream => [stream.partner, partner(stream)]));
  const shown = table([['Began'], ['Stream'], ['Outcome'], ['Took', 'number'], ['Requests', 'number'], ['New', 'number'],
    ['Changed', 'number'], ['Removed', 'number'], ['Rejected', 'number']]);
  data.runs.forEach(run => {
    const name = run.stream + (run.command === 'run' ? '' : ' (' + run.command + ')') + (many ? ' of ' + (names[run.partner] || run.partner) : '');
    shown.tBodies[0].append(cells(make('tr', null, make('th', {scope: 'row'}, time(run.started_at))), [
      ['Stream', name], ['Outcome', state(run.outcome)], ['Took', (run.milliseconds / 1000).toFixed(1) + ' s', 'number'],
      ['Requests', number(run.requests), 'number'], ['New', number(run.inserted), 'number'], ['Changed', number(run.updated), 'number'],
      ['Removed', number(run.removed), 'number'], ['Rejected', number(run.rejected), 'number']]));
    if (run.error) shown.tBodies[0].append(wrong(run.error, 9));
  });
  return [shown];
}

function verdict(data) {
  const [kind, sign] = !data.verdict.good ? ['bad', '!']
    : data.streams.some(stream => stream.state === 'ok') && !data.streams.some(stream => stream.state === 'new') ? ['good', '✓']
    : ['new', '…'];
  return make('span', {class: 'state ' + kind, 'data-sign': sign}, data.verdict.text);
}

// Keeps what a person has opened, scrolled or focused.
function replace(id, children) {
  const box = $(id);
  const kept = new Map();
  box.querySelectorAll('[data-keep]').forEach(one => kept.set(one.dataset.keep, {open: one.open, left: one.scrollLeft,
    focus: one === document.activeElement || one.firstElementChild === document.activeElement}));
  box.replaceChildren(...children);
  box.querySelectorAll('[data-keep]').forEach(one => {
    const before = kept.get(one.dataset.keep);
    if (one.tagName === 'DETAILS') one.open = Boolean(before && before.open);
    else one.scrollLeft = before ? before.left : one.scrollWidth;
    if (before && before.focus) (one.tagName === 'DETAILS' ? one.firstElementChild : one).focus({preventScroll: true});
  });
}

let readAt = null;
let shown = '';
function show(data) {
  readAt = Date.parse(data.read_at);
  const now = readAt;
  $('verdict').replaceChildren(verdict(data));
  $('service').textContent = visible(data.service);
  document.title = (data.verdict.good ? '' : '! ') + 'vobiz-syncd';
  replace('streams', showStreams(data, now));
  const rest = JSON.stringify([data.streams.map(stream => [stream.days, stream.windows, stream.backfill_left, stream.partner_name, stream.state]), data.runs, data.open_breaks]);
  if (rest === shown) return;
  shown = rest;
  replace('days', showDays(data));
  replace('backfill', showBackfill(data));
  replace('breaks', showBreaks(data));
  replace('runs', showRuns(data));
}

function complain(text) {
  $('problem').hidden = !text;
  $('problem').textContent = text ? visible(text) + (readAt ? ' The data shown is from ' + time(new Date(readAt).toISOString()) + '.' : '') : '';
  if (text && !readAt) $('verdict').textContent = 'no status';
}

async function refresh() {
  try {
    const answer = await fetch('/status.json', {cache: 'no-store', credentials: 'same-origin'});
    const data = await answer.json();
    if (data.problem) complain('The status cannot be read: ' + data.problem + '.');
    else { show(data); complain(''); }
  } catch (error) {
    complain('The service does not respond.');
  }
  $('age').textContent = readAt ? 'as of ' + time(new Date(readAt).toISOString()) : '';
}

$('legend').append(...Object.keys(meaning).map(name =>
  make('li', null, make('svg', {viewBox: '0 0 13 13', 'aria-hidden': 'true'}, square(name, 0, 0)), meaning[name])));
refresh();
setInterval(() => { if (!document.hidden) refresh(); }, every);
document.addEventListener('visibilitychange', () => { if (!document.hidden) refresh(); });
