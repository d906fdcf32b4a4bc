/** How to reach a mesh: address, TLS, token, retries. */
import { credentials, type ChannelCredentials, type ChannelOptions } from '@grpc/grpc-js';
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';

import { Calls } from './calls.js';

/** Default of ConnectOptions.deadlineMs. */
export const defaultDeadlineMs = 60_000;

export interface ConnectOptions {
  /** Certificates (PEM, or the path of a file) that the server's must come from; default the system's. Implies TLS. */
  ca?: string | Buffer;
  /** Certificate (PEM, or path) by which this client is known, with `key`. Implies TLS. */
  cert?: string | Buffer;
  /** Private key (PEM, or path) of `cert`. */
  key?: string | Buffer;
  /** Bearer token, or what returns one, asked before every call. */
  token?: string | (() => string | Promise<string>);
  /** File with the bearer token, read before every call, so that it can be replaced. */
  tokenFile?: string;
  /** Milliseconds that a unary call may take; default 60,000, Infinity for no limit. */
  deadlineMs?: number;
  /** Further options of the gRPC channel; they win over this package's. */
  channel?: ChannelOptions;
}

/** What every service's client is made from. */
export interface Connection {
  address: string;
  credentials: ChannelCredentials;
  options: ChannelOptions;
  calls: Calls;
}

/** What gRPC takes as a target, but with the port that it would guess. */
const target = /^((dns:(\/\/[^/]*\/)?|ipv[46]:)?[^/\s]+:\d+|unix:\S+)$/;

/** Reads an endpoint: "host:port", "http://host:port", "https://host:port" or a gRPC name like "dns:///host:port". */
export function connection(endpoint: string, options: ConnectOptions = {}): Connection {
  const [, scheme, address = ''] = /^(?:(https?):\/\/)?(.*?)\/?$/s.exec(endpoint) ?? [];
  if (!target.test(address)) throw new TypeError(`an endpoint is host:port, got "${endpoint}"`);
  if ((options.cert === undefined) !== (options.key === undefined)) {
    throw new TypeError('a certificate and its key come together, got one of them');
  }
  const secure = scheme === 'https' || (options.ca ?? options.cert) !== undefined;
  if (secure && scheme === 'http') throw new TypeError(`ca, cert and key need https://, got "${endpoint}"`);
  const token = tokens(options);
  if (token !== undefined && !secure && !isLoopback(address)) {
    throw new TypeError(`a token is not sent to "${endpoint}" in the clear; name the endpoint https://${address}`);
  }
  return {
    address,
    credentials: secure
      ? credentials.createSsl(pem(options.ca), pem(options.key), pem(options.cert))
      : credentials.createInsecure(),
    options: { ...channelOptions, ...options.channel },
    calls: new Calls(token, options.deadlineMs ?? defaultDeadlineMs),
  };
}

function tokens({ token, tokenFile }: ConnectOptions): (() => Promise<string>) | undefined {
  if (token !== undefined && tokenFile !== undefined) throw new TypeError('token and tokenFile exclude each other');
  if (tokenFile !== undefined) return async () => (await readFile(tokenFile, 'utf8')).trim();
  return token === undefined ? undefined : async () => (typeof token === 'string' ? token : await token());
}

function pem(value: string | Buffer | undefined): Buffer | null {
  if (value === undefined) return null;
  if (typeof value !== 'string') return value;
  return value.includes('-----BEGIN') ? Buffer.from(value) : readFileSync(value);
}

function isLoopback(address: string): boolean {
  const host = address.replace(/^(dns|ipv[46]):(\/\/\/)?/, '').replace(/:\d+$/, '');
  return host === 'localhost' || host === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(host);
}

/** Calls that change nothing when they are made twice. SubmitRun is one of them by its idempotency key. */
const idempotent = {
  'koopmanmesh.run.v1.RunService': [
    'DescribeModel', 'EstimateRun', 'SubmitRun', 'GetRun', 'CancelRun', 'GetReport'],
  'koopmanmesh.operator.v1.OperatorService': ['GetOperator', 'Merge', 'ListMethods'],
  'koopmanmesh.replacement.v1.ReplacementService': ['GetReplacement', 'DownloadHybrid'],
  'koopmanmesh.training.v1.TrainingService': [
    'GetTraining', 'ListTrainings', 'Forecast', 'Prune', 'CompareTrainings'],
  'grpc.health.v1.Health': ['Check'],
};

const serviceConfig = {
  loadBalancingConfig: [{ round_robin: {} }],
  methodConfig: [{
    name: Object.entries(idempotent).flatMap(
      ([service, methods]) => methods.map((method) => ({ service, method }))),
    retryPolicy: {
      maxAttempts: 4, initialBackoff: '0.1s', maxBackoff: '2s', backoffMultiplier: 2,
      retryableStatusCodes: ['UNAVAILABLE'],
    },
  }],
  // Retries stop while more than half of the calls fail.
  retryThrottling: { maxTokens: 10, tokenRatio: 0.1 },
};

const channelOptions: ChannelOptions = {
  'grpc.service_config': JSON.stringify(serviceConfig),
  'grpc.service_config_disable_resolution': 1,
  // A service that was restarted is found again within a second.
  'grpc.initial_reconnect_backoff_ms': 100,
  'grpc.max_reconnect_backoff_ms': 1000,
  // A machine that vanished is noticed.
  'grpc.keepalive_time_ms': 30_000,
  'grpc.keepalive_timeout_ms': 10_000,
  // gRPC's own default, said aloud: a report or a chunk is far below.
  'grpc.max_receive_message_length': 4 << 20,
};
