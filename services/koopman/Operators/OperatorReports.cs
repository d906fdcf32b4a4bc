using KoopmanMesh.Numerics.Operators;
using KoopmanMesh.Operator.V1;
using Number = System.Numerics.Complex;

namespace KoopmanMesh.Koopman.Operators;

/// <summary>What an operator says about itself, as it travels.</summary>
internal static class OperatorReports
{
    // A message of four times as many would come near the limit of its size.
    private const int MostListed = 4096;

    public static OperatorReport ToReport(this KoopmanOperator op)
    {
        var listed = Math.Min(op.Rank, MostListed);
        var continuous = op.Spectrum.ContinuousEigenvalues(op.TimeStep);
        return new OperatorReport
        {
            Method = op.Method,
            Dictionary = op.Observables.ToString(),
            Width = op.StateWidth,
            Delays = op.Delays,
            Observables = op.Observables.Count,
            Rank = op.Rank,
            InputWidth = op.InputWidth,
            TimeStep = op.TimeStep,
            Eigenpairs = { Enumerable.Range(0, listed).Select(j => ToEigenpair(op, j, continuous[j])) },
            UnlistedEigenpairs = op.Rank - listed,
            Quality = ToQuality(op.Diagnostics),
            Replicates = op.Intervals is { } intervals
                ? new Replicates { Used = intervals.Replicates, Failed = intervals.Failed }
                : null,
            Warnings = { op.Diagnostics.Warnings },
        };
    }

    private static Eigenpair ToEigenpair(KoopmanOperator op, int j, Number continuous)
    {
        var spectrum = op.Spectrum;
        var pair = new Eigenpair
        {
            Value = ToWire(spectrum.Eigenvalues.Span[j]),
            Continuous = ToWire(continuous),
            Importance = spectrum.Importance.Span[j],
        };
        if (!spectrum.Residuals.IsEmpty)
        {
            pair.Residual = spectrum.Residuals.Span[j];
        }

        if (!spectrum.DataResiduals.IsEmpty)
        {
            pair.DataResidual = spectrum.DataResiduals.Span[j];
        }

        if (op.Intervals is { } intervals)
        {
            var (low, high) = (intervals.Low.Span[j], intervals.High.Span[j]);
            pair.ReInterval = new Interval { Low = low.Real, High = high.Real };
            pair.ImInterval = new Interval { Low = low.Imaginary, High = high.Imaginary };
            pair.ReDeviation = intervals.StandardDeviation.Span[j].Real;
            pair.ImDeviation = intervals.StandardDeviation.Span[j].Imaginary;
        }

        return pair;
    }

    private static FitQuality ToQuality(FitDiagnostics diagnostics)
    {
        var rank = diagnostics.Rank;
        var quality = new FitQuality
        {
            Rank = new RankDecision
            {
                Rank = rank.Rank,
                Possible = rank.Possible,
                Threshold = rank.Threshold,
                DiscardedEnergy = rank.DiscardedEnergy,
                Reason = rank.Reason,
            },
            SingularValues = { diagnostics.SingularValues.ToArray() },
            ConditionNumber = diagnostics.ConditionNumber,
            DigitsLost = diagnostics.DigitsLost,
            Basis = diagnostics.Basis,
            LinearAlgebra = diagnostics.LinearAlgebra,
        };
        if (diagnostics.FitError is { } fit)
        {
            quality.FitError = fit;
        }

        if (diagnostics.HoldOutError is { } heldOut)
        {
            quality.HoldOutError = heldOut;
        }

        if (diagnostics.PersistenceError is { } persistence)
        {
            quality.PersistenceError = persistence;
        }

        return quality;
    }

    private static ComplexNumber ToWire(Number value) => new() { Re = value.Real, Im = value.Imaginary };
}
