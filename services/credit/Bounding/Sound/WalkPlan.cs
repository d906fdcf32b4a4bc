using KoopmanMesh.Networks.Lowering;

namespace KoopmanMesh.Credit.Bounding.Sound;

/// <summary>A region and the original's steps in it.</summary>
internal sealed record PlannedRegion(SoundRegion Region, IReadOnlyList<LoweredStep> Steps);

/// <summary>
/// The order in which two networks are walked together, in positions of the hybrid's steps, and when each tensor is
/// used for the last time.
/// </summary>
internal sealed class WalkPlan
{
    private readonly List<PlannedRegion> _regions = [];
    private readonly int[] _originalSteps;
    private readonly List<string>[] _released;

    public WalkPlan(
        LoweredNetwork original, LoweredNetwork hybrid, IReadOnlyList<SoundRegion> regions, Alignment alignment)
    {
        _originalSteps = new int[hybrid.Steps.Count];
        _released = [.. hybrid.Steps.Select(_ => new List<string>())];
        foreach (var region in regions)
        {
            _ = RegionSteps.Between(hybrid, region);
            _regions.Add(new PlannedRegion(region, RegionSteps.Between(original, region)));
        }

        var last = new Dictionary<string, int>();
        var (reached, taken) = (new HashSet<string>(), 0);
        for (var position = 0; position < hybrid.Steps.Count; position++)
        {
            var step = hybrid.Steps[position];
            Use(last, step, position);
            while (alignment.IsCommon(step) && !reached.Contains(step.Output))
            {
                Use(last, original.Steps[taken], position);
                reached.Add(original.Steps[taken++].Output);
            }

            _originalSteps[position] = taken;
            foreach (var inside in EndingAt(step.Output).SelectMany(region => region.Steps))
            {
                Use(last, inside, position);
            }
        }

        last.Remove(original.OutputName);
        foreach (var (tensor, position) in last)
        {
            _released[position].Add(tensor);
        }
    }

    /// <summary>How many of the original's steps come before the hybrid's at a position has been taken.</summary>
    public int OriginalStepsBy(int position) => _originalSteps[position];

    /// <summary>The regions whose end the hybrid's step writes.</summary>
    public IEnumerable<PlannedRegion> EndingAt(string tensor) =>
        _regions.Where(region => region.Region.To == tensor);

    /// <summary>Tensors that nothing after a position needs.</summary>
    public IReadOnlyList<string> LastUsedAt(int position) => _released[position];

    private static void Use(Dictionary<string, int> last, LoweredStep step, int position)
    {
        last[step.Output] = position;
        foreach (var tensor in step.Inputs)
        {
            last[tensor] = position;
        }
    }
}
