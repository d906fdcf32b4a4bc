/** Puts the pieces of a report together. */
import type { TrainingReport } from './generated/koopmanmesh/training/v1/TrainingReport.js';

type Fields = Record<string, unknown>;

/** Merges the next piece into a report, as protobuf's MergeFrom does: what is repeated is appended. */
export function mergeReport(report: TrainingReport | undefined, piece: TrainingReport): TrainingReport {
  if (report === undefined) return piece;
  merge(report as unknown as Fields, piece as unknown as Fields);
  return report;
}

function merge(into: Fields, from: Fields): void {
  for (const [name, value] of Object.entries(from)) {
    const old = into[name];
    if (Array.isArray(value) && Array.isArray(old)) for (const item of value) old.push(item);
    else if (isMessage(value) && isMessage(old)) merge(old, value);
    else if (old === undefined || old === null || !isDefault(value)) into[name] = value;
  }
}

const isMessage = (value: unknown): value is Fields => typeof value === 'object' && value !== null;

/** What a field without presence has when it was not sent. */
const isDefault = (value: unknown): boolean =>
  value === null || value === 0 || value === '' || value === false
  || (typeof value === 'string' && value.endsWith('_UNSPECIFIED'));
