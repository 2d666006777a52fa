// Draws one dashboard with Grafana's own components from the results of its statements (results.py): what a stat says,
// how a table formats, where bars stand. Grafana's bar chart and status history are no components of these packages;
// both are drawn here in a plain way, with Grafana's formats and colours.
import React from 'react';
import {createRoot} from 'react-dom/client';
import type {DataFrame, Field} from '@grafana/data';

// Their builds for require(): in those for import, defaults of older packages are not what they expect.
const {
  applyFieldOverrides, createDataFrame, createTheme, dateTime, FieldConfigOptionsRegistry, FieldType,
  formattedValueToString, getFieldDisplayValues, identityOverrideProcessor, reduceField, ThemeContext,
} = require('@grafana/data');
const {BigValue, GlobalStyles, PanelChrome, Table, TimeSeries} = require('@grafana/ui');

type Whole = {dashboard: any; panels: Record<string, any[]>; variables: Record<string, string>; from: number; to: number;
              zone: string};

const whole: Whole = (window as any).WHOLE;
const theme = createTheme({colors: {mode: (window as any).MODE}});
const zone = whole.zone;
const width = 1600;
const column = width / 24;
const range = {from: dateTime(whole.from), to: dateTime(whole.to), raw: {from: dateTime(whole.from), to: dateTime(whole.to)}};
const named = (text: string) => text.replace(/\$\{(\w+)\}/g, (all, name) => whole.variables[name] ?? all);

const standard = ['unit', 'decimals', 'noValue', 'color', 'thresholds', 'mappings', 'links', 'min', 'max', 'displayName'];
const custom = [...new Set<string>(whole.dashboard.panels.filter((p: any) => p.fieldConfig).flatMap((p: any) => [
  ...Object.keys(p.fieldConfig.defaults.custom ?? {}),
  ...p.fieldConfig.overrides.flatMap((o: any) => o.properties.map((q: any) => q.id))
    .filter((id: string) => id.startsWith('custom.')).map((id: string) => id.slice(7))]))];
const property = (id: string, isCustom: boolean) => ({
  id: isCustom ? 'custom.' + id : id, path: id, name: id, isCustom, process: identityOverrideProcessor,
  override: () => null, editor: () => null, shouldApply: () => true});
const registry = new FieldConfigOptionsRegistry(() => [
  ...standard.map((id) => property(id, false)), ...custom.map((id) => property(id, true))]);

function frames(panel: any): DataFrame[] {
  const made = whole.panels[panel.id].map((frame) => createDataFrame({
    refId: frame.refId, fields: frame.fields.map((f: any) => ({...f, type: f.type, config: {}}))}));
  return applyFieldOverrides({
    data: made, fieldConfig: panel.fieldConfig, fieldConfigRegistry: registry, replaceVariables: named, theme,
    timeZone: zone});
}

function stat(panel: any, w: number, h: number) {
  const values = getFieldDisplayValues({
    data: frames(panel), fieldConfig: panel.fieldConfig, reduceOptions: panel.options.reduceOptions,
    replaceVariables: named, theme, timeZone: zone, percentChange: panel.options.showPercentChange});
  const value = values[0]?.display ?? {text: panel.fieldConfig.defaults.noValue, numeric: NaN};
  return <BigValue value={{...value, title: ''}} width={w} height={h} theme={theme} colorMode={panel.options.colorMode}
    graphMode={panel.options.graphMode} justifyMode={panel.options.justifyMode} textMode={panel.options.textMode}
    percentChangeColorMode={panel.options.percentChangeColorMode} />;
}

function isEmpty(all: DataFrame[]) {
  return all.every((frame) => frame.length === 0);
}

function nothing(panel: any) {
  return <div style={{display: 'flex', alignItems: 'center', justifyContent: 'center', height: '100%',
                      color: theme.colors.text.secondary}}>{panel.fieldConfig.defaults.noValue}</div>;
}

function timeseries(panel: any, w: number, h: number) {
  const all = frames(panel);
  if (isEmpty(all)) return nothing(panel);
  for (const frame of all) {
    for (const field of frame.fields) {
      if (field.type !== FieldType.number) continue;
      // What the panel's plugin does before it draws.
      field.config.custom = {axisPlacement: 'auto', ...field.config.custom};
      const calcs = panel.options.legend.calcs;
      const reduced = reduceField({field, reducers: calcs});
      field.state = {...field.state, calcs: reduced};
    }
  }
  return <TimeSeries frames={all} timeRange={range} timeZone={zone} width={w} height={h} structureRev={1}
    legend={panel.options.legend} theme={theme} tooltip={{mode: 'none'}} />;
}

function table(panel: any, w: number, h: number) {
  const all = frames(panel);
  if (isEmpty(all)) return nothing(panel);
  return <Table data={all[0]} width={w} height={h} timeRange={range as any} {...{cellHeight: panel.options.cellHeight}} />;
}

