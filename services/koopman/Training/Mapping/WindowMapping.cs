using System.Collections.Immutable;
using System.Numerics;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Training.Windows;
using KoopmanMesh.Training.V1;
using NumericsWindowOptions = KoopmanMesh.Numerics.Training.Windows.WindowOptions;
using WindowOptions = KoopmanMesh.Training.V1.WindowOptions;

namespace KoopmanMesh.Koopman.Training.Mapping;

/// <summary>Windows between the contract and the numerics.</summary>
internal static class WindowMapping
{
    private const int MostModes = 64;

    /// <summary>Of options with every default filled in.</summary>
    public static NumericsWindowOptions ToNumerics(this WindowOptions options) => new()
    {
        Length = options.Length,
        Hop = options.Hop,
        Delays = options.Delays,
        HasConstant = !options.NoConstant,
        RelativeTolerance = options.RelativeTolerance,
        Residual = options.Residual,
        Nearness = options.Nearness,
    };

    public static Window ToMessage(this TrainingWindow window, bool settled)
    {
        var message = new Window
        {
            FirstStep = window.FirstStep,
            LastStep = window.LastStep,
            Layer = window.Layer,
            Rank = window.Rank,
            Modes = { window.Modes.Take(MostModes).Select(ToMessage) },
            Untrusted = window.Untrusted,
            NearOne = window.Statistics.NearOne,
            NearOneMass = window.Statistics.NearOneMass,
            TransientMass = window.Statistics.TransientMass,
            Instability = window.Statistics.Instability,
            StateNorm = window.StateNorm,
            Movement = window.Movement,
            LimitDistance = window.LimitDistance,
            Settled = settled,
            Unexplained = window.Unexplained,
        };
        if (window.LossSlope is { } slope)
        {
            message.LossSlope = slope;
        }

        return message;
    }

    /// <summary>As much of a window as verdicts go by.</summary>
    public static TrainingWindow ToNumerics(
        this Window window, NumericsWindowOptions options, double? firstLoss, double? lastLoss) => new()
        {
            Options = options,
            Layer = window.Layer,
            FirstStep = window.FirstStep,
            LastStep = window.LastStep,
            Rank = window.Rank,
            Modes = [.. window.Modes.Select(
                mode => new TrainingMode(new Complex(mode.Real, mode.Imaginary), mode.Residual, mode.Importance))],
            Untrusted = window.Untrusted,
            Statistics = new ConvergenceStatistics(
                window.NearOne, window.NearOneMass, window.TransientMass, window.Instability),
            StateNorm = window.StateNorm,
            Movement = window.Movement,
            Unexplained = window.Unexplained,
            LimitDistance = window.LimitDistance,
            FirstLoss = firstLoss,
            LastLoss = lastLoss,
            LossSlope = window.HasLossSlope ? window.LossSlope : null,
            LimitCoefficients = null,
            Coefficients = new ComplexMatrix(0, 0),
        };

    public static Mode ToMessage(this TrainingMode mode) => new()
    {
        Real = mode.Eigenvalue.Real,
        Imaginary = mode.Eigenvalue.Imaginary,
        Residual = mode.Residual,
        Importance = mode.Importance,
        Decay = mode.Decay,
    };
}
