using KoopmanMesh.Networks.Lowering;

namespace KoopmanMesh.Credit.Bounding.Sound;

/// <summary>
/// Walks through both networks at once. Values share the symbols of the input and of all steps before the first region;
/// the difference is followed on its own and as the difference of the values, and the tighter wins, element by element.
/// </summary>
internal sealed class PairBounder
{
    private readonly LoweredNetwork _original;
    private readonly LoweredNetwork _hybrid;
    private readonly Propagation _propagation;
    private readonly Alignment _alignment;
    private readonly WalkPlan _plan;
    private readonly Dictionary<string, TensorState> _x = [];
    private readonly Dictionary<string, TensorState> _y = [];
    private readonly Dictionary<string, Enclosure> _differences = [];
    private readonly Dictionary<SoundRegion, double> _regions = [];
    private int _taken;

    /// <exception cref="UnboundedException">The networks can't be compared at these regions.</exception>
    public PairBounder(
        LoweredNetwork original, LoweredNetwork hybrid, IReadOnlyList<SoundRegion> regions, Propagation propagation)
    {
        (_original, _hybrid, _propagation) = (original, hybrid, propagation);
        if ((original.InputName, original.OutputName, original.OutputWidth)
            != (hybrid.InputName, hybrid.OutputName, hybrid.OutputWidth))
        {
            throw new UnboundedException(
                $"'{original.Name}' maps '{original.InputName}' to '{original.OutputName}' [{original.OutputWidth}], "
                + $"but '{hybrid.Name}' maps '{hybrid.InputName}' to '{hybrid.OutputName}' [{hybrid.OutputWidth}].");
        }

        _alignment = new Alignment(original, hybrid);
        _plan = new WalkPlan(original, hybrid, regions, _alignment);
    }

    public KinkTally OriginalTally { get; } = new();

    public KinkTally HybridTally { get; } = new();

    /// <summary>Largest absolute difference over a region's outputs.</summary>
    public IReadOnlyDictionary<SoundRegion, double> Regions => _regions;

    /// <summary>The outputs' difference in real arithmetic, and what float32 adds to it in both networks.</summary>
    public (Bounds Difference, double[] Errors) Walk(Box box, CancellationToken cancellationToken)
    {
        _x[_original.InputName] = _y[_original.InputName] = _propagation.Start(box);
        for (var position = 0; position < _hybrid.Steps.Count; position++)
        {
            var step = _hybrid.Steps[position];
            Advance(position, cancellationToken);
            TakeHybrid(step);
            foreach (var region in _plan.EndingAt(step.Output))
            {
                EndRegion(region, cancellationToken);
            }

            foreach (var tensor in _plan.LastUsedAt(position))
            {
                _ = (_x.Remove(tensor), _y.Remove(tensor), _differences.Remove(tensor));
            }
        }

        var (x, y) = (_x[_original.OutputName], _y[_original.OutputName]);
        return (Difference(_original.OutputName).Bounds, Errors(x, y));
    }

    private void Advance(int position, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        for (; _taken < _plan.OriginalStepsBy(position); _taken++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var step = _original.Steps[_taken];
            OriginalTally.Count(step, _x);
            _x[step.Output] = _propagation.Take(step, tensor => _x[tensor]);
        }
    }

    private void TakeHybrid(LoweredStep step)
    {
        HybridTally.Count(step, _y);
        if (_alignment.IsEqual(step.Output))
        {
            _y[step.Output] = _x[step.Output];
            return;
        }

        _y[step.Output] = _propagation.Take(step, tensor => _y[tensor]);
        if (_alignment.IsCommon(step))
        {
            var byValues = _x[step.Output].Value.Minus(_y[step.Output].Value);
            _differences[step.Output] = _alignment.IsShared(step.Output) && step.Inputs.All(HasDifference)
                ? _propagation.Meet(
                    _propagation.Difference(step, Difference, tensor => _x[tensor], tensor => _y[tensor]), byValues)
                : byValues;
        }
    }

    /// <summary>
    /// f(x) - g(y) = [f(x) - f(y)] + [f(y) - g(y)], f the original's region and y the hybrid's own input: the second
    /// bracket is the region's own difference, the first is followed through f like any other.
    /// </summary>
    private void EndRegion(PlannedRegion region, CancellationToken cancellationToken)
    {
        var (from, to) = (region.Region.From, region.Region.To);
        var atEnd = Difference(to);
        if (_alignment.IsEqual(from))
        {
            _regions[region.Region] = Largest(atEnd.Bounds, Errors(_x[to], _y[to]));
            return;
        }

        var values = new Dictionary<string, TensorState> { [from] = _y[from] };
        var before = new Dictionary<string, Enclosure> { [from] = Difference(from) };
        foreach (var step in region.Steps)
        {
            cancellationToken.ThrowIfCancellationRequested();
            values[step.Output] = _propagation.Take(step, tensor => values[tensor]);
            before[step.Output] = _propagation.Meet(
                _propagation.Difference(step, tensor => before[tensor], tensor => _x[tensor], tensor => values[tensor]),
                _x[step.Output].Value.Minus(values[step.Output].Value));
        }

        var own = values[to].Value.Minus(_y[to].Value);
        _regions[region.Region] = Largest(own.Bounds, Errors(values[to], _y[to]));
        _differences[to] = _propagation.Meet(before[to].Plus(own), atEnd);
    }

    private bool HasDifference(string tensor) => _alignment.IsEqual(tensor) || _differences.ContainsKey(tensor);

    private Enclosure Difference(string tensor)
    {
        if (_differences.TryGetValue(tensor, out var difference))
        {
            return difference;
        }

        return _alignment.IsEqual(tensor)
            ? _propagation.NoDifference(_x[tensor].Value.Bounds.Width)
            : throw new UnboundedException(
                $"'{tensor}' of '{_original.Name}' has another width in '{_hybrid.Name}', so they can't be compared "
                + "there.");
    }

    private static double[] Errors(TensorState x, TensorState y)
    {
        var errors = new double[x.Value.Bounds.Width];
        for (var i = 0; i < errors.Length; i++)
        {
            errors[i] = Rounding.Up(x.ErrorMagnitude(i) + y.ErrorMagnitude(i));
        }

        return errors;
    }

    private static double Largest(Bounds difference, double[] errors)
    {
        var largest = 0.0;
        for (var i = 0; i < errors.Length; i++)
        {
            largest = Math.Max(largest, Rounding.Up(difference.Magnitude(i) + errors[i]));
        }

        return largest;
    }
}
