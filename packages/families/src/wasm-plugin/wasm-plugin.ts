import type { Family } from '@ingresskit/annotations';
import { defineFamily, field } from '@ingresskit/annotations';
import { defineDiagnostics } from '@ingresskit/resources';
import type { WasmPlugin } from './plugin.ts';
import { wasmPlugin as pluginCodec } from './plugin.ts';

/**
 * A WebAssembly plugin bound to the routes of an Ingress (mse.md §2.18). Its module is never loaded here, so what it does to requests, keeping them out
 * among it, is not part of any decision; a plugin that authenticates, authorises or must not fail is a gate that nobody enforces.
 */
export const wasmPlugin: Family<'wasm-plugin', WasmPlugin> = defineFamily({
  name: 'wasm-plugin',
  title: 'WebAssembly plugins of routes',
  scope: 'route',
  phase: 'address',
  restricting: true,
  fields: {
    plugin: field('wasmplugin', pluginCodec, {
      doc: 'Binds a plugin to the routes: the JSON text of a WasmPlugin object.',
      example: '{"kind":"WasmPlugin","metadata":{"name":"waf"},"spec":{"url":"oci://registry.example.com/waf:1.0","phase":"AUTHZ"}}',
      badExample: '{"kind":"WasmPlugin"}',
      dialect: 'mse',
      risk: 'High',
    }),
  },
  diagnostics: defineDiagnostics('wasm-plugin', {
    'gate-not-run': {
      severity: 'error',
      consequence: 'family-ignored',
      title: 'A plugin that may keep requests out is not run',
      doc: 'Modules are never loaded here. The plugin belongs to authentication or authorisation, or refuses requests when it fails, and what it would keep out gets in. Where gates that nobody enforces are closed, the routes answer 503.',
    },
    'not-run': {
      severity: 'warning',
      consequence: 'none',
      title: 'A plugin is not run',
      doc: 'Modules are never loaded here, so decisions show what happens without the plugin. On the gateway it acts.',
    },
  }),
  resolve({ plugin }, context) {
    if (plugin === undefined) return undefined;
    const { phase, failStrategy, name = plugin.url } = plugin;
    const mayRefuse = phase === 'AUTHN' || phase === 'AUTHZ' || failStrategy === 'FAIL_CLOSE';
    const details = {
      field: 'plugin',
      message: `The plugin "${name}" is not run here${mayRefuse ? '; requests that it should keep out get in' : '; decisions show what happens without it'}.`,
      help: 'Express what it does with annotations where they can.',
      data: { plugin: name, ...(phase === undefined ? {} : { phase }) },
    };
    if (mayRefuse) return context.unenforced('gate-not-run', details) ?? plugin;
    context.report('not-run', details);
    return plugin;
  },
  request(plugin, exchange) {
    exchange.declare('wasmPlugin', plugin);
    return undefined;
  },
});
