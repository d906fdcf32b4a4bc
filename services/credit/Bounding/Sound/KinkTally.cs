using KoopmanMesh.Networks.Lowering;

namespace KoopmanMesh.Credit.Bounding.Sound;

/// <summary>Counts the activations that can be on both sides of their kink.</summary>
internal sealed class KinkTally
{
    private readonly List<long> _byLayer = [];
    private long _all;

    public UnstableCount Result => new("", _byLayer.Sum(), _all, _byLayer);

    /// <summary>Looks at a step, if it is an activation with a kink.</summary>
    public void Count(LoweredStep step, IReadOnlyDictionary<string, TensorState> states)
    {
        if (step is not KinkStep { IsActivation: true } kink)
        {
            return;
        }

        var bounds = states[kink.Input].Value.Bounds;
        var unstable = 0L;
        for (var i = 0; i < kink.Width; i++)
        {
            unstable += bounds.Lower[i] < 0 && bounds.Upper[i] > 0 ? 1 : 0;
        }

        _byLayer.Add(unstable);
        _all += kink.Width;
    }
}
