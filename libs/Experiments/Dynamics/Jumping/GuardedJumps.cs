using System.Numerics.Tensors;
using KoopmanMesh.Numerics.Fitting;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Training.Forecasting;
using KoopmanMesh.Numerics.Training.Jumps;
using KoopmanMesh.Numerics.Training.Snapshots;

namespace KoopmanMesh.Experiments.Dynamics.Jumping;

/// <summary>
/// The guarded jump inside a run: snapshots are kept, weights predicted once there are enough, evaluated on the probe,
/// and jumped to where that lowers its loss. A jump, kept or not, begins a new list of snapshots: dynamics after it are
/// not those before.
/// </summary>
internal sealed class GuardedJumps(
    ITrainee trainee, JumpSettings settings, ILinearAlgebra algebra, TimeProvider clock)
{
    private readonly List<double[]> _snapshots = [];
    private readonly double[] _sum = new double[trainee.Layout.Count];
    private JumpController _controller = new(settings.Jump);
    private double _seconds;
    private int _steps;

    /// <summary>Costs and gains so far.</summary>
    public JumpAccounts Accounts => _controller.Accounts;

    /// <summary>After a step: the weights to go on from, or null to go on from those that are.</summary>
    public double[]? AfterStep(ReadOnlySpan<double> weights, double seconds, CancellationToken cancellationToken)
    {
        _seconds += seconds;
        _steps++;
        if (settings.IsMean)
        {
            TensorPrimitives.MultiplyAdd(weights, 1.0 / settings.Stride, _sum, _sum);
        }

        if (_steps < settings.Stride)
        {
            return null;
        }

        _snapshots.Add(settings.IsMean ? [.. _sum] : weights.ToArray());
        _controller = _controller.Trained(_seconds);
        Array.Clear(_sum);
        (_steps, _seconds) = (0, 0);
        return _controller.CanPropose(_snapshots.Count) ? Jump(weights, cancellationToken) : null;
    }

    private double[]? Jump(ReadOnlySpan<double> weights, CancellationToken cancellationToken)
    {
        var started = clock.GetTimestamp();
        var proposal = Propose(cancellationToken);
        var proposed = clock.GetTimestamp();
        var before = trainee.Probe(weights);
        var after = proposal is null ? double.NaN : trainee.Probe(proposal);
        var evaluated = clock.GetTimestamp();
        var (decision, next) = _controller.Proposed(clock.GetElapsedTime(started, proposed).TotalSeconds)
            .Decide(before, after, clock.GetElapsedTime(proposed, evaluated).TotalSeconds);
        _controller = next;
        _snapshots.Clear();
        return decision == JumpDecision.Kept ? proposal : null;
    }

    // A prediction beyond what a double holds is a jump that the probe would reject.
    private double[]? Propose(CancellationToken cancellationToken)
    {
        if (settings.Forecast is not { } forecast)
        {
            return Mean();
        }

        var columns = new Matrix(_sum.Length, _snapshots.Count);
        for (var j = 0; j < _snapshots.Count; j++)
        {
            _snapshots[j].CopyTo(columns.Column(j));
        }

        try
        {
            return WeightForecast.Run(
                new MatrixTrajectory(columns, trainee.Layout), ForPrecision(forecast), [_controller.NextHorizon],
                algebra, null, cancellationToken).Weights[0];
        }
        catch (NonFiniteDataException)
        {
            return null;
        }
    }

    private double[] Mean()
    {
        var mean = new double[_sum.Length];
        foreach (var snapshot in _snapshots)
        {
            TensorPrimitives.MultiplyAdd(snapshot, 1.0 / _snapshots.Count, mean, mean);
        }

        return mean;
    }

    private ForecastOptions ForPrecision(ForecastOptions forecast) =>
        trainee.IsSingle && forecast.RelativeTolerance is null
            ? forecast with { RelativeTolerance = ForecastOptions.SingleTolerance }
            : forecast;
}