function bars(panel: any, w: number, h: number) {
  const [frame] = frames(panel);
  if (!frame || frame.length === 0) return nothing(panel);
  const [names, numbers] = [frame.fields[0], frame.fields[1]];
  const most = Math.max(...numbers.values);
  const upright = panel.options.orientation === 'vertical';
  const colour = theme.visualization.getColorByName('green');
  const every = Math.ceil(panel.options.xTickLabelSpacing / (w / frame.length));
  const text = (n: number) => formattedValueToString(numbers.display!(numbers.values[n]));
  if (upright) {
    return <div style={{display: 'flex', height: h - 20, alignItems: 'flex-end'}}>{names.values.map((name, n) =>
      <div key={n} style={{flex: 1, position: 'relative', height: '100%'}}>
        <div style={{position: 'absolute', bottom: 20, left: '10%', right: '10%', background: colour,
                     height: `calc((100% - 20px) * ${numbers.values[n] / most})`}} />
        {n % every === 0 && <span style={{position: 'absolute', bottom: 0, whiteSpace: 'nowrap', fontSize: 11}}>{name}</span>}
      </div>)}</div>;
  }
  return <div style={{display: 'grid', gridTemplateColumns: 'max-content 1fr', gap: '0 8px', height: h - 8, fontSize: 12}}>
    {names.values.map((name, n) => <React.Fragment key={n}><span style={{alignSelf: 'center'}}>{name}</span>
      <span style={{display: 'flex', alignItems: 'center', gap: 6}}>
        <span style={{background: colour, height: '75%', width: `${90 * numbers.values[n] / most}%`}} />{text(n)}
      </span></React.Fragment>)}</div>;
}

function states(panel: any, w: number, h: number) {
  const [frame] = frames(panel);
  if (!frame || frame.length === 0) return nothing(panel);
  const show = (field: Field, n: number) => field.values[n] === null ? null : field.display!(field.values[n]);
  const meanings = Object.values(panel.fieldConfig.defaults.mappings[0].options) as any[];
  return <div style={{fontSize: 12}}>
    <table style={{borderSpacing: 2, borderCollapse: 'separate', width: '100%'}}><tbody>
      {frame.fields.slice(1).map((field) => <tr key={field.name}><td style={{whiteSpace: 'nowrap', width: 1}}>{field.name}</td>
        {field.values.map((_, n) => <td key={n} style={{background: show(field, n)?.color, height: (h - 50) /
          (frame.fields.length - 1) - 4}} />)}</tr>)}
    </tbody></table>
    <div style={{display: 'flex', gap: 14}}>{meanings.map((m) => <span key={m.text}>
      <span style={{color: theme.visualization.getColorByName(m.color)}}>■</span> {m.text}</span>)}</div></div>;
}

const draw: Record<string, (panel: any, w: number, h: number) => React.ReactNode> = {
  stat, timeseries, table, barchart: bars, 'status-history': states};

class Guard extends React.Component<{children: React.ReactNode}, {why?: string}> {
  state: {why?: string} = {};
  static getDerivedStateFromError(error: Error) {
    return {why: String(error)};
  }
  componentDidCatch(error: Error) {
    document.title = 'failed: ' + error;
  }
  render() {
    return this.state.why ? <pre>{this.state.why}</pre> : this.props.children;
  }
}

function Panel({panel}: {panel: any}) {
  const {x, y, w, h} = panel.gridPos;
  const place = {position: 'absolute' as const, left: x * column + 4, top: y * 38 + 60, width: w * column - 8,
                 height: h * 38 - 8};
  if (panel.type === 'row') return <div style={{...place, fontWeight: 500, paddingTop: 6}}>⌄ {named(panel.title)}</div>;
  return <div style={place}><PanelChrome title={named(panel.title)} description={panel.description} width={place.width}
    height={place.height}>{(innerWidth, innerHeight) => <Guard>{draw[panel.type](panel, innerWidth, innerHeight)}</Guard>}
  </PanelChrome></div>;
}

function Dashboard() {
  const {dashboard} = whole;
  const chosen = dashboard.templating.list.filter((v: any) => v.name !== 'datasource');
  return <ThemeContext.Provider value={theme}><GlobalStyles />
    <div style={{padding: '14px 8px', fontSize: 20}}>{dashboard.title}
      <span style={{fontSize: 13, marginLeft: 24, color: theme.colors.text.secondary}}>
        {chosen.map((v: any) => `${v.label}: ${whole.variables[v.name] || '–'}`).join('   ·   ')}
        {`   ·   ${dashboard.time.from} to ${dashboard.time.to}, ${zone}`}</span></div>
    {dashboard.panels.map((panel: any) => <Panel key={panel.id} panel={panel} />)}
  </ThemeContext.Provider>;
}

document.body.style.background = theme.colors.background.canvas;
createRoot(document.getElementById('root')!).render(<Dashboard />);
