using KoopmanMesh.Networks.Lowering;

namespace KoopmanMesh.Credit.Bounding.Sound;

/// <summary>The steps of a network between two of its tensors.</summary>
internal static class RegionSteps
{
    /// <summary>In order.</summary>
    /// <exception cref="UnboundedException">
    /// The tensors aren't both there, or the second depends on the input by another way than through the first.
    /// </exception>
    public static IReadOnlyList<LoweredStep> Between(LoweredNetwork network, SoundRegion region)
    {
        Require(network, region.From);
        Require(network, region.To);
        var needed = new HashSet<string> { region.To };
        var steps = new List<LoweredStep>();
        for (var i = network.Steps.Count - 1; i >= 0; i--)
        {
            var step = network.Steps[i];
            if (step.Output != region.From && needed.Remove(step.Output))
            {
                steps.Add(step);
                needed.UnionWith(step.Inputs);
            }
        }

        needed.Remove(region.From);
        if (needed.Count > 0)
        {
            throw new UnboundedException(
                $"The region '{region.Name}' is no cut of '{network.Name}': '{region.To}' depends on "
                + $"'{needed.First()}' by another way than through '{region.From}'.");
        }

        steps.Reverse();
        return steps;
    }

    private static void Require(LoweredNetwork network, string tensor)
    {
        if (tensor != network.InputName && network.Steps.All(step => step.Output != tensor))
        {
            throw new UnboundedException($"'{network.Name}' has no tensor '{tensor}' to compare a region at.");
        }
    }
}
