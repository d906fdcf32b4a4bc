using KoopmanMesh.Numerics.Estimators;
using KoopmanMesh.Numerics.LinearAlgebra;
using KoopmanMesh.Numerics.Operators;
using KoopmanMesh.ServiceDefaults.Errors;

namespace KoopmanMesh.Koopman.Operators;

/// <summary>
/// The data of a method that has to see all of it at once, in memory up to a limit. What counts is what the fit will
/// make of the rows: their delay vectors, lifted.
/// </summary>
/// <param name="plan">What is fitted.</param>
/// <param name="observables">Of one row, at most.</param>
/// <param name="maxBytes">Of all rows together.</param>
internal sealed class BufferedFit(FitPlan plan, int observables, long maxBytes) : FitSink
{
    private readonly List<List<Matrix>> _trajectories = [];
    private readonly List<List<Matrix>> _inputs = [];
    private readonly List<Matrix> _successors = [];
    private readonly List<double> _times = [];
    private long _bytes;
    private bool _open;

    public override void AddStates(Matrix states, Matrix? inputs, double[]? times)
    {
        Count(states.Columns);
        if (!_open)
        {
            _trajectories.Add([]);
            _inputs.Add([]);
            _open = true;
        }

        _trajectories[^1].Add(states);
        if (inputs is not null)
        {
            _inputs[^1].Add(inputs);
        }

        _times.AddRange(times ?? []);
    }

    public override void EndTrajectory() => _open = false;

    public override void AddPairs(Matrix states, Matrix successors, Matrix? inputs)
    {
        Count(successors.Columns);
        AddStates(states, inputs, null);
        _successors.Add(successors);
    }

    public override KoopmanOperator Fit(ILinearAlgebra la)
    {
        var states = _trajectories.ConvertAll(Joined);
        var data = plan.IsPairs && states.Count > 0
            ? SnapshotData.FromPairs(states[0], Joined(_successors))
            : SnapshotData.FromTrajectories(states);
        return plan.Estimator.Fit(
            data with
            {
                TimeStep = plan.TimeStep,
                Inputs = plan.Format.InputWidth > 0 ? _inputs.ConvertAll(Joined) : null,
                Times = _times.Count > 0 ? _times : null,
            },
            la);
    }

    private void Count(int rows)
    {
        _bytes += sizeof(double) * (long)rows * (observables + plan.Format.InputWidth);
        if (_bytes > maxBytes)
        {
            throw new CapacityException(
                "DATA_TOO_LARGE",
                $"the method {plan.Method.Name} keeps its data in memory, which is with {observables} observables a "
                + $"row more than the {maxBytes} bytes it may have as float64; use fewer rows, or one that streams "
                + "such as dmd");
        }
    }

    private static Matrix Joined(List<Matrix> parts)
    {
        if (parts.Count == 1)
        {
            return parts[0];
        }

        var joined = new Matrix(parts[0].Rows, parts.Sum(p => p.Columns));
        var next = 0;
        foreach (var part in parts)
        {
            part.AsSpan().CopyTo(joined.AsSpan()[next..]);
            next += part.AsSpan().Length;
        }

        return joined;
    }
}
